"""Lists: a page of the rows of a model, in an order that ids make total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, OrderBy, Q

from crm.jsonapi.listings import Listing, Position, Slice
from crm.jsonapi.sorting import Sorting
from interfaces.api.rows.columns import LOOKUPS, NOTHING, ModelColumn
from interfaces.api.rows.filters import Rows
from records.reading.orders.keys import OrderKey, beyond_position


@dataclass(frozen=True)
class RowKey(OrderKey[Q]):
    """One key of an order, by the name under which each row has its value."""

    name: str
    descending: bool

    nullable = True
    nothing = NOTHING

    def order(self, *, backward: bool) -> OrderBy:
        """Return what to order by."""
        descending = self.descending != backward
        nulls = {"nulls_first": True} if backward else {"nulls_last": True}
        return OrderBy(F(self.name), descending=descending, **nulls)

    def compares(self, sign: str, value: str) -> Q:
        return Q(**{f"{self.name}__{LOOKUPS[sign]}": value})

    def is_blank(self) -> Q:
        return Q(**{f"{self.name}__isnull": True})

    def is_filled(self) -> Q:
        return Q(**{f"{self.name}__isnull": False})

    def text_of(self, row: Model) -> str | None:
        """Return the value of a row, as positions have it."""
        value = getattr(row, self.name)
        return None if value is None else str(value)


@dataclass(frozen=True)
class RowListing(Listing[Any]):  # Rows of any model.
    """Rows of a model in a total order."""

    rows: Rows
    """With their values of the keys."""
    keys: tuple[RowKey, ...]
    order_of: str
    """Which collection it is, and in which order."""

    @classmethod
    def of(
        cls, rows: Rows, columns: Iterable[ModelColumn], sorting: Sorting, whose: str
    ) -> RowListing:
        """Return rows in an order; ``whose`` says which collection they are.

        Raises:
            Refusal: if the order names what cannot be sorted by.
        """
        known = {column.name: column for column in columns}
        keys = []
        for index, (name, descending) in enumerate(sorting.names):
            if name not in known:
                why = f"Cannot sort by {name!r}. Sort by: {', '.join(known)}."
                raise sorting.place.refuse(why)
            keys.append(RowKey(f"key{index}", descending))
            rows = rows.annotate(**{f"key{index}": known[name].sort_value()})
        keys.append(RowKey("id", keys[0].descending))
        written = [f"{'-' if down else ''}{name}" for name, down in sorting.names]
        return cls(rows, tuple(keys), f"{whose}?{','.join(written)}")

    def total(self) -> int:
        return self.rows.count()

    def read(self, part: Slice) -> tuple[Sequence[Any], Sequence[Position]]:
        rows = self.rows
        for position, before in part.positions:
            bound = beyond_position(self.keys, position, backward=before)
            rows = rows.filter(bound)
        order = [key.order(backward=part.is_backward) for key in self.keys]
        found = list(rows.order_by(*order)[part.offset : part.offset + part.limit])
        return found, [[key.text_of(row) for key in self.keys] for row in found]

    @property
    def context(self) -> str:
        return self.order_of
