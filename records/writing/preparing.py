"""Cleaning an operation: its values cleaned, its links and agents taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from uuid_utils.compat import uuid7

from crm.agents import name_of_agent
from crm.errors import MalformedDocument, Refusal, Refused, Required, UnknownField
from crm.json_types import JSON
from crm.jsonapi.documents import ClientId, Identifier, IdMismatch, TypeMismatch, escape
from crm.nearest import Advisor, quoted
from objects.catalog import Catalog
from objects.field_types.base import InvalidValue
from objects.field_types.relation import USER, OwnerReference
from objects.models import Field
from objects.schema import SYSTEM_FIELDS, Schema, clean_value
from objects.spreading import spread_names
from records.ids import decode_id
from records.journal.gone import GoneRecord
from records.writing.drafts import keys_of
from records.writing.operations import (
    Delete,
    Linkage,
    Operation,
    RecordNotFound,
    Strategy,
    Update,
    Upsert,
    Write,
)
from records.writing.reversals import Restore, Revert, SetAccess
from records.writing.rows import AgentTarget, Key, PlannedLinks, Row, SoftMatch, Target

NO_AGENT, NO_USER = "No such agent.", "No such user."


def prepare(operation: Operation, catalog: Catalog) -> Row:
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
            prepare_upsert(row, operation)
        case Update() | Delete() | Restore() | Revert() | SetAccess():
            prepare_id(row, operation.id, sent_id_of(operation))
    if isinstance(operation, Write):
        prepare_values(row, operation, catalog)
    prepare_reversal(row, operation)
    return row


def prepare_reversal(row: Row, operation: Operation) -> None:
    """Prepare what is to come back, if anything is."""
    match operation:
        case Restore(gone=GoneRecord() as gone):
            prepare_gone(row, operation, gone)
        case Revert():
            prepare_revert(row, operation)


def prepare_upsert(row: Row, operation: Upsert) -> None:
    """Check what only a new record has."""
    if operation.sent_id is not None:
        row.refusals.append(ClientId({"/id": "Ids are made here; send none."}))
    for name, change in operation.initial.items():
        at = change.at or f"/relationships/{escape(name)}/data"
        prepare_agent(row, row.schema.slug_of(name), change, at, is_initial=True)
    for name, value in operation.soft_matches or ():
        with suppress(Refusal):  # The attributes have it too, and say what is wrong.
            row.soft_matches.append(
                soft_match(row.schema.fields[row.schema.slug_of(name)], value)
            )


def sent_id_of(operation: Operation) -> str | None:
    """Return the id in the body, where the address has one too."""
    if isinstance(operation, Update | Delete | Restore):
        return operation.sent_id
    return None


def prepare_id(row: Row, name: str, sent: str | None) -> None:
    """Find out which record is meant."""
    record_id = decode_id(row.schema.prefix, name)
    if record_id is None:
        return  # The row keeps an id that no record has, so it will not be found.
    row.id = record_id
    if sent is not None and decode_id(row.schema.prefix, sent) != record_id:
        row.refusals.append(IdMismatch({"/id": "The address has another id."}))


def prepare_values(row: Row, operation: Write, catalog: Catalog) -> None:
    """Clean the attributes and take the relationships apart."""
    attributes = dict(operation.attributes or {})
    if isinstance(operation, Update):
        kept = attributes.keys() & set(SYSTEM_FIELDS)
        row.system = {name: attributes.pop(name) for name in kept}
    spread = spread_names(row.schema, attributes)
    if spread.places:
        row.operation = replace(operation, attributes=spread.attributes)
        row.places = spread.places
    row.values, refusals = row.schema.clean(spread.attributes, spread.places)
    row.defaults, others = row.schema.clean(operation.defaults)
    row.refusals += spread.refusals + refusals + others
    row.strategies = {
        row.schema.slug_of(name): how for name, how in operation.strategies.items()
    }
    row.keys = wanted_keys(row)
    if operation.relationships:
        prepare_relationships(row, operation.relationships, catalog)


def prepare_gone(row: Row, operation: Restore, gone: GoneRecord) -> None:
    """Clean the values that a record had, and plan the links that it had.

    What the client sets takes the place of what was there.
    """
    names = (*(operation.attributes or {}), *operation.relationships)
    sent = {row.schema.slug_of(name) for name in names}
    had = {row.schema.slug_of(name): v for name, v in (gone.values or {}).items()}
    kept = {slug: had[slug] for slug in row.schema.fields if slug in had.keys() - sent}
    agents = {slug: v for slug, v in kept.items() if slug in row.schema.agents}
    values, refusals = row.schema.clean(
        {slug: v for slug, v in kept.items() if slug not in agents}
    )
    row.former = values | agents
    row.refusals += refusals
    row.keys |= unique_fields(row.schema, values)
    links = {
        n: ids for n, ids in gone.links.items() if row.schema.slug_of(n) not in sent
    }
    row.links += offered_links(row.schema, links, Strategy.APPEND)


def offered_links(
    schema: Schema, links: Mapping[str, Sequence[UUID]], how: Strategy
) -> Iterator[PlannedLinks]:
    """Yield changes of links that are made as far as they can be."""
    for name, ids in links.items():
        side = schema.relationship(name)
        if side and ids:
            targets = tuple(Target("", one) for one in ids)
            yield PlannedLinks(side, how, targets, is_offered=True)


def prepare_revert(row: Row, operation: Revert) -> None:
    """Clean the values that are to come back, and plan the links that go and come."""
    for name, change in operation.values.items():
        field_ = row.schema.field(name)
        if field_ is None:
            continue
        try:
            row.former[field_.slug] = clean_value(field_, change.before)
        except Refusal:
            row.unfit.add(field_.slug)
    row.keys = unique_fields(row.schema, row.former)
    row.links += offered_links(row.schema, operation.linked, Strategy.REMOVE)
    row.links += offered_links(row.schema, operation.unlinked, Strategy.APPEND)


def unique_fields(schema: Schema, values: Mapping[str, JSON]) -> dict[Key, Field]:
    """Return the unique values among some, each with its field."""
    return {
        (field_.id, key): field_
        for slug, field_ in schema.kept_unique.items()
        for key in keys_of(field_, values.get(slug))
    }


def prepare_relationships(
    row: Row, changes: Mapping[str, Linkage], catalog: Catalog
) -> None:
    """Take the relationships apart, and refuse those that there are not."""
    sent: set[str] = set()
    advisor = Advisor([*row.schema.relationships, *row.schema.agents])
    for name, change in changes.items():
        at = change.at or f"/relationships/{escape(name)}/data"
        slug = row.schema.slug_of(name)
        try:
            if slug in sent:
                why = "The relationship is there twice, under two names."
                raise InvalidValue({at.removesuffix("/data"): why})
            sent.add(slug)
            if slug in row.schema.agents:
                prepare_agent(row, slug, change, at)
            elif slug in row.schema.relationships:
                row.links.append(prepare_links(row, slug, change, at, catalog))
            else:
                why = f"{row.schema.slug} has no relationship {quoted(name)}."
                why += advisor.advice(name)
                raise UnknownField({at.removesuffix("/data"): why})
        except Refusal as refusal:
            row.refusals.append(refusal)


def wanted_keys(row: Row) -> dict[Key, Field]:
    """Return the unique values that a row wants to be its record's own."""
    return {
        (field_.id, key): field_
        for slug, field_ in row.schema.kept_unique.items()
        if slug in row.values and row.strategies.get(slug) != Strategy.REMOVE
        for key in keys_of(field_, row.values[slug])
    }


def prepare_agent(
    row: Row, slug: str, change: Linkage, at: str, *, is_initial: bool = False
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
    may_be_user = row.schema.fields[slug].type == OwnerReference.name
    for identifier in change.identifiers:
        name = referred_name(identifier, at, may_be_user=may_be_user)
        row.agents.append(AgentTarget(at, slug, name, is_initial))


def referred_name(identifier: Identifier, at: str, *, may_be_user: bool) -> str:
    """Return the name by which an agent, or a user, is referred to.

    Raises:
        TypeMismatch: if it is something else.
        UnknownField: if it is to be found by something else than it can be.
        RecordNotFound: if nobody can be called so.
    """
    if identifier.type == "agent":
        return agent_name(identifier, at)
    if not may_be_user:
        raise TypeMismatch({f"{at}/type": "The type here is agent."})
    if identifier.type != "user":
        raise TypeMismatch({f"{at}/type": "The type here is agent or user."})
    if identifier.id is None:
        raise UnknownField({f"{at}/meta/match": "Users are known by their id."})
    name = name_of_agent(identifier.id)
    if name is None:
        raise RecordNotFound({at: NO_USER})
    return f"{USER}{name}"


def agent_name(identifier: Identifier, at: str) -> str:
    """Return the id or handle by which an agent is referred to.

    Raises:
        UnknownField: if it is to be found by something else.
        RecordNotFound: if no agent can be called so.
    """
    if identifier.id is None and "handle" not in identifier.match:
        raise UnknownField({f"{at}/meta/match": "Agents are known by their handle."})
    name = name_of_agent(identifier.id or identifier.match.get("handle"))
    if name is None:
        raise RecordNotFound({at: NO_AGENT})
    return name


def name_agents(rows: Iterable[Row], agents: Mapping[str, str]) -> None:
    """Put the ids of agents where rows refer to them by a name.

    Raises:
        Refused: if an agent is not there that was named once for all rows.
    """
    shared: dict[str, str] = {}
    for row in rows:
        for target in row.agents:
            if target.name in agents:
                row.name_agent(target, agents[target.name])
            elif target.is_shared:
                shared[target.at] = NO_AGENT
            else:
                why = NO_USER if target.name.startswith(USER) else NO_AGENT
                row.refusals.append(RecordNotFound({target.at: why}))
    if shared:
        raise Refused([("", RecordNotFound(shared))])


def prepare_links(
    row: Row, slug: str, change: Linkage, at: str, catalog: Catalog
) -> PlannedLinks:
    """Return a change of linkage with its targets taken apart; refuse the bad ones.

    Raises:
        MalformedDocument: if a to-one relationship gets an array, or the other way.
    """
    relationship = row.schema.relationships[slug]
    if relationship.is_to_one and change.is_array:
        raise MalformedDocument({at: "Send one identifier or null."})
    if not relationship.is_to_one and not change.is_array:
        raise MalformedDocument({at: "Send an array of identifiers."})
    schema = catalog.schema(relationship.target)
    targets = []
    for identifier, place in places(change, at):
        try:
            targets.append(prepare_target(identifier, schema, place))
        except Refusal as refusal:
            row.refusals.append(refusal)
    return PlannedLinks(relationship, change.how, tuple(targets))


def places(change: Linkage, at: str) -> Iterable[tuple[Identifier, str]]:
    """Return the identifiers of a change, each with where it stood."""
    if not change.is_array:
        return [(identifier, at) for identifier in change.identifiers]
    return [(item, f"{at}/{index}") for index, item in enumerate(change.identifiers)]


def prepare_target(identifier: Identifier, schema: Schema, at: str) -> Target:
    """Return a target of a link.

    Raises:
        TypeMismatch: if it is of another type.
        UnknownField: if it is to be found by a field that is not unique.
    """
    if identifier.type != schema.slug:
        raise TypeMismatch({f"{at}/type": f"The type here is {schema.slug}."})
    if identifier.id is not None:
        found = decode_id(schema.prefix, identifier.id)
        return Target(at, id=found, name=identifier.id)
    ((name, value),) = identifier.match.items()
    slug = schema.slug_of(name)
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
        return soft_match(field_, value).key
    except Refusal as refusal:
        raise type(refusal)({at: str(refusal)}) from refusal


def soft_match(field_: Field, value: JSON) -> SoftMatch:
    """Return one value of a field as that by which a record is known.

    Raises:
        Refusal: if it is none.
    """
    item = field_.item_type.clean(value, field_)
    keys = field_.item_type.unique_keys(item)
    if not keys:
        raise Required("Give a value.")
    return SoftMatch(field_, (field_.id, keys[0]), item)
