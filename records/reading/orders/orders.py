"""Orders: by any field, several at a time, and always total.

Records without a value come last, whichever the direction, and ids break every tie in
the direction of the first key. An order can be walked forward and backward from any
record, by the values that it has there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from crm.json_types import JSON
from crm.jsonapi.queries import Place, Query
from crm.jsonapi.sorting import Sorting, SortName, read_sorting, sort_names
from crm.sql import FALSE, Sql, all_of, any_of, concat, join
from objects.models import Field
from objects.schema import SYSTEM_FIELDS, Schema
from records.reading.filters.columns import SYSTEM_COLUMNS
from records.reading.orders.expressions import expression

NEWEST_FIRST = "-_created_at"


@dataclass(frozen=True)
class SortKey:
    """One key of an order: what is compared, and which way."""

    name: str
    sql: Sql
    cast: str
    """The type of the values in SQL."""
    descending: bool
    nullable: bool
    pivot: str = ""
    """The alias of the sorted values that it is read from, if it is indexed."""
    field: Field | None = None

    @property
    def as_text(self) -> Sql:
        """The value, as positions have it."""
        return concat("(", self.sql, ")::text")

    def order(self, *, backward: bool) -> Sql:
        """Return what stands behind ORDER BY."""
        descending = self.descending != backward
        direction = "DESC" if descending else "ASC"
        nulls = " NULLS FIRST" if backward else " NULLS LAST"
        if not self.nullable:
            nulls = ""
        return concat(self.sql, f" {direction}{nulls}")

    def beyond(self, value: JSON, *, backward: bool) -> Sql:
        """Return the condition that a record lies behind one with this value."""
        if value is None:
            return concat(self.sql, " IS NOT NULL") if backward else FALSE
        sign = "<" if self.descending != backward else ">"
        further = concat(self.sql, Sql(f" {sign} %s::{self.cast}", (value,)))
        if not self.nullable or backward:
            return further
        return any_of([further, concat(self.sql, " IS NULL")])

    def same(self, value: JSON) -> Sql:
        """Return the condition that a record has this value too."""
        if value is None:
            return concat(self.sql, " IS NULL")
        return concat(self.sql, Sql(f" = %s::{self.cast}", (value,)))


@dataclass(frozen=True)
class Ordering:
    """A total order: its keys, the last of which is the id."""

    keys: tuple[SortKey, ...]

    @property
    def joins(self) -> Sql:
        """Return what has to be joined to read the keys."""
        return join(
            "",
            [
                Sql(
                    f" JOIN records_indexedvalue {key.pivot} "
                    f"ON {key.pivot}.workspace_id = r.workspace_id "
                    f"AND {key.pivot}.record_id = r.id AND {key.pivot}.field_id = %s",
                    (key.field.id,),
                )
                for key in self.keys
                if key.pivot and key.field
            ],
        )

    @property
    def signature(self) -> str:
        """What makes positions of one order useless for another."""
        return ",".join(
            f"{'-' if key.descending else ''}{key.name}:{key.cast}:{bool(key.pivot)}"
            for key in self.keys
        )

    def with_values(self) -> Ordering:
        """Return the order of records that all have a value in the first field."""
        return Ordering((replace(self.keys[0], nullable=False), *self.keys[1:]))

    def of(self, alias: str) -> Ordering:
        """Return the same order by the columns of something that was put together."""
        return Ordering(
            tuple(
                replace(key, sql=Sql(f"{alias}.key{index}"))
                for index, key in enumerate(self.keys)
            )
        )

    def order(self, *, backward: bool) -> Sql:
        """Return what stands behind ORDER BY."""
        return join(", ", [key.order(backward=backward) for key in self.keys])

    def beyond(self, position: Position, *, backward: bool) -> Sql:
        """Return the condition that a record lies behind a position, or before it.

        Where an index can follow the order, the condition is one that it can begin at.
        """
        if not any(key.nullable for key in self.keys) and self.is_one_way:
            return self._row_beyond(position, backward=backward)
        first, value = self.keys[0], position[0]
        chain = beyond(self.keys, position, backward=backward)
        if first.nullable or value is None:
            return chain
        sign = "<=" if first.descending != backward else ">="
        start = concat(first.sql, Sql(f" {sign} %s::{first.cast}", (value,)))
        return all_of([start, chain])

    @property
    def is_one_way(self) -> bool:
        """Whether all keys have one direction."""
        return len({key.descending for key in self.keys}) == 1

    def _row_beyond(self, position: Position, *, backward: bool) -> Sql:
        sign = "<" if self.keys[0].descending != backward else ">"
        columns = join(", ", [key.sql for key in self.keys])
        pairs = zip(self.keys, position, strict=True)
        values = join(", ", [Sql(f"%s::{key.cast}", (value,)) for key, value in pairs])
        return concat("(", columns, f") {sign} (", values, ")")


Position: TypeAlias = "Sequence[str | None]"
"""The values of an order's keys at a record, as text."""


def beyond(keys: Sequence[SortKey], position: Position, *, backward: bool) -> Sql:
    """Return the condition that a record lies behind a position, key by key."""
    if not keys:
        return FALSE
    further = keys[0].beyond(position[0], backward=backward)
    if len(keys) == 1:
        return further
    rest = beyond(keys[1:], position[1:], backward=backward)
    return any_of([further, all_of([keys[0].same(position[0]), rest])])


def read_ordering(query: Query, schema: Schema) -> Ordering:
    """Return the order that ``sort`` or ``sortOrder`` asks for, newest first if none.

    Raises:
        Refusal: if they name what cannot be sorted by, or both are there.
    """
    return ordering_by(schema, read_sorting(query, NEWEST_FIRST))


def ordering_of(schema: Schema, written: str | None, place: Place) -> Ordering:
    """Return the order that text such as ``-amount,name`` stands for."""
    names = sort_names(NEWEST_FIRST if written is None else written, place)
    return ordering_by(schema, Sorting(names, place))


def ordering_by(schema: Schema, sorting: Sorting) -> Ordering:
    """Return the order by some names.

    Raises:
        Refusal: if the type has no field of a name.
    """
    keys = [
        sort_key(schema, name, index, sorting.place)
        for index, name in enumerate(sorting.names)
    ]
    tie = f"{keys[0].pivot}.record_id" if keys[0].pivot else "r.id"
    last = SortKey("id", Sql(tie), "uuid", keys[0].descending, nullable=False)
    return Ordering((*keys, last))


def sort_key(schema: Schema, by: SortName, index: int, place: Place) -> SortKey:
    """Return the key for a field.

    Raises:
        Refusal: if the type has no such field.
    """
    name, descending = by
    if name in SYSTEM_FIELDS:
        _, column, cast = SYSTEM_COLUMNS[name]
        collation = ' COLLATE "C"' if cast == "text" else ""
        sql = Sql(f"r.{column}{collation}")
        return SortKey(name, sql, cast, descending, nullable=False)
    field = schema.field(name)
    if field is None:
        valid = ", ".join([*schema.fields, *SYSTEM_FIELDS])
        raise place.refuse(f"Cannot sort by {name!r}. Sort by: {valid}.")
    if field.indexed:
        pivot = f"sorted{index}"
        sql = Sql(f"{pivot}.key")
        return SortKey(field.slug, sql, "text", descending, True, pivot, field)
    sql, cast = expression(field)
    return SortKey(field.slug, sql, cast, descending, nullable=True)
