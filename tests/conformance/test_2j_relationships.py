"""JSON:API 1.1, updating relationships at their own addresses: rows 106 to 111."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conformance.wire import (
    NOBODY,
    Resource,
    address,
    create,
    data,
    errors,
    ref,
)

MISSING = {"type": "company", "id": "com_" + NOBODY[4:]}


@pytest.fixture
def first(client: httpx.Client) -> Resource:
    return ref(create(client, "company"))


@pytest.fixture
def other(client: httpx.Client) -> Resource:
    return ref(create(client, "company"))


@pytest.fixture
def companies(client: httpx.Client, first: Resource) -> str:
    """The address of the companies of a person with one."""
    ada = create(client, "person", companies=[first])
    return address(ada, "relationships", "companies")


@pytest.fixture
def person(client: httpx.Client) -> str:
    """The address of the person of a conversation with one."""
    talk = create(client, "conversation", person=ref(create(client, "person")))
    return address(talk, "relationships", "person")


def send(client: httpx.Client, method: str, path: str, linkage: Any) -> int:
    """Send linkage and return the status."""
    return client.request(method, path, json={"data": linkage}).status_code


def linked(client: httpx.Client, path: str) -> Any:
    found = data(client.get(path))
    return sorted(found, key=str) if isinstance(found, list) else found


def both(*identifiers: Resource) -> list[Resource]:
    return sorted(identifiers, key=str)


def test_2j_106_a_to_one_is_replaced(client: httpx.Client, person: str) -> None:
    bea = ref(create(client, "person"))

    answer = client.patch(person, json={"data": bea})

    assert (answer.status_code, data(answer)) == (200, bea)
    assert linked(client, person) == bea


def test_2j_107_a_to_one_is_cleared(client: httpx.Client, person: str) -> None:
    assert send(client, "PATCH", person, None) == 200
    assert linked(client, person) is None


@pytest.mark.parametrize("linkage", [[], [{"type": "person", "id": NOBODY}]])
def test_2j_107_a_to_one_takes_no_array(
    client: httpx.Client, person: str, linkage: object
) -> None:
    before = linked(client, person)

    answer = client.patch(person, json={"data": linkage})

    assert errors(answer) == (400, [("malformed_document", {"pointer": "/data"})])
    assert linked(client, person) == before


def test_2j_108_a_to_many_is_replaced(
    client: httpx.Client, companies: str, other: Resource
) -> None:
    assert send(client, "PATCH", companies, [other]) == 200
    assert linked(client, companies) == [other]
    assert send(client, "PATCH", companies, []) == 200
    assert linked(client, companies) == []


def test_2j_108_a_to_many_is_not_replaced_in_part(
    client: httpx.Client, companies: str, first: Resource, other: Resource
) -> None:
    assert send(client, "PATCH", companies, [other, MISSING]) == 404
    assert linked(client, companies) == [first]


def test_2j_108_replacing_linkage_deletes_no_records(client: httpx.Client) -> None:
    talk = create(client, "conversation")
    ada = create(client, "person", conversations=[ref(talk)])

    status = send(client, "PATCH", address(ada, "relationships", "conversations"), [])

    assert (status, client.get(address(talk)).status_code) == (200, 200)


def test_2j_109_only_what_is_not_there_is_added(
    client: httpx.Client, companies: str, first: Resource, other: Resource
) -> None:
    statuses = [send(client, "POST", companies, [first, other]) for _ in range(2)]

    assert statuses == [204, 204]
    assert linked(client, companies) == both(first, other)


def test_2j_110_what_is_there_is_removed(
    client: httpx.Client, companies: str, first: Resource, other: Resource
) -> None:
    send(client, "POST", companies, [other])

    statuses = [send(client, "DELETE", companies, [first]) for _ in range(2)]

    assert statuses == [204, 204]
    assert linked(client, companies) == [other]


WRONG = [
    ({"type": "company", "id": MISSING["id"]}, "/data"),
    (None, "/data"),
    ("com_1", "/data"),
    (["com_1"], "/data/0"),
    ([None], "/data/0"),
    ([{"type": "company", "id": 5}], "/data/0/id"),
]


@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
@pytest.mark.parametrize("wrong", WRONG)
def test_2j_111_a_to_many_takes_an_array_of_identifiers(
    client: httpx.Client, companies: str, method: str, wrong: tuple[Any, str]
) -> None:
    before, (linkage, pointer) = linked(client, companies), wrong

    answer = client.request(method, companies, json={"data": linkage})

    assert errors(answer) == (400, [("malformed_document", {"pointer": pointer})])
    assert linked(client, companies) == before


@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"meta":{}}', b"null", b"{"])
def test_2j_111_needs_a_document_with_data(
    client: httpx.Client, companies: str, first: Resource, method: str, body: bytes
) -> None:
    answer = client.request(method, companies, content=body)

    assert errors(answer) == (400, [("malformed_document", {"pointer": ""})])
    assert linked(client, companies) == [first]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_2j_111_a_to_one_can_only_be_replaced(
    client: httpx.Client, person: str, method: str
) -> None:
    before = linked(client, person)

    answer = client.request(method, person, json={"data": [before]})

    assert (answer.status_code, errors(answer)[1][0][0]) == (403, "not_allowed")
    assert linked(client, person) == before
