"""How the AgentClara API is spoken: its key, its envelopes, its errors and budget."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from crm.errors import Refusal
from crm.json_types import JSONObject
from interfaces.compat.door import Door, Problem, bearer

BAD_INPUT = frozenset({409, 412, 422})
"""Statuses that the API does not know: all bad input is a bad request."""


class ClaraDoor(Door):
    """A view of the AgentClara API."""

    name = "clara"
    budgets = {"requests": 1000}
    scheme = "Bearer"

    def read_secret(self, request: HttpRequest) -> str:
        return bearer(request)

    def status_of(self, refusal: Refusal) -> int:
        status = super().status_of(refusal)
        is_in_body = status == 404 and refusal.source == "pointer"
        return 400 if status in BAD_INPUT or is_in_body else status

    def error(self, status: int, problems: Sequence[Problem]) -> JSONObject:
        said = (p.said_of(p.place.strip("/").replace("/", ".")) for p in problems)
        return {"success": False, "error": " ".join(dict.fromkeys(said))}

    def show(self, data: object, status: int = 200) -> HttpResponse:
        """Return an answer with data."""
        return self.answer({"success": True, "data": data}, status)
