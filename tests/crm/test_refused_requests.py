"""Each key's last refused requests are noted, without what they held."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from pytest_django import Settings
from rest_framework.request import Request

from config.urls import handler500
from crm.models import ApiKey, RefusedRequest
from crm.sql import query
from interfaces.api.view import WorkspaceViewSet
from tests.api_client import Api, resource

TASKS = "objects/task/records"
BASE = "/v1/workspaces/acme"


class BrokenViewSet(WorkspaceViewSet):
    """A view that breaks."""

    def create(self, request: Request, **kwargs: str) -> None:
        raise RuntimeError("It broke.")


broken = BrokenViewSet.as_view({"post": "create"})
urlpatterns = [path("v1/workspaces/<str:workspace>/broken", broken)]

__all__ = ["handler500", "urlpatterns"]


def noted() -> list[tuple[str, str, int, str]]:
    """Return what is noted, newest first."""
    rows = RefusedRequest.objects.values_list("method", "path", "status", "code")
    return [(method, path, status, code) for method, path, status, code in rows]


def test_notes_what_was_refused_and_why(api: Api) -> None:
    answer = api.post(TASKS, resource("task", colour="red"), x_request_id="mine")

    request = RefusedRequest.objects.get()
    assert answer.status == 422
    assert noted() == [("POST", f"{BASE}/{TASKS}", 422, "unknown_field")]
    assert (request.api_key, request.request_id) == (ApiKey.objects.get(), "mine")


@pytest.mark.parametrize(
    ("method", "path", "body", "noted_as"),
    [
        ("GET", TASKS + "?filter[title]=secret", None, None),
        ("GET", TASKS + "?colour=secret", None, (400, "unknown_parameter")),
        ("GET", TASKS + "/task_0", None, (404, "not_found")),
        ("PUT", TASKS, None, (405, "method_not_allowed")),
        ("POST", TASKS, b"secret", (400, "malformed_document")),
        ("POST", TASKS, resource("deal", title="secret"), (409, "type_mismatch")),
        ("POST", TASKS, resource("task", title=5), (422, "invalid_value")),
    ],
)
def test_notes_refusals_only_and_nothing_that_they_held(
    api: Api, method: str, path: str, body: object, noted_as: tuple[int, str] | None
) -> None:
    api.call(method, path, body)

    address = f"{BASE}/{path.partition('?')[0]}"
    assert noted() == ([(method, address, *noted_as)] if noted_as else [])
    assert "secret" not in str(list(RefusedRequest.objects.values()))


def test_notes_that_a_scope_was_missing(reader: Api) -> None:
    reader.post(TASKS, resource("task", title="Call"))

    assert noted() == [("POST", f"{BASE}/{TASKS}", 403, "missing_scope")]


def test_notes_for_the_key_that_was_used(api: Api, reader: Api, scout: Api) -> None:
    reader.get("nothing-here")
    scout.get(f"{TASKS}/task_0")

    (request,) = RefusedRequest.objects.all()
    assert request.api_key.agent_id is not None


def test_notes_nothing_without_a_good_key(api: Api) -> None:
    api.get(TASKS, authorization="api-key no")
    Client().get(f"{BASE}/{TASKS}")

    assert noted() == []


def test_notes_a_refusal_in_a_request_that_names_itself(api: Api) -> None:
    for _ in range(2):
        api.post(TASKS, resource("task", title=5), idempotency_key="k")

    refused = ("POST", f"{BASE}/{TASKS}", 422, "invalid_value")
    assert noted() == [refused, refused]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("headers", [{}, {"idempotency_key": "k"}])
def test_notes_a_crash(api: Api, headers: dict[str, str]) -> None:
    api.client.raise_request_exception = False

    answer = api.post("broken", {}, **headers)

    assert answer.status == 500
    assert noted() == [("POST", f"{BASE}/broken", 500, "internal_error")]


def test_notes_of_too_many_requests_the_first(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 1

    statuses = [api.get(TASKS).status for _ in range(4)]

    assert statuses == [200, 429, 429, 429]
    assert noted() == [("GET", f"{BASE}/{TASKS}", 429, "rate_limited")]


def test_keeps_the_last_hundred_of_each_key(api: Api, reader: Api) -> None:
    reader.get(f"{TASKS}/task_0")
    key = ApiKey.objects.get(scopes__contains=["admin"])
    RefusedRequest.objects.bulk_create(
        RefusedRequest(api_key=key, status=400, path=str(number))
        for number in range(105)
    )

    api.get(f"{TASKS}/task_1")

    paths = list(key.refused_requests.values_list("path", flat=True))
    kept = [f"{BASE}/{TASKS}/task_1", *map(str, range(104, 5, -1))]
    assert (len(paths), paths) == (100, kept)
    assert RefusedRequest.objects.exclude(api_key=key).count() == 1


def test_cuts_what_is_too_long_and_cannot_be_stored(api: Api) -> None:
    api.get(f"{TASKS}/\0{'a' * 600}")

    (request,) = RefusedRequest.objects.all()
    assert request.path == f"{BASE}/{TASKS}/\ufffd".ljust(500, "a")


def test_takes_one_statement_and_a_savepoint(api: Api) -> None:
    api.get(TASKS)

    with CaptureQueriesContext(connection) as queries:
        api.get(f"{TASKS}?colour=red")

    noting = [q for q in queries if "crm_refusedrequest" in q["sql"]]
    assert (len(noting), len(queries)) == (1, 4)


def test_a_note_that_cannot_be_written_is_not_worth_a_failure(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    query("ALTER TABLE crm_refusedrequest ADD CONSTRAINT no_room CHECK (id < 0)")

    answer = api.get(f"{TASKS}?colour=red")

    assert (answer.status, noted()) == (400, [])
    assert "A refused request was not noted" in caplog.text


def test_goes_with_its_key(api: Api) -> None:
    api.get(f"{TASKS}/task_0")

    ApiKey.objects.all().delete()

    assert noted() == []
