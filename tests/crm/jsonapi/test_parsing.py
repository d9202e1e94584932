"""From bytes to JSON values: all of RFC 8259, and nothing else."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from pytest_django import Settings

from crm.errors import MalformedDocument
from crm.json_types import JSON
from crm.jsonapi.parsing import parse
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b"true", True),
        (b' \t\r\n{"a" : [1 , "b"]}\n', {"a": [1, "b"]}),
        (b'{"":{"":[]}}', {"": {"": []}}),
        (b"\xef\xbb\xbf[]", []),
        (b"-0", 0),
        (b"9007199254740993", 9007199254740993),
        (b"1" * 1000, int("1" * 1000)),
        (b"0.1", Decimal("0.1")),
        (b"1.10", Decimal("1.10")),
        (b"1E+2", Decimal("1E+2")),
        (b"1e999999999", Decimal("1E+999999999")),
        (b"123456789012345678.123456789", Decimal("123456789012345678.123456789")),
        ('"é😀"'.encode(), "é😀"),
        (rb'"\u00e9\ud83d\ude00\n\/"', "é😀\n/"),
        (rb'"\u0000"', "\x00"),
        (rb'"\ud800"', "\ud800"),
        (rb'{"\udfff":1}', {"\udfff": 1}),
    ],
)
def test_reads_json(body: bytes, value: JSON) -> None:
    read = parse(body)

    assert repr(read) == repr(value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"nul",
        b"True",
        b"'a'",
        b"{a:1}",
        b'{"a":1,}',
        b"[1,]",
        b"[1 2]",
        b'{"a"}',
        b"{} {}",
        b"[1] // one",
        b"/* one */ [1]",
        b"01",
        b"+1",
        b".5",
        b"1.",
        b"1e",
        b"0x10",
        b"1_000",
        b"--1",
        b'"a',
        b'"\x00"',
        b'"\n"',
        b'"\x1f"',
        rb'"\x41"',
        rb'"\u12"',
        rb'"\u 123"',
        rb'"\u+123"',
        rb'"\u0_12"',
        b"\xff",
        b'"\xed\xa0\x80"',
        b'"\xc0\x80"',
        b'"\xf8\x88\x80\x80\x80"',
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        "{}".encode("utf-16-le"),
        "{}".encode("utf-32"),
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"[NaN]",
        b"1" * 1001,
        b"-" + b"1" * 1001,
        b"0." + b"1" * 1001,
        b"1e" + b"1" * 1001,
        b"1e9999999999999999999",
        b"1e-9999999999999999999",
        b'{"a":1,"a":1}',
        rb'{"a":1,"\u0061":2}',
        b'[{"b":{"a":1,"b":2,"a":3}}]',
        b"[" * 10_000 + b"]" * 10_000,
        b"[" * 1_000_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    ],
)
def test_refuses_what_is_not_json(body: bytes) -> None:
    with pytest.raises(MalformedDocument):
        parse(body)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{\n"a":}', "line 2, column 5"),
        (b'{"a":1,"b":1,"b":2}', "'b' is there twice"),
        (b"[NaN]", "NaN is not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[" * 10_000, "too deeply"),
    ],
)
def test_says_what_is_wrong(body: bytes, sentence: str) -> None:
    with pytest.raises(MalformedDocument, match=sentence):
        parse(body)


@pytest.mark.parametrize("body", [b"", b" ", b"[]", b"null", b'"{}"', b"1", b"true"])
def test_a_document_is_an_object(api: Api, body: bytes) -> None:
    answer = api.post(PEOPLE, body)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", "")]


def test_an_empty_body_is_refused_whatever_its_media_type(api: Api) -> None:
    answer = api.post(PEOPLE, None)

    assert (answer.status, answer.errors) == (400, [("malformed_document", "")])


def test_the_media_type_is_checked_before_the_body(api: Api) -> None:
    answer = api.post(PEOPLE, b"{", content_type="text/plain")

    assert answer.status == 415


def test_reads_a_body_up_to_the_limit(api: Api, settings: Settings) -> None:
    body = json.dumps(resource("person", name="Ada")).encode()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.BODY_LIMIT = len(body)

    answers = [api.post(PEOPLE, sent) for sent in (body, body + b" ")]

    assert [answer.status for answer in answers] == [201, 413]
    assert answers[1].errors == [("too_large", "")]
