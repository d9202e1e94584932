"""Every door reads what comes as gzip or behind a byte order mark, and no bomb."""

from __future__ import annotations

import gzip
import json

import pytest
from pytest_django import Settings

from crm.models import Agent
from tests.interfaces.compat.door_client import DoorClient

BOM = b"\xef\xbb\xbf"


@pytest.fixture(params=["clarky", "clara", "inkbox"])
def door(request: pytest.FixtureRequest, secret: str) -> DoorClient:
    """Each of the front doors."""
    return DoorClient(request.param, secret)


@pytest.fixture
def ada(door: DoorClient, agent: Agent) -> bytes:
    """A contact as the door has it."""
    contacts = {
        "clarky": {"name": "Ada", "bot_id": str(agent.id)},
        "clara": {"name": "Ada"},
        "inkbox": {"given_name": "Ada"},
    }
    return json.dumps(contacts[door.door]).encode()


def test_every_door_takes_gzip(door: DoorClient, ada: bytes) -> None:
    answer = door.post("contacts", gzip.compress(ada), content_encoding="gzip")

    assert answer.status == 201


def test_every_door_skips_a_byte_order_mark(door: DoorClient, ada: bytes) -> None:
    assert door.post("contacts", BOM + ada).status == 201


def test_every_door_refuses_other_codings(door: DoorClient, ada: bytes) -> None:
    assert door.post("contacts", ada, content_encoding="br").status == 415


def test_every_door_refuses_a_bomb(door: DoorClient, settings: Settings) -> None:
    settings.BODY_LIMIT = 10_000
    bomb = gzip.compress(b" " * 5_000_000)

    assert door.post("contacts", bomb, content_encoding="gzip").status == 413


def test_cards_may_be_compressed_too(secret: str) -> None:
    inkbox = DoorClient("inkbox", secret)
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n"
    bomb = gzip.compress(b" " * 6_000_000)
    as_cards = {"content_type": "text/vcard", "content_encoding": "gzip"}

    answer = inkbox.post("contacts/import", gzip.compress(card), **as_cards)

    assert answer.json["created_count"] == 1
    assert inkbox.post("contacts/import", bomb, **as_cards).status == 413
