"""What the journal is told of who sees records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSONObject
from objects.schema import Schema
from records.journal.entries import Entry, append_entries, origin_of
from records.journal.telling import VIEWERS
from records.models import JournalEntry


def note_access(actor: Actor, entries: Sequence[Entry]) -> None:
    """Append to the journal who sees records now, and let the answer name the change.

    There must be an entry.
    """
    noted = append_entries(actor.workspace.id, entries, origin_of(actor))
    actor.changes.append(noted.change)


def access_entry(
    schema: Schema,
    record: UUID,
    version: int,
    before: Iterable[UUID] | None,
    after: Iterable[UUID] | None,
) -> Entry:
    """Return the entry for a record that other agents see than before; None for all."""
    noted_before, noted_after = noted_viewers(before), noted_viewers(after)
    action = JournalEntry.Action.ACCESS
    return Entry(record, schema.id, action, version, noted_before, noted_after, after)


def noted_viewers(agents: Iterable[UUID] | None) -> JSONObject:
    """Return what the journal says of who sees a record; null for everyone."""
    return {VIEWERS: None if agents is None else [str(one) for one in sorted(agents)]}
