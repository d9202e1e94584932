"""Steps are as long as time says, and grow no faster than by twice."""

from __future__ import annotations

import pytest

from records.schema_changes.pacing import FEWEST, MOMENT, MOST, next_step

CASES: dict[str, tuple[int, float, int]] = {
    "that took as long as it may": (500, MOMENT, 500),
    "that took no time": (500, 0, 1000),
    "that took twice as long": (500, 2 * MOMENT, 250),
    "that took far too long": (500, 1000 * MOMENT, FEWEST),
    "of as many as there may be": (MOST, 0, MOST),
}


@pytest.mark.parametrize(("many", "seconds", "expected"), CASES.values(), ids=CASES)
def test_the_step_after_one(many: int, seconds: float, expected: int) -> None:
    assert next_step(many, seconds) == expected
