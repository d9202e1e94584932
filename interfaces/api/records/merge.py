"""``/records/{id}/merge`` and ``/unmerge``: records become one, and several again."""

from __future__ import annotations

from collections.abc import Sequence

from orjson import Fragment
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSON, JSONObject
from crm.jsonapi.conditions import Precondition
from crm.jsonapi.documents import JSONAPI_OBJECT
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.records.merge_bodies import read_merge, read_sources, read_unmerge
from interfaces.api.records.results import results
from interfaces.api.records.view import ObjectViewSet
from records.ids import identifier
from records.resources.records import Resources
from records.writing.mergers import merge_records
from records.writing.operations import Mode
from records.writing.outcomes import Outcome, row_of_saved
from records.writing.unmerging import unmerge_records


class MergeViewSet(ObjectViewSet):
    """What lets records go into that of the address."""

    def create(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the survivor as it is now, or as it would be."""
        self.parameters.only(*ONE_PARAMETERS)
        selection = self.selection(self.parameters, self.record_schema)
        precondition = Precondition.of(request.headers)
        merge, mode = read_merge(self.document, self.record_schema, id, precondition)
        outcome = merge_records(actor=self.actor, merge=merge, mode=mode)
        fields = selection.fields(self.record_schema)
        said = results([merge], [outcome], self.actor.request_id)
        if outcome.record is None:
            return Response({"jsonapi": JSONAPI_OBJECT, "meta": said})
        row = row_of_saved(outcome.record, fields)
        if mode != Mode.DRY_RUN:
            return self.answer_one(row, selection)
        resources = Resources(self.record_schema, "", fields)
        preview = Fragment(resources.attributes(row))
        meta = {**said, "preview": preview}
        return Response({"jsonapi": JSONAPI_OBJECT, "meta": meta})


class SourcesViewSet(ObjectViewSet):
    """``/merges``: the same in the words of Clarify's clients, who name the sources."""

    def create(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 204 once the sources have gone into the record of the address."""
        self.parameters.only()
        precondition = Precondition.of(request.headers)
        merge = read_sources(self.document, self.record_schema, id, precondition)
        merge_records(actor=self.actor, merge=merge)
        return Response(status=status.HTTP_204_NO_CONTENT)


class UnmergeViewSet(ObjectViewSet):
    """What lets records come out of that of the address again."""

    def create(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the survivor, and with those that came out of it."""
        self.parameters.only(*ONE_PARAMETERS)
        selection = self.selection(self.parameters, self.record_schema)
        unmerge, mode = read_unmerge(self.document, self.record_schema, id)
        outcomes = unmerge_records(actor=self.actor, unmerge=unmerge, mode=mode)
        meta: JSONObject = {"results": self.results(outcomes)}
        if mode == Mode.DRY_RUN:
            return Response({"jsonapi": JSONAPI_OBJECT, "meta": meta})
        fields = selection.fields(self.record_schema)
        rows = [row_of_saved(one.record, fields) for one in outcomes if one.record]
        document = self.compose(self.record_schema, rows, selection)
        return Response(document | {"meta": meta})

    def results(self, outcomes: Sequence[Outcome]) -> list[JSON]:
        """Return what became of each record, and what it came back without."""
        schema = self.record_schema
        return [
            {
                **identifier(schema.slug, schema.prefix, one.record.id),
                "outcome": one.result.value,
                "dropped": dict(one.dropped),
                "skipped_links": dict(one.skipped_links),
            }
            for one in outcomes
            if one.record
        ]
