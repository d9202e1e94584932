"""Bodies may come as gzip, and a bomb does not go off."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from pytest_django import Settings

from crm.errors import MalformedDocument
from crm.jsonapi.encodings import DecodesTooLong, UnsupportedEncoding, decode_body
from records.models import Record
from tests.api_client import Answer, Api, resource

PEOPLE = "objects/person/records"
ADA = json.dumps(resource("person", name="Ada")).encode()
ZIPPED = gzip.compress(ADA, mtime=0)


@pytest.mark.parametrize(
    "codings", ["gzip", " GZIP ", "x-gzip", "identity, gzip", "gzip,identity", ",gzip"]
)
def test_unpacks_gzip(codings: str) -> None:
    assert decode_body(ZIPPED, codings, len(ADA)) == ADA


@pytest.mark.parametrize("codings", ["", "identity", " , "])
def test_leaves_a_body_that_is_not_encoded(codings: str) -> None:
    assert decode_body(ADA, codings, len(ADA)) == ADA


@pytest.mark.parametrize("codings", ["br", "deflate", "gzip, gzip", "gzip;q=1", "aes"])
def test_refuses_other_codings(codings: str) -> None:
    with pytest.raises(UnsupportedEncoding):
        decode_body(ADA, codings, len(ADA))


@pytest.mark.parametrize(
    "body",
    [
        ADA,
        zlib.compress(ADA),
        ZIPPED[:-1],
        ZIPPED[:5],
        ZIPPED + b"x",
        ZIPPED + gzip.compress(b"", mtime=0),
        ZIPPED[:-8] + bytes(8),
    ],
)
def test_refuses_what_is_not_gzip(body: bytes) -> None:
    with pytest.raises(MalformedDocument):
        decode_body(body, "gzip", 1000)


@pytest.mark.parametrize("codings", ["gzip", ""])
def test_refuses_what_is_one_byte_too_long(codings: str) -> None:
    body = ZIPPED if codings else ADA

    with pytest.raises(DecodesTooLong):
        decode_body(body, codings, len(ADA) - 1)


def call(api: Api, body: bytes, **headers: str) -> Answer:
    return api.post(PEOPLE, body, **headers)


def test_a_document_may_be_compressed(api: Api) -> None:
    answer = call(api, ZIPPED, content_encoding="gzip")

    assert (answer.status, answer.data["attributes"]["name"]) == (201, "Ada")


def test_a_bomb_is_too_large(api: Api, settings: Settings) -> None:
    settings.BODY_LIMIT = 10_000
    bomb = gzip.compress(b" " * 5_000_000)

    answer = call(api, bomb, content_encoding="gzip")

    assert len(bomb) < 10_000
    assert answer.status == 413
    assert answer.errors == [("too_large", "")]


def test_another_coding_is_unsupported(api: Api) -> None:
    answer = call(api, ADA, content_encoding="br")

    assert answer.status == 415
    assert answer.errors == [("unsupported_media_type", "Content-Encoding")]
    assert answer.headers["Accept-Encoding"] == "gzip"
    assert not Record.objects.exists()


def test_a_request_that_names_itself_is_the_same_however_it_is_packed(api: Api) -> None:
    first = call(api, ADA, idempotency_key="once")

    again = call(api, ZIPPED, idempotency_key="once", content_encoding="gzip")

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.id == first.id
