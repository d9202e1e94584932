"""One operation of a batch, with its values cleaned and its links taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from crm.errors import MalformedDocument, Refusal, Required, UnknownField
from crm.json_types import JSON
from crm.jsonapi.documents import ClientId, Identifier, IdMismatch, TypeMismatch, escape
from objects.field_types.base import InvalidValue
from objects.field_types.collection import Collection
from objects.models import Field
from objects.schema import (
    Catalog,
    Relationship,
    Schema,
    is_blank,
)
from records.ids import decode_id
from records.writing.drafts import keys_of
from records.writing.operations import (
    Change,
    Delete,
    LinkChange,
    NoSuchRecord,
    Operation,
    RecordNotFound,
    Strategy,
    Update,
    Upsert,
)

AGENT_NAME = re.compile(r"[A-Za-z0-9-]{1,63}")
AGENT_ID = re.compile(r"[0-9A-Fa-f-]{36}")

Key = tuple[UUID, str]
"""A field's id, and the key of a value in it."""


@dataclass(frozen=True)
class Target:
    """A record to be linked: by its id, by a unique value, or by neither: no record."""

    at: str
    id: UUID | None = None
    key: Key | None = None


@dataclass(frozen=True)
class AgentTarget:
    """An agent to be referred to: by its id, or by its handle."""

    at: str
    slug: str
    """Of the field that refers to it; none if the agent is to see the record."""
    name: str
    is_initial: bool = False


class KnownBy(NamedTuple):
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
    known_by: list[KnownBy] = field(default_factory=list)
    viewers: list[UUID] | None = None
    """The agents who may see it if it is new; None for everyone."""
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def strategies(self) -> Mapping[str, Strategy]:
        """How its values are combined with those that are there."""
        operation = self.operation
        if not isinstance(operation, Change):
            return {}
        aliases = self.schema.aliases
        return {aliases.get(name, name): s for name, s in operation.strategies.items()}

    def place(self, slug: str) -> str:
        """Return where a field stood in the resource, under the name that was sent."""
        operation = self.operation
        assert isinstance(operation, Change)
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


def shape(operation: Operation, catalog: Catalog) -> Row:
    """Return an operation as a row, with all that is wrong with it by itself.

    Raises:
        NoSuchObject: if the object type does not exist.
    """
    schema = catalog.schema(operation.object)
    row = Row(operation, schema, uuid7())
    if operation.type not in {None, schema.slug, "record"}:
        row.refusals.append(
            TypeMismatch({"/type": f"The type here is {schema.slug}, or record."})
        )
    match operation:
        case Upsert():
            shape_upsert(row, operation)
        case Update() | Delete():
            shape_id(row, operation)
    if isinstance(operation, Change):
        shape_values(row, operation, catalog)
    return row


def shape_upsert(row: Row, operation: Upsert) -> None:
    """Check what only a new record has."""
    if operation.sent_id is not None:
        row.refusals.append(ClientId({"/id": "Ids are made here; send none."}))
    for name, change in operation.initial.items():
        at = change.at or f"/relationships/{escape(name)}/data"
        shape_agent(row, row.schema.aliases[name], change, at, is_initial=True)
    for name, value in operation.known_by or ():
        with suppress(Refusal):  # The attributes have it too, and say what is wrong.
            row.known_by.append(
                known_by(row.schema.fields[row.schema.aliases[name]], value)
            )
    for agent in operation.access or ():
        row.agents.append(AgentTarget("/access", "", agent))
    row.viewers = None if operation.access is None else []


def shape_id(row: Row, operation: Update | Delete) -> None:
    """Find out which record is meant."""
    identity = decode_id(row.schema.prefix, operation.id)
    if identity is None:
        return  # The row keeps an id that no record has, so it will not be found.
    row.id = identity
    sent = operation.sent_id
    if sent is not None and decode_id(row.schema.prefix, sent) != identity:
        row.refusals.append(IdMismatch({"/id": "The address has another id."}))


def not_found(operation: Update | Delete) -> Refusal:
    """Return the refusal of an operation whose record is not there to be seen."""
    if not operation.id_at:
        return NoSuchRecord("There is no such record.")
    return RecordNotFound({operation.id_at: "There is no such record."})


def shape_values(row: Row, operation: Change, catalog: Catalog) -> None:
    """Clean the attributes and take the relationships apart."""
    row.values, refusals = row.schema.clean(operation.attributes or {})
    row.defaults, others = row.schema.clean(operation.defaults)
    row.refusals += refusals + others
    sent: set[str] = set()
    for name, change in operation.relationships.items():
        at = change.at or f"/relationships/{escape(name)}/data"
        slug = row.schema.aliases.get(name, name)
        try:
            if slug in sent:
                why = "The relationship is there twice, under two names."
                raise InvalidValue({at.removesuffix("/data"): why})
            sent.add(slug)
            if slug in row.schema.agents:
                shape_agent(row, slug, change, at)
            else:
                row.links.append(shape_links(row, slug, change, at, catalog))
        except Refusal as refusal:
            row.refusals.append(refusal)


def shape_agent(
    row: Row, slug: str, change: LinkChange, at: str, *, is_initial: bool = False
) -> None:
    """Take a reference to an agent apart.

    Raises:
        MalformedDocument: if it is an array.
        TypeMismatch: if it refers to something else.
    """
    if change.is_array:
        raise MalformedDocument({at: "Send one identifier or null."})
    values = row.initial if is_initial else row.values
    values[slug] = None
    for identifier in change.identifiers:
        if identifier.type != "agent":
            raise TypeMismatch({f"{at}/type": "The type here is agent."})
        row.agents.append(AgentTarget(at, slug, agent_name(identifier, at), is_initial))


def agent_name(identifier: Identifier, at: str) -> str:
    """Return the id or handle by which an agent is referred to.

    Raises:
        UnknownField: if it is to be found by something else.
        RecordNotFound: if no agent can be called so.
    """
    if identifier.id is None and "handle" not in identifier.match:
        raise UnknownField({f"{at}/meta/match": "Agents are known by their handle."})
    name = identifier.id or identifier.match.get("handle")
    if not isinstance(name, str) or not AGENT_NAME.fullmatch(name):
        raise RecordNotFound({at: "No such agent."})
    return name.lower() if AGENT_ID.fullmatch(name) else name


def shape_links(
    row: Row, slug: str, change: LinkChange, at: str, catalog: Catalog
) -> PlannedLinks:
    """Return a change of linkage with its targets taken apart; refuse the bad ones.

    Raises:
        UnknownField: if there is no such relationship.
        MalformedDocument: if a to-one relationship gets an array, or the other way.
    """
    relationship = row.schema.relationships.get(slug)
    if relationship is None:
        sentence = f"{row.schema.slug} has no relationship of this name."
        raise UnknownField({at.removesuffix("/data"): sentence})
    if relationship.is_to_one and change.is_array:
        raise MalformedDocument({at: "Send one identifier or null."})
    if not relationship.is_to_one and not change.is_array:
        raise MalformedDocument({at: "Send an array of identifiers."})
    schema = catalog.schema(relationship.target)
    targets = []
    for identifier, place in places(change, at):
        try:
            targets.append(shape_target(identifier, schema, place))
        except Refusal as refusal:
            row.refusals.append(refusal)
    return PlannedLinks(relationship, change.how, tuple(targets))


def places(change: LinkChange, at: str) -> Iterable[tuple[Identifier, str]]:
    """Return the identifiers of a change, each with where it stood."""
    if not change.is_array:
        return [(identifier, at) for identifier in change.identifiers]
    return [(item, f"{at}/{index}") for index, item in enumerate(change.identifiers)]


def shape_target(identifier: Identifier, schema: Schema, at: str) -> Target:
    """Return a target of a link.

    Raises:
        TypeMismatch: if it is of another type.
        UnknownField: if it is to be found by a field that is not unique.
    """
    if identifier.type != schema.slug:
        raise TypeMismatch({f"{at}/type": f"The type here is {schema.slug}."})
    if identifier.id is not None:
        return Target(at, id=decode_id(schema.prefix, identifier.id))
    ((name, value),) = identifier.match.items()
    slug = schema.aliases.get(name, name)
    place = f"{at}/meta/match"
    if slug not in schema.unique:
        valid = ", ".join(schema.unique) or "none"
        raise UnknownField({place: f"Use a unique field of {schema.slug}: {valid}."})
    return Target(
        at, key=match_key(schema.unique[slug], value, f"{place}/{escape(name)}")
    )


def match_key(field_: Field, value: JSON, at: str) -> Key:
    """Return the key of one value of a unique field.

    Raises:
        Refusal: if it is none.
    """
    try:
        return known_by(field_, value).key
    except Refusal as refusal:
        raise type(refusal)({at: str(refusal)}) from refusal


def known_by(field_: Field, value: JSON) -> KnownBy:
    """Return one value of a field as that by which a record is known.

    Raises:
        Refusal: if it is none.
    """
    field_type = field_.field_type
    if isinstance(field_type, Collection):
        field_type = field_type.item
    item = field_type.clean(value, field_)
    keys = field_type.unique_keys(item)
    if not keys:
        raise Required("Give a value.")
    return KnownBy(field_, (field_.id, keys[0]), item)


def missing_values(
    row: Row, attributes: Mapping[str, JSON], *, is_new: bool
) -> list[Refusal]:
    """Return a refusal for each required field that a write leaves without a value.

    A new record answers for all of them, a change for those that it sets.
    """
    operation = row.operation
    assert isinstance(operation, Change)
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
