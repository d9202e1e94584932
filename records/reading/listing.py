"""Lists: a page of the records that fulfil a condition, in an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import OperationalError
from psycopg.errors import QueryCanceled

from crm.authentication import Actor
from crm.jsonapi.listings import Listing, Position, Slice
from crm.jsonapi.queries import Place
from crm.sql import TRUE, Sql
from objects.catalog import Catalog
from objects.schema import Schema
from records.access.visibility import seen_by
from records.reading.gate import count, count_all
from records.reading.orders.orders import Ordering
from records.reading.orders.pages import page_statement
from records.reading.rows import COLUMNS, Fieldset, RecordRow, columns, row_of

TOO_SLOW = (
    "This takes too long without an index. Mark the field as indexed, or as searchable "
    "for parts of words, or ask for something rarer."
)


@dataclass(frozen=True)
class RecordListing(Listing[RecordRow]):
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

    called = "these records"

    def total(self) -> int:
        if self.condition == TRUE:
            return count_all(self.actor, self.schema)
        with self.advice():
            return count(self.whole_condition)

    @property
    def whole_condition(self) -> Sql:
        """The condition that a record is one of them."""
        own = seen_by(self.actor, self.schema)
        return own if self.condition == TRUE else own & self.condition

    def read(self, part: Slice) -> tuple[Sequence[RecordRow], Sequence[Position]]:
        statement = partial(
            page_statement,
            columns(self.actor, self.catalog, self.schema, self.fields),
            self.whole_condition,
            self.ordering,
            part,
        )
        with self.advice():
            rows = self.actor.fetch(statement, is_prepared=self.is_plain)
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

    @property
    def context(self) -> str:
        owner = f"{self.actor.workspace.id}/{self.schema.id}"
        return f"{owner}?{self.ordering.signature}"
