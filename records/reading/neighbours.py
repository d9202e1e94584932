"""What the records on the other side of a relationship come to, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from crm.authentication import Actor
from objects.schema import Catalog, Schema
from records.reading.sql import Sql, concat
from records.reading.visibility import seen_by

FIRST = "(array_agg(r.id ORDER BY link.position, r.id))[1]"
"""The id of the record that was linked first."""


def latest(slug: str) -> str:
    """Return the column with the latest moment in a field."""
    return f"""max(r.attributes->>'{slug}' COLLATE "C")"""


def total(slug: str) -> str:
    """Return the column with the sum of a field."""
    return f"sum((r.attributes->>'{slug}')::numeric)"


def read_neighbours(
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    slug: str,
    ids: Sequence[UUID],
    *columns: str,
) -> dict[UUID, tuple[Any, ...]]:  # What they are, only the columns know.
    """Return what the linked records of each record come to, as the caller sees them.

    ``columns`` are written in SQL, about the linked records ``r``. A record that is
    linked to none is not in the result.
    """
    side = schema.relationships[slug]
    here, there = side.ends
    statement = concat(
        f"SELECT link.{here}_id, {', '.join(columns)} "
        "FROM records_link link JOIN records_record r "
        f"ON r.workspace_id = link.workspace_id AND r.id = link.{there}_id ",
        Sql(
            f"WHERE link.workspace_id = %s AND link.field_id = %s "
            f"AND link.{here}_id = ANY(%s::uuid[]) AND ",
            (actor.workspace.id, side.field_id, list(ids)),
        ),
        seen_by(actor, catalog.schema(side.target)),
        f" GROUP BY link.{here}_id",
    )
    return {identity: tuple(rest) for identity, *rest in statement.fetch()}
