"""A resource with members that are not what they should be."""

from __future__ import annotations

import pytest

from tests.api_client import Api
from tests.interfaces.api.records.malformed_documents.calls import (
    NO_TEXT,
    ODD,
    TYPE,
    malformed,
    outcomes,
)


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        *(("type", value, "/type") for value in NO_TEXT),
        *(("id", value, "/id") for value in NO_TEXT if value is not None),
        *(("attributes", value, "/attributes") for value in ODD),
        *(("relationships", value, "/relationships") for value in ODD),
    ],
)
def test_a_member_of_the_wrong_type(
    api: Api, ada: str, member: str, value: object, pointer: str
) -> None:
    found = outcomes(api, ada, TYPE | {member: value})

    assert found == [malformed(pointer)] * 4


def test_a_resource_without_a_type(api: Api, ada: str) -> None:
    found = outcomes(api, ada, {"attributes": {"name": "Eve"}})

    assert found == [malformed("")] * 4


@pytest.mark.parametrize("type_", ["", "deal", "Person", "people", "\x00", "\ud800"])
def test_a_resource_of_another_type(api: Api, ada: str, type_: str) -> None:
    found = outcomes(api, ada, {"type": type_})

    assert found == [(409, [("type_mismatch", "/type")])] * 4


@pytest.mark.parametrize("record_id", ["", "x", "per_0", "\x00", "\ud800"])
def test_an_id_that_is_none(api: Api, ada: str, record_id: str) -> None:
    found = outcomes(api, ada, TYPE | {"id": record_id})

    assert found == [
        (422, [("client_id", "/id")]),
        (409, [("id_mismatch", "/id")]),
        (422, [("client_id", "/id")]),
        (404, [("not_found", "/id")]),
    ]


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("nonsense", "nonsense"),
        ("", ""),
        ("Name", "Name"),
        ("id", "id"),
        ("type", "type"),
        ("a/b", "a~1b"),
        ("a~b", "a~0b"),
        ("\x00", "\x00"),
        ("\ud800", "?"),
        ("é", "é"),
        ("name\n", "name\n"),
        ("a" * 10_000, "a" * 10_000),
    ],
)
def test_a_field_that_does_not_exist(api: Api, ada: str, name: str, token: str) -> None:
    members = {"attributes": {name: 1}, "relationships": {name: {"data": None}}}

    found = outcomes(api, ada, TYPE | members)

    refused = [
        ("unknown_field", f"/attributes/{token}"),
        ("unknown_field", f"/relationships/{token}"),
    ]
    assert found == [(422, refused)] * 4
