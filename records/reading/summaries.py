"""What the records on the other side of a relationship come to, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.sql import Sql, concat, join
from objects.catalog import Catalog
from objects.schema import Schema
from records.access.visibility import seen_by


class Summary(NamedTuple):
    """What linked records come to: an expression over them, and the field in it."""

    sql: str
    slug: str = ""

    def of(self, schema: Schema) -> Sql:
        """Return the column, for linked records ``r`` of a type."""
        if not self.slug:
            return Sql(self.sql)
        field = schema.fields[schema.slug_of(self.slug)]
        return Sql(self.sql, (field.member,))


FIRST = Summary("(array_agg(r.id ORDER BY link.position, r.id))[1]")
"""The id of the record that was linked first."""

COUNT = Summary("count(*)")


def latest(slug: str) -> Summary:
    """Return what gives the latest moment in a field."""
    return Summary('max(r.attributes->>%s COLLATE "C")', slug)


def total(slug: str) -> Summary:
    """Return what gives the sum of a field."""
    return Summary("sum((r.attributes->>%s)::numeric)", slug)


def read_summaries(
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    slug: str,
    ids: Sequence[UUID],
    *summaries: Summary,
) -> dict[UUID, tuple[Any, ...]]:  # What they are, only the summaries know.
    """Return what the linked records of each record come to, as the caller sees them.

    A record that is linked to none is not in the result.
    """
    side = schema.relationships[schema.slug_of(slug)]
    here, there = side.ends
    target = catalog.schema(side.target)
    statement = concat(
        f"SELECT link.{here}_id, ",
        join(", ", [one.of(target) for one in summaries]),
        " FROM records_link link JOIN records_record r "
        f"ON r.workspace_id = link.workspace_id AND r.id = link.{there}_id ",
        Sql(
            f"WHERE link.workspace_id = %s AND link.field_id = %s "
            f"AND link.{here}_id = ANY(%s::uuid[]) AND ",
            (actor.workspace.id, side.field_id, list(ids)),
        ),
        seen_by(actor, target),
        f" GROUP BY link.{here}_id",
    )
    return {record_id: tuple(rest) for record_id, *rest in statement.fetch()}
