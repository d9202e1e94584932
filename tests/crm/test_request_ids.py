"""Every request has an id, the client's if it sent a sane one."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from records.models import JournalEntry
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"


@pytest.mark.parametrize(
    "name", ["a", "7f3e", "web-1:42/x@y_z=.+", "A" * 128, "018f-7b2c"]
)
def test_keeps_a_sane_id(name: str) -> None:
    response = Client().get("/healthz", headers={"X-Request-Id": name})

    assert response["X-Request-Id"] == name


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a,b", "a\n", "a\r\nX: 1", "\x00", "é", "<b>", "A" * 129]
)
def test_makes_an_id_in_place_of_another(name: str) -> None:
    response = Client().get("/healthz", headers={"X-Request-Id": name})

    assert UUID(response["X-Request-Id"]).version == 7


def test_makes_a_new_id_for_each_request() -> None:
    ids = {Client().get("/healthz")["X-Request-Id"] for _ in range(3)}

    assert len(ids) == 3


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/healthz", {}),
        ("/nowhere", {}),
        ("/v1/workspaces/acme/objects/person/records", {}),
        ("/healthz", {"Host": "evil.example"}),
    ],
)
def test_every_answer_has_the_id(path: str, headers: dict[str, str]) -> None:
    response = Client().get(path, headers={"X-Request-Id": "mine", **headers})

    assert response["X-Request-Id"] == "mine"


def test_an_error_has_the_id(api: Api) -> None:
    body = resource("person", nonsense=1, balderdash=2)

    answer = api.post(PEOPLE, body, x_request_id="mine")

    assert [error["id"] for error in answer.json["errors"]] == ["mine", "mine"]


def test_the_journal_has_the_id(api: Api) -> None:
    api.post(PEOPLE, resource("person", name="Ada"), x_request_id="mine")

    assert JournalEntry.objects.get().request_id == "mine"
