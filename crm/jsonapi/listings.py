"""Listings: things in a total order, of which pages are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from crm.jsonapi.cursors import decode_cursor, encode_cursor
from crm.jsonapi.pagination import CursorPage, OffsetPage
from crm.jsonapi.queries import Query

Thing = TypeVar("Thing")

Position: TypeAlias = "Sequence[str | None]"
"""The values of an order's keys at a thing, as text."""


@dataclass(frozen=True)
class Slice:
    """Which part of an order is read: by offset, or from a position on.

    Before a position, things are read from it away; whoever asks turns them round.
    """

    limit: int
    offset: int = 0
    after: Position | None = None
    before: Position | None = None

    @property
    def is_backward(self) -> bool:
        """Whether it is read from its end."""
        return self.before is not None and self.after is None

    @property
    def is_range(self) -> bool:
        """Whether it is bounded on both sides."""
        return self.before is not None and self.after is not None

    @property
    def positions(self) -> list[tuple[Position, bool]]:
        """The positions that bound it, and whether what lies before them is read."""
        after = [] if self.after is None else [(self.after, False)]
        before = [] if self.before is None else [(self.before, True)]
        return after + before


@dataclass(frozen=True)
class Found(Generic[Thing]):
    """A page of things, and the cursors of those before and behind it."""

    rows: Sequence[Thing]
    prev: str | None = None
    next: str | None = None
    is_truncated: bool = False
    """Whether a range had more than the page has room for."""


@dataclass(frozen=True)
class Counted(Generic[Thing]):
    """A page of things, and how many there are in all."""

    rows: Sequence[Thing]
    total: int


class Listing(Generic[Thing]):
    """Things in a total order, as somebody asked for them."""

    called = "this collection"
    """What the things are called."""

    def total(self) -> int:
        """Return how many there are, exactly."""
        raise NotImplementedError

    def read(self, part: Slice) -> tuple[Sequence[Thing], Sequence[Position]]:
        """Return things, and their positions in the order."""
        raise NotImplementedError

    @property
    def context(self) -> str:
        """What a cursor is good for: one order of one collection."""
        raise NotImplementedError

    def at_offset(self, page: OffsetPage) -> Sequence[Thing]:
        """Return the things of a page by offset."""
        return self.read(Slice(page.limit, page.offset))[0]

    def counted(self, page: OffsetPage) -> Counted[Thing]:
        """Return the things of a page by offset, and how many there are in all.

        A first page that is not full has all of them, and nobody counts them again.
        What lies behind the last is not looked for.
        """
        if page.offset:
            total = self.total()
            return Counted(self.at_offset(page) if page.offset < total else [], total)
        rows = self.at_offset(page)
        return Counted(rows, len(rows) if len(rows) < page.limit else self.total())

    def at_cursor(self, page: CursorPage, query: Query) -> Found[Thing]:
        """Return the things of a page by cursor.

        Raises:
            Refusal: if a cursor was not made by us for this order of these things.
        """
        part = Slice(
            page.size + 1,
            after=self.position("after", page.after, query),
            before=self.position("before", page.before, query),
        )
        rows, positions = self.read(part)
        has_more = len(rows) > page.size
        rows, positions = rows[: page.size], positions[: page.size]
        if part.is_backward:
            rows, positions = rows[::-1], positions[::-1]
        has_prev = has_more if part.is_backward else part.after is not None
        has_next = has_more or part.before is not None
        return Found(
            rows,
            prev=self.cursor(positions[0]) if rows and has_prev else None,
            next=self.cursor(positions[-1]) if rows and has_next else None,
            is_truncated=part.is_range and has_more,
        )

    def cursor(self, position: Position) -> str:
        """Return the cursor of a position."""
        return encode_cursor(self.context, position)

    def position(self, step: str, cursor: str | None, query: Query) -> Position | None:
        """Return the position in a cursor."""
        if cursor is None:
            return None
        position = decode_cursor(self.context, cursor)
        if position is None:
            why = f"This is no cursor of {self.called} in this order."
            raise query.place("page", step).refuse(why)
        return position
