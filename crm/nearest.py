"""Advice on a name that means nothing: the nearest that does, and what there is.

The cost is bounded whatever a client writes: of a long name only the beginning is
looked at, a long list ends early, and of many names only the first few get advice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from typing import NamedTuple

LONGEST_NAME = 64
LONGEST_LIST = 600
"""Characters."""
MOST_ADVISED = 3
"""How many names of one resource get more than the news that they mean nothing."""
MOST_COMPARED = 3
"""How many names, which have most letters in common, are compared closely."""
ALIKE = 0.6
"""From 0 to 1, as difflib counts."""


NOTHING: Mapping[str, str] = {}


class Advisor:
    """Says what may have been meant by names that mean nothing."""

    def __init__(
        self, valid: Collection[str], spelled: Mapping[str, str] = NOTHING
    ) -> None:
        """Take the names that there are, and them by what else they are called."""
        self.valid = valid
        self.spelled = spelled
        self.given = 0

    def advice(self, name: str) -> str:
        """Return the nearest name and the list of all; nothing after the first few."""
        self.given += 1
        if self.given > MOST_ADVISED:
            return ""
        valid = tuple(self.valid)
        spelled = tuple(self.spelled.items())
        near = nearest(name[:LONGEST_NAME], valid, spelled)
        meant = f" Did you mean {near!r}?" if near else ""
        return f"{meant} There are: {listed(valid)}."


def unknown(
    what: str, name: str, valid: Collection[str], spelled: Mapping[str, str] = NOTHING
) -> str:
    """Return what to say where one thing, such as a field, has no such name."""
    return f"There is no {what} {quoted(name)}.{Advisor(valid, spelled).advice(name)}"


@lru_cache(maxsize=1000)
def nearest(
    name: str, valid: tuple[str, ...], spelled: tuple[tuple[str, str], ...] = ()
) -> str | None:
    """Return the name that was probably meant, or None if none is like it.

    A name that begins another, such as email of email_addresses, is like it.
    """
    known = features_of(valid, spelled)
    meant = bare(name)
    if meant in known:
        return known[meant].name
    for other, (real, _) in known.items():
        if len(meant) > 2 and other.startswith(meant):
            return real
    sought = features(meant)
    alike = nlargest(
        MOST_COMPARED, known, lambda other: overlap(sought, known[other].features)
    )
    close = get_close_matches(meant, alike, n=1, cutoff=ALIKE)
    return known[close[0]].name if close else None


class Known(NamedTuple):
    """A name, and what its spelling is made of."""

    name: str
    features: frozenset[str]


@lru_cache(maxsize=100)
def features_of(
    valid: tuple[str, ...], spelled: tuple[tuple[str, str], ...]
) -> dict[str, Known]:
    """Return names by their bare spellings; each goes before what others are called."""
    real = dict(spelled) | {name: name for name in valid}
    spellings = {bare(other): name for other, name in real.items()}
    return {text: Known(name, features(text)) for text, name in spellings.items()}


def features(text: str) -> frozenset[str]:
    """Return the letters and the pairs of letters in a text."""
    return frozenset(text) | {a + b for a, b in pairwise(text)}


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much two sets have in common, from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


def bare(name: str) -> str:
    """Return a name without what its spellings differ in: firstName, first_name."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def listed(names: Sequence[str]) -> str:
    """Return names with commas between, as many as fit."""
    if not names:
        return "none"
    room, shown = LONGEST_LIST, []
    for name in names:
        room -= len(name) + 2
        if room < 0:
            break
        shown.append(name)
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def quoted(name: str) -> str:
    """Return a name as a sentence has it, not longer than names are."""
    return repr(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}...")
