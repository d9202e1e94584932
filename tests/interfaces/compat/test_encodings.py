"""Every door reads what comes as gzip or behind a byte order mark, and no bomb."""

from __future__ import annotations

import gzip

import pytest
from pytest_django import Settings

from tests.interfaces.compat.door_client import DoorClient

CREATED = {
    "clarky": ("companies", b'{"name": "Acme"}'),
    "clara": ("contacts", b'{"name": "Ada"}'),
    "inkbox": ("contacts", b'{"given_name": "Ada"}'),
}
"""What can be created at each door: where, and as what."""
BOM = b"\xef\xbb\xbf"


@pytest.fixture(params=CREATED)
def door(request: pytest.FixtureRequest, secret: str) -> DoorClient:
    """Each of the front doors."""
    return DoorClient(request.param, secret)


def test_every_door_takes_gzip(door: DoorClient) -> None:
    path, body = CREATED[door.door]

    answer = door.post(path, gzip.compress(body), content_encoding="gzip")

    assert answer.status == 201


def test_every_door_skips_a_byte_order_mark(door: DoorClient) -> None:
    path, body = CREATED[door.door]

    assert door.post(path, BOM + body).status == 201


def test_every_door_refuses_other_codings(door: DoorClient) -> None:
    path, body = CREATED[door.door]

    assert door.post(path, body, content_encoding="br").status == 415


def test_every_door_refuses_a_bomb(door: DoorClient, settings: Settings) -> None:
    settings.BODY_LIMIT = 10_000
    bomb = gzip.compress(b" " * 5_000_000)

    assert door.post(CREATED[door.door][0], bomb, content_encoding="gzip").status == 413


def test_cards_may_be_compressed_too(secret: str) -> None:
    inkbox = DoorClient("inkbox", secret)
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n"
    as_cards = {"content_type": "text/vcard", "content_encoding": "gzip"}

    answer = inkbox.post("contacts/import", gzip.compress(card), **as_cards)
    bomb = gzip.compress(b" " * 6_000_000)

    assert answer.json["created_count"] == 1
    assert inkbox.post("contacts/import", bomb, **as_cards).status == 413
