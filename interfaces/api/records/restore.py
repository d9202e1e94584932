"""``/objects/{object}/deleted/{id}/restore``: a record that was deleted comes back."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from crm.jsonapi.documents import JSONAPI_OBJECT
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.records.results import results
from interfaces.api.records.reversal_bodies import read_restore
from interfaces.api.records.view import ObjectViewSet
from records.writing.operations import Mode
from records.writing.outcomes import row_of_saved
from records.writing.restores import restore_record


class RestoreViewSet(ObjectViewSet):
    """What brings a deleted record of the object type in the address back."""

    def create(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the record as it is now, and what it came back without."""
        self.parameters.only(*ONE_PARAMETERS)
        selection = self.selection(self.parameters, self.record_schema)
        document = self.document_if_any
        restore, mode = read_restore(document, self.record_schema, id)
        outcome = restore_record(actor=self.actor, restore=restore, mode=mode)
        lost = {
            "dropped": dict(outcome.dropped),
            "skipped_links": dict(outcome.skipped_links),
        }
        if mode == Mode.DRY_RUN or outcome.record is None:
            said = results([restore], [outcome], self.actor.request_id)
            return Response({"jsonapi": JSONAPI_OBJECT, "meta": said | lost})
        row = row_of_saved(outcome.record, selection.fields(self.record_schema))
        response = self.answer_one(row, selection)
        response.data["meta"] = lost
        return response
