"""What the views of an object type's records have in common."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from rest_framework import status
from rest_framework.response import Response

from crm.json_types import JSONObject
from crm.jsonapi.conditions import etag
from crm.jsonapi.documents import data_document
from crm.jsonapi.negotiation import names_profile
from crm.jsonapi.pagination import PROFILE, CursorPage, OffsetPage, read_page
from crm.jsonapi.queries import Place, Query
from crm.sql import Sql
from interfaces.api.records.compound import Composer, Selection
from interfaces.api.records.resources import Resources
from interfaces.api.view import WorkspaceViewSet
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import decode_id
from records.reading.gate import read_records
from records.reading.listing import Listing
from records.reading.orders.orders import read_ordering
from records.reading.rows import RecordRow
from records.writing.operations import NoSuchRecord

LIST_PARAMETERS = ("page", "sort", "sortOrder", "filter", "fields", "include")
ONE_PARAMETERS = ("fields", "include")


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

    def selection(self, query: Query, schema: Schema) -> Selection:
        """Return what ``fields`` and ``include`` ask for, from records of a type."""
        return Selection.of(query, self.catalog, schema)

    def compose(
        self, schema: Schema, rows: Sequence[RecordRow], selection: Selection
    ) -> dict[str, object]:
        """Return the ``data`` and ``included`` of a document."""
        composer = Composer(self.actor, self.catalog, self.base_url, selection)
        made = composer.compose(schema, rows)
        return data_document(made.data, included=made.included)

    def answer_list(
        self, query: Query, schema: Schema, condition: Sql, place: Place | None = None
    ) -> Response:
        """Return the answer with a page of the records that fulfil a condition.

        ``place`` is where the request says it, if that is no part of its ``query``.
        """
        selection = self.selection(query, schema)
        ordering = read_ordering(query, schema)
        accept = self.request.headers.get("Accept", "")
        page = read_page(
            query,
            with_profile=names_profile(accept, PROFILE),
            default=self.workspace.default_page_size,
        )
        fields = selection.fields(schema)
        place = place or hardest_place(query)
        listing = Listing(
            self.actor, self.catalog, schema, condition, ordering, place, fields
        )
        if isinstance(page, OffsetPage):
            response = self.answer_offset(listing, page, selection)
        else:
            response = self.answer_cursor(listing, page, selection, query)
        if query.is_document:
            response.data["links"] = dict.fromkeys(response.data["links"])
        return response

    def answer_offset(
        self, listing: Listing, page: OffsetPage, selection: Selection
    ) -> Response:
        """Return the answer with a page by offset, and how many records there are."""
        total = listing.total()
        rows = listing.at_offset(page).rows if page.offset < total else []
        document = self.compose(listing.schema, rows, selection)
        document["meta"] = page.meta(total)
        document["links"] = page.links(self.request._request, total)
        return Response(document)

    def answer_cursor(
        self, listing: Listing, page: CursorPage, selection: Selection, query: Query
    ) -> Response:
        """Return the answer with a page by cursor, under the profile's name."""
        found = listing.at_cursor(page, query)
        document = self.compose(listing.schema, found.rows, selection)
        meta: JSONObject = {}
        if page.with_total:
            meta["total"] = listing.total()
        if found.is_truncated:
            meta["rangeTruncated"] = True
        if query.is_document:
            meta |= {"before": found.prev, "after": found.next}
        document["meta"] = {"page": meta}
        document["links"] = page.links(self.request._request, found.prev, found.next)
        response = Response(document)
        self.name_profile(response, PROFILE)
        return response

    def answer_one(
        self, row: RecordRow, selection: Selection, *, is_new: bool = False
    ) -> Response:
        """Return the answer with one record, new or not.

        Its version is an entity tag only for an answer that shows nothing else.
        """
        schema = self.record_schema
        document = self.compose(schema, [row], selection)
        (document["data"],) = document["data"]  # type: ignore[misc]  # A list.
        address = Resources(schema, self.base_url).location(row.id)
        query = self.request.META["QUERY_STRING"]
        document["links"] = {"self": f"{address}?{query}" if query else address}
        headers = {} if selection.include else {"ETag": etag(row.version)}
        if is_new:
            headers["Location"] = address
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(document, code, headers=headers)

    def record_named(
        self, record_id: str, selection: Selection | None = None
    ) -> RecordRow:
        """Return the record of the address.

        Raises:
            NoSuchRecord: if there is none that the caller may see.
        """
        found = self.decode(record_id)
        fields = selection.fields(self.record_schema) if selection else None
        schema = self.record_schema
        rows = read_records(self.actor, self.catalog, schema, [found], fields)
        if not rows:
            raise NoSuchRecord()
        return rows[0]

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
