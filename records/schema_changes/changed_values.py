"""What the journal says of a record of which one value has changed."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from crm.json_types import JSON
from crm.moments import wire_time
from objects.models import Field
from records.journal.entries import Entry
from records.models import JournalEntry


class Change(NamedTuple):
    """What becomes of a record, and what it was."""

    id: UUID
    version: int
    """That it had before."""
    before: JSON
    after: JSON
    updated_at: datetime
    updated_by: str
    viewers: list[UUID] | None


def entry_of(field: Field, change: Change) -> Entry:
    """Return what the journal says of a record."""
    return Entry(
        change.id,
        field.object_type_id,
        JournalEntry.Action.UPDATED,
        change.version + 1,
        {
            field.noted_member: change.before,
            "_updated_at": wire_time(change.updated_at),
            "_updated_by": change.updated_by,
        },
        {field.noted_member: change.after},
        change.viewers,
    )
