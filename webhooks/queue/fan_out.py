"""From the journal to deliveries: each endpoint reads it at a cursor of its own.

Writers do nothing for it. What is not read yet stays in the journal, so only so many
deliveries wait at once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.sql import Sql, concat, query
from records.journal.heads import read_head
from records.journal.visibility import kind_of
from webhooks.eyes import View, is_told, view_of
from webhooks.messages import GAP
from webhooks.models import Delivery, Endpoint
from webhooks.queue.locking import lock_endpoint

MOST_READ = 1000
"""Entries that are read at once."""

MOST_WAITING = 10_000

# The id says for whom and about which change it is, so there is one of each. A row that
# waits in a line has its time to be sent only at the head of it.
FAN_OUT = """
), placed AS (
    SELECT told.seq, told.line, told.kind,
           row_number() OVER (PARTITION BY told.line ORDER BY told.seq) = 1
           AND NOT EXISTS (
               SELECT FROM webhooks_delivery ahead
               WHERE ahead.workspace_id = %s AND ahead.endpoint_id = %s
                 AND ahead.line = told.line AND ahead.state = 'waiting'
           ) AS is_head
    FROM told
), made AS (
    INSERT INTO webhooks_delivery (
        workspace_id, id, endpoint_id, seq, line, kind, state, due, attempts, failures,
        log, is_replay, created_at
    )
    SELECT %s, md5(%s || ':' || seq)::uuid, %s, seq, line, kind, 'waiting',
           CASE WHEN is_head THEN %s::timestamptz END, 0, 0, '[]', %s, %s
    FROM placed
    ON CONFLICT (workspace_id, id) """

ONCE = "DO NOTHING RETURNING 1"
AGAIN = """DO UPDATE SET
    state = 'waiting', due = excluded.due, failures = 0, claimed_by = NULL,
    tried_at = NULL, is_replay = true
WHERE webhooks_delivery.state <> 'waiting' RETURNING 1"""

WAITING = """
SELECT count(*) FROM webhooks_delivery
WHERE workspace_id = %(workspace)s AND endpoint_id = %(endpoint)s AND state = 'waiting'
"""


@transaction.atomic
def fan_out(workspace_id: UUID, endpoint_id: UUID, now: datetime) -> int:
    """Make deliveries of what was noted behind an endpoint's cursor, and move that.

    Return how many entries were read, at most 1,000.
    """
    endpoint = lock_endpoint(workspace_id, endpoint_id)
    if endpoint is None or endpoint.state == Endpoint.State.DISABLED:
        return 0
    view = view_of(endpoint)
    start = begin(endpoint, view, now)
    end = min(
        view.head.last_seq, start + min(MOST_READ, room_of(workspace_id, endpoint_id))
    )
    if end > start:
        told_between(endpoint, view, start, end).made(now, ONCE, is_replay=False)
        if was_trimmed(endpoint, start):
            transaction.set_rollback(True)  # The next look finds the gap.
            return 0
    if end > endpoint.cursor:
        endpoint.cursor = end
        endpoint.save(update_fields=["cursor"])
    return max(end - start, 0)


def begin(endpoint: Endpoint, view: View, now: datetime) -> int:
    """Return where to read on, and say so if what comes next is not kept any more."""
    oldest = view.head.first_seq - 1
    if endpoint.cursor < oldest:
        Delivery.objects.create(
            workspace_id=endpoint.workspace_id,
            endpoint=endpoint,
            kind=GAP,
            due=now,
            gap=[endpoint.cursor, oldest],
            created_at=now,
        )
    return max(endpoint.cursor, oldest)


def was_trimmed(endpoint: Endpoint, start: int) -> bool:
    """Whether the journal lost something behind a number while it was read."""
    if endpoint.workspace.history_days is None:
        return False
    head = read_head(endpoint.workspace_id)
    return head is not None and start < head.first_seq - 1


def room_of(workspace_id: UUID, endpoint_id: UUID) -> int:
    """Return how many more deliveries may wait for an endpoint."""
    rows = query(WAITING, workspace=workspace_id, endpoint=endpoint_id)
    return max(MOST_WAITING - int(rows[0][0]), 0)


class Told:
    """The entries of a part of the journal that an endpoint is told of."""

    def __init__(self, endpoint: Endpoint, statement: Sql) -> None:
        self.endpoint = endpoint
        self.statement = statement

    def made(self, now: datetime, on_conflict: str, *, is_replay: bool) -> int:
        """Make deliveries of them, and return of how many."""
        workspace, endpoint = self.endpoint.workspace_id, self.endpoint.id
        place = (workspace, endpoint)
        values = (*place, workspace, str(endpoint), endpoint, now, is_replay, now)
        made = Sql(FAN_OUT + on_conflict, values)
        counted = ") SELECT count(*) FROM made"
        rows = concat("WITH told AS (", self.statement, made, counted).fetch()
        return int(rows[0][0])


def told_between(endpoint: Endpoint, view: View, start: int, end: int) -> Told:
    """Return what an endpoint is told of the entries behind a number, until another."""
    own = Sql(
        "e.workspace_id = %s AND e.seq > %s AND e.seq <= %s",
        (endpoint.workspace_id, start, end),
    )
    columns = "SELECT e.seq, coalesce(e.record_id, e.object_type_id) AS line, "
    condition = own & is_told(endpoint, view)
    return Told(
        endpoint,
        concat(
            columns,
            kind_of(view.actor),
            " AS kind FROM records_change e WHERE ",
            condition,
        ),
    )
