"""Measures things side by side: in turns, so that noise falls on all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

ROUNDS = 15


def measure(
    candidates: Mapping[str, Callable[[], object]], *, times: int, rounds: int = ROUNDS
) -> dict[str, float]:
    """Return the median, over rounds, of the milliseconds that each call takes."""
    for call in candidates.values():
        call()
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, call in candidates.items():
            begun = time.perf_counter()
            for _ in range(times):
                call()
            taken[name].append((time.perf_counter() - begun) / times * 1000)
    return {name: median(values) for name, values in taken.items()}
