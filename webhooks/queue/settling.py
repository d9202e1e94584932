"""What comes of an attempt: a message arrived, is tried again, skipped or given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from crm.json_types import JSONObject
from crm.moments import wire_time
from crm.sql import query
from webhooks.models import Delivery, Endpoint
from webhooks.queue.locking import lock_endpoint
from webhooks.queue.outages import (
    GONE,
    HEALTH,
    disable,
    note_failure,
    note_success,
)
from webhooks.queue.schedule import asked_delay, delay_after, delay_in_outage
from webhooks.sending.client import Outcome

KEPT_ATTEMPTS = 50
HEEDED = {429, 503}
"""Statuses of answers whose Retry-After is heeded."""

# Here and in `webhooks.queue.locking` rows are asked for in SQL: to put a query into
# words takes Django longer than the database needs to answer it.
STILL_WAITING = """
SELECT delivery.*, EXISTS (
    SELECT FROM records_tombstone tombstone
    WHERE tombstone.workspace_id = delivery.workspace_id
      AND tombstone.record_id = delivery.line AND tombstone.is_erased
) AS is_of_erased
FROM webhooks_delivery delivery
WHERE delivery.workspace_id = %(workspace)s AND delivery.id = %(id)s
  AND delivery.state = 'waiting'
"""

PROMOTE = """
UPDATE webhooks_delivery SET due = %(now)s
WHERE workspace_id = %(workspace)s AND id = (
    SELECT id FROM webhooks_delivery
    WHERE workspace_id = %(workspace)s AND endpoint_id = %(endpoint)s
      AND line = %(line)s AND state = 'waiting'
    ORDER BY seq LIMIT 1
)
"""


class Attempt(NamedTuple):
    """What came of sending a delivery; no outcome if there was nothing to send."""

    delivery: Delivery
    outcome: Outcome | None
    at: datetime
    """When it was begun."""


@transaction.atomic
def settle(attempt: Attempt, now: datetime) -> None:
    """Note what came of an attempt, and let the next message of the line go on.

    Nothing is noted of what somebody else took over and settled meanwhile.
    """
    sent = attempt.delivery
    endpoint = lock_endpoint(sent.workspace_id, sent.endpoint_id)
    place = {"workspace": sent.workspace_id, "id": sent.id}
    delivery = next(iter(Delivery.objects.raw(STILL_WAITING, place)), None)
    if endpoint is None or delivery is None:
        return
    if delivery.is_of_erased:  # type: ignore[attr-defined]  # Of the statement.
        attempt = without_excerpt(attempt)
    before = [getattr(endpoint, name) for name in HEALTH]
    note(endpoint, delivery, attempt, now)
    delivery.save(
        update_fields=[
            *("state", "due", "claimed_by", "attempts", "failures"),
            *("tried_at", "log"),
        ]
    )
    if before != [getattr(endpoint, name) for name in HEALTH]:
        endpoint.save(update_fields=HEALTH)
    if delivery.state != Delivery.State.WAITING:
        promote_next(delivery, now)


def without_excerpt(attempt: Attempt) -> Attempt:
    """Return an attempt without what was answered, which may be the message itself."""
    outcome = attempt.outcome
    cut = outcome._replace(excerpt="") if outcome else None
    return attempt._replace(outcome=cut)


def note(
    endpoint: Endpoint, delivery: Delivery, attempt: Attempt, now: datetime
) -> None:
    """Note what came of an attempt in an endpoint and a delivery."""
    outcome = attempt.outcome
    delivery.claimed_by = None
    if outcome is None:
        finish(delivery, Delivery.State.SKIPPED)
        if endpoint.retry_at is not None:
            endpoint.retry_at = now  # That was no try.
        return
    delivery.attempts += 1
    delivery.tried_at = now
    delivery.log = [*delivery.log, logged(outcome, attempt.at)][-KEPT_ATTEMPTS:]
    if outcome.is_success:
        finish(delivery, Delivery.State.DELIVERED)
        note_success(endpoint, now)
    else:
        fail(endpoint, delivery, outcome, now)


def fail(
    endpoint: Endpoint, delivery: Delivery, outcome: Outcome, now: datetime
) -> None:
    """Decide when a message that failed is sent again.

    None grows old while it is the endpoint that fails.
    """
    heeds = outcome.status in HEEDED
    asked = asked_delay(outcome.retry_after, now) if heeds else timedelta(0)
    was_struggling = endpoint.state == Endpoint.State.STRUGGLING
    in_outage = max(delay_in_outage(endpoint.failures + 1), asked)
    note_failure(endpoint, delivery.line or delivery.id, in_outage, now)
    if outcome.status == 410:
        disable(endpoint, GONE)
    if was_struggling or outcome.status == 410:
        delivery.due = now
        return
    delivery.failures += 1
    delay = delay_after(delivery.failures)
    if delay is None:
        finish(delivery, Delivery.State.DEAD)
    else:
        delivery.due = now + max(delay, asked)


def finish(delivery: Delivery, state: Delivery.State) -> None:
    """Let a delivery be sent no more."""
    delivery.state = state
    delivery.due = None


def promote_next(delivery: Delivery, now: datetime) -> None:
    """Let the next message of a line be sent."""
    if delivery.line is not None:
        query(
            PROMOTE,
            now=now,
            workspace=delivery.workspace_id,
            endpoint=delivery.endpoint_id,
            line=delivery.line,
        )


def logged(outcome: Outcome, at: datetime) -> JSONObject:
    """Return what is kept of an attempt."""
    return {
        "at": wire_time(at),
        "status": outcome.status,
        "error": outcome.error or None,
        "milliseconds": outcome.milliseconds,
        "excerpt": outcome.excerpt,
    }
