"""Pages of the rows of a model, in any order, by offset or by cursor.

Rows without a value come last, whichever the direction, and ids break every tie in the
direction of the first key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, Model, OrderBy, Q

from crm.jsonapi.cursors import decode_cursor, encode_cursor
from crm.jsonapi.pagination import CursorPage, OffsetPage
from crm.jsonapi.queries import Query
from crm.jsonapi.sorting import Sorting, SortName
from interfaces.api.rows.filters import Column
from interfaces.api.rows.operators import Rows

NOTHING = Q(pk__in=[])


class Key(NamedTuple):
    """One key of an order, by the name under which each row has its value."""

    name: str
    descending: bool

    def order(self, *, backward: bool) -> OrderBy:
        """Return what to order by."""
        descending = self.descending != backward
        nulls = {"nulls_first": True} if backward else {"nulls_last": True}
        return OrderBy(F(self.name), descending=descending, **nulls)

    def beyond(self, value: Any, *, backward: bool) -> Q:  # Of the key's type.
        """Return the condition that a row lies behind one with this value."""
        has_value = Q(**{f"{self.name}__isnull": False})
        if value is None:
            return has_value if backward else NOTHING
        sign = "lt" if self.descending != backward else "gt"
        further = Q(**{f"{self.name}__{sign}": value})
        return further if backward else further | ~has_value

    def same(self, value: Any) -> Q:  # Of the key's type.
        """Return the condition that a row has this value too."""
        if value is None:
            return Q(**{f"{self.name}__isnull": True})
        return Q(**{self.name: value})


def beyond(keys: Sequence[Key], values: Sequence[Any], *, backward: bool) -> Q:
    """Return the condition that a row lies behind others, key by key."""
    if not keys:
        return NOTHING
    further = keys[0].beyond(values[0], backward=backward)
    rest = beyond(keys[1:], values[1:], backward=backward)
    return further | (keys[0].same(values[0]) & rest)


class Found(NamedTuple):
    """Rows of a page, and the cursors of those before and behind it."""

    rows: list[Any]
    prev: str | None = None
    next: str | None = None
    is_truncated: bool = False
    """Whether a range had more rows than the page has room for."""


@dataclass(frozen=True)
class Listing:
    """Rows in a total order."""

    rows: Rows
    """With their values of the keys."""
    keys: tuple[Key, ...]
    context: str
    """What cursors are good for: one order of one collection."""

    @classmethod
    def of(
        cls, rows: Rows, columns: Mapping[str, Column], sorting: Sorting, place: str
    ) -> Listing:
        """Return rows in an order; ``place`` is where they are found.

        Raises:
            Refusal: if the order names what cannot be sorted by.
        """
        keys = []
        for index, (name, descending) in enumerate(sorting.names):
            column = columns.get(name)
            if column is None:
                valid = ", ".join(columns)
                why = f"Cannot sort by {name!r}. Sort by: {valid}."
                raise sorting.place.refuse(why)
            keys.append(Key(f"key{index}", descending))
            sort_key = column.kind.sort_key(column.path)
            rows = rows.annotate(**{f"key{index}": sort_key})
        keys.append(Key("id", keys[0].descending))
        return cls(rows, tuple(keys), f"{place}?{signature(sorting.names)}")

    def total(self) -> int:
        """Return how many there are."""
        return self.rows.count()

    def at_offset(self, page: OffsetPage) -> list[Any]:
        """Return the rows of a page by offset."""
        rows = self.rows.order_by(*self.order(backward=False))
        return list(rows[page.offset : page.offset + page.limit])

    def at_cursor(self, page: CursorPage, query: Query) -> Found:
        """Return the rows of a page by cursor.

        Raises:
            Refusal: if a cursor was not made by us for this order of these rows.
        """
        after = self.position("after", page.after, query)
        before = self.position("before", page.before, query)
        rows = self.rows
        if after is not None:
            rows = rows.filter(beyond(self.keys, after, backward=False))
        if before is not None:
            rows = rows.filter(beyond(self.keys, before, backward=True))
        is_backward = after is None and before is not None
        found = list(rows.order_by(*self.order(backward=is_backward))[: page.size + 1])
        has_more = len(found) > page.size
        found = found[: page.size][:: -1 if is_backward else 1]
        has_prev = has_more if is_backward else after is not None
        has_next = has_more or before is not None
        return Found(
            found,
            prev=self.cursor(found[0]) if found and has_prev else None,
            next=self.cursor(found[-1]) if found and has_next else None,
            is_truncated=after is not None and before is not None and has_more,
        )

    def order(self, *, backward: bool) -> list[OrderBy]:
        """Return what to order by."""
        return [key.order(backward=backward) for key in self.keys]

    def cursor(self, row: Model) -> str:
        """Return the cursor of a row's position."""
        values = [getattr(row, key.name) for key in self.keys]
        position = [None if value is None else str(value) for value in values]
        return encode_cursor(self.context, position)

    def position(self, step: str, cursor: str | None, query: Query) -> list[Any] | None:
        """Return the values of the keys at a cursor."""
        if cursor is None:
            return None
        position = decode_cursor(self.context, cursor)
        if position is None:
            why = "This is no cursor of this collection in this order."
            raise query.place("page", step).refuse(why)
        return position


def signature(names: Sequence[SortName]) -> str:
    """Return what makes positions of one order useless for another."""
    return ",".join(f"{'-' if down else ''}{name}" for name, down in names)
