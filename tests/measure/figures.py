"""What was measured, beside what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.benchmarks.report import say


@dataclass(frozen=True)
class Figure:
    """A number, its goal, and lines that tell what it is made of."""

    name: str
    value: str
    goal: str
    details: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.value} ({self.goal})"


def report(figures: Iterable[Figure]) -> None:
    """Print a line for each figure, and below them what they are made of."""
    measured = list(figures)
    for figure in measured:
        say(str(figure))
    for figure in measured:
        if figure.details:
            say("\n".join(["", figure.name, *(f"  {line}" for line in figure.details)]))


def first(lines: Sequence[str], many: int) -> list[str]:
    """Return so many lines, and one that tells how many are left out."""
    left_out = len(lines) - many
    return [*lines[:many], *([f"and {left_out} more"] if left_out > 0 else [])]
