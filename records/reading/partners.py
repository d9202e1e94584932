"""The linkage of to-one relationships, read with the record that shows it.

It is read in the same statement, so that it belongs to the version beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from objects.schema import Catalog, Relationship, Schema
from records.ids import identifier
from records.reading.sql import Sql, concat, join
from records.reading.visibility import seen_by

Partners: TypeAlias = Mapping[str, JSON]
"""The identifier that each to-one relationship leads to, or null, by slug."""


def partner_column(actor: Actor, catalog: Catalog, schema: Schema) -> Sql:
    """Return the column with the ids of a record's partners, in the order of its sides.

    A partner that the caller may not see is as good as none.
    """
    found = [
        partner(actor, catalog.schema(side.target), side) for side in schema.to_one
    ]
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
    for side, identity in zip(schema.to_one, ids, strict=True):
        prefix = catalog.schema(side.target).prefix
        found[side.slug] = (
            identifier(side.target, prefix, identity) if identity else None
        )
    return found
