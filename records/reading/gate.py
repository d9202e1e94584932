"""The one read gate: every read of records starts from what the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crm.authentication import Actor
from crm.jsonapi.rendering import dumps
from crm.sql import Row
from objects.schema import Schema
from records.reading.sql import Sql, all_of, join
from records.resources import RecordRow

NEWEST_FIRST = Sql("r.created_at DESC, r.id DESC")

WIRE_TIME = """
to_char(r.{column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
"""


def seen_by(actor: Actor, schema: Schema) -> Sql:
    """Return the condition that a record ``r`` is of a type and can be seen."""
    workspace = Sql("r.workspace_id = %s", (actor.workspace.id,))
    return all_of(
        [workspace, Sql("r.object_type_id = %s", (schema.id,)), visible_to(actor)]
    )


def visible_to(actor: Actor) -> Sql:
    """Return the condition that the caller may see a record ``r``."""
    if actor.agent_id is None:
        return Sql("true")
    visible = "(r.visible_to IS NULL OR r.visible_to @> ARRAY[%s]::uuid[])"
    return Sql(visible, (actor.agent_id,))


def count_all(actor: Actor, schema: Schema) -> int:
    """Return how many records of a type the caller may see."""
    if actor.agent_id is not None:
        return count(seen_by(actor, schema))
    head = "SELECT counts->>%s FROM records_journalhead WHERE workspace_id = %s"
    rows = Sql(head, (str(schema.id), actor.workspace.id)).fetch(is_prepared=True)
    return int(rows[0][0] or 0) if rows else 0


def count(condition: Sql) -> int:
    """Return how many records ``r`` fulfil a condition."""
    counted = Sql("SELECT count(*) FROM records_record r WHERE ")
    return int(join("", [counted, condition]).fetch()[0][0])


def read_page(
    schema: Schema, condition: Sql, order: Sql, *, limit: int, offset: int = 0
) -> list[RecordRow]:
    """Return records ``r`` that fulfil a condition, as they are to be shown."""
    statement = join(
        "",
        [
            Sql("SELECT "),
            join(", ", columns(schema)),
            Sql(" FROM records_record r WHERE "),
            condition,
            Sql(" ORDER BY "),
            order,
            Sql(" LIMIT %s OFFSET %s", (limit, offset)),
        ],
    )
    return rows_of(schema, statement)


def read_one(actor: Actor, schema: Schema, identity: UUID) -> RecordRow | None:
    """Return the record of an id, or None if the caller sees none."""
    condition = all_of([seen_by(actor, schema), Sql("r.id = %s", (identity,))])
    rows = read_page(schema, condition, NEWEST_FIRST, limit=1)
    return rows[0] if rows else None


def rows_of(schema: Schema, statement: Sql) -> list[RecordRow]:
    """Return the records that a statement with our `columns` finds."""
    return [row_of(schema, values) for values in statement.fetch(is_prepared=True)]


def row_of(schema: Schema, values: Row) -> RecordRow:
    """Return a record from the values of our `columns`."""
    identity, version, created, updated, creator, updater, shown, *agents = values
    references = dict(zip(schema.agents, agents, strict=True))
    return RecordRow(
        identity, version, created, updated, creator, updater, shown, references
    )


def columns(schema: Schema) -> Sequence[Sql]:
    """Return what is read of a record: the members of `RecordRow`, the agents last."""
    shown = Sql(
        "((%s::jsonb || r.attributes) - %s::text[])::text",
        (dumps(schema.blank).decode(), list(schema.agents)),
    )
    return [
        Sql("r.id, r.version"),
        Sql(WIRE_TIME.format(column="created_at")),
        Sql(WIRE_TIME.format(column="updated_at")),
        Sql("r.created_by, r.updated_by"),
        shown,
        *(Sql("r.attributes->>%s", (slug,)) for slug in schema.agents),
    ]
