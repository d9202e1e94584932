"""What the records on the other side of a relationship come to, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from crm.authentication import Actor
from objects.schema import Catalog, Schema
from records.access.visibility import seen_by
from records.reading.sql import Sql, concat, join


class Sum(NamedTuple):
    """What linked records come to: an expression over them, and the field in it."""

    sql: str
    slug: str = ""

    def of(self, schema: Schema) -> Sql:
        """Return the column, for linked records ``r`` of a type."""
        if not self.slug:
            return Sql(self.sql)
        field = schema.fields[schema.aliases[self.slug]]
        return Sql(self.sql, (field.member,))


FIRST = Sum("(array_agg(r.id ORDER BY link.position, r.id))[1]")
"""The id of the record that was linked first."""

COUNT = Sum("count(*)")


def latest(slug: str) -> Sum:
    """Return what gives the latest moment in a field."""
    return Sum('max(r.attributes->>%s COLLATE "C")', slug)


def total(slug: str) -> Sum:
    """Return what gives the sum of a field."""
    return Sum("sum((r.attributes->>%s)::numeric)", slug)


def read_neighbours(
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    slug: str,
    ids: Sequence[UUID],
    *sums: Sum,
) -> dict[UUID, tuple[Any, ...]]:  # What they are, only the sums know.
    """Return what the linked records of each record come to, as the caller sees them.

    A record that is linked to none is not in the result.
    """
    side = schema.relationships[schema.aliases[slug]]
    here, there = side.ends
    target = catalog.schema(side.target)
    statement = concat(
        f"SELECT link.{here}_id, ",
        join(", ", [one.of(target) for one in sums]),
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
    return {identity: tuple(rest) for identity, *rest in statement.fetch()}
