"""The linkage that resources show without being asked: that of to-one relationships."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from objects.schema import Catalog, Relationship, Schema
from records.ids import encode_id
from records.reading.gate import seen_by
from records.reading.sql import Sql, all_of, join


def to_one_linkage(
    actor: Actor, catalog: Catalog, schema: Schema, ids: Collection[UUID]
) -> dict[UUID, dict[str, JSON]]:
    """Return the data of each to-one relationship of each record.

    One statement, or none if the type has no such relationship. A record that the
    caller may not see is as good as none.
    """
    sides = [side for side in schema.relationships.values() if side.is_to_one]
    linkage: dict[UUID, dict[str, JSON]] = {
        identity: {side.slug: None for side in sides} for identity in ids
    }
    if sides and ids:
        statement = join(
            " UNION ALL ", [links(actor, catalog, side, ids) for side in sides]
        )
        for slug, here, there in statement.fetch():
            target = schema.relationships[slug].target
            identity = encode_id(catalog.schema(target).prefix, there)
            linkage[here][slug] = {"type": target, "id": identity}
    return linkage


def links(
    actor: Actor, catalog: Catalog, side: Relationship, ids: Collection[UUID]
) -> Sql:
    """Return the statement for both ends of links to records that can be seen."""
    here, there = ("source", "target") if side.is_forward else ("target", "source")
    wanted = Sql(
        f"link.workspace_id = %s AND link.field_id = %s AND link.{here}_id = ANY(%s)",
        (actor.workspace.id, side.field_id, list(ids)),
    )
    return join(
        "",
        [
            Sql(f"SELECT %s, link.{here}_id, link.{there}_id ", (side.slug,)),
            Sql("FROM records_link link JOIN records_record r "),
            Sql(f"ON r.workspace_id = link.workspace_id AND r.id = link.{there}_id "),
            Sql("WHERE "),
            all_of([wanted, seen_by(actor, catalog.schema(side.target))]),
        ],
    )
