"""``/objects/{object}/records``: the records of one type."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import InvalidHeader
from crm.jsonapi.conditions import CONDITIONS, Precondition, is_known
from crm.jsonapi.documents import JSONAPI_OBJECT
from crm.models import Scope
from interfaces.api.pages import LIST_PARAMETERS, ONE_PARAMETERS
from interfaces.api.records.as_of import (
    AS_OF,
    answer_former_record,
    answer_former_records,
    asks_for_past,
)
from interfaces.api.records.bodies import (
    read_deletes,
    read_update,
    read_updates,
    read_upsert,
    read_upserts,
)
from interfaces.api.records.compound import Selection
from interfaces.api.records.directions import Directions
from interfaces.api.records.querying import answer_query
from interfaces.api.records.results import results
from interfaces.api.records.view import ObjectViewSet
from records.reading.rows import RecordRow
from records.writing.engine import write
from records.writing.operations import Delete, Mode, Operation
from records.writing.outcomes import Outcome, Result, row_of_saved


class RecordViewSet(ObjectViewSet):
    """The records of the object type in the address."""

    scopes = {**ObjectViewSet.scopes, "QUERY": Scope.READ}

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of records, newest first unless sorted otherwise.

        As of a time, answer all there were, in the order of their ids.
        """
        self.parameters.only(*LIST_PARAMETERS, AS_OF)
        if asks_for_past(self.parameters):
            return answer_former_records(self)
        condition = self.records.filters.of_query(self.parameters)
        return self.answer_list(self.parameters, self.records, condition)

    def search(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of the records that the body describes (RFC 10008)."""
        return answer_query(self)

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer one record, as of a time if asked; 304 if the client has it."""
        self.parameters.only(*ONE_PARAMETERS, AS_OF)
        if asks_for_past(self.parameters):
            return answer_former_record(self, id)
        selection = self.selection(self.parameters, self.record_schema)
        row = self.record_named(id, selection)
        known = request.headers.get("If-None-Match", "")
        tag = {} if selection.include else self.tag(row)
        if tag and is_known(known, row.version):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=tag)
        return self.answer_one(row, selection)

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 for a new record, and 200 for one that was there."""
        self.check_unconditional("If-Match")
        upsert, directions = read_upsert(
            self.document,
            self.record_schema,
            Precondition.of(request.headers),
            is_strict=self.workspace.is_upsert_strict,
        )
        return self.write_one(upsert, directions)

    def bulk_create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 if any record is new, else 200."""
        self.check_unconditional()
        limit = self.workspace.bulk_limit
        upserts, directions = read_upserts(
            self.document,
            self.record_schema,
            limit,
            is_strict=self.workspace.is_upsert_strict,
        )
        return self.write_many(upserts, directions)

    def partial_update(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the record as it is now."""
        precondition = Precondition.of(request.headers)
        update, directions = read_update(
            self.document, self.record_schema, id, precondition
        )
        return self.write_one(update, directions)

    def bulk_update(self, request: Request, **kwargs: str) -> Response:
        """Answer 200 with the records as they are now."""
        self.check_unconditional()
        limit = self.workspace.bulk_limit
        updates, directions = read_updates(self.document, self.record_schema, limit)
        return self.write_many(updates, directions)

    def destroy(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 204 once the record is gone."""
        self.parameters.only()
        precondition = Precondition.of(request.headers)
        delete = Delete(self.record_schema.slug, id=id, precondition=precondition)
        write(actor=self.actor, operations=[delete])
        return Response(status=status.HTTP_204_NO_CONTENT)

    def bulk_destroy(self, request: Request, **kwargs: str) -> Response:
        """Answer 204 once the records are gone, all or none of them."""
        self.check_unconditional()
        self.parameters.only()
        limit = self.workspace.bulk_limit
        deletes, directions = read_deletes(self.document, self.record_schema, limit)
        if directions.mode != Mode.ATOMIC:
            return self.write_many(deletes, directions)
        write(actor=self.actor, operations=deletes)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def write_one(self, operation: Operation, directions: Directions) -> Response:
        """Perform an operation and answer with its record."""
        selection = self.selection_of_one()
        outcomes = write(actor=self.actor, operations=[operation], mode=directions.mode)
        record = outcomes[0].record
        if directions.mode != Mode.ATOMIC or record is None:
            return self.answer_results([operation], outcomes, directions, selection)
        row = row_of_saved(record, selection.fields(record.schema))
        is_new = outcomes[0].result == Result.CREATED
        return self.answer_one(row, selection, is_new=is_new)

    def write_many(
        self, operations: Sequence[Operation], directions: Directions
    ) -> Response:
        """Perform operations and answer with their records."""
        selection = self.selection_of_one()
        outcomes = write(actor=self.actor, operations=operations, mode=directions.mode)
        if directions.mode != Mode.ATOMIC:
            return self.answer_results(operations, outcomes, directions, selection)
        is_new = any(outcome.result == Result.CREATED for outcome in outcomes)
        return Response(
            self.compose(self.record_schema, rows_of(outcomes, selection), selection),
            status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )

    def answer_results(
        self,
        operations: Sequence[Operation],
        outcomes: Sequence[Outcome],
        directions: Directions,
        selection: Selection,
    ) -> Response:
        """Return the answer that says what became, or would become, of each row."""
        document: dict[str, object] = {"jsonapi": JSONAPI_OBJECT}
        if directions.mode == Mode.PARTIAL:
            rows = rows_of(outcomes, selection)
            document = self.compose(self.record_schema, rows, selection)
        document["meta"] = results(operations, outcomes, self.actor.request_id)
        return Response(document)

    def selection_of_one(self) -> Selection:
        """Return what the answer shows where only that can be asked for."""
        self.parameters.only(*ONE_PARAMETERS)
        return self.selection(self.parameters, self.record_schema)

    def check_unconditional(self, *headers: str) -> None:
        """Refuse conditions where there is not one record that they could be about.

        Raises:
            InvalidHeader: if one was sent, of all or of those that are named.
        """
        sent = [h for h in headers or CONDITIONS if h in self.request.headers]
        if sent:
            why = "It works for one record at a time."
            raise InvalidHeader(dict.fromkeys(sent, why))


def rows_of(outcomes: Sequence[Outcome], selection: Selection) -> Sequence[RecordRow]:
    """Return the records that outcomes left, without those that are gone."""
    return [
        row_of_saved(outcome.record, selection.fields(outcome.record.schema))
        for outcome in outcomes
        if outcome.record and outcome.result != Result.DELETED
    ]
