"""How alike two names are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from objects.folding import fold_accents

WORD = re.compile(r"[^\W_]+")
LONGEST = 200
"""How many characters of a name are compared."""
ALIKE = 0.4
"""From which similarity on two names are taken for alike."""
RESEMBLING = 0.25
"""From which similarity on a word can be another spelling of another."""


@dataclass(frozen=True)
class Name:
    """A name as it is compared: its words in lower case, without accents."""

    written: str
    """Folded, with its accents."""
    words: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> Name:
        """Return a name in lower case as it is compared: the beginning of it."""
        beginning = written[:LONGEST]
        return cls(beginning, tuple(WORD.findall(fold_accents(beginning))))

    @cached_property
    def trigrams(self) -> frozenset[str]:
        """The trigrams of its words, as PostgreSQL's ``pg_trgm`` makes them."""
        return trigrams(self.words)


def trigrams(words: Iterable[str]) -> frozenset[str]:
    """Return the trigrams of words: two blanks before each, and one behind it."""
    return frozenset(
        padded[at : at + 3]
        for word in words
        for padded in [f"  {word} "]
        for at in range(len(padded) - 2)
    )


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Return what share of all trigrams two sets have in common."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def likeness(one: Name, other: Name) -> float:
    """Return how similar two names are, from 0 to 1; in what order does not matter.

    Names that differ in a whole word on either side are those of two: of father and
    son, of two branches. What they share is no likeness.
    """
    alike = similarity(one.trigrams, other.trigrams)
    if not alike or alike == 1:
        return alike
    left = set(one.words) - set(other.words)
    right = set(other.words) - set(one.words)
    if has_stranger(left, right) and has_stranger(right, left):
        return 0.0
    return alike


def has_stranger(words: set[str], others: set[str]) -> bool:
    """Whether one of some words is another spelling of none of the others."""
    return any(not any(resemble(word, other) for other in others) for word in words)


def resemble(word: str, other: str) -> bool:
    """Whether a word can be another spelling of another, or its beginning."""
    if word.startswith(other) or other.startswith(word):
        return True
    return similarity(trigrams([word]), trigrams([other])) >= RESEMBLING
