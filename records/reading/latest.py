"""Records of several types as they are now, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from crm.authentication import Actor
from crm.sql import Sql, concat, join
from objects.catalog import Catalog
from objects.schema import Schema
from records.access.visibility import seen_by
from records.reading.rows import RecordRow, columns, row_of


def read_latest(
    actor: Actor,
    catalog: Catalog,
    wanted: Mapping[UUID, Schema],
    fieldsets: Mapping[str, frozenset[str]],
) -> list[tuple[Schema, RecordRow]]:
    """Return the records that are there and that the caller may see, in no order.

    ``wanted`` has the type of each. No statement if none are wanted.
    """
    schemas = list({schema.slug: schema for schema in wanted.values()}.values())
    if not schemas:
        return []
    statements = [
        concat(
            Sql("SELECT %s::int, ", (number,)),
            columns(actor, catalog, schema, fieldsets.get(schema.slug)),
            " FROM records_record r WHERE ",
            seen_by(actor, schema),
            Sql(
                " AND r.id = ANY(%s::uuid[])",
                ([record for record, one in wanted.items() if one is schema],),
            ),
        )
        for number, schema in enumerate(schemas)
    ]
    return [
        (schemas[number], row_of(catalog, schemas[number], tuple(values)))
        for number, *values in join(" UNION ALL ", statements).fetch()
    ]
