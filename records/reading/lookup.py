"""Looking up: which records hold certain values, many values in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from objects.field_types.base import ValueKind
from objects.folding import fold_json
from objects.models import Field
from objects.schema import Schema
from records.reading.sql import Sql, concat
from records.reading.visibility import seen_by


class Wanted(NamedTuple):
    """A value to be looked up in a field, in the form in which it is stored."""

    schema: Schema
    field: Field
    item: JSON
    """One item, if the field holds several."""

    @property
    def document(self) -> str:
        """The part of a folded record that holds the value."""
        folded = fold_json(self.item)
        if self.field.field_type.kind == ValueKind.COLLECTION:
            folded = {"items": [folded]}
        return dumps({self.field.member: folded}).decode()


def find_holders(
    actor: Actor, wanted: Sequence[Wanted], *, most: int
) -> list[list[UUID]]:
    """Return the records that hold each value and that the caller may see.

    The oldest come first, and ``most`` of them at the most. All the values must be
    looked up in one object type.
    """
    if not wanted:
        return []
    statement = concat(
        Sql(
            "SELECT place, id FROM (SELECT place, r.id, row_number() OVER "
            "(PARTITION BY place ORDER BY r.created_at, r.id) AS age "
            "FROM unnest(%s::jsonb[]) WITH ORDINALITY AS wanted (document, place) "
            "JOIN records_record r ON r.folded @> wanted.document AND ",
            ([one.document for one in wanted],),
        ),
        seen_by(actor, wanted[0].schema),
        Sql(") AS found WHERE age <= %s ORDER BY place, age", (most,)),
    )
    found: list[list[UUID]] = [[] for _ in wanted]
    for place, identity in statement.fetch():
        found[place - 1].append(identity)
    return found
