"""Operations that make one record of several, and what is said against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from crm.errors import Refusal
from crm.json_types import JSONObject
from crm.jsonapi.conditions import UNCONDITIONAL, Precondition
from records.ids import identifier
from records.writing.operations import Operation

MOST_LOSERS = 10


class Sight(StrEnum):
    """Who may see the record that several have gone into."""

    INTERSECT = "intersect"
    """Who might see each of them."""
    KEEP = "keep"
    """Who might see the survivor."""
    UNION = "union"
    """Who might see any of them."""


class How(StrEnum):
    """How the values of a field come together."""

    KEEP = "keep"
    """The survivor's stays, though it be none."""
    UNION = "union"
    """All items and members of all records, the survivor's first."""


@dataclass(frozen=True)
class Loser:
    """A record that is to go into another."""

    id: str
    at: str
    """Where its id stood in the request."""
    type: str | None = None
    """The type that was named beside it, if one was."""


@dataclass(frozen=True)
class Merge(Operation):
    """Let records go into another one of their type, the survivor."""

    id: str = ""
    id_at: str = ""
    losers: tuple[Loser, ...] = ()
    picks: Mapping[str, str] = field(default_factory=dict)
    """By name of a field how its values come together: a word of `How`, or the id of
    the record whose value it gets, though that be none."""
    picks_at: str = "/meta/fields"
    access: Sight = Sight.INTERSECT
    access_at: str = "/meta/access"
    precondition: Precondition = UNCONDITIONAL
    """What the survivor's version must be like."""


class WentOn(Refusal):
    """The record was merged into another."""

    status = 409
    code = "merged"
    title = "Merged"
    source = None

    @classmethod
    def into(cls, type_: str, prefix: str, survivor: UUID) -> WentOn:
        """Return the refusal of a record whose address is no more than a way on."""
        return cls(WENT_ON, meta=survivor_meta(type_, prefix, survivor))


class NamedWentOn(Refusal):
    """A record that the request names was merged into another."""

    status = 409
    code = "merged"
    title = "Merged"


WENT_ON = "The record was merged into another, which is there in its place."


def survivor_meta(type_: str, prefix: str, survivor: UUID) -> JSONObject:
    """Return what a document says of a record that was merged: into which one."""
    return {"merged_into": identifier(type_, prefix, survivor)}
