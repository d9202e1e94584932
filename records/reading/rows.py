"""A record as it is read: its columns, and the row that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.sql import Row, Sql, concat, join
from objects.catalog import Catalog
from objects.models import Field
from objects.schema import SYSTEM_FIELDS, Relationship, Schema
from records.access.visibility import seen_by
from records.ids import identifier

Fieldset: TypeAlias = "frozenset[str] | None"
"""The fields of a type that are shown; None for all."""

Partners: TypeAlias = Mapping[str, JSON]
"""The identifier that each to-one relationship leads to, or null, by slug."""

WIRE_TIME = """
to_char(r.{column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
"""

COLUMNS = 9
"""How many values those columns have."""


class RecordRow(NamedTuple):
    """A record as it was read or written."""

    id: UUID
    version: int
    created_at: str
    updated_at: str
    created_by: str
    updated_by: str
    attributes: str
    """JSON with a member for each attribute that is shown, and nothing else."""
    agents: Mapping[str, JSON]
    """The ids of the agents that the record refers to, by field."""
    partners: Partners
    """The identifiers that its to-one relationships lead to, by slug."""

    @property
    def system(self) -> dict[str, str]:
        """The attributes that the system keeps."""
        return dict(zip(SYSTEM_FIELDS, self[2:6], strict=True))


def columns(
    actor: Actor, catalog: Catalog, schema: Schema, fields: Fieldset = None
) -> Sql:
    """Return what is read of a record ``r``: the members of `RecordRow`."""
    own = own_columns(schema, fields)
    return concat(own, ", ", partner_column(actor, catalog, schema))


@lru_cache(maxsize=1024)
def own_columns(schema: Schema, fields: Fieldset) -> Sql:
    """Return all of it but the partners, which not everybody sees."""
    shown = shown_attributes(schema)
    if fields is None:
        attributes = concat("(", shown, ")::text")
    else:
        attributes = concat(
            "(SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(",
            shown,
            Sql(") WHERE key = ANY(%s))::text", (list(fields),)),
        )
    stored = [Sql("r.attributes->>%s", (f.member,)) for f in schema.agents.values()]
    return concat(
        "r.id, r.version, ",
        WIRE_TIME.format(column="created_at"),
        ", ",
        WIRE_TIME.format(column="updated_at"),
        ", r.created_by, r.updated_by, ",
        attributes,
        ", ARRAY[",
        join(", ", stored),
        "]::text[]",
    )


def shown_attributes(schema: Schema) -> Sql:
    """Return the attributes of a record ``r``, with those that have no value.

    What is stored of fields that were removed is not shown.
    """
    blank = dumps(schema.blank).decode()
    removed = [*schema.unshown, *schema.renamed]
    removed += [field.member for field in schema.agents.values()]
    shown = Sql("(%s::jsonb || r.attributes) - %s::text[]", (blank, removed))
    moved = {*schema.renamed.values(), *schema.converting}
    for slug, field in schema.attributes.items():
        if slug in moved:
            value = shown_value(field, schema.converting.get(slug))
            named = Sql("jsonb_build_object(%s::text, coalesce(", (slug,))
            nothing = Sql(", %s::jsonb->%s))", (blank, slug))
            shown = concat(shown, " || ", named, value, nothing)
    return shown


def shown_value(field: Field, other: Field | None) -> Sql:
    """Return the value of a field of a record ``r``.

    ``other`` is what it will be if it gets another type. It may have got that since the
    schema was read, which the statement itself has to find out, for all of its records.
    """
    value = Sql("r.attributes->%s", (field.member,))
    if other is None:
        return value
    has_changed = Sql(
        "(SELECT storage_name = %s FROM objects_field WHERE id = %s)",
        (other.member, field.id),
    )
    changed = Sql(" THEN r.attributes->%s ELSE ", (other.member,))
    return concat("CASE WHEN ", has_changed, changed, value, " END")


def partner_column(actor: Actor, catalog: Catalog, schema: Schema) -> Sql:
    """Return the column with the ids of a record's partners, in the order of its sides.

    They are read in the statement of the record itself, so that they belong to the
    version beside them (decision 10). A partner that the caller may not see is as good
    as none.
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


def row_of(catalog: Catalog, schema: Schema, values: Row) -> RecordRow:
    """Return a record from the values of our `columns`."""
    id_, version, created_at, updated_at, by, last_by, shown, agents, partners = values
    return RecordRow(
        id_,
        version,
        created_at,
        updated_at,
        by,
        last_by,
        shown,
        dict(zip(schema.agents, agents, strict=True)),
        partners_of(catalog, schema, partners) if partners else {},
    )


def partners_of(
    catalog: Catalog, schema: Schema, ids: Sequence[UUID | None]
) -> Partners:
    """Return the identifiers of partners from their ids."""
    found: dict[str, JSON] = {}
    for side, record_id in zip(schema.to_one, ids, strict=True):
        prefix = catalog.schema(side.target).prefix
        found[side.slug] = (
            identifier(side.target, prefix, record_id) if record_id else None
        )
    return found
