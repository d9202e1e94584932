"""Who sends what: a message is taken on a lease, so that another sends it if need be.

Decision 130 in docs/decisions.md says why.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from crm.sql import query
from webhooks.models import Delivery
from webhooks.queue.looking import Todo

LOCKS = 0x6B697468
"""The class of the advisory locks by which it is known which dispatchers live."""

DUE = """
SELECT id FROM webhooks_delivery
WHERE workspace_id = %(workspace)s AND endpoint_id = %(endpoint)s
  AND state = 'waiting' AND due <= %(now)s
ORDER BY due, seq NULLS FIRST LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""

TURN = """
UPDATE webhooks_endpoint SET retry_at = %(lease)s
WHERE workspace_id = %(workspace)s AND id = %(endpoint)s
  AND state = 'struggling' AND retry_at <= %(now)s
RETURNING 1
"""
# The one that was not tried for the longest time, so that none which fails by itself
# keeps the others from showing that all is well.
OLDEST = """
SELECT id FROM webhooks_delivery
WHERE workspace_id = %(workspace)s AND endpoint_id = %(endpoint)s
  AND state = 'waiting' AND due IS NOT NULL AND claimed_by IS NULL
ORDER BY tried_at NULLS FIRST, seq LIMIT 1 FOR UPDATE SKIP LOCKED
"""
CLAIM = """
WITH due AS ({}) UPDATE webhooks_delivery delivery
SET due = %(lease)s, claimed_by = %(by)s FROM due
WHERE delivery.workspace_id = %(workspace)s AND delivery.id = due.id
RETURNING delivery.id
"""
RELEASE = """
UPDATE webhooks_delivery SET due = %(now)s, claimed_by = NULL
WHERE state = 'waiting' AND claimed_by IS NOT NULL AND claimed_by NOT IN (
    SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND classid = %(locks)s AND database = (
        SELECT oid FROM pg_database WHERE datname = current_database()
    )
)
"""


def begin_dispatching() -> int:
    """Return the number of a new dispatcher, which lives as long as its connection."""
    number = secrets.randbelow(2**31)
    query("SELECT pg_advisory_lock(%(locks)s, %(number)s)", locks=LOCKS, number=number)
    return number


def release_orphans(now: datetime) -> None:
    """Give back what dispatchers took that do not live any more."""
    query(RELEASE, now=now, locks=LOCKS)


def claim(todo: Todo, dispatcher: int, most: int, now: datetime) -> list[Delivery]:
    """Return deliveries that nobody else sends until the lease is over, in order.

    Of a struggling endpoint there is one at most.
    """
    place = {"workspace": todo.workspace_id, "endpoint": todo.endpoint_id}
    times = {"now": now, "lease": now + timedelta(seconds=settings.WEBHOOK_LEASE_S)}
    if todo.state == "struggling":
        if not query(TURN, **place, **times):
            return []
        rows = query(CLAIM.format(OLDEST), **place, **times, by=dispatcher)
    else:
        rows = query(CLAIM.format(DUE), **place, **times, by=dispatcher, most=most)
    if not rows:
        return []
    claimed = Delivery.objects.filter(
        workspace=todo.workspace_id, id__in=[delivery for (delivery,) in rows]
    )
    in_order = F("seq").asc(nulls_first=True)  # A gap comes before what is behind it.
    return list(claimed.select_related("endpoint__workspace").order_by(in_order))
