"""A body that is no JSON object, or not one with the right data."""

from __future__ import annotations

import pytest

from tests.api_client import Api
from tests.interfaces.api.records.malformed_documents.calls import (
    BULK,
    BULK_UPDATE,
    CALLS,
    NO_ARRAYS,
    NO_TEXT,
    ODD_OBJECTS,
    PEOPLE,
    SINGLE,
    TYPE,
    WITH_RESOURCES,
    Call,
    malformed,
    outcome,
    send,
)


@pytest.mark.parametrize(
    "body",
    [
        None,
        b" ",
        b"{",
        b"nul",
        b"[]",
        b"null",
        b"true",
        b"1",
        b'"text"',
        b"{} {}",
        b"{'data': 1}",
        b'{"data": 1,}',
        b'{"data": 1} // one',
        b'{"data": NaN}',
        b'{"data": Infinity}',
        b'{"data": -Infinity}',
        b'{"data": 1e9999999999999999999}',
        b'{"data": ' + b"1" * 1001 + b"}",
        b'{"data": 1, "data": 2}',
        rb'{"data": {"type": "person", "\u0074ype": "person"}}',
        b'{"data": "\x00"}',
        b"\x00",
        b"\xff",
        b'{"data": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"[" * 10_000 + b"]" * 10_000,
        b'{"data":' * 10_000 + b"1" + b"}" * 10_000,
        b"data[type]=person",
    ],
)
def test_a_body_that_is_no_json_object(api: Api, ada: str, body: bytes | None) -> None:
    found = [send(api, call, ada, body) for call in CALLS]

    assert found == [malformed("")] * 5


def test_a_body_that_is_too_large(api: Api, ada: str) -> None:
    body = b'{"data": "' + b"x" * 20_000_000 + b'"}'

    found = [send(api, call, ada, body) for call in CALLS]

    assert found == [(413, [("too_large", "")])] * 5


@pytest.mark.parametrize("body", [{}, {"items": []}, {"meta": {}}, {"Data": []}])
def test_data_that_is_missing(api: Api, ada: str, body: object) -> None:
    found = [send(api, call, ada, body) for call in WITH_RESOURCES]

    assert found == [malformed("")] * 4


@pytest.mark.parametrize("data", [*ODD_OBJECTS, [TYPE]])
def test_data_that_is_no_resource(api: Api, ada: str, data: object) -> None:
    found = [send(api, call, ada, {"data": data}) for call in SINGLE]

    assert found == [malformed("/data")] * 2


@pytest.mark.parametrize("data", [*NO_ARRAYS, TYPE])
def test_data_that_is_no_array(api: Api, ada: str, data: object) -> None:
    found = [send(api, call, ada, {"data": data}) for call in BULK]

    assert found == [malformed("/data")] * 2


@pytest.mark.parametrize("call", BULK)
def test_too_few_and_too_many_rows(api: Api, ada: str, call: Call) -> None:
    row = TYPE | {"id": ada} if call == BULK_UPDATE else TYPE

    found = [send(api, call, ada, {"data": [row] * count}) for count in (0, 26)]

    refused = (422, [("too_many_rows", "/data")])
    assert found == [refused, refused]


@pytest.mark.parametrize("call", BULK)
def test_rows_that_are_no_resources(api: Api, ada: str, call: Call) -> None:
    found = send(api, call, ada, {"data": ODD_OBJECTS})

    pointers = (f"/data/{index}" for index in range(len(ODD_OBJECTS)))
    assert found == malformed(*pointers)


def test_rows_without_an_id_to_change(api: Api, ada: str) -> None:
    rows = [TYPE, TYPE | {"id": ada}, TYPE]

    answer = api.patch(PEOPLE, {"data": rows})

    assert outcome(answer) == malformed("/data/0", "/data/2")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"data": []}, ""),
        *(({"items": items}, "/items") for items in NO_ARRAYS),
        *(({"items": [item]}, "/items/0") for item in [*NO_TEXT, TYPE]),
    ],
)
def test_items_that_are_no_ids(api: Api, body: object, pointer: str) -> None:
    answer = api.delete(PEOPLE, body)

    assert outcome(answer) == malformed(pointer)


@pytest.mark.parametrize("count", [0, 26])
def test_too_few_and_too_many_items(api: Api, ada: str, count: int) -> None:
    answer = api.delete(PEOPLE, {"items": [ada] * count})

    assert outcome(answer) == (422, [("too_many_rows", "/items")])


@pytest.mark.parametrize(
    "item", ["", "x", "per_0", "com_00000000000000000000000000", "\x00", "\ud800"]
)
def test_items_that_name_nothing(api: Api, ada: str, item: str) -> None:
    answer = api.delete(PEOPLE, {"items": [ada, item]})

    assert outcome(answer) == (404, [("not_found", "/items/1")])
