"""The one read gate: every read of records starts from what the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crm.authentication import Actor
from crm.jsonapi.rendering import dumps
from crm.sql import Row
from objects.models import Field
from objects.schema import Catalog, Schema
from records.journal import count_alive
from records.reading.fieldsets import Fieldset
from records.reading.partners import partner_column, partners_of
from records.reading.sql import Sql, concat, join
from records.reading.visibility import seen_among, seen_by
from records.resources import RecordRow

WIRE_TIME = """
to_char(r.{column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
"""


def count_all(actor: Actor, schema: Schema) -> int:
    """Return how many records of a type the caller may see."""
    if actor.agent_id is not None:
        return count(seen_by(actor, schema))
    return count_alive(actor.workspace.id, schema.id)


def count(condition: Sql) -> int:
    """Return how many records ``r`` fulfil a condition."""
    rows = concat("SELECT count(*) FROM records_record r WHERE ", condition).fetch()
    return int(rows[0][0])


def read_records(
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    ids: Sequence[UUID],
    fields: Fieldset = None,
) -> list[RecordRow]:
    """Return the records among ``ids`` that the caller may see, in no order."""
    condition = Sql("r.id = ANY(%s::uuid[])", (list(ids),))
    return read_few(actor, catalog, schema, condition, fields)


def read_holders(
    actor: Actor, catalog: Catalog, schema: Schema, field: Field, keys: Sequence[str]
) -> list[RecordRow]:
    """Return the records that hold any of the keys of a unique field, in no order."""
    condition = Sql(
        "r.id = ANY(ARRAY(SELECT record_id FROM records_uniquevalue "
        "WHERE workspace_id = %s AND field_id = %s AND key = ANY(%s)))",
        (actor.workspace.id, field.id, list(keys)),
    )
    return read_few(actor, catalog, schema, condition)


def read_few(
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    condition: Sql,
    fields: Fieldset = None,
) -> list[RecordRow]:
    """Return the records that fulfil a condition, for which one plan must be right."""
    statement = concat(
        "SELECT ",
        join(", ", columns(actor, catalog, schema, fields)),
        " FROM records_record r WHERE ",
        seen_among(actor, schema, condition),
    )
    rows = statement.fetch(is_prepared=True)
    return [row_of(catalog, schema, row) for row in rows]


def columns(
    actor: Actor, catalog: Catalog, schema: Schema, fields: Fieldset = None
) -> Sequence[Sql]:
    """Return what is read of a record ``r``: the members of `RecordRow`."""
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
    agents = join(", ", stored)
    return [
        Sql("r.id, r.version"),
        Sql(WIRE_TIME.format(column="created_at")),
        Sql(WIRE_TIME.format(column="updated_at")),
        Sql("r.created_by, r.updated_by"),
        attributes,
        concat("ARRAY[", agents, "]::text[]"),
        partner_column(actor, catalog, schema),
    ]


def shown_attributes(schema: Schema) -> Sql:
    """Return the attributes of a record ``r``, with those that have no value.

    What is stored of fields that were removed is not shown.
    """
    blank = dumps(schema.blank).decode()
    removed = [*schema.object_type.removed_members, *schema.renamed]
    removed += [field.member for field in schema.agents.values()]
    shown = Sql("(%s::jsonb || r.attributes) - %s::text[]", (blank, removed))
    for member, slug in schema.renamed.items():
        if slug in schema.attributes:
            value = Sql(
                "coalesce(r.attributes->%s, %s::jsonb->%s)", (member, blank, slug)
            )
            named = concat(Sql("jsonb_build_object(%s::text, ", (slug,)), value, ")")
            shown = concat(shown, " || ", named)
    return shown


COLUMNS = 9
"""How many values those columns have."""


def row_of(catalog: Catalog, schema: Schema, values: Row) -> RecordRow:
    """Return a record from the values of our `columns`."""
    identity, version, created, updated, creator, updater, shown, *linked = values
    agents, partners = linked
    return RecordRow(
        identity,
        version,
        created,
        updated,
        creator,
        updater,
        shown,
        dict(zip(schema.agents, agents, strict=True)),
        partners_of(catalog, schema, partners),
    )
