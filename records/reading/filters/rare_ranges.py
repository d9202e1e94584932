"""Ranges of indexed fields that few records are in.

PostgreSQL guesses how much of a range there is from the values of all fields together,
and reads all records where it guesses badly. So the few records of a rare range are
looked up first, and the statement that follows looks at no others.

Decision 8 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from crm.json_types import JSON
from crm.sql import Sql, all_of, concat
from objects.models import Field
from records.reading.filters.operators import Comparison

RARE = 1000
"""The most records that are looked up first."""


class Ranges:
    """The ranges that all records of a list must be in, by field."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self.bounds: defaultdict[UUID, list[Sql]] = defaultdict(list)

    def note(self, field: Field, comparison: Comparison, value: JSON) -> None:
        """Note a bound of a range, which must hold for every record."""
        key = field.field_type.sort_key(value, field)
        self.bounds[field.id].append(Sql(f"key {comparison} %s", (key,)))

    def narrow(self, condition: Sql) -> Sql:
        """Return a condition that names the records, if the first range is rare."""
        for field, bounds in self.bounds.items():
            ids = self.some_within(field, bounds)
            if len(ids) <= RARE:
                return Sql("r.id = ANY(%s::uuid[])", (ids,)) & condition
            break
        return condition

    def some_within(self, field: UUID, bounds: list[Sql]) -> list[UUID]:
        """Return the records within a range, or one more than a rare one has."""
        own = Sql("workspace_id = %s AND field_id = %s", (self.workspace_id, field))
        rows = concat(
            "SELECT record_id FROM records_indexedvalue WHERE ",
            all_of([own, *bounds]),
            Sql(" ORDER BY key, record_id LIMIT %s", (RARE + 1,)),
        ).fetch()
        return [record_id for (record_id,) in rows]
