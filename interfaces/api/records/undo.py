"""``/changes/{id}/undo``: what was done at once is undone at once."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import data_document
from interfaces.api.records.results import resource_of_saved
from interfaces.api.records.reversal_bodies import read_undo
from interfaces.api.view import WorkspaceViewSet
from records.writing.outcomes import Result
from records.writing.undo import undo_change
from records.writing.undo_conflicts import Undone


class UndoViewSet(WorkspaceViewSet):
    """What undoes the change in the address."""

    def create(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the records that live then, and what became of each."""
        self.parameters.only()
        undo = read_undo(self.document_if_any, id)
        undone = undo_change(actor=self.actor, undo=undo)
        data = [] if undo.is_tried else self.resources(undone)
        results: list[JSON] = [result(one) for one in undone]
        return Response(data_document(data, meta={"results": results}))

    def resources(self, undone: Sequence[Undone]) -> list[dict[str, object]]:
        """Return the records that were undone and live, each once."""
        records = {one.record: one.outcome.record for one in undone if is_alive(one)}
        found = [record for record in records.values() if record]
        return [resource_of_saved(record, self.addresses) for record in found]


def is_alive(one: Undone) -> bool:
    """Whether there is a record after it was undone."""
    return one.outcome.result not in {Result.DELETED, Result.REFUSED}


def result(one: Undone) -> JSONObject:
    """Return what became of one entry, for ``meta``."""
    is_skipped = one.outcome.result == Result.REFUSED
    outcome = "skipped" if is_skipped else one.outcome.result.value
    said: JSONObject = {"type": one.type, "id": one.record, "outcome": outcome}
    conflicts: list[JSON] = [conflict.meta for conflict in one.conflicts]
    return said | ({"conflicts": conflicts} if conflicts else {})
