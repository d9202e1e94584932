"""Operations that put back what was there, as the journal says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from crm.errors import Refusal
from crm.json_types import JSON
from records.journal.gone import GoneRecord
from records.writing.operations import Operation, Write


class OnConflict(StrEnum):
    """What happens to what cannot be put back."""

    REFUSE = "refuse"
    DROP = "drop"
    """It stays away, and the rest is put back."""


@dataclass(frozen=True)
class Restore(Write):
    """Let a record that was deleted come back, with what the client sets besides."""

    id: str = ""
    sent_id: str | None = None
    """The id in the body, where the address has one too."""
    gone: GoneRecord | None = None
    """What is left of it; none if there is none for the caller."""
    on_conflict: OnConflict = OnConflict.REFUSE
    """What happens to its unique values that another record holds by now."""
    needs_links: bool = False
    """Whether it must not come back without a link that it had."""


class Changed(NamedTuple):
    """What stood in a place before a change, and after it."""

    before: JSON
    after: JSON


@dataclass(frozen=True)
class Revert(Operation):
    """Put back what a change took from a record that lives.

    What came must still be there: a value as it is, items and links each for itself.
    """

    id: str = ""
    values: Mapping[str, Changed] = field(default_factory=dict)
    details: Mapping[str, Changed] = field(default_factory=dict)
    """What is kept beside the items of a field, by its slug."""
    linked: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    unlinked: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    on_conflict: OnConflict = OnConflict.REFUSE


@dataclass(frozen=True)
class SetAccess(Operation):
    """Let some agents see a record, and no others."""

    id: str = ""
    viewers: tuple[UUID, ...] | None = None
    """None for everyone."""
    expected: tuple[UUID, ...] | None = None
    """The agents who must see it until then."""
    on_conflict: OnConflict = OnConflict.REFUSE
    """What happens if others see it by then."""


class UndoConflict(Refusal):
    """Somebody has changed since what is to be undone."""

    status = 409
    code = "undo_conflict"
    title = "Changed since"
    source = None
