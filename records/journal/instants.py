"""From a time to a place in the journal.

Times never go back along the journal, so the place is found by halving, without an
index on times.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crm.sql import query
from records.journal.heads import Head

SEARCH = """
WITH RECURSIVE search (low, high) AS (
    SELECT %(first)s::bigint - 1, %(last)s::bigint
    UNION ALL
    SELECT CASE WHEN probe.is_by_then THEN step.middle ELSE step.low END,
           CASE WHEN probe.is_by_then THEN step.high ELSE step.middle - 1 END
    FROM (
        SELECT low, high, (low + high + 1) / 2 AS middle FROM search WHERE low < high
    ) AS step, LATERAL (
        SELECT entry.noted_at <= %(moment)s AS is_by_then FROM records_change entry
        WHERE entry.workspace_id = %(workspace)s AND entry.seq = step.middle
    ) AS probe
)
SELECT low FROM search WHERE low = high
"""


def last_noted_by(workspace_id: UUID, head: Head, moment: datetime) -> int:
    """Return the number of the last entry that was noted by a time.

    It is the one before the first that is kept if that was noted later.
    """
    rows = query(
        SEARCH,
        workspace=workspace_id,
        first=head.first_seq,
        last=head.last_seq,
        moment=moment,
    )
    return int(rows[0][0])
