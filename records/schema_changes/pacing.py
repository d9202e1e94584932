"""How many records one step of long work takes, so that writers wait only a moment."""

from __future__ import annotations

MOMENT = 0.25
"""Seconds that a step should take while others may have to wait for it."""

FIRST_STEP = 500
"""Records in the first step, when nobody knows yet how long they take."""

FEWEST, MOST = 100, 5000


def next_step(many: int, seconds: float) -> int:
    """Return how many records to take next, after so many have taken some seconds.

    A step is at most twice as long as the last one, since others may be slower.
    """
    wanted = many * MOMENT / max(seconds, 0.001)
    return int(max(FEWEST, min(wanted, 2 * many, MOST)))
