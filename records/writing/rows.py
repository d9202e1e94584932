"""One operation of a batch, with its values cleaned and its links taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from crm.errors import Refusal
from crm.json_types import JSON
from crm.jsonapi.documents import TypeMismatch, escape
from objects.models import Field
from objects.schema import Relationship, Schema
from records.writing.merges import How
from records.writing.operations import Operation, Strategy, Write

Key = tuple[UUID, str]
"""A field's id, and the key of a value in it."""


Lid = tuple[str, str]
"""The slug of an object type, and what one request calls a record of it."""


@dataclass(frozen=True)
class Target:
    """A record that is named: by its id, a unique value, or what this request calls it.

    An id that no record can have names none.
    """

    at: str
    id: UUID | None = None
    key: Key | None = None
    lid: Lid | None = None
    name: str = ""
    """The id as it was sent."""


@dataclass(frozen=True)
class AgentTarget:
    """An agent to be referred to: by its id, or by its handle."""

    at: str
    slug: str
    """Of the field that refers to it; none if the agent is to see the record."""
    name: str
    is_initial: bool = False
    is_shared: bool = False
    """Whether it was named once for all rows, so that ``at`` is in the document."""


class SoftMatch(NamedTuple):
    """A value by which a row knows its record."""

    field: Field
    key: Key
    item: JSON


@dataclass(frozen=True)
class PlannedLinks:
    """A change of linkage with its targets taken apart."""

    relationship: Relationship
    how: Strategy
    targets: tuple[Target, ...]
    is_offered: bool = False
    """Whether targets that cannot be linked are left out."""


class Grave(NamedTuple):
    """What is left of a record that is gone, held so that nobody else lets it back."""

    seq: int
    """The number of the entry that tells of its end."""
    viewers: list[UUID] | None
    """The agents who might see it; None for everyone."""


@dataclass
class Row:
    """One operation of a batch on its way through the engine."""

    operation: Operation
    schema: Schema
    id: UUID
    """Of the record that it means, or of the one that it may create."""
    named: Target | None = None
    """The record that it means, if it does not name it by its id."""
    values: dict[str, JSON] = field(default_factory=dict)
    system: dict[str, JSON] = field(default_factory=dict)
    """What was sent of the values that the system keeps, by name."""
    strategies: Mapping[str, Strategy] = field(default_factory=dict)
    """How its values are combined with those that are there; else they replace them."""
    keys: dict[Key, Field] = field(default_factory=dict)
    """The unique values that it wants, and the field of each."""
    links: list[PlannedLinks] = field(default_factory=list)
    agents: list[AgentTarget] = field(default_factory=list)
    unknown_agents: list[AgentTarget] = field(default_factory=list)
    """Those of them that are not there, or not active any more."""
    defaults: dict[str, JSON] = field(default_factory=dict)
    initial: dict[str, JSON] = field(default_factory=dict)
    """Values that only a new record gets."""
    soft_matches: list[SoftMatch] = field(default_factory=list)
    viewers: list[UUID] | None = None
    """The agents who may see it if it is new; None for everyone."""
    losers: list[UUID] = field(default_factory=list)
    """The records that are to go into its own, in the order of the operation."""
    picks: dict[str, UUID | How] = field(default_factory=dict)
    """By slug the record whose value its own gets, or how values come together."""
    former: dict[str, JSON] = field(default_factory=dict)
    """Values that it had, cleaned, which are to come back."""
    unfit: set[str] = field(default_factory=set)
    """The slugs of fields whose former values do not fit the schema any more."""
    conflicts: list[Refusal] = field(default_factory=list)
    """What it could not put back, where that keeps nothing else from it."""
    dropped: dict[str, JSON] = field(default_factory=dict)
    """Those of them that another record holds now, by slug."""
    unlinked: list[tuple[Relationship, UUID]] = field(default_factory=list)
    """The partners that it cannot be linked to again."""
    refusals: list[Refusal] = field(default_factory=list)
    places: Mapping[str, str] = field(default_factory=dict)
    """Where attributes stood that were parts of a name."""

    @property
    def targets(self) -> Iterator[Target]:
        """The records that it names: the one that it means, and those to be linked."""
        if self.named:
            yield self.named
        for plan in self.links:
            yield from plan.targets

    def place(self, slug: str) -> str:
        """Return where a field stood in the resource, under the name that was sent."""
        operation = self.operation
        assert isinstance(operation, Write)
        names = (
            name
            for name in operation.attributes or {}
            if self.schema.aliases.get(name) == slug
        )
        name = next(names, slug)
        return self.places.get(name, f"/attributes/{escape(name)}")

    def leave_unknown(self, target: AgentTarget, refusal: Refusal) -> None:
        """Refuse an agent that is not there, unless the record may refer to it."""
        if target.slug and not target.is_initial:
            self.values[target.slug] = target.name
            self.unknown_agents.append(target)
        else:
            self.refusals.append(refusal)

    def check_type(self, named: str | None, place: str) -> None:
        """Refuse the row if a client named another type there than its own."""
        if named not in {None, self.schema.slug, "record"}:
            why = f"The type here is {self.schema.slug}, or record."
            self.refusals.append(TypeMismatch({place: why}))

    def name_agent(self, target: AgentTarget, agent: str) -> None:
        """Put the id of an agent where the row refers to it."""
        if not target.slug:
            self.viewers = [*{*(self.viewers or []), UUID(agent)}]
        elif target.is_initial:
            self.initial[target.slug] = agent
        else:
            self.values[target.slug] = agent
