"""The one read gate: every read of records starts from what the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crm.authentication import Actor
from crm.sql import Sql, concat
from objects.catalog import Catalog
from objects.models import Field
from objects.schema import Schema
from records.access.visibility import seen_among, seen_by, visible
from records.journal.heads import count_alive, count_each_alive
from records.reading.holders import holds_any
from records.reading.rows import (
    Fieldset,
    RecordRow,
    columns,
    row_of,
)


def count_all(actor: Actor, schema: Schema) -> int:
    """Return how many records of a type the caller may see."""
    if actor.agent_id is not None:
        return count(seen_by(actor, schema))
    return count_alive(actor.workspace.id, schema.id)


def count_each(actor: Actor) -> dict[UUID, int]:
    """Return how many records the caller may see, by the id of their type.

    A type of which there are none may be missing.
    """
    if actor.agent_id is None:
        return count_each_alive(actor.workspace.id)
    own = Sql("r.workspace_id = %s", (actor.workspace.id,))
    rows = concat(
        "SELECT r.object_type_id, count(*) FROM records_record r WHERE ",
        visible(actor, own, "r"),
        " GROUP BY r.object_type_id",
    ).fetch()
    return dict(rows)


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
    condition = holds_any("r", actor.workspace.id, field, keys)
    return read_few(actor, catalog, schema, condition)


def read_few(
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    condition: Sql,
    fields: Fieldset = None,
) -> list[RecordRow]:
    """Return the records that fulfil a condition, for which one plan must be right."""
    shown = columns(actor, catalog, schema, fields)
    found = seen_among(actor, schema, condition)

    def statement(proof: Sql) -> Sql:
        source = " FROM records_record r WHERE "
        return concat("SELECT ", shown, source, found, " AND ", proof)

    rows = actor.fetch(statement, is_prepared=True)
    return [row_of(catalog, schema, row) for row in rows]
