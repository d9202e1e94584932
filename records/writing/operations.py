"""Operations: what a caller intends to write, before anything is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from crm.authentication import Actor
from crm.errors import NotFound, Refusal
from crm.json_types import JSON, JSONObject
from crm.jsonapi.conditions import UNCONDITIONAL, Precondition
from crm.jsonapi.documents import Identifier
from crm.nearest import quoted


class Mode(StrEnum):
    """What a refused row means for the others."""

    ATOMIC = "atomic"
    """Nothing is written."""
    PARTIAL = "partial"
    """The good rows are written."""
    DRY_RUN = "dry_run"
    """Nothing is written, whether refused or not."""


class Repeat(StrEnum):
    """What happens when two rows mean the same record."""

    REFUSE = "refuse"
    FOLD = "fold"
    """The later row updates what the earlier one left."""


class OnMatch(StrEnum):
    """What happens when a record that is to be created exists."""

    UPDATE = "update"
    SKIP = "skip"
    REFUSE = "refuse"


class Strategy(StrEnum):
    """How a value is combined with the one that is there."""

    REPLACE = "replace"
    APPEND = "append"
    """Put new items behind the old ones. A collection has each only once."""
    REMOVE = "remove"
    MERGE = "merge"
    """For an object: set the given members, keep the others."""
    FIRST = "first"
    """Put new items before the old ones, in their order. A collection has each once."""
    PRIMARY = "primary"
    """Put it in the place of the first item, and keep the others."""


@dataclass(frozen=True)
class Linkage:
    """New linkage: in place of the old, added to it, or taken from it."""

    identifiers: tuple[Identifier, ...]
    is_array: bool
    """Whether it was sent as an array, as a to-many relationship wants it."""
    how: Strategy = Strategy.REPLACE
    at: str | None = None
    """Where it stood, if not in a resource's relationships."""


@dataclass(frozen=True)
class Viewers:
    """Which agents may see a new record."""

    agents: Mapping[str, str] | None
    """Where each was named, by its id or handle; None for everyone."""
    at: str
    is_shared: bool = False
    """Whether it is said once for all rows, so that places are in the document."""


@dataclass(frozen=True)
class Operation:
    """One intended write. ``at`` is where it stood in the request, such as /data/3."""

    object: str
    """The slug of the object type."""
    at: str = ""
    type: str | None = None
    """The type that the client named, if it had to name one."""


@dataclass(frozen=True)
class Write(Operation):
    """A write that sets attributes and relationships."""

    attributes: Mapping[str, JSON] | None = None
    relationships: Mapping[str, Linkage] = field(default_factory=dict)
    strategies: Mapping[str, Strategy] = field(default_factory=dict)
    """How values are combined, by the names under which the fields were sent."""
    parts: Mapping[str, JSONObject] = field(default_factory=dict)
    """Changed parts of a field's first place, by slug. See `change_parts`."""
    defaults: Mapping[str, JSON] = field(default_factory=dict)
    """Values to be set if none of their fields has one yet."""
    details: Mapping[str, JSONObject] = field(default_factory=dict)
    """What to keep beside items, by slug and by what identifies an item."""
    needs: tuple[str, ...] = ()
    """Slugs of fields, at least one of which must have a value of its own then."""


@dataclass(frozen=True)
class Upsert(Write):
    """Update the record that matches, or create one."""

    sent_id: str | None = None
    """An id that the client should not have sent."""
    match_on: tuple[str, ...] | None = None
    """Names of unique fields in order of preference; None for the type's own."""
    on_match: OnMatch = OnMatch.UPDATE
    soft_matches: tuple[tuple[str, JSON], ...] | None = None
    """Fields, each with one value, by which the record is known, in place of
    ``match_on``. A field need not be unique: the oldest record is meant then."""
    initial: Mapping[str, Linkage] = field(default_factory=dict)
    """References to agents that only a new record gets."""
    access: Viewers | None = None
    """Who may see a new record; None for those whom the workspace says."""
    precondition: Precondition = UNCONDITIONAL
    """What the version of a record that matches must be like."""
    lid: str | None = None
    """What later operations call its record."""


@dataclass(frozen=True)
class Update(Write):
    """Change a record that is there."""

    id: str = ""
    id_at: str = "/id"
    """Where the id stood, below ``at``; empty if it was in the address."""
    sent_id: str | None = None
    """The id in the body, where the address has one too."""
    named: Identifier | None = None
    """What names the record, if it is not its id."""
    named_at: str | None = None
    """Where it is named, if outside of ``at``. Then ``id_at`` is below that."""
    precondition: Precondition = UNCONDITIONAL
    """What the record's version must be like."""


@dataclass(frozen=True)
class Content:
    """All that a record has: values, what is kept beside their items, and links."""

    values: Mapping[str, JSON]
    details: Mapping[str, JSON]
    links: Mapping[str, Sequence[UUID]]


@dataclass(frozen=True)
class Delete(Operation):
    """Delete the record of an id."""

    id: str = ""
    id_at: str = ""
    sent_id: str | None = None
    named: Identifier | None = None
    named_at: str | None = None
    precondition: Precondition = UNCONDITIONAL
    expected: Content | None = None
    """What it must have, and nothing else; None if that does not matter."""
    merged_into: UUID | None = None
    """The record that it goes into again, if it had come back from there."""


@dataclass(frozen=True)
class Intent:
    """Operations that are to be performed together: by whom, and how."""

    actor: Actor
    operations: Sequence[Operation]
    mode: Mode = Mode.ATOMIC
    on_repeat: Repeat = Repeat.REFUSE


NO_RECORD = "There is no such record."


class RecordNotFound(NotFound):
    """There is no such record, or not for this caller."""

    @classmethod
    def named_at(cls, place: str, name: str = "") -> RecordNotFound:
        """Return the refusal of a record that was named at a place, by an id if any."""
        return cls(
            {place: f"There is no record {quoted(name)}." if name else NO_RECORD}
        )


class NoSuchRecord(NotFound):
    """There is no record at this address, or not for this caller."""

    source = None

    def __init__(self, why: str = NO_RECORD) -> None:
        super().__init__(why)


class NothingToShow(Refusal):
    """None of several fields, one of which must have a value, has any."""

    status = 422
    code = "required"
    title = "Value required"


class MultipleMatches(Refusal):
    """Several records match, and choosing one would be a guess."""

    status = 409
    code = "multiple_matches"
    title = "Several records match"


class DependsOnRefused(Refusal):
    """The operation names a record by that of another one, which is refused."""

    status = 424
    code = "failed_dependency"
    title = "Depends on what is refused"


class RepeatedInBatch(Refusal):
    """An earlier row of the request means the same record."""

    status = 422
    code = "repeated_in_batch"
    title = "Repeated in the request"

    @classmethod
    def meant_at(cls, place: str) -> RepeatedInBatch:
        """Return the refusal of a row that means it by what stands at a place."""
        return cls({place: "An earlier row of the request means the same record."})
