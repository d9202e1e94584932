"""JSON:API 1.1, query parameters and errors: rows 112 to 121."""

from __future__ import annotations

import json
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
    document,
    errors,
    names,
)

NOWHERE = {"type": "person", "id": NOBODY}
BAD_BODIES: list[Any] = [
    {},
    {"data": {}},
    {"data": {"type": "person", "attributes": []}},
    {"data": {"type": "person", "relationships": {"a/b~c": 1}}},
    document("person", {"bogus": 1, "name": 5}),
    document("person", {"_created_at": "2026-01-01", "birthday": "soon"}),
    document("person", {"email_addresses": {"items": ["ada@example.com", "x"]}}),
    document("person", {"email_addresses": ["ada@example.com"]}),
    document("person", {"a/b~c": 1, "": 1, "ä": 1}),
    document("person", bogus=None, companies=None),
    document("person", companies=[NOWHERE, {"type": "company", "id": NOBODY}]),
    document("person", companies=[{"type": "company", "meta": {"match": {"x": 1}}}]),
    document("company"),
    {"data": {"type": "person", "id": NOBODY}},
    document("person") | {"meta": {"bogus": 1}},
    document("person") | {"match_on": "bogus"},
    document("task"),
]


def point(document: Any, pointer: str) -> Any:
    """Return what a JSON Pointer points at (RFC 6901)."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document[int(name) if isinstance(document, list) else name]
    return document


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("foo=1", "foo"),
        ("filter=1", "filter"),
        ("page[x]=1", "page[x]"),
        ("sort[x]=1", "sort[x]"),
        ("include[x]=1", "include[x]"),
        ("fields=1", "fields"),
        ("sort-order=1", "sort-order"),
        ("[x]=1", "[x]"),
        ("filter[x=1", "filter[x"),
    ],
)
def test_2k_112_refuses_names_that_it_does_not_know(
    client: httpx.Client, query: str, parameter: str
) -> None:
    answer = client.get(f"{PEOPLE}?{query}")

    where = {"parameter": parameter}
    assert errors(answer) == (400, [("unknown_parameter", where)])


@pytest.mark.parametrize("name", ["search", "q", "limit", "order", "format"])
def test_2k_113_parameters_of_our_own_have_more_than_small_letters(
    client: httpx.Client, name: str
) -> None:
    specified = {"page", "sort", "filter", "fields", "include"}

    answer = client.get(f"{PEOPLE}?{name}=1")

    (error,) = answer.json()["errors"]
    valid = error["detail"].partition("Use ")[2].rstrip(".").split(", ")
    assert set(valid) - specified == {"sortOrder", "as_of"}


@pytest.mark.parametrize(
    "query",
    ["filter[name]=Ada&page[limit]=1", "filter%5Bname%5D=Ada&page%5Blimit%5D=1"],
)
def test_2k_114_brackets_may_be_encoded(client: httpx.Client, query: str) -> None:
    for name in ("Ada", "Eve"):
        create(client, "person", {"name": name})

    answer = client.get(httpx.URL(f"{client.base_url}{PEOPLE}?{query}"))

    assert answer.request.url.query.decode() == query
    assert names(answer) == ["Ada"]


@pytest.mark.parametrize("body", BAD_BODIES)
def test_2k_115_and_116_errors_are_objects_of_strings(
    client: httpx.Client, body: Any
) -> None:
    path = f"objects/{'task' if body == document('task') else 'person'}/records"

    found = client.post(path, json=body).json()["errors"]

    texts = {"id", "status", "code", "title", "detail"}
    assert all(set(error) - {"meta"} == texts | {"source"} for error in found)
    assert all(isinstance(error[name], str) for error in found for name in texts)


def test_2k_117_errors_that_agree_have_one_status(client: httpx.Client) -> None:
    answer = client.post(PEOPLE, json=document("person", {"name": 5, "bogus": 1}))

    statuses = [error["status"] for error in answer.json()["errors"]]
    assert (answer.status_code, statuses) == (422, ["422", "422"])


def test_2k_117_errors_that_differ_have_the_general_status(
    client: httpx.Client,
) -> None:
    rows = [document("deal")["data"], document("person", {"bogus": 1})["data"]]

    answer = client.post(f"{PEOPLE}/bulk", json={"data": rows})

    statuses = [error["status"] for error in answer.json()["errors"]]
    assert (answer.status_code, statuses) == (400, ["409", "422"])


def test_2k_118_and_121_a_code_has_one_title(client: httpx.Client) -> None:
    answers = [
        *(client.post(PEOPLE, json=body) for body in BAD_BODIES),
        *(client.get(f"{PEOPLE}?{q}") for q in ("x=1", "sort=x", "fields[x]=y")),
        *(client.get(path) for path in (f"{PEOPLE}/{NOBODY}", "nowhere")),
    ]

    found = {
        (error["code"], error["title"])
        for answer in answers
        if answer.is_error
        for error in answer.json()["errors"]
    }
    assert len(found) == len(dict(found)) >= 10


@pytest.mark.parametrize("body", BAD_BODIES)
def test_2k_119_pointers_point_at_what_was_sent(
    client: httpx.Client, body: Any
) -> None:
    path = f"objects/{'task' if body == document('task') else 'person'}/records"

    _, found = errors(client.post(path, json=body))

    assert found
    for _, where in found:
        point(body, where["pointer"])


def test_2k_119_what_is_missing_is_pointed_at_where_it_should_be(
    client: httpx.Client,
) -> None:
    bodies = [document("task"), document("task", {}), document("task", {"title": None})]

    pointers = [
        errors(client.post("objects/task/records", json=body))[1][0][1]["pointer"]
        for body in bodies
    ]

    assert pointers == ["/data", "/data/attributes", "/data/attributes/title"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{PEOPLE}?sort=bogus", {"parameter": "sort"}),
        (f"{PEOPLE}?filter[a.b]=1", {"parameter": "filter[a.b]"}),
        (f"{PEOPLE}/{NOBODY}", {}),
        ("objects/bogus/records", {}),
    ],
)
def test_2k_119_a_source_is_what_was_sent_or_nothing(
    client: httpx.Client, path: str, source: dict[str, str]
) -> None:
    assert errors(client.get(path))[1][0][1] == source


def test_2k_119_a_header_is_named(client: httpx.Client) -> None:
    path = address(create(client, "person"))

    answer = client.patch(path, json=document("person"), headers={"If-Match": '"9"'})

    assert errors(answer) == (412, [("version_mismatch", {"header": "If-Match"})])


def test_2k_120_types_of_errors_are_explained_where_a_specification_does(
    client: httpx.Client,
) -> None:
    answer = client.get(f"{DEALS}?page[size]=1001")

    (error,) = answer.json()["errors"]
    assert error["links"] == {
        "type": "https://jsonapi.org/profiles/ethanresnick/cursor-pagination"
        "/max-size-exceeded"
    }


def test_2k_errors_have_the_id_of_their_request(client: httpx.Client) -> None:
    answer = client.get(f"{CONVERSATIONS}?x=1&y=1", headers={"X-Request-Id": "mine"})

    assert [error["id"] for error in answer.json()["errors"]] == ["mine", "mine"]
    assert answer.headers["X-Request-Id"] == "mine"


def test_2k_errors_echo_no_more_than_can_be_written(client: httpx.Client) -> None:
    body = json.dumps(document("person", {"\ud800": 1})).encode()

    answer = client.post(PEOPLE, content=body)

    assert errors(answer)[0] == 422
