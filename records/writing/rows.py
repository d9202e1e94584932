"""One operation of a batch, with its values cleaned and its links taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from crm.errors import Refusal, Required
from crm.json_types import JSON
from crm.jsonapi.documents import escape
from objects.models import Field
from objects.schema import Relationship, Schema, is_blank
from records.writing.drafts import keys_of
from records.writing.operations import (
    Delete,
    NoSuchRecord,
    Operation,
    RecordNotFound,
    Strategy,
    Update,
    Write,
)

Key = tuple[UUID, str]
"""A field's id, and the key of a value in it."""


@dataclass(frozen=True)
class Target:
    """A record to be linked: by its id, by a unique value, or by neither: no record."""

    at: str
    id: UUID | None = None
    key: Key | None = None
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


@dataclass
class Row:
    """One operation of a batch on its way through the engine."""

    operation: Operation
    schema: Schema
    id: UUID
    """Of the record that it means, or of the one that it may create."""
    values: dict[str, JSON] = field(default_factory=dict)
    links: list[PlannedLinks] = field(default_factory=list)
    agents: list[AgentTarget] = field(default_factory=list)
    defaults: dict[str, JSON] = field(default_factory=dict)
    initial: dict[str, JSON] = field(default_factory=dict)
    """Values that only a new record gets."""
    soft_matches: list[SoftMatch] = field(default_factory=list)
    viewers: list[UUID] | None = None
    """The agents who may see it if it is new; None for everyone."""
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def strategies(self) -> Mapping[str, Strategy]:
        """How its values are combined with those that are there."""
        operation = self.operation
        if not isinstance(operation, Write):
            return {}
        aliases = self.schema.aliases
        return {aliases.get(name, name): s for name, s in operation.strategies.items()}

    def place(self, slug: str) -> str:
        """Return where a field stood in the resource, under the name that was sent."""
        operation = self.operation
        assert isinstance(operation, Write)
        names = (
            name
            for name in operation.attributes or {}
            if self.schema.aliases.get(name) == slug
        )
        return f"/attributes/{escape(next(names, slug))}"

    def name_agent(self, target: AgentTarget, agent: str) -> None:
        """Put the id of an agent where the row refers to it."""
        if not target.slug:
            self.viewers = [*{*(self.viewers or []), UUID(agent)}]
        elif target.is_initial:
            self.initial[target.slug] = agent
        else:
            self.values[target.slug] = agent

    def keys(self) -> dict[str, list[Key]]:
        """Return the unique keys that its values want, by field."""
        return {
            slug: [(field_.id, key) for key in keys_of(field_, self.values[slug])]
            for slug, field_ in self.schema.kept_unique.items()
            if slug in self.values and self.strategies.get(slug) != Strategy.REMOVE
        }

    def all_keys(self) -> set[Key]:
        """Return the unique keys that its values want."""
        return {key for keys in self.keys().values() for key in keys}

    def target_keys(self) -> set[Key]:
        """Return the unique keys by which it names records to be linked."""
        return {t.key for plan in self.links for t in plan.targets if t.key}


def not_found(operation: Update | Delete) -> Refusal:
    """Return the refusal of an operation whose record is not there to be seen."""
    if not operation.id_at:
        return NoSuchRecord()
    return RecordNotFound.named_at(operation.id_at, operation.id)


def missing_values(
    row: Row, attributes: Mapping[str, JSON], *, is_new: bool
) -> list[Refusal]:
    """Return a refusal for each required field that a write leaves without a value.

    A new record answers for all of them, a change for those that it sets.
    """
    operation = row.operation
    assert isinstance(operation, Write)
    parent = "" if operation.attributes is None else "/attributes"
    sent = {row.schema.aliases.get(name) for name in operation.attributes or {}}
    refused = sent - row.values.keys()
    return [
        Required(
            {
                row.place(slug) if slug in row.values else parent: (
                    f"{field_.label} must have a value."
                )
            }
        )
        for slug, field_ in row.schema.required.items()
        if slug not in refused
        if (is_new or slug in row.values) and is_blank(attributes.get(slug))
    ]
