"""What happened to a record."""

from __future__ import annotations

from uuid import UUID

from records.models import JournalEntry


def read_entries(
    workspace_id: UUID, record_id: UUID, before: int | None, most: int
) -> list[JournalEntry]:
    """Return the latest entries of a record, the last first.

    ``before`` is a number in the journal: only entries with a lower one are returned.
    """
    entries = JournalEntry.objects.filter(
        workspace_id=workspace_id, record_id=record_id
    )
    if before is not None:
        entries = entries.filter(seq__lt=before)
    return list(entries.order_by("-seq")[:most])
