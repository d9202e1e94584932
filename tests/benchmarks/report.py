"""Prints what was measured."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def ratio(what: str, ours: float, theirs: float, budget: str) -> None:
    """Print two medians in milliseconds, and how they compare."""
    say(f"{what:48} {ours:9.3f} ms {theirs:9.3f} ms {ours / theirs:6.2f}x  ({budget})")
