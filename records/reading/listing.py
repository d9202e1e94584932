"""Lists: a page of the records that fulfil a condition, in an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError
from psycopg.errors import QueryCanceled

from crm.authentication import Actor
from crm.jsonapi.cursors import decode_cursor, encode_cursor
from crm.jsonapi.pagination import CursorPage, OffsetPage
from crm.jsonapi.queries import Place, Query
from crm.sql import TRUE, Sql, all_of
from objects.catalog import Catalog
from objects.schema import Schema
from records.access.visibility import seen_by
from records.reading.gate import count, count_all
from records.reading.orders.orders import Ordering, Position
from records.reading.orders.pages import Slice, page_statement
from records.reading.rows import COLUMNS, Fieldset, RecordRow, columns, row_of

TOO_SLOW = (
    "This takes too long without an index. Mark the field as indexed, or as searchable "
    "for parts of words, or ask for something rarer."
)


@dataclass(frozen=True)
class Found:
    """A page of records, and the cursors of those before and behind it."""

    rows: Sequence[RecordRow]
    prev: str | None = None
    next: str | None = None
    is_truncated: bool = False
    """Whether a range had more records than the page has room for."""


@dataclass(frozen=True)
class Listing:
    """The records of one type that a caller may see and asked for."""

    actor: Actor
    catalog: Catalog
    schema: Schema
    condition: Sql
    """What they must fulfil besides; TRUE for nothing."""
    ordering: Ordering
    place: Place
    """Where the request says what is hardest to find."""
    fields: Fieldset = None

    def total(self) -> int:
        """Return how many there are, exactly."""
        if self.condition == TRUE:
            return count_all(self.actor, self.schema)
        with self.advice():
            return count(self.whole_condition)

    @property
    def whole_condition(self) -> Sql:
        """The condition that a record is one of them."""
        own = seen_by(self.actor, self.schema)
        return own if self.condition == TRUE else all_of([own, self.condition])

    def at_offset(self, page: OffsetPage) -> Found:
        """Return the records of a page by offset."""
        rows, _ = self.read(Slice(page.limit, page.offset))
        return Found(rows)

    def at_cursor(self, page: CursorPage, query: Query) -> Found:
        """Return the records of a page by cursor.

        Raises:
            Refusal: if a cursor was not made by us for this order of these records.
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
        first, last = self.ends(positions)
        is_range = part.after is not None and part.before is not None
        has_prev = has_more if part.is_backward else part.after is not None
        has_next = has_more or part.before is not None
        return Found(
            rows,
            prev=first if has_prev else None,
            next=last if has_next else None,
            is_truncated=is_range and has_more,
        )

    def ends(self, positions: Sequence[Position]) -> tuple[str | None, str | None]:
        """Return the cursors of the first and the last record of a page."""
        if not positions:
            return None, None
        return self.cursor(positions[0]), self.cursor(positions[-1])

    def read(self, part: Slice) -> tuple[list[RecordRow], list[Position]]:
        """Return records and their positions in the order."""
        statement = page_statement(
            columns(self.actor, self.catalog, self.schema, self.fields),
            self.whole_condition,
            self.ordering,
            part,
        )
        with self.advice():
            rows = statement.fetch(is_prepared=self.is_plain)
        return (
            [row_of(self.catalog, self.schema, row[:COLUMNS]) for row in rows],
            [row[COLUMNS:] for row in rows],
        )

    @contextmanager
    def advice(self) -> Iterator[None]:
        """Turn a statement that took too long into advice.

        Raises:
            InvalidParameter: if it did.
        """
        try:
            yield
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            raise self.place.refuse(TOO_SLOW) from error

    @property
    def is_plain(self) -> bool:
        """Whether one plan is right, whatever the values and however many there are.

        It is where a column of the records' own gives the order: its index does.
        """
        is_whole = self.condition == TRUE and self.actor.agent_id is None
        return is_whole and not any(key.nullable for key in self.ordering.keys)

    def cursor(self, position: Position) -> str:
        """Return the cursor of a position."""
        return encode_cursor(self.context, position)

    def position(self, step: str, cursor: str | None, query: Query) -> Position | None:
        """Return the position in a cursor."""
        if cursor is None:
            return None
        position = decode_cursor(self.context, cursor)
        if position is None:
            why = "This is no cursor of these records in this order."
            raise query.place("page", step).refuse(why)
        return position

    @property
    def context(self) -> str:
        """What a cursor is good for: one order of one type in one workspace."""
        owner = f"{self.actor.workspace.id}/{self.schema.id}"
        return f"{owner}?{self.ordering.signature}"
