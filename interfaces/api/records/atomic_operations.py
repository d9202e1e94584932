"""``/operations``: writes of records of all types, of which all happen or none.

https://jsonapi.org/ext/atomic/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSONObject
from crm.jsonapi.documents import JSONAPI_OBJECT
from crm.jsonapi.negotiation import ATOMIC, JSONAPI
from interfaces.api.records.operation_bodies import Asked, OperationsReader, Step
from interfaces.api.records.results import details, resource_of_saved
from interfaces.api.view import WorkspaceViewSet
from objects.catalog import Catalog
from records.writing.engine import write
from records.writing.operations import Mode, Repeat
from records.writing.outcomes import Outcome, Result

RESULTS = "atomic:results"


class OperationsViewSet(WorkspaceViewSet):
    """Writes of records of all types, one after the other and all at once."""

    extension: ClassVar[str] = ATOMIC

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 200 with a result for each operation; 204 if none shows anything."""
        self.parameters.only()
        asked = self.asked_for()
        outcomes = write(
            actor=self.actor,
            operations=[step.operation for step in asked.steps],
            mode=asked.mode,
            on_repeat=Repeat.FOLD,
        )
        if asked.mode == Mode.DRY_RUN:
            return self.answer_results(self.tried(asked.steps, outcomes))
        results = [
            self.result(step, outcome)
            for step, outcome in zip(asked.steps, outcomes, strict=True)
        ]
        if not any(results):
            return Response(status=status.HTTP_204_NO_CONTENT)
        return self.answer_results(results)

    def asked_for(self) -> Asked:
        """Return what the document asks for."""
        reader = OperationsReader(
            Catalog.of(self.workspace),
            self.addresses.workspace,
            is_strict=self.workspace.is_upsert_strict,
        )
        return reader.read(self.document, self.workspace.bulk_limit)

    def answer_results(self, results: Sequence[object]) -> Response:
        """Return the answer with a result for each operation."""
        about = {**JSONAPI_OBJECT, "ext": [ATOMIC]}
        return Response({"jsonapi": about, RESULTS: results})

    def result(self, step: Step, outcome: Outcome) -> dict[str, object]:
        """Return the record that an operation ended in, as far as it is shown."""
        record = outcome.record
        if not step.is_shown or record is None or outcome.result == Result.DELETED:
            return {}
        return {"data": resource_of_saved(record, self.addresses)}

    def tried(
        self, steps: Sequence[Step], outcomes: Sequence[Outcome]
    ) -> list[JSONObject]:
        """Return what would become of each operation."""
        return [
            {
                "meta": {
                    "outcome": outcome.result.value,
                    **details(step.operation, outcome, self.actor.request_id),
                }
            }
            for step, outcome in zip(steps, outcomes, strict=True)
        ]

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        renderer = getattr(request, "accepted_renderer", None)
        if renderer is not None and renderer.media_type == JSONAPI:
            response.content_type = f'{JSONAPI};ext="{ATOMIC}"'
        return response
