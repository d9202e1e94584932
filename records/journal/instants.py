"""From a time to a place in the journal, and from a change to the end of its batch.

Times never go back along the journal, and each batch has its own, so the place is found
by halving, without an index on times.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crm.authentication import Actor
from crm.moments import to_the_millisecond
from crm.sql import execute
from records.journal.heads import Head, find_head, note_nothing_until

SEARCH = """
WITH RECURSIVE search (low, high) AS (
    SELECT %(low)s::bigint, %(high)s::bigint
    UNION ALL
    SELECT CASE WHEN probe.is_by_then THEN step.middle ELSE step.low END,
           CASE WHEN probe.is_by_then THEN step.high ELSE step.middle - 1 END
    FROM (
        SELECT low, high, (low + high + 1) / 2 AS middle FROM search WHERE low < high
    ) AS step, LATERAL (
        SELECT entry.noted_at <= {moment} AS is_by_then FROM records_change entry
        WHERE entry.workspace_id = %(workspace)s AND entry.seq = step.middle
    ) AS probe
)
SELECT low FROM search WHERE low = high
"""
TIME = "%(moment)s"
TIME_OF_CHANGE = """(
    SELECT noted_at FROM records_change
    WHERE workspace_id = %(workspace)s AND seq = %(low)s
)"""


def last_noted_by(workspace_id: UUID, head: Head, moment: datetime) -> int:
    """Return the number of the last entry that was noted by a time.

    It is the one before the first that is kept if that was noted later.
    """
    search = SEARCH.format(moment=TIME)
    bounds = {"low": head.first_seq - 1, "high": head.last_seq}
    values = {"workspace": workspace_id, "moment": moment, **bounds}
    return int(execute(search, values, is_prepared=True)[0][0])


def last_noted_for_good(actor: Actor, head: Head, moment: datetime) -> int:
    """Return the number of the last entry that was or will be noted by a time.

    The journal is held to it, which waits for whoever is noting something now.
    """
    moment = to_the_millisecond(moment)
    if head.noted_at < moment:
        last = note_nothing_until(actor.workspace.id, moment)
        if last is not None:
            return last
        head = find_head(actor)
    return last_noted_by(actor.workspace.id, head, moment)


def end_of_batch(workspace_id: UUID, head: Head, seq: int) -> int:
    """Return the number of the last entry that was noted together with another.

    It is the other's own if that is not kept any more: whole batches are trimmed.
    """
    search = SEARCH.format(moment=TIME_OF_CHANGE)
    values = {"workspace": workspace_id, "low": seq, "high": head.last_seq}
    return int(execute(search, values, is_prepared=True)[0][0])
