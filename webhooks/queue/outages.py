"""How an endpoint is doing: it struggles, recovers, and is given up in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from webhooks.models import Endpoint

MOST_FAILURES = 5
"""In a row, on two lines or more: then it is the endpoint, and not a message."""

LONGEST_OUTAGE = timedelta(days=5)
FULL_PACE = 64
STATE = ("state", "disabled_reason", "failing_since", "struggling_since")
HEALTH = (*STATE, "failures", "failing_lines", "retry_at", "pace", "last_success_at")
"""What says how an endpoint is doing."""

GONE, FAILING, MANUAL = "gone", "failing", "manual"
"""Why an endpoint is disabled."""


def note_success(endpoint: Endpoint, now: datetime) -> None:
    """Note that a message arrived. What waited for this is released by and by.

    The pace doubles with each success.
    """
    if endpoint.state == Endpoint.State.STRUGGLING:
        endpoint.pace = 1
        endpoint.state = Endpoint.State.ACTIVE
    elif endpoint.pace:
        endpoint.pace = 0 if endpoint.pace >= FULL_PACE else endpoint.pace * 2
    forget_failures(endpoint)
    last = endpoint.last_success_at
    # To the second: it is not worth a write more for each of many messages.
    if last is None or now - last >= timedelta(seconds=1):
        endpoint.last_success_at = now


def forget_failures(endpoint: Endpoint) -> None:
    """Let an endpoint be one that never failed."""
    endpoint.failures = 0
    endpoint.failing_lines = []
    endpoint.failing_since = endpoint.struggling_since = endpoint.retry_at = None


def note_failure(
    endpoint: Endpoint, line: UUID, next_try: timedelta, now: datetime
) -> None:
    """Note that a message of a line failed.

    ``next_try`` is how long to wait with the next one, if the endpoint struggles.
    """
    endpoint.failures += 1
    if line not in endpoint.failing_lines:
        endpoint.failing_lines = [*endpoint.failing_lines, line][:2]
    endpoint.failing_since = endpoint.failing_since or now
    if endpoint.state == Endpoint.State.ACTIVE and is_outage(endpoint):
        endpoint.state = Endpoint.State.STRUGGLING
        endpoint.struggling_since = now
    if endpoint.state == Endpoint.State.STRUGGLING:
        endpoint.retry_at = now + next_try
        since = endpoint.struggling_since
        if since is not None and now - since >= LONGEST_OUTAGE:
            disable(endpoint, FAILING)


def is_outage(endpoint: Endpoint) -> bool:
    """Whether it is the endpoint that fails, and not a message."""
    return endpoint.failures >= MOST_FAILURES and len(endpoint.failing_lines) > 1


def disable(endpoint: Endpoint, reason: str) -> None:
    """Let an endpoint be sent nothing until somebody enables it."""
    endpoint.state = Endpoint.State.DISABLED
    endpoint.disabled_reason = reason
    endpoint.retry_at = endpoint.struggling_since = None
