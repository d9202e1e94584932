"""Orders: by any field, several at a time, and always total.

Records without a value come last, whichever the direction, and ids break every tie in
the direction of the first key. An order can be walked forward and backward from any
record, by the values that it has there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crm.jsonapi.listings import Position
from crm.jsonapi.queries import Place, Query
from crm.jsonapi.sorting import Sorting, SortName, read_sorting, sort_names
from crm.sql import FALSE, Sql, concat, join
from objects.models import Field
from objects.schema import SYSTEM_FIELDS, Schema
from records.reading.filters.columns import SystemColumn
from records.reading.filters.kinds import kind_of
from records.reading.filters.stored import StoredField
from records.reading.orders.keys import OrderKey, beyond_position

NEWEST_FIRST = "-_created_at"


@dataclass(frozen=True)
class SortKey(OrderKey[Sql]):
    """One key of an order of records."""

    name: str
    sql: Sql
    cast: str
    """The type of the values in SQL."""
    descending: bool
    nullable: bool
    pivot: str = ""
    """The alias of the sorted values that it is read from, if it is indexed."""
    field: Field | None = None

    nothing = FALSE

    @property
    def as_text(self) -> Sql:
        """The value, as positions have it."""
        return Sql(f"({self.sql.text})::text", self.sql.values)

    def order(self, *, backward: bool) -> Sql:
        """Return what stands behind ORDER BY."""
        descending = self.descending != backward
        direction = "DESC" if descending else "ASC"
        nulls = " NULLS FIRST" if backward else " NULLS LAST"
        if not self.nullable:
            nulls = ""
        return Sql(f"{self.sql.text} {direction}{nulls}", self.sql.values)

    def compares(self, sign: str, value: str) -> Sql:
        text, values = self.sql
        return Sql(f"{text} {sign} %s::{self.cast}", (*values, value))

    def is_blank(self) -> Sql:
        return Sql(f"{self.sql.text} IS NULL", self.sql.values)

    def is_filled(self) -> Sql:
        return Sql(f"{self.sql.text} IS NOT NULL", self.sql.values)


@dataclass(frozen=True)
class Ordering:
    """A total order: its keys, the last of which is the id."""

    keys: tuple[SortKey, ...]

    @property
    def named(self) -> Sql:
        """The keys, by the names that `of` knows them by."""
        named = [
            Sql(f"{key.sql.text} AS key{index}", key.sql.values)
            for index, key in enumerate(self.keys)
        ]
        return join(", ", named)

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
        chain = beyond_position(self.keys, position, backward=backward)
        if first.nullable or value is None:
            return chain
        return first.compares(f"{first.sign(backward=backward)}=", value) & chain

    @property
    def is_one_way(self) -> bool:
        """Whether all keys have one direction."""
        return len({key.descending for key in self.keys}) == 1

    def _row_beyond(self, position: Position, *, backward: bool) -> Sql:
        sign = self.keys[0].sign(backward=backward)
        columns = join(", ", [key.sql for key in self.keys])
        pairs = zip(self.keys, position, strict=True)
        values = join(", ", [Sql(f"%s::{key.cast}", (value,)) for key, value in pairs])
        return concat("(", columns, f") {sign} (", values, ")")


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
        column = SystemColumn("r", name)
        collation = ' COLLATE "C"' if column.cast == "text" else ""
        sql = Sql(f"{column.sql}{collation}")
        return SortKey(name, sql, column.cast, descending, nullable=False)
    field = schema.field(name)
    if field is None:
        valid = ", ".join([*schema.fields, *SYSTEM_FIELDS])
        raise place.refuse(f"Cannot sort by {name!r}. Sort by: {valid}.")
    if field.indexed:
        pivot = f"sorted{index}"
        sql = Sql(f"{pivot}.key")
        return SortKey(field.slug, sql, "text", descending, True, pivot, field)
    kind = kind_of(field.field_type)
    sql = kind.sort_value(StoredField("r", field))
    return SortKey(field.slug, sql, kind.sorted_as, descending, nullable=True)
