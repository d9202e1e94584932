"""``/objects/{object}/deleted-resources``: what is gone, as Clarify's clients read it.

The time of the end is an attribute in seconds since 1970, and all that is filtered by.
"""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSON, JSONObject
from crm.jsonapi.bounds import FilterBudget
from crm.jsonapi.documents import data_document
from crm.jsonapi.pagination import read_offset_page
from crm.jsonapi.queries import Place, Query
from crm.jsonapi.rendering import dumps
from crm.sql import TRUE, Sql
from interfaces.api.records.deleted import GoneViewSet
from objects.field_types.base import ValueKind
from records.journal.deleted import DeletedRecords
from records.journal.gone import GoneRecord
from records.reading.filters.columns import RecordColumn
from records.reading.filters.kinds import KINDS
from records.reading.filters.operands import read_number
from records.reading.filters.operators import MOMENTS, Comparison, by_name
from records.reading.filters.questions import Questions, read_filters
from records.reading.rows import RecordRow
from records.storage import load

DELETED_AT = "_deleted_at"


class DeletedAtColumn(RecordColumn):
    """When a record was deleted, in whole seconds: compared as numbers or as times."""

    def __init__(self) -> None:
        super().__init__("gone", DELETED_AT, KINDS[ValueKind.NUMBER])
        self.operators = {**self.operators, **by_name(MOMENTS)}

    def read(self, raw: JSON, place: Place) -> JSON:
        return read_number(raw, place)

    def equals(self, value: JSON) -> Sql:
        return self.compares("=", value)

    def compares(self, comparison: Comparison, value: JSON) -> Sql:
        seconds = "floor(extract(epoch FROM gone.deleted_at))"
        return Sql(f"{seconds} {comparison} %s", (value,))


class DeletedResourceViewSet(GoneViewSet):
    """The deleted records of the object type in the address, the last first."""

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page by offset of the records that were deleted."""
        self.parameters.only("page", "filter")
        page = read_offset_page(
            self.parameters, default=self.workspace.default_page_size
        )
        condition = read_deleted_at(self.parameters)
        deleted = DeletedRecords(
            self.actor, self.catalog, self.record_schema, condition
        )
        total = deleted.total()
        found = deleted.at_offset(page.offset, page.limit)
        document = data_document(self.resources(found))
        document["meta"] = page.meta(total)
        document["links"] = page.links(request._request, total)
        return Response(document)

    def completed(self, row: RecordRow, gone: GoneRecord) -> RecordRow:
        deleted_at: JSONObject = {DELETED_AT: int(gone.deleted_at.timestamp())}
        attributes = load(row.attributes) | deleted_at
        return row._replace(attributes=dumps(attributes).decode())


def read_deleted_at(query: Query) -> Sql:
    """Return the condition that records went when the filters of a request say.

    Raises:
        Refusal: if one asks for anything else, or is not understood.
    """
    questions, condition = Questions(FilterBudget()), TRUE
    for path, operator, value, place in read_filters(query):
        if path != DELETED_AT:
            raise place.unknown(f"Only filter by {DELETED_AT}.")
        asked = questions.read(DeletedAtColumn(), operator, value, place)
        found = asked.where()
        condition &= ~found if asked.says_no else found
    return condition
