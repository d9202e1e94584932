"""Every request of seed 004, the introduction, is sent and answered as written."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from crm.models import Workspace
from tests.api_client import Answer, Api, items, resource

# As in the example, but for the slug and the key.
EXAMPLE = b"""{
"data": {
"type": "record",
"attributes": {
"name": "Jane Doe",
"email_addresses": { "items": ["jane@example.com"] }
}
}
}"""


def send(workspace: Workspace, authorization: str) -> Answer:
    """Send the example with this header, and without one that names an answer."""
    response = Client().post(
        f"/v1/workspaces/{workspace.slug}/objects/person/records",
        EXAMPLE,
        content_type="application/json",
        headers={"Authorization": authorization},
    )
    return Answer(response.status_code, dict(response.headers), response.content)


def test_the_example_creates_a_person(api: Api) -> None:
    answer = send(api.workspace, f"api-key {api.secret}")

    assert answer.status == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.data["type"] == "person"
    assert answer.data["attributes"]["name"] == "Jane Doe"
    assert answer.data["attributes"]["email_addresses"] == items("jane@example.com")


def test_the_example_updates_the_person_the_second_time(api: Api) -> None:
    first, second = (send(api.workspace, f"api-key {api.secret}") for _ in range(2))

    assert (second.status, second.data) == (200, first.data)


def test_a_bearer_key_is_refused(api: Api) -> None:
    answer = send(api.workspace, f"Bearer {api.secret}")

    assert answer.status == 401
    assert "api-key" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("type_", "field", "value"),
    [
        ("person", "email_addresses", items("jane@example.com")),
        ("company", "domains", items("acme.com")),
        ("deal", "name", "Acme Renewal Q1"),
    ],
)
def test_a_match_on_the_unique_field_updates(
    api: Api, type_: str, field: str, value: object
) -> None:
    path = f"objects/{type_}/records"
    first = api.post(path, resource(type_, **{field: value}))

    second = api.post(path, resource(type_, **{field: value, "tags": items("vip")}))

    assert (first.status, second.status) == (201, 200)
    assert first.id == second.id


@pytest.mark.parametrize("type_", ["meeting", "task"])
def test_without_a_unique_field_it_always_creates(api: Api, type_: str) -> None:
    path = f"objects/{type_}/records"

    answers = [api.post(path, resource(type_, title="Weekly")) for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].id != answers[1].id


def test_the_envelope_is_that_of_json_api(api: Api) -> None:
    answer = send(api.workspace, f"api-key {api.secret}")

    assert json.loads(answer.content)["data"].keys() >= {
        "type",
        "id",
        "attributes",
        "relationships",
    }
