"""How many records one step takes, so that nobody waits for it long."""

from __future__ import annotations

from records.schema_changes import walking

SECONDS = 0.2
"""How long a step may hold what others wait for: records, and the journal's head."""

FEWEST = 250
"""With fewer the work around a step would take longer than the step."""


def next_many(many: int, seconds: float) -> int:
    """Return how many records the next step takes, after one that took so long."""
    fitting = int(many * SECONDS / max(seconds, 0.001))
    wanted = min(max(fitting, many // 2), many * 2)
    return min(max(wanted, FEWEST), walking.BATCH)
