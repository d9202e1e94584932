"""What the views of an object type's records have in common."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from uuid import UUID

from rest_framework import status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from crm.jsonapi.conditions import etag
from crm.jsonapi.documents import data_document
from crm.jsonapi.queries import Place, Query
from crm.sql import Sql
from interfaces.api.pages import answer_page
from interfaces.api.records.compound import Composer, Selection
from interfaces.api.records.went_on import is_missing, lead_on
from interfaces.api.view import WorkspaceViewSet
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import decode_id
from records.journal.survivors import find_survivors
from records.reading.orders.orders import read_ordering
from records.reading.reader import RecordReader
from records.reading.rows import RecordRow
from records.writing.merges import WentOn
from records.writing.operations import NoSuchRecord


class ObjectViewSet(WorkspaceViewSet):
    """A view of the records of the object type in the address."""

    @cached_property
    def catalog(self) -> Catalog:
        """The schemas of the workspace."""
        return Catalog.of(self.workspace)

    @cached_property
    def record_schema(self) -> Schema:
        """The schema of the object type. Another workspace's is not found."""
        return self.catalog.schema(self.kwargs["object"])

    @cached_property
    def records(self) -> RecordReader:
        """The records of the type, as the caller may read them."""
        return self.records_of(self.record_schema)

    def records_of(self, schema: Schema) -> RecordReader:
        """Return the records of a type, as the caller may read them."""
        return RecordReader(self.actor, self.catalog, schema)

    def selection(self, query: Query, schema: Schema) -> Selection:
        """Return what ``fields`` and ``include`` ask for, from records of a type."""
        return Selection.of(query, self.catalog, schema)

    def compose(
        self, schema: Schema, rows: Sequence[RecordRow], selection: Selection
    ) -> dict[str, object]:
        """Return the ``data`` and ``included`` of a document."""
        composer = Composer(self.actor, self.catalog, self.addresses, selection)
        made = composer.compose(schema, rows)
        return data_document(made.data, included=made.included)

    def answer_list(
        self,
        query: Query,
        records: RecordReader,
        condition: Sql,
        place: Place | None = None,
    ) -> Response:
        """Return the answer with a page of the records that fulfil a condition.

        ``place`` is where the request says it, if that is no part of its ``query``.
        """
        schema = records.schema
        selection = self.selection(query, schema)
        listing = records.listing(
            place or hardest_place(query),
            condition,
            read_ordering(query, schema),
            selection.fields(schema),
        )
        compose = partial(self.compose, schema, selection=selection)
        return answer_page(self, query, listing, compose)

    def answer_one(
        self, row: RecordRow, selection: Selection, *, is_new: bool = False
    ) -> Response:
        """Return the answer with one record, new or not.

        Its version is an entity tag only for an answer that shows nothing else.
        """
        schema = self.record_schema
        document = self.compose(schema, [row], selection)
        (document["data"],) = document["data"]  # type: ignore[misc]  # A list.
        address = self.addresses.record(schema, row.id)
        query = self.request.META["QUERY_STRING"]
        document["links"] = {"self": f"{address}?{query}" if query else address}
        headers = {} if selection.include else self.tag(row)
        if is_new:
            headers["Location"] = address
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(document, code, headers=headers)

    def tag(self, row: RecordRow) -> dict[str, str]:
        """Return the entity tag of a record, as a header.

        There is none while values get another type, which are shown before that is
        noted as another version.
        """
        return {} if self.record_schema.noting else {"ETag": etag(row.version)}

    def record_named(
        self, record_id: str, selection: Selection | None = None
    ) -> RecordRow:
        """Return the record of the address.

        Raises:
            NoSuchRecord: if there is none that the caller may see.
        """
        found = self.decode(record_id)
        fields = selection.fields(self.record_schema) if selection else None
        rows = self.records.get([found], fields)
        if not rows:
            raise NoSuchRecord()
        return rows[0]

    def handle_exception(self, exc: Exception) -> Response:
        survivor = self.survivor() if is_missing(exc) else None
        if survivor is None:
            return super().handle_exception(exc)
        schema = self.record_schema
        if self.request.method in SAFE_METHODS:
            old = self.kwargs["id"]
            return lead_on(self.request._request, schema, old, survivor)
        went_on = WentOn.into(schema.slug, schema.prefix, survivor)
        return super().handle_exception(went_on)

    def survivor(self) -> UUID | None:
        """Return the record that the one of the address went into, if it did."""
        record = decode_id(self.record_schema.prefix, self.kwargs.get("id", ""))
        if record is None:
            return None
        return find_survivors(self.actor, [record]).get(record)

    def decode(self, record_id: str) -> UUID:
        """Return the UUID in the id of the address.

        Raises:
            NoSuchRecord: if it can be none.
        """
        found = decode_id(self.record_schema.prefix, record_id)
        if found is None:
            raise NoSuchRecord()
        return found


def hardest_place(query: Query) -> Place:
    """Return where a request says what takes long: its filters, or else its order.

    A page far behind takes long too; of a request that says none of it, the whole does.
    """
    for family in ("filter", "sort", "sortOrder", "page"):
        for parameter in query.family(family):
            return query.place_of(parameter)
    return Place("", is_parameter=not query.is_document)
