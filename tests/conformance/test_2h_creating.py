"""JSON:API 1.1, creating resources: rows 76 to 91.

Rows 80, 84 and 85 do not apply: ids of clients are refused, and a write is done when it
is answered. Where the contract departs from a row, its test says so by its status: an
id of a client's is 422 and not 403.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conformance.wire import (
    CONVERSATIONS,
    DEALS,
    NOBODY,
    PEOPLE,
    address,
    create,
    data,
    document,
    errors,
    ref,
)

ADA = document("person", {"name": "Ada"})


def refused(client: httpx.Client, path: str, body: Any) -> Any:
    """Return the errors of a refused request, which stored nothing."""
    answer = client.post(path, json=body)
    assert data(client.get(path.partition("?")[0])) == []
    return errors(answer)


def test_2h_76_a_request_fails_as_a_whole(client: httpx.Client) -> None:
    acme = create(client, "company")
    identifiers = [ref(acme), {"type": "company", "id": "com_" + NOBODY[4:]}]

    body = document("person", {"name": "Ada"}, companies=identifiers)

    where = {"pointer": "/data/relationships/companies/data/1"}
    assert refused(client, PEOPLE, body) == (404, [("not_found", where)])
    assert data(client.get(address(acme))) == acme


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"data": None}, "/data"),
        ({"data": []}, "/data"),
        ({"data": [ADA["data"]]}, "/data"),
        ({"data": "person"}, "/data"),
        ({"data": {"attributes": {"name": "Ada"}}}, "/data"),
        ({"data": {"type": 5}}, "/data/type"),
        ({"data": {"type": None}}, "/data/type"),
        ([], ""),
        ("person", ""),
        (None, ""),
    ],
)
def test_2h_77_the_body_has_one_resource_with_a_type(
    client: httpx.Client, body: object, pointer: str
) -> None:
    (status, found) = refused(client, PEOPLE, body)

    assert (status, found) == (400, [("malformed_document", {"pointer": pointer})])


def test_2h_77_the_body_is_not_empty(client: httpx.Client) -> None:
    answer = client.post(PEOPLE, content=b"")

    assert errors(answer) == (400, [("malformed_document", {"pointer": ""})])


@pytest.mark.parametrize("relationship", [{}, {"links": {}}, {"meta": {}}])
@pytest.mark.parametrize("name", ["companies", "owner"])
def test_2h_78_a_relationship_has_data(
    client: httpx.Client, name: str, relationship: object
) -> None:
    body = {"data": {"type": "person", "relationships": {name: relationship}}}

    where = {"pointer": f"/data/relationships/{name}"}
    assert refused(client, PEOPLE, body) == (400, [("malformed_document", where)])


@pytest.mark.parametrize("id", [NOBODY, "1", "0190b2c4-7d1e-7c3a-9f00-0123456789ab"])
def test_2h_79_an_id_of_the_clients_is_refused(client: httpx.Client, id: str) -> None:
    body = {"data": {"type": "person", "id": id}}

    assert refused(client, PEOPLE, body) == (
        422,
        [("client_id", {"pointer": "/data/id"})],
    )


def test_2h_81_the_answer_has_the_resource(client: httpx.Client) -> None:
    answer = client.post(PEOPLE, json=ADA)

    assert answer.status_code == 201
    assert data(answer)["attributes"]["name"] == "Ada"
    assert data(answer) == data(client.get(address(data(answer))))


def test_2h_82_and_83_the_location_is_the_link_to_itself(client: httpx.Client) -> None:
    answer = client.post(PEOPLE, json=ADA)

    location = answer.headers["Location"]
    assert location == data(answer)["links"]["self"]
    assert data(client.get(location)) == data(answer)


@pytest.mark.parametrize("id", [NOBODY, "1", ""])
def test_2h_86_a_related_resource_that_is_not_there_is_not_found(
    client: httpx.Client, id: str
) -> None:
    body = document("conversation", person={"type": "person", "id": id})

    where = {"pointer": "/data/relationships/person/data"}
    assert refused(client, CONVERSATIONS, body) == (404, [("not_found", where)])


def test_2h_87_and_88_another_type_is_a_conflict_that_is_explained(
    client: httpx.Client,
) -> None:
    answer = client.post(PEOPLE, json=document("company"))

    (error,) = answer.json()["errors"]
    assert errors(answer) == (409, [("type_mismatch", {"pointer": "/data/type"})])
    assert "person" in error["detail"]


def test_2h_89_an_identifier_of_another_type_is_a_conflict(
    client: httpx.Client,
) -> None:
    acme = create(client, "company")

    body = document("conversation", person=ref(acme))

    where = {"pointer": "/data/relationships/person/data/type"}
    assert refused(client, CONVERSATIONS, body) == (409, [("type_mismatch", where)])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (document("deal", {"bogus": 1}), "/data/attributes/bogus"),
        (document("deal", {"companies": []}), "/data/attributes/companies"),
        (document("deal", bogus=None), "/data/relationships/bogus"),
        (document("deal", name=None), "/data/relationships/name"),
    ],
)
def test_2h_90_a_field_that_does_not_exist_is_refused(
    client: httpx.Client, body: object, pointer: str
) -> None:
    status, found = refused(client, DEALS, body)

    assert status == 422
    assert [(where["pointer"]) for _, where in found] == [pointer]


@pytest.mark.parametrize(
    "query", ["foo=1", "sort=name", "filter[name]=a", "page[size]=1"]
)
def test_2h_91_a_parameter_that_means_nothing_here_is_refused(
    client: httpx.Client, query: str
) -> None:
    where = {"parameter": query.partition("=")[0]}

    assert refused(client, f"{PEOPLE}?{query}", ADA) == (
        400,
        [("unknown_parameter", where)],
    )
