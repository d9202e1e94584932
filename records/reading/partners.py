"""The linkage of to-one relationships, read with the record that shows it.

It is read in the same statement, so that it belongs to the version beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from objects.schema import Catalog, Relationship, Schema
from records.ids import encode_id
from records.reading.sql import Sql, concat, join
from records.reading.visibility import seen_by

Partners: TypeAlias = Mapping[str, JSON]
"""The identifier that each to-one relationship leads to, or null, by slug."""


def to_one_sides(schema: Schema) -> list[Relationship]:
    """Return the to-one relationships of a type."""
    return [side for side in schema.relationships.values() if side.is_to_one]


def partner_column(actor: Actor, catalog: Catalog, schema: Schema) -> Sql:
    """Return the column with the ids of a record's partners, in the order of its sides.

    A partner that the caller may not see is as good as none.
    """
    sides = to_one_sides(schema)
    found = [partner(actor, catalog.schema(side.target), side) for side in sides]
    return concat("ARRAY[", join(", ", found), "]::uuid[]")


def partner(actor: Actor, target: Schema, side: Relationship) -> Sql:
    """Return the id of the record on the other side of a record ``r``."""
    here, there = side.ends
    return concat(
        "(SELECT partner.id FROM records_link link JOIN records_record partner "
        "ON partner.workspace_id = link.workspace_id "
        f"AND partner.id = link.{there}_id ",
        Sql(
            "WHERE link.workspace_id = r.workspace_id AND link.field_id = %s ",
            (side.field_id,),
        ),
        f"AND link.{here}_id = r.id AND ",
        seen_by(actor, target, "partner"),
        ")",
    )


def partners_of(
    catalog: Catalog, schema: Schema, ids: Sequence[UUID | None]
) -> Partners:
    """Return the identifiers of partners from their ids."""
    found: dict[str, JSON] = {}
    for side, identity in zip(to_one_sides(schema), ids, strict=True):
        prefix = catalog.schema(side.target).prefix
        found[side.slug] = (
            {"type": side.target, "id": encode_id(prefix, identity)}
            if identity
            else None
        )
    return found


def read_partners(
    actor: Actor, catalog: Catalog, schema: Schema, ids: Iterable[UUID]
) -> dict[UUID, Partners]:
    """Return the partners of records. No statement if the type can have none."""
    if not to_one_sides(schema):
        return {}
    statement = concat(
        "SELECT r.id, ",
        partner_column(actor, catalog, schema),
        " FROM records_record r WHERE ",
        Sql("r.workspace_id = %s AND r.id = ANY(%s)", (actor.workspace.id, list(ids))),
    )
    return {
        identity: partners_of(catalog, schema, partners)
        for identity, partners in statement.fetch()
    }
