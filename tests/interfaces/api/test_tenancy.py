"""Another workspace, and everything in it, is not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from objects.models import ObjectType
from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, resource

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"
MISTAKEN: list[tuple[str, str, Any]] = [
    ("POST", PEOPLE, {}),
    ("POST", "objects/unicorn/records", resource("unicorn")),
    ("PATCH", f"{PEOPLE}/{NOBODY}", resource("person", bogus=1)),
]


@pytest.fixture
def theirs(stranger: Api) -> str:
    """A person of another workspace."""
    body = resource("person", email_addresses=items("ada@example.com"))
    return stranger.post(PEOPLE, body).id


def call(api: Api, method: str, path: str, body: object = None) -> Answer:
    return api.call(method, path, body, x_request_id="same")


@pytest.mark.parametrize(("method", "path", "body"), MISTAKEN)
def test_the_key_is_looked_at_before_what_else_is_wrong(
    api: Api, method: str, path: str, body: object
) -> None:
    api.client = Client()

    answer = call(api, method, path, body)

    assert answer.errors == [("not_authenticated", "Authorization")]


@pytest.mark.parametrize(("method", "path", "body"), MISTAKEN)
def test_the_scope_is_looked_at_before_what_else_is_wrong(
    reader: Api, method: str, path: str, body: object
) -> None:
    answer = call(reader, method, path, body)

    assert answer.errors == [("missing_scope", "")]


@pytest.mark.parametrize(("method", "path", "body"), MISTAKEN)
def test_another_workspace_is_as_if_it_were_not_there(
    api: Api, stranger: Api, method: str, path: str, body: object
) -> None:
    answers = []
    for slug in ("globex", "nowhere", "ACME"):
        api.workspace.slug = slug
        answers.append(call(api, method, path, body))

    assert answers[0].errors == [("not_found", "")]
    assert answers[0].content == answers[1].content == answers[2].content


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
    same = answers[0].content.replace(theirs.encode(), NOBODY.encode())
    assert same == answers[1].content
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
    same = answers[0].content.replace(theirs.encode(), NOBODY.encode())
    assert same == answers[1].content
    assert answers[2].errors == answers[0].errors


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
    same = answers[0].content.replace(b"c_pet", b"c_dog")
    assert same == answers[1].content
