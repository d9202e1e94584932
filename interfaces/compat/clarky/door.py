"""How the Clarky API is spoken: its key, its envelopes, its errors and its budgets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from django.http import HttpRequest, HttpResponse

from crm.errors import InvalidParameter, MalformedDocument, UnknownParameter
from crm.json_types import JSONObject
from crm.jsonapi.documents import TypeMismatch
from crm.jsonapi.pagination import OffsetPage
from interfaces.compat.door import Door, Problem, bearer
from interfaces.compat.parameters import Parameters
from records.writing.operations import NoSuchRecord, RecordNotFound

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    422: "validation_error",
    429: "rate_limited",
    500: "internal_error",
}
LARGEST_PAGE = 100
LARGEST_NUMBER = 10_000_000
INDEX = re.compile(r"\.(\d+)")


class ClarkyDoor(Door):
    """A view of the Clarky API."""

    name = "clarky"
    budgets = {"reads": 120, "writes": 60}
    scheme = "Bearer"
    statuses = {
        InvalidParameter: 422,
        UnknownParameter: 400,
        MalformedDocument: 400,
        RecordNotFound: 422,
        NoSuchRecord: 404,
        TypeMismatch: 422,
    }

    def read_secret(self, request: HttpRequest) -> str:
        return bearer(request)

    def error(self, status: int, problems: Sequence[Problem]) -> JSONObject:
        place = dotted_place(problems[0])
        error: JSONObject = {
            "code": CODES.get(status, problems[0].refusal.code),
            "message": message(problems),
        }
        if place and status in {409, 422}:
            error["details"] = {"field": place}
        return {"error": error}

    def check_content_type(self, header: str) -> None:
        if not header:
            raise MalformedDocument("Say Content-Type: application/json.")
        super().check_content_type(header)

    def show(self, data: object, status: int = 200) -> HttpResponse:
        """Return an answer with one object, or with a list that has no pages."""
        return self.answer({"data": data}, status)

    def show_page(
        self, data: Sequence[Mapping[str, object]], page: OffsetPage, total: int
    ) -> HttpResponse:
        """Return an answer with a page of a list."""
        return self.answer(
            {
                "data": data,
                "pagination": {
                    "page": page.offset // page.limit + 1,
                    "page_size": page.limit,
                    "total": total,
                    "total_pages": ceil(total / page.limit),
                },
            }
        )


def read_numbered_page(parameters: Parameters) -> OffsetPage:
    """Return the page that a request asks for.

    Raises:
        InvalidParameter: if it is out of bounds.
    """
    number = parameters.whole("page", 1, 1, LARGEST_NUMBER)
    size = parameters.whole("page_size", 25, 1, LARGEST_PAGE)
    return OffsetPage((number - 1) * size, size)


def dotted_place(problem: Problem) -> str:
    """Return where something is, such as emails[0].email."""
    return INDEX.sub(r"[\1]", problem.place.strip("/").replace("/", "."))


def message(problems: Iterable[Problem]) -> str:
    """Return sentences that say what is wrong, and where."""
    said = (problem.said_of(dotted_place(problem)) for problem in problems)
    return "; ".join(dict.fromkeys(said))
