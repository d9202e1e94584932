"""Atomic operations of many clients that mean the same records in another order."""

from __future__ import annotations

import random

import httpx
import pytest

from tests.api_client import Api, items
from tests.races.crowd import Crowd
from tests.races.tables import (
    claimed_addresses,
    held_addresses,
    stored_records,
    told_records,
)

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, COMPANIES = range(6), range(3)
CLIENTS, DOCUMENTS = 32, 6


def add(type_: str, lid: str, **attributes: object) -> dict[str, object]:
    """Return the operation that upserts a record and gives it a local id."""
    return {"op": "add", "data": {"type": type_, "lid": lid, "attributes": attributes}}


def document(dice: random.Random) -> dict[str, object]:
    """Return operations that upsert records of two types and link them crosswise."""
    companies = dice.sample(COMPANIES, 2)
    people = dice.sample(PEOPLE, 3)
    adds = [
        *(add("company", f"c{n}", domains=items(f"c{n}.example")) for n in companies),
        *(add("person", f"p{n}", email_addresses=items(f"p{n}@a.io")) for n in people),
    ]
    dice.shuffle(adds)
    links: list[dict[str, object]] = [
        {
            "op": dice.choice(["add", "update", "remove"]),
            "ref": {"type": "person", "lid": f"p{person}", "relationship": "companies"},
            "data": [{"type": "company", "lid": f"c{dice.choice(companies)}"}],
        }
        for person in people
    ]
    last = dice.choice(people)
    gone = {"op": "remove", "ref": {"type": "person", "lid": f"p{last}"}}
    return {"atomic:operations": [*adds, *links, *([gone] if last % 3 == 0 else [])]}


def test_crossing_documents_all_take_effect(crowd: Crowd, api: Api) -> None:
    def operate(client: httpx.Client, number: int) -> list[int]:
        dice = random.Random(number)
        return [
            client.post("operations", json=document(dice)).status_code
            for _ in range(DOCUMENTS)
        ]

    statuses = [one for some in crowd.all(operate, CLIENTS) for one in some]

    assert statuses == [200] * (CLIENTS * DOCUMENTS)
    assert held_addresses() == claimed_addresses()
    assert told_records() == stored_records()
