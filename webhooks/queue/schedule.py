"""When a message that failed is sent again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

DELAYS = [
    *(timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2)),
    *(timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2)),
    *(timedelta(hours=6), timedelta(hours=12), timedelta(hours=24)),
    timedelta(hours=24),
]
"""After the first failure, the second and so on: 69 hours in all."""

SPREAD = 0.2
"""How much longer or shorter a delay may be, so that many do not come at once."""

LONGEST_IN_OUTAGE = timedelta(minutes=5)
LONGEST_ASKED_FOR = timedelta(hours=24)


def delay_after(failures: int) -> timedelta | None:
    """Return how long to wait after so many failures; None to give up."""
    return spread(DELAYS[failures - 1]) if failures <= len(DELAYS) else None


def delay_in_outage(failures: int) -> timedelta:
    """Return how long to wait until a struggling endpoint is tried again."""
    delay = DELAYS[min(failures, len(DELAYS)) - 1]
    return spread(min(delay, LONGEST_IN_OUTAGE))


def spread(delay: timedelta) -> timedelta:
    """Return about the same delay."""
    return delay * random.uniform(1 - SPREAD, 1 + SPREAD)


def asked_delay(written: str, now: datetime) -> timedelta:
    """Return how long a receiver asks to wait (``Retry-After``, RFC 9110, 10.2.3).

    It is heeded up to a day; what cannot be read asks for nothing.
    """
    if written.isascii() and written.isdigit():
        seconds = min(int(written[:9]), LONGEST_ASKED_FOR.total_seconds())
        return timedelta(seconds=seconds)
    try:
        delay = parsedate_to_datetime(written) - now
    except (TypeError, ValueError):
        return timedelta(0)
    return max(timedelta(0), min(delay, LONGEST_ASKED_FOR))
