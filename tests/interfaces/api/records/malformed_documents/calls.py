"""Sends a document to every call that takes such a one."""

from __future__ import annotations

from typing import Any

from tests.api_client import Answer, Api

Call = tuple[str, str]
Outcome = tuple[int, list[tuple[str, str]]]

PEOPLE = "objects/person/records"
CREATE = ("POST", PEOPLE)
BULK_CREATE = ("POST", f"{PEOPLE}/bulk")
UPDATE = ("PATCH", f"{PEOPLE}/{{id}}")
BULK_UPDATE = ("PATCH", PEOPLE)
BULK_DELETE = ("DELETE", PEOPLE)

SINGLE = [CREATE, UPDATE]
BULK = [BULK_CREATE, BULK_UPDATE]
WITH_RESOURCES = [*SINGLE, *BULK]
CALLS = [*WITH_RESOURCES, BULK_DELETE]

TYPE = {"type": "person"}
ODD: list[Any] = [None, True, 5, "x", [], [1], [{}]]
ODD_OBJECTS: list[Any] = [*ODD, {}]
NO_OBJECTS: list[Any] = [None, True, 5, "x", []]
NO_ARRAYS: list[Any] = [None, True, 5, "x", {}]
NO_TEXT: list[Any] = [None, True, 5, [], {}]


def send(api: Api, call: Call, ada: str, body: object) -> Outcome:
    """Send a body to a call, and return its status and errors."""
    method, path = call
    return outcome(api.call(method, path.format(id=ada), body))


def outcome(answer: Answer) -> Outcome:
    """Return the status and the errors of an answer, which must be one of ours."""
    assert answer.headers["Content-Type"] == "application/vnd.api+json"
    return answer.status, answer.errors


def malformed(*pointers: str) -> Outcome:
    """Return the outcome of a document that is wrong in these places."""
    return 400, [("malformed_document", pointer) for pointer in pointers]


def outcomes(api: Api, ada: str, resource: dict[str, Any]) -> list[Outcome]:
    """Send a resource to the four calls, and return what they say below its place."""
    return [outcome_below(api, ada, resource, call) for call in WITH_RESOURCES]


def outcome_below(api: Api, ada: str, resource: dict[str, Any], call: Call) -> Outcome:
    """Send a resource to a call, and return what it says below its place."""
    sent = {"id": ada, **resource} if call == BULK_UPDATE else resource
    place = "/data/0" if call in BULK else "/data"
    status, errors = send(api, call, ada, {"data": [sent] if call in BULK else sent})
    return status, [(code, where.removeprefix(place)) for code, where in errors]
