"""Trimming the journal to what a workspace wants to keep.

Changes that are older go, from the oldest on, and what deleted records had. Each step
is small, and whole by itself: it may be the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.models import Workspace
from crm.sql import query
from jobs.models import Job
from objects.schema_lock import hold_schemas
from records.erasing.emptying import empty_entries
from records.ids import encode_id

KIND = "trim"
MOST_ENTRIES = 5_000
"""Entries that go in one step, and the rest of the last one's batch."""

MOST_RECORDS = 100
"""Deleted records whose entries are emptied in one step."""

# Times never go back along the journal, so only the first few need a look.
OLD = """
SELECT max(seq) FROM (
    SELECT seq, noted_at FROM records_change
    WHERE workspace_id = %(workspace)s
    ORDER BY seq LIMIT %(most)s
) AS first
WHERE noted_at < %(before)s
"""

# Batches go as a whole. The head, which every writer needs, is taken last.
TRIM = """
WITH last AS (
    SELECT coalesce((
        SELECT entry.seq - 1 FROM records_change entry
        WHERE entry.workspace_id = %(workspace)s AND entry.seq > %(until)s
          AND entry.batch <> (
            SELECT batch FROM records_change
            WHERE workspace_id = %(workspace)s AND seq = %(until)s
          )
        ORDER BY entry.seq LIMIT 1
    ), (
        SELECT max(seq) FROM records_change WHERE workspace_id = %(workspace)s
    )) AS seq
), gone AS (
    DELETE FROM records_change entry USING last
    WHERE entry.workspace_id = %(workspace)s AND entry.seq <= last.seq
    RETURNING 1
), counted AS (
    SELECT count(*) AS many FROM gone
)
UPDATE records_journalhead head SET first_seq = last.seq + 1
FROM last, counted
WHERE head.workspace_id = %(workspace)s
RETURNING counted.many
"""

# Those that went into them went with them, and cannot be taken out any more.
GONE = """
WITH RECURSIVE old AS (
    SELECT record_id, object_type_id, deleted_at FROM records_tombstone
    WHERE workspace_id = %(workspace)s AND NOT is_emptied AND merged_into IS NULL
    ORDER BY seq LIMIT %(most)s
), reached AS (
    SELECT record_id, object_type_id FROM old WHERE deleted_at < %(before)s
    UNION
    SELECT gone.record_id, gone.object_type_id
    FROM reached JOIN records_tombstone gone
      ON gone.workspace_id = %(workspace)s AND gone.merged_into = reached.record_id
)
SELECT gone.record_id, type.prefix
FROM reached JOIN records_tombstone gone
  ON gone.workspace_id = %(workspace)s AND gone.record_id = reached.record_id
JOIN objects_objecttype type ON type.id = gone.object_type_id
ORDER BY gone.record_id
FOR UPDATE OF gone
"""
EMPTY = """
UPDATE records_tombstone SET is_emptied = true, details = '{}'
WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])
"""


@dataclass
class Trimmed:
    """What was trimmed."""

    entries: int = 0
    """How many entries went."""
    records: int = 0
    """How many deleted records cannot come back any more."""

    def add(self, other: Trimmed) -> None:
        """Count what was trimmed besides."""
        self.entries += other.entries
        self.records += other.records

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to trim."""
        return not self.entries and not self.records


def trim_some(workspace: Workspace, now: datetime) -> Trimmed:
    """Trim a part of what is older than a workspace wants to keep; nothing at last."""
    trimmed = Trimmed()
    if workspace.history_days is not None:
        before = now - timedelta(days=workspace.history_days)
        trimmed.entries = trim_entries(workspace.id, before)
    if workspace.deleted_days is not None:
        before = now - timedelta(days=workspace.deleted_days)
        trimmed.records = empty_deleted(workspace.id, before)
    return trimmed


@transaction.atomic
def trim_entries(workspace_id: UUID, before: datetime) -> int:
    """Delete the oldest entries that were noted before a time, and return how many."""
    hold_schemas(workspace_id, ())
    place = {"workspace": workspace_id}
    ((until,),) = query(OLD, **place, most=MOST_ENTRIES, before=before)
    if until is None:
        return 0
    rows = query(TRIM, **place, until=until)
    return int(rows[0][0])


@transaction.atomic
def empty_deleted(workspace_id: UUID, before: datetime) -> int:
    """Empty the entries of the records that were deleted first, before a time.

    Return of how many.
    """
    hold_schemas(workspace_id, ())
    place = {"workspace": workspace_id}
    rows = query(GONE, **place, most=MOST_RECORDS, before=before)
    records = {record: encode_id(prefix, record) for record, prefix in rows}
    if records:
        empty_entries(workspace_id, records)
        query(EMPTY, **place, records=[*records])
    return len(records)


def trim_step(job: Job) -> bool:
    """Trim a part. Return whether there may be more."""
    trimmed = trim_some(job.workspace, timezone.now())
    whole = Trimmed(**(job.result or {}))
    whole.add(trimmed)
    job.result = {"entries": whole.entries, "records": whole.records}
    job.done = whole.entries + whole.records
    return not trimmed.is_empty
