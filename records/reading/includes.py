"""Compound documents: related records that come along, one statement a level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.bounds import MOST_PATHS, within
from crm.jsonapi.queries import Place, Query
from crm.members import known_members
from crm.models import Agent, Member
from crm.sql import Sql, concat, join
from objects.catalog import Catalog
from objects.field_types.relation import Referred
from objects.schema import Relationship, Schema
from records.access.visibility import seen_by
from records.ids import encode_id
from records.reading.rows import RecordRow, columns, row_of

DEEPEST = 3
MOST = 10_000
"""Records that one document includes. Longer collections have pages of their own."""

INCLUDE = Place("include")

Tree: TypeAlias = "dict[str, Tree]"
"""Names of relationships, each with those to follow from there."""


def read_include(query: Query, catalog: Catalog, schema: Schema) -> Tree | None:
    """Return the relationships to follow; None if nothing was said of them.

    Raises:
        Refusal: if a path leads nowhere, or is too long.
    """
    written = query.plain("include")
    if written is None:
        return None
    tree: Tree = {}
    place = query.place("include")
    for path in within(written.split(",") if written else [], place, MOST_PATHS):
        grow(tree, path, catalog, schema, place)
    return tree


def grow(tree: Tree, path: str, catalog: Catalog, schema: Schema, place: Place) -> None:
    """Add a path such as ``deals.people`` to a tree."""
    steps = path.split(".")
    if len(steps) > DEEPEST:
        raise place.refuse(f"Include at most {DEEPEST} levels: {path!r} has more.")
    for index, name in enumerate(steps):
        slug = schema.slug_of(name)
        is_last = index == len(steps) - 1
        if slug in schema.agents and is_last:
            tree.setdefault(slug, {})
            return
        if slug not in schema.relationships:
            valid = ", ".join([*schema.relationships, *schema.agents])
            raise place.refuse(
                f"{schema.slug} has no relationship {name!r}. It has: {valid}."
            )
        tree = tree.setdefault(slug, {})
        schema = catalog.schema(schema.relationships[slug].target)


TypedId: TypeAlias = tuple[str, UUID]
"""What tells records apart: their type and their id."""


@dataclass
class Included:
    """What came along: records each once, and the linkage that leads to them."""

    rows: dict[TypedId, RecordRow] = field(default_factory=dict)
    linkage: dict[TypedId, dict[str, JSON]] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)

    def look(self, hop: Hop) -> None:
        """Note that the linkage of some records is followed, whatever it leads to."""
        slug, is_to_one = hop.side.slug, hop.side.is_to_one
        for record_id in hop.ids:
            known = self.linkage.setdefault((hop.schema.slug, record_id), {})
            known.setdefault(slug, None if is_to_one else [])

    def link(self, hop: Hop, here: UUID, row: RecordRow) -> None:
        """Add a record to the linkage of another."""
        target = hop.target
        known = self.linkage[hop.schema.slug, here]
        found: JSON = {"type": target.slug, "id": encode_id(target.prefix, row.id)}
        data = known[hop.side.slug]
        if isinstance(data, list):
            data.append(found)
        else:
            known[hop.side.slug] = found
        self.rows.setdefault((target.slug, row.id), row)


@dataclass(frozen=True)
class Hop:
    """A relationship to follow from records of one type, and where to go from there."""

    schema: Schema
    side: Relationship
    target: Schema
    further: Tree
    ids: Sequence[UUID]


class Includes:
    """Follows relationships from records to others, as one caller sees them."""

    def __init__(
        self,
        actor: Actor,
        catalog: Catalog,
        fieldsets: Mapping[str, frozenset[str]],
        place: Place = INCLUDE,
    ) -> None:
        """Take what is shown of records, and where the request asks for them."""
        self.actor = actor
        self.catalog = catalog
        self.fieldsets = fieldsets
        self.place = place
        self.related = Included()

    def follow(self, schema: Schema, rows: Iterable[RecordRow], tree: Tree) -> Included:
        """Return all that the paths of a tree lead to, one statement a level."""
        hops = self.hops(schema, list(rows), tree)
        while hops:
            found = self.read(hops)
            hops = [
                further
                for hop, step_rows in zip(hops, found, strict=True)
                for further in self.hops(hop.target, step_rows, hop.further)
            ]
        return self.related

    def hops(self, schema: Schema, rows: list[RecordRow], tree: Tree) -> list[Hop]:
        """Return the hops that a tree asks for from some records of one type."""
        for slug in tree.keys() & schema.agents.keys():
            self.related.agents |= {str(r.agents[slug]) for r in rows if r.agents[slug]}
        ids = [row.id for row in rows]
        sides = [(schema.relationships.get(slug), tree[slug]) for slug in tree]
        return [
            Hop(schema, side, self.catalog.schema(side.target), further, ids)
            for side, further in sides
            if side and ids
        ]

    def read(self, hops: Sequence[Hop]) -> list[list[RecordRow]]:
        """Return the records behind each hop, and note how they are linked.

        Raises:
            Refusal: if they are too many for one document.
        """
        found: list[dict[UUID, RecordRow]] = [{} for _ in hops]
        for hop in hops:
            self.related.look(hop)
        statement = join(" UNION ALL ", map(self.statement, hops, range(len(hops))))
        limit = Sql(" ORDER BY 1, 3, 4 LIMIT %s", (MOST + 1 - len(self.related.rows),))
        rows = concat(statement, limit).fetch()
        if len(rows) + len(self.related.rows) > MOST:
            why = f"That is more than {MOST:,} records. Ask for their own pages."
            raise self.place.refuse(why)
        for number, here, _, *values in rows:
            hop = hops[number]
            row = row_of(self.catalog, hop.target, tuple(values))
            self.related.link(hop, here, row)
            found[number][row.id] = row
        return [list(rows.values()) for rows in found]

    def statement(self, hop: Hop, number: int) -> Sql:
        """Return the statement for the records behind one hop."""
        here, there = hop.side.ends
        fields = self.fieldsets.get(hop.target.slug)
        ids = (self.actor.workspace.id, hop.side.field_id, list(hop.ids))
        return concat(
            Sql(f"SELECT %s::int, link.{here}_id, link.position, ", (number,)),
            columns(self.actor, self.catalog, hop.target, fields),
            " FROM records_link link JOIN records_record r "
            f"ON r.workspace_id = link.workspace_id AND r.id = link.{there}_id "
            "WHERE link.workspace_id = ",
            Sql(f"%s AND link.field_id = %s AND link.{here}_id = ANY(%s) AND ", ids),
            seen_by(self.actor, hop.target),
        )


def read_referred(actor: Actor, values: Iterable[str]) -> list[Agent | Member]:
    """Return the agents and users that references mean, as far as they are there.

    There is no statement for a kind of which there are none.
    """
    referred = [Referred.of(value) for value in values]
    agents = [one.id for one in referred if one.type == "agent"]
    users = [one.id for one in referred if one.type == "user"]
    found: list[Agent | Member] = []
    if agents:
        found += Agent.objects.filter(workspace=actor.workspace, id__in=agents)
    if users:
        found += known_members().filter(workspace=actor.workspace, id__in=users)
    return found
