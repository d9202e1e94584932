"""Taking an operation's links and references to agents and users apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm.agents import name_of_agent
from crm.errors import MalformedDocument, Refusal, Refused, Required, UnknownField
from crm.json_types import JSON
from crm.jsonapi.documents import Identifier, TypeMismatch, escape
from crm.nearest import Advisor, quoted
from objects.catalog import Catalog
from objects.field_types.base import InvalidValue
from objects.field_types.relation import USER, OwnerReference
from objects.models import Field
from objects.schema import Schema
from records.ids import decode_id
from records.writing.operations import Linkage, RecordNotFound
from records.writing.rows import AgentTarget, Key, PlannedLinks, Row, SoftMatch, Target

NO_AGENT, NO_USER = "No such agent.", "No such user."


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

    A record may already refer to one that is not there any more, so whether that is
    refused is seen when the record is.

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
                row.leave_unknown(target, no_such_agent(target))
    if shared:
        raise Refused([("", RecordNotFound(shared))])


def no_such_agent(target: AgentTarget) -> RecordNotFound:
    """Return the refusal of a reference to an agent, or a user, that is not there."""
    why = NO_USER if target.name.startswith(USER) else NO_AGENT
    return RecordNotFound({target.at: why})


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
    if identifier.lid is not None:
        return Target(at, lid=(schema.slug, identifier.lid), name=identifier.lid)
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
