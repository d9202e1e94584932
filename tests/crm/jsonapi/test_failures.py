"""What is no fault of the client's is answered as a JSON:API document all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.urls import path
from rest_framework.request import Request

from config.urls import handler500
from crm.sql import query
from interfaces.api.view import WorkspaceViewSet
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")
JSONAPI = "application/vnd.api+json"


class BrokenViewSet(WorkspaceViewSet):
    """A view that breaks."""

    def list(self, request: Request, **kwargs: str) -> None:
        raise RuntimeError("The secret is 42.")

    def create(self, request: Request, **kwargs: str) -> None:
        query("SET LOCAL statement_timeout = 1")
        query("SELECT pg_sleep(60)")


broken = BrokenViewSet.as_view({"get": "list", "post": "create"})
urlpatterns = [path("v1/workspaces/<str:workspace>/broken", broken)]

__all__ = ["handler500", "urlpatterns"]


@pytest.fixture
def _no_database(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database cannot be reached any more."""
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        yield
        connection.close()


@pytest.mark.urls(__name__)
def test_a_crash_tells_nothing_but_the_request_id(api: Api) -> None:
    api.client.raise_request_exception = False

    answer = api.get("broken", x_request_id="mine")

    assert (answer.status, answer.headers["Content-Type"]) == (500, JSONAPI)
    assert answer.headers["X-Request-Id"] == "mine"
    assert answer.json["errors"] == [
        {
            "id": "mine",
            "status": "500",
            "code": "internal_error",
            "title": "Internal error",
            "detail": "Something broke. The id is in our logs.",
        }
    ]


@pytest.mark.urls(__name__)
def test_a_crash_is_logged_with_its_traceback(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    api.client.raise_request_exception = False

    api.get("broken")

    assert "The secret is 42." in caplog.text


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("headers", [{}, {"idempotency_key": "k"}])
def test_what_takes_too_long_can_be_tried_again(
    api: Api, headers: dict[str, str]
) -> None:
    answer = api.post("broken", ADA, **headers)

    assert (answer.status, answer.errors) == (503, [("unavailable", "")])
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_database")
@pytest.mark.parametrize(
    ("method", "headers"),
    [("GET", {}), ("POST", {}), ("POST", {"idempotency_key": "k"})],
)
def test_without_a_database_nothing_is_available(
    api: Api, method: str, headers: dict[str, str]
) -> None:
    api.client.raise_request_exception = False

    answer = api.call(method, PEOPLE, ADA, **headers)

    assert (answer.status, answer.headers["Content-Type"]) == (503, JSONAPI)
    assert answer.headers["Retry-After"] == "5"
    assert answer.errors == [("unavailable", "")]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "a b", "[", "testserver:x"]
)
def test_a_host_that_is_not_ours_writes_nothing(api: Api, host: str) -> None:
    answer = api.post(PEOPLE, ADA, host=host)

    assert (answer.status, answer.headers["Content-Type"]) == (400, JSONAPI)
    assert api.get(PEOPLE).data == []
