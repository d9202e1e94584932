"""``/objects/{object}/records``: the records of one type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import InvalidHeader
from crm.jsonapi.documents import JSONAPI_OBJECT
from crm.jsonapi.pagination import OffsetPage
from crm.views import WorkspaceViewSet
from objects.schema import Catalog, Schema
from records.answers import results
from records.bodies import (
    Directions,
    read_deletes,
    read_update,
    read_updates,
    read_upsert,
    read_upserts,
)
from records.ids import decode_id
from records.reading.gate import (
    NEWEST_FIRST,
    count_all,
    read_one,
    read_page,
    seen_by,
)
from records.reading.linkage import to_one_linkage
from records.resources import RecordRow, Resources, row_of
from records.writing.engine import write
from records.writing.operations import (
    Delete,
    Mode,
    NoSuchRecord,
    Operation,
    Outcome,
    Result,
)

VERSION_TAG = re.compile(r'(W/)?"([^"]*)"')


class RecordViewSet(WorkspaceViewSet):
    """The records of the object type in the address."""

    @cached_property
    def catalog(self) -> Catalog:
        """The schemas of the workspace."""
        return Catalog.of(self.workspace)

    @cached_property
    def record_schema(self) -> Schema:
        """The schema of the object type. Another workspace's is not found."""
        return self.catalog.schema(self.kwargs["object"])

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of records, newest first."""
        self.query.only("page")
        page = OffsetPage.of(self.query)
        schema = self.record_schema
        total = count_all(self.actor, schema)
        rows = read_page(
            schema,
            seen_by(self.actor, schema),
            NEWEST_FIRST,
            limit=page.limit,
            offset=page.offset,
        )
        return Response(
            {
                "jsonapi": JSONAPI_OBJECT,
                "data": self.resources(rows),
                "meta": page.meta(total),
                "links": page.links(request._request, total),
            }
        )

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer one record, or 304 if the client has it already."""
        self.query.only()
        identity = decode_id(self.record_schema.prefix, id)
        row = identity and read_one(self.actor, self.record_schema, identity)
        if not row:
            raise NoSuchRecord("There is no such record.")
        known = request.headers.get("If-None-Match", "")
        if str(row.version) in tags(known) or known.strip() == "*":
            headers = {"ETag": f'"{row.version}"'}
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return self.answer_one(row)

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 for a new record, and 200 for one that was there."""
        self.check_unconditional()
        upsert, directions = read_upsert(self.document, self.record_schema)
        return self.write_one(upsert, directions)

    def bulk_create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 if any record is new, else 200."""
        self.check_unconditional()
        limit = self.workspace.bulk_limit
        upserts, directions = read_upserts(self.document, self.record_schema, limit)
        return self.write_many(upserts, directions)

    def partial_update(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the record as it is now."""
        wanted = self.versions_wanted()
        update, directions = read_update(self.document, self.record_schema, id, wanted)
        return self.write_one(update, directions)

    def bulk_update(self, request: Request, **kwargs: str) -> Response:
        """Answer 200 with the records as they are now."""
        self.check_unconditional()
        limit = self.workspace.bulk_limit
        updates, directions = read_updates(self.document, self.record_schema, limit)
        return self.write_many(updates, directions)

    def destroy(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 204 once the record is gone."""
        self.query.only()
        wanted = self.versions_wanted()
        delete = Delete(self.record_schema.slug, id=id, versions=wanted)
        write(actor=self.actor, operations=[delete])
        return Response(status=status.HTTP_204_NO_CONTENT)

    def bulk_destroy(self, request: Request, **kwargs: str) -> Response:
        """Answer 204 once the records are gone, all or none of them."""
        self.check_unconditional()
        limit = self.workspace.bulk_limit
        deletes, directions = read_deletes(self.document, self.record_schema, limit)
        if directions.mode != Mode.ATOMIC:
            return self.write_many(deletes, directions)
        write(actor=self.actor, operations=deletes)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def write_one(self, operation: Operation, directions: Directions) -> Response:
        """Perform an operation and answer with its record."""
        self.query.only()
        outcomes = write(actor=self.actor, operations=[operation], mode=directions.mode)
        record = outcomes[0].record
        if directions.mode != Mode.ATOMIC or record is None:
            return self.answer_results([operation], outcomes, directions)
        return self.answer_one(
            row_of(record), is_new=outcomes[0].result == Result.CREATED
        )

    def write_many(
        self, operations: Sequence[Operation], directions: Directions
    ) -> Response:
        """Perform operations and answer with their records."""
        self.query.only()
        outcomes = write(actor=self.actor, operations=operations, mode=directions.mode)
        if directions.mode != Mode.ATOMIC:
            return self.answer_results(operations, outcomes, directions)
        is_new = any(outcome.result == Result.CREATED for outcome in outcomes)
        return Response(
            {"jsonapi": JSONAPI_OBJECT, "data": self.resources(rows_of(outcomes))},
            status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )

    def answer_one(self, row: RecordRow, *, is_new: bool = False) -> Response:
        """Return the answer with one record, new or not."""
        (resource,) = self.resources([row])
        address = Resources(self.record_schema, self.base_url).location(row.id)
        headers = {"ETag": f'"{row.version}"'}
        if is_new:
            headers["Location"] = address
        return Response(
            {"jsonapi": JSONAPI_OBJECT, "data": resource, "links": {"self": address}},
            status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
            headers=headers,
        )

    def answer_results(
        self,
        operations: Sequence[Operation],
        outcomes: Sequence[Outcome],
        directions: Directions,
    ) -> Response:
        """Return the answer that says what became, or would become, of each row."""
        document: dict[str, object] = {
            "jsonapi": JSONAPI_OBJECT,
            "meta": results(operations, outcomes, self.actor.request_id),
        }
        if directions.mode == Mode.PARTIAL:
            document["data"] = self.resources(rows_of(outcomes))
        return Response(document)

    def resources(self, rows: Sequence[RecordRow]) -> Sequence[object]:
        """Return the resources of records, with the linkage that they always show."""
        schema = self.record_schema
        linkage = to_one_linkage(self.actor, self.catalog, schema, [r.id for r in rows])
        made = Resources(schema, self.base_url)
        return [made.resource(row, linkage[row.id]) for row in rows]

    def versions_wanted(self) -> frozenset[int] | None:
        """Return the versions that ``If-Match`` allows, or None for any."""
        header = self.request.headers.get("If-Match", "*").strip()
        if header == "*":
            return None
        return frozenset(int(tag) for tag in tags(header, strong=True) if tag.isdigit())

    def check_unconditional(self) -> None:
        """Refuse ``If-Match`` where there is not one record that it could be about.

        Raises:
            InvalidHeader: if it was sent.
        """
        if "If-Match" in self.request.headers:
            raise InvalidHeader({"If-Match": "It works for one record at a time."})


def rows_of(outcomes: Sequence[Outcome]) -> Sequence[RecordRow]:
    """Return the records that outcomes left, without those that are gone."""
    return [
        row_of(outcome.record)
        for outcome in outcomes
        if outcome.record and outcome.result != Result.DELETED
    ]


def tags(header: str, *, strong: bool = False) -> Sequence[str]:
    """Return the entity tags in a header, all or only the strong ones (RFC 9110)."""
    found: Sequence[tuple[str, str]] = VERSION_TAG.findall(header)
    return [tag for weak, tag in found if not (weak and strong)]
