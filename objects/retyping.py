"""Fields that get another type, while their records have values of both.

Records are first given values of the new type, beside those that are shown; then the
field changes over in one moment; then those of the former type are taken away, and what
reads otherwise is noted, one record after the other. Decision 120 in docs/decisions.md
says why.
"""

from __future__ import annotations

from copy import copy
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from crm.json_types import JSONObject
from objects.models import Field


class Phase(StrEnum):
    """How far a field is that gets another type."""

    CONVERTING = "converting"
    """It has the former type; its records are being given values of the new one."""
    NOTING = "noting"
    """It has the new type; what was of the former one is being taken away."""


@dataclass
class Retyping:
    """What a field is besides what it shows: of another type, under another member."""

    type: str
    """The type that it will have; once it has that, the one that it had."""
    options: JSONObject
    """What that type may know of the field."""
    member: str
    """The member of stored documents with the values of that type."""
    total: int
    """How many records the object type had when it began."""
    phase: str = Phase.CONVERTING
    after: str = ""
    """The last record that is through; blank before the first."""
    done: int = 0
    many: int = 500
    """How many records are taken in the next step."""
    flags: list[str] = field(default_factory=list)
    """What the field is to be when it has the new type."""
    work: list[str] = field(default_factory=list)
    """What its records are to be filled with then."""
    offenders: list[str] = field(default_factory=list)
    """Ids of records whose values do not survive."""

    @classmethod
    def of(cls, field_: Field) -> Retyping:
        """Return what a field is besides, which gets another type."""
        return cls(**field_.retyping)

    def keep(self, field_: Field) -> None:
        """Keep it at a field, which the caller saves."""
        field_.retyping = asdict(self)

    def swap(self, field_: Field) -> None:
        """Let a field be what it was besides, and this be what it was."""
        former = (field_.type, field_.options, field_.member)
        field_.noted_name = field_.noted_member
        field_.type, field_.options = self.type, self.options
        field_.storage_name = self.member
        self.type, self.options, self.member = former
        self.phase, self.after, self.done = Phase.NOTING, "", 0


def other_field(field_: Field) -> Field:
    """Return a field as what it is besides: with the other type and member."""
    other, retyping = copy(field_), Retyping.of(field_)
    other.type, other.options = retyping.type, retyping.options
    other.storage_name = retyping.member
    return other


def is_in(phase: Phase, field_: Field) -> bool:
    """Whether a field gets another type and is so far."""
    return bool(field_.retyping.get("phase") == phase)
