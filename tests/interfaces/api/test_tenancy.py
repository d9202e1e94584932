"""Another workspace, and everything in it, is not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from objects.models import ObjectType
from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, resource, resources

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"

READS: list[tuple[str, str, Any]] = [
    ("GET", PEOPLE, None),
    ("GET", f"{PEOPLE}/{NOBODY}", None),
    ("GET", "objects/unicorn/records", None),
]
WRITES: list[tuple[str, str, Any]] = [
    ("POST", PEOPLE, resource("person")),
    ("POST", f"{PEOPLE}/bulk", resources("person", {})),
    ("PATCH", f"{PEOPLE}/{NOBODY}", resource("person")),
    ("PATCH", PEOPLE, {"data": [{"type": "person", "id": NOBODY}]}),
    ("DELETE", f"{PEOPLE}/{NOBODY}", None),
    ("DELETE", PEOPLE, {"items": [NOBODY]}),
    ("POST", PEOPLE, {}),
    ("POST", "objects/unicorn/records", resource("unicorn")),
]
ENDPOINTS = READS + WRITES


@pytest.fixture
def theirs(stranger: Api) -> str:
    """A person of another workspace."""
    body = resource("person", email_addresses=items("ada@example.com"))
    return stranger.post(PEOPLE, body).id


def call(api: Api, method: str, path: str, body: object = None) -> Answer:
    return api.call(method, path, body, x_request_id="same")


def knock(api: Api, slug: str, endpoint: tuple[str, str, Any]) -> Answer:
    """Call an endpoint of the workspace that has this slug."""
    method, path, _ = endpoint
    response = api.client.generic(
        method,
        f"/v1/workspaces/{slug}/{path}",
        content_type="application/json",
        headers={"X-Request-Id": "same"},
    )
    return Answer(response.status_code, dict(response.headers), response.content)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_key_is_needed(api: Api, endpoint: tuple[str, str, Any]) -> None:
    api.client = Client()

    answer = call(api, *endpoint)

    assert answer.status == 401
    assert answer.errors == [("not_authenticated", "Authorization")]
    assert answer.headers["WWW-Authenticate"] == "api-key"
    assert not Record.objects.exists()


@pytest.mark.parametrize("endpoint", WRITES)
def test_a_key_that_reads_does_not_write(
    reader: Api, endpoint: tuple[str, str, Any]
) -> None:
    answer = call(reader, *endpoint)

    assert answer.status == 403
    assert answer.errors == [("missing_scope", "")]
    assert not Record.objects.exists()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_key_opens_no_other_workspace(
    api: Api, stranger: Api, endpoint: tuple[str, str, Any]
) -> None:
    answers = [knock(api, slug, endpoint) for slug in ("globex", "nowhere", "ACME")]

    assert answers[0].status == 404
    assert answers[0].errors == [("not_found", "")]
    assert answers[0].content == answers[1].content == answers[2].content
    assert not Record.objects.exists()


@pytest.mark.parametrize("endpoint", WRITES)
def test_another_workspace_is_not_found_before_a_scope_is_missed(
    reader: Api, stranger: Api, endpoint: tuple[str, str, Any]
) -> None:
    assert knock(reader, "globex", endpoint).status == 404


def test_another_workspaces_records_are_not_listed(api: Api, theirs: str) -> None:
    answer = api.get(PEOPLE)

    assert answer.data == []
    assert answer.json["meta"]["total_records"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{PEOPLE}/ID", None),
        ("PATCH", f"{PEOPLE}/ID", resource("person", title="Ms")),
        ("PATCH", f"{PEOPLE}/ID", resource("person", title=5)),
        ("PATCH", PEOPLE, {"data": [{"type": "person", "id": "ID"}]}),
        ("DELETE", f"{PEOPLE}/ID", None),
        ("DELETE", PEOPLE, {"items": ["ID"]}),
    ],
)
def test_another_workspaces_record_is_as_if_it_were_not_there(
    api: Api, theirs: str, method: str, path: str, body: Any
) -> None:
    answers = [
        call(api, method, path.replace("ID", person), with_id(body, person))
        for person in (theirs, NOBODY)
    ]

    assert answers[0].status == 404
    assert answers[0].content == answers[1].content
    assert Record.objects.get().version == JournalEntry.objects.count() == 1


def with_id(value: Any, record_id: str) -> Any:
    """Return a body with the id in its place."""
    if isinstance(value, dict):
        return {name: with_id(member, record_id) for name, member in value.items()}
    if isinstance(value, list):
        return [with_id(item, record_id) for item in value]
    return record_id if value == "ID" else value


def test_another_workspaces_record_cannot_be_linked(api: Api, theirs: str) -> None:
    match = {"email_addresses": "ada@example.com"}
    targets: list[dict[str, Any]] = [
        {"id": theirs},
        {"id": NOBODY},
        {"meta": {"match": match}},
    ]
    answers = [
        call(api, "POST", "objects/company/records", linked_to(target))
        for target in targets
    ]

    assert answers[0].errors == [("not_found", "/data/relationships/people/data/0")]
    assert answers[0].content == answers[1].content == answers[2].content


def linked_to(person: Mapping[str, object]) -> dict[str, object]:
    relationships = {"people": {"data": [{"type": "person", **person}]}}
    return {"data": {"type": "company", "relationships": relationships}}


def test_two_workspaces_may_hold_the_same_values(api: Api, theirs: str) -> None:
    body = resource("person", email_addresses=items("ada@example.com"))

    answer = api.post(PEOPLE, body)

    assert answer.status == 201
    assert answer.id != theirs


def test_another_workspaces_object_is_not_found(api: Api, stranger: Api) -> None:
    ObjectType.objects.create(
        workspace=stranger.workspace, slug="c_pet", label="P", plural="P", prefix="pet"
    )
    assert stranger.get("objects/c_pet/records").status == 200

    answers = [
        call(api, "GET", "objects/c_pet/records"),
        call(api, "GET", "objects/c_dog/records"),
    ]

    assert answers[0].status == 404
    assert answers[0].content == answers[1].content
