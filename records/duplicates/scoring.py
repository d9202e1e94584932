"""How sure it is that two records are the same, and why."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from crm.json_types import JSON
from records.duplicates.compared import Compared
from records.duplicates.names import ALIKE, likeness, similarity
from records.duplicates.portraits import Portrait, Values

EMAIL, PROFILE, DOMAIN, PHONE = 0.9, 0.9, 0.8, 0.7
"""What a value says that two records share. Domains and phones are shared by many, and
say it only where the names are alike."""
SHARED = 0.3
"""What a domain or a phone says else."""
NAME = 0.6
"""What equal names say; similar ones as much less as they are less similar."""
COMPANY = 0.1
SUREST, LEAST = 0.99, 0.5
"""The highest score there is, and the lowest that is told of."""
LEAST_SIMILAR = (1 - (1 - LEAST) / (1 - COMPANY)) / NAME
"""How similar names must be that are told of for themselves, or for one company."""


class Kind(StrEnum):
    """How two values are alike."""

    SAME = "same"
    VARIANT = "variant"
    """They are written in different ways."""
    SIMILAR = "similar"


class Reason(NamedTuple):
    """Why two records may be the same."""

    field: str
    kind: Kind
    similarity: float
    score: float
    """What it alone says."""

    def told(self) -> dict[str, JSON]:
        """Return what clients are told of it."""
        return {
            "field": self.field,
            "kind": self.kind.value,
            "similarity": round(self.similarity, 2),
        }


class Match(NamedTuple):
    """Two records that may be the same."""

    score: float
    reasons: tuple[Reason, ...]

    def told(self) -> list[JSON]:
        """Return what clients are told of the reasons."""
        return [reason.told() for reason in self.reasons]


def compare(compared: Compared, one: Portrait, other: Portrait) -> Match | None:
    """Return how sure it is that two records are the same; None if it is not at all.

    Each reason takes its share of what the others leave in doubt.
    """
    if not compared.tells or not has_any_reason(one, other):
        return None
    reasons = tuple(reasons_of(compared, one, other))
    doubt = 1.0
    for reason in reasons:
        doubt *= 1 - reason.score
    score = round(min(1 - doubt, SUREST), 2)
    return Match(score, reasons) if 1 - doubt >= LEAST else None


def has_any_reason(one: Portrait, other: Portrait) -> bool:
    """Whether two records share a value, or else have names that can do without one.

    Nearly all pairs that a scan looks at have neither, and are soon done with.
    """
    return any(
        not ours.keys().isdisjoint(theirs.keys())
        for ours, theirs in zip(one.values, other.values, strict=True)
    ) or bool(
        one.name
        and other.name
        and similarity(one.name.trigrams, other.name.trigrams) >= LEAST_SIMILAR
    )


def reasons_of(compared: Compared, one: Portrait, other: Portrait) -> Iterator[Reason]:
    """Yield why two records may be the same."""
    named = likeness(one.name, other.name) if one.name and other.name else 0.0
    yield from shared(one.emails, other.emails, EMAIL)
    yield from shared(one.profiles, other.profiles, PROFILE)
    if named >= ALIKE:
        yield from shared(one.domains, other.domains, DOMAIN)
        yield from shared(one.phones, other.phones, PHONE)
    else:
        yield from shared_by_many(one, other)
    if named and compared.name and one.name and other.name:
        kind = kind_of_name(named, is_same=one.name.written == other.name.written)
        yield Reason(compared.name.slug, kind, named, NAME * named)
    yield from same_company(one, other)


def shared_by_many(one: Portrait, other: Portrait) -> Iterator[Reason]:
    """Yield the domain and the phone that two of different names share.

    A company's phone goes with its domain, so that both say no more than one of them.
    """
    domains = list(shared(one.domains, other.domains, SHARED))
    yield from domains
    yield from shared(one.phones, other.phones, 0.0 if domains else SHARED)


def shared(ours: Values, theirs: Values, score: float) -> Iterator[Reason]:
    """Yield that two records share a value of a kind; several say no more than one."""
    both = [normal for normal in ours if normal in theirs]
    if both:
        is_same = any(ours[one].written == theirs[one].written for one in both)
        kind = Kind.SAME if is_same else Kind.VARIANT
        yield Reason(ours[both[0]].field, kind, 1.0, score)


def kind_of_name(similarity: float, *, is_same: bool) -> Kind:
    """Return how two names are alike: in another order they are variants."""
    if is_same:
        return Kind.SAME
    return Kind.VARIANT if similarity == 1 else Kind.SIMILAR


def same_company(one: Portrait, other: Portrait) -> Iterator[Reason]:
    """Yield that two records belong to one company, by a link or by its name."""
    both = [company for company in one.employers if company in other.employers]
    if both:
        yield Reason(one.employers[both[0]], Kind.SAME, 1.0, COMPANY)
    else:
        yield from shared(one.organisations, other.organisations, COMPANY)
