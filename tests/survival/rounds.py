"""How long campaigns are: short in ``make test``, long in ``make campaign``."""

from __future__ import annotations

import os
import random

CAMPAIGN = bool(os.environ.get("CAMPAIGN"))


def rounds(*, short: int, long: int) -> range:
    """Return the numbers of the rounds."""
    return range(long if CAMPAIGN else short)


def moment(longest: float) -> float:
    """Return a moment, in seconds from now, that differs from run to run."""
    return random.uniform(0, longest)
