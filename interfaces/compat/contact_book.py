"""The records that a door shows: found, listed and written through gate and engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.pagination import OffsetPage
from crm.jsonapi.queries import Place
from crm.sql import Sql, all_of
from objects.catalog import Catalog
from records.ids import decode_id
from records.journal.survivors import find_survivors
from records.reading.filters.columns import FieldColumn, column_of
from records.reading.filters.operands import Days
from records.reading.orders.orders import ordering_of
from records.reading.reader import RecordReader
from records.reading.rows import RecordRow
from records.reading.summaries import Summary, read_summaries
from records.writing.engine import write
from records.writing.operations import Mode, NoSuchRecord, Operation, Repeat
from records.writing.outcomes import Outcome, SavedRecord, row_of_saved

MOST_HOLDERS = 200


class CountedPage(NamedTuple):
    """A page of records."""

    rows: Sequence[RecordRow]
    total: int | None
    """How many there are on all pages, if that was asked for."""


class Book(RecordReader):
    """The records of one type, as one caller may read and write them."""

    @classmethod
    def of(cls, actor: Actor, object_type: str) -> Book:
        """Return the records of a type in the caller's workspace."""
        catalog = Catalog.of(actor.workspace)
        return cls(actor, catalog, catalog.schema(object_type))

    def where(self, parameter: str, path: str, operator: str, value: JSON) -> Sql:
        """Return the condition that a parameter stands for.

        Raises:
            InvalidParameter: if its value is not one for the field.
        """
        return self.filters.condition(path, operator, value, Place(parameter))

    def search(self, parameter: str, text: str, *within: str) -> Sql:
        """Return the condition that fields have all words of a text.

        The searchable ones are searched, unless some are named.
        """
        return self.filters.search(text, Place(parameter), *within)

    def identify(self, record_id: str) -> UUID:
        """Return the UUID in an address.

        Raises:
            NoSuchRecord: if it is none.
        """
        found = decode_id(self.schema.prefix, record_id)
        if found is None:
            raise NoSuchRecord()
        return found

    def one(self, record_id: str) -> RecordRow:
        """Return a record by the id in an address, which may have been merged since.

        Clients of other APIs follow no redirects, so they get the survivor.

        Raises:
            NoSuchRecord: if there is none that the caller may see.
        """
        record = self.identify(record_id)
        rows = self.some([record]) or self.some(
            [*find_survivors(self.actor, [record]).values()]
        )
        if not rows:
            raise NoSuchRecord()
        return rows[0]

    def some(self, ids: Sequence[UUID]) -> list[RecordRow]:
        """Return the records among ids that the caller may see, in the ids' order."""
        return sorted(self.get(ids), key=lambda row: ids.index(row.id))

    def with_value(self, parameter: str, path: str, value: str) -> Sequence[RecordRow]:
        """Return the records that hold a value, which one plan finds if it is unique.

        Raises:
            InvalidParameter: if it is no value of the field.
        """
        place = Place(parameter)
        column = column_of(self.schema, path, "r", place)
        assert isinstance(column, FieldColumn)
        if not column.field.unique:
            condition = self.where(parameter, path, "eq", value)
            return self.page([condition], OffsetPage(0, MOST_HOLDERS)).rows
        item = column.read(value, place)
        assert not isinstance(item, Days)
        return self.holding(column.field, column.field.item_type.unique_keys(item))

    def page(
        self,
        conditions: Iterable[Sql],
        page: OffsetPage,
        sort: str | None = None,
        *,
        is_counted: bool = False,
    ) -> CountedPage:
        """Return a page of the records that fulfil all conditions, newest first.

        ``sort`` is written as the JSON:API has it, such as ``name``.
        """
        place = Place("search")
        ordering = ordering_of(self.schema, sort, place)
        listing = self.listing(place, all_of(conditions), ordering)
        total = listing.total() if is_counted else None
        if total is not None and page.offset >= total:
            return CountedPage([], total)
        return CountedPage(listing.at_offset(page), total)

    def summaries(
        self, slug: str, rows: Sequence[RecordRow], *summaries: Summary
    ) -> dict[UUID, tuple[Any, ...]]:
        """Return what the linked records of some come to. See `read_summaries`."""
        ids = [row.id for row in rows]
        if not ids:
            return {}
        return read_summaries(
            self.actor, self.catalog, self.schema, slug, ids, *summaries
        )

    def write(self, operation: Operation) -> RecordRow:
        """Perform an operation and return its record.

        Raises:
            Refused: with all that is wrong with it.
        """
        (outcome,) = write(actor=self.actor, operations=[operation])
        assert outcome.record is not None
        return self.saved(outcome.record)

    def delete(self, operation: Operation) -> None:
        """Delete the record that an operation names.

        Raises:
            Refused: if the record is not there.
        """
        write(actor=self.actor, operations=[operation])

    def write_good(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Perform the operations that can be, the later ones upon the earlier."""
        return write(
            actor=self.actor,
            operations=operations,
            mode=Mode.PARTIAL,
            on_repeat=Repeat.FOLD,
        )

    def saved(self, record: SavedRecord) -> RecordRow:
        """Return a record that was just written as a read would return it."""
        return row_of_saved(record, None)
