"""Request documents are read strictly, and all that is wrong is said at once."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import MalformedDocument
from crm.jsonapi.documents import (
    Identifier,
    ResourceObject,
    escape,
    read_linkage,
    read_resource,
    read_resources,
)
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"
ACME = {"type": "company", "id": "1"}
DOMAIN = {"type": "company", "meta": {"match": {"domains": "acme.example"}}}


def person(**members: object) -> dict[str, Any]:
    return {"data": {"type": "person", **members}}


def test_reads_a_resource() -> None:
    document = person(
        id="1",
        attributes={"name": "Ada"},
        relationships={"companies": {"data": [ACME, DOMAIN]}, "owner": {"data": None}},
    )

    assert read_resource(document) == ResourceObject(
        "person",
        "1",
        {"name": "Ada"},
        {
            "companies": (
                Identifier("company", "1"),
                Identifier("company", match={"domains": "acme.example"}),
            ),
            "owner": None,
        },
    )


def test_a_resource_needs_only_a_type() -> None:
    assert read_resource(person()) == ResourceObject("person", None, None, {})


def test_tells_no_attributes_from_empty_ones() -> None:
    assert read_resource(person(attributes={})).attributes == {}


def test_reads_many_resources() -> None:
    document: dict[str, Any] = {"data": [{"type": "person"}, {"type": "deal"}]}

    assert [read.type for read in read_resources(document)] == ["person", "deal"]
    assert read_resources({"data": []}) == []


@pytest.mark.parametrize(
    ("data", "linkage"),
    [
        (None, None),
        ([], ()),
        (ACME, Identifier("company", "1")),
        ([ACME], (Identifier("company", "1"),)),
        (ACME | {"meta": {"since": 2020}}, Identifier("company", "1")),
    ],
)
def test_reads_linkage(data: Any, linkage: object) -> None:
    assert read_linkage({"data": data}) == linkage


def test_says_all_that_is_wrong_at_once() -> None:
    document: dict[str, Any] = {
        "data": [
            {"attributes": [1], "relationships": {"a/b": 5, "c~d": {}}},
            5,
            {"type": "person", "id": 1, "relationships": {"e": {"data": [{}, 5]}}},
        ]
    }

    with pytest.raises(MalformedDocument) as refused:
        read_resources(document)

    assert set(refused.value.problems) == {
        "/data/0",
        "/data/0/attributes",
        "/data/0/relationships/a~1b",
        "/data/0/relationships/c~0d",
        "/data/1",
        "/data/2/id",
        "/data/2/relationships/e/data/0",
        "/data/2/relationships/e/data/1",
    }


@pytest.mark.parametrize(
    ("name", "token"),
    [("name", "name"), ("a/b", "a~1b"), ("a~b", "a~0b"), ("~1", "~01"), ("", "")],
)
def test_escapes_a_name_for_a_pointer(name: str, token: str) -> None:
    assert escape(name) == token


@pytest.mark.parametrize(
    "document",
    [
        {"zzz": 1, "links": {}, "included": [5], "jsonapi": 5},
        {"data": {"zzz": 1, "links": 5, "meta": {"zzz": 5}, "lid": 5}},
        {"data": {"relationships": {"companies": {"data": [], "zzz": 1, "links": 5}}}},
    ],
)
def test_members_that_jsonapi_does_not_define_are_ignored(
    api: Api, document: dict[str, Any]
) -> None:
    data = document.get("data", {}) | resource("person", name="Ada")["data"]

    answer = api.post(PEOPLE, document | {"data": data})

    assert answer.status == 201


@pytest.mark.parametrize(
    "document",
    [
        {"@x": 1, **person()},
        person(**{"@x": 1}),
        person(attributes={"@x": 1}),
        person(relationships={"@x": 1}),
        person(relationships={"companies": {"data": [], "@x": 1}}),
    ],
)
def test_at_members_are_ignored_everywhere(api: Api, document: dict[str, Any]) -> None:
    answer = api.post(PEOPLE, document)

    assert answer.status == 201
    assert "@x" not in answer.data["attributes"]


def test_names_are_case_sensitive(api: Api) -> None:
    answer = api.post(PEOPLE, resource("person", Name="Ada"))

    assert answer.status == 422
    assert answer.errors == [("unknown_field", "/data/attributes/Name")]
