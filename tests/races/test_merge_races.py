"""Merging while others merge, change and upsert: one survivor, each value held once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from records.models import JournalEntry, Record, UniqueValue
from tests.api_client import Api, items, make_record, resource
from tests.interfaces.api.merging.merging import merge, named, person
from tests.races.crowd import MOST, Crowd
from tests.races.tables import stored_records, told_records
from tests.survival.rounds import rounds

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
MOVING = "moving@x.example"


def merge_into(client: httpx.Client, survivor: str, loser: str) -> httpx.Response:
    return client.post(f"{PEOPLE}/{survivor}/merge", json=named(loser))


def upsert(client: httpx.Client) -> httpx.Response:
    body = resource("person", email_addresses=items(MOVING), notes="Sent again")
    return client.post(PEOPLE, json=body)


def change(client: httpx.Client, record: str) -> httpx.Response:
    body = resource("person", title="Countess")
    return client.patch(f"{PEOPLE}/{record}", json=body)


def talk(client: httpx.Client, record: str) -> httpx.Response:
    body: dict[str, Any] = resource("conversation")
    linkage = {"data": {"type": "person", "id": record}}
    body["data"]["relationships"] = {"person": linkage}
    return client.post("objects/conversation/records", json=body)


@pytest.mark.parametrize("_round", rounds(short=2, long=200))
def test_one_survivor_is_left_whoever_else_writes(
    crowd: Crowd, api: Api, _round: int
) -> None:
    acme = make_record(api, "company")
    ada = person(api, {"companies": [acme]}, email_addresses=items("a@x.example"))
    bea = person(api, {"companies": [acme]}, email_addresses=items(MOVING))
    acts: list[Callable[[httpx.Client], httpx.Response]] = [
        *(partial(merge_into, survivor=ada, loser=bea),) * 2,
        *(partial(merge_into, survivor=bea, loser=ada),) * 2,
        *(upsert, upsert),
        *(partial(change, record=ada), partial(talk, record=bea)),
    ]

    answers = crowd.all(lambda client, n: acts[n % len(acts)](client), MOST)

    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    merges = [a for n, a in enumerate(answers) if n % len(acts) < 4]
    assert [answer.status_code for answer in merges].count(200) == 1
    survivor = Record.objects.get(object_type__slug="person")
    holders = UniqueValue.objects.filter(key__contains="@").values_list(
        "key", "record_id"
    )
    assert sorted(holders) == [("a@x.example", survivor.id), (MOVING, survivor.id)]
    talks = [a for n, a in enumerate(answers) if n % len(acts) == 7]
    assert {answer.status_code for answer in talks} == {201}
    assert JournalEntry.objects.filter(action="merged").count() == 1
    assert told_records() == stored_records()


def test_an_unmerge_and_a_change_leave_all_of_both(crowd: Crowd, api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, email_addresses=items(MOVING))
    assert merge(api, ada, bea).status == 200

    def act(client: httpx.Client, number: int) -> httpx.Response:
        if number % 4 == 0:
            return client.post(f"{PEOPLE}/{ada}/unmerge", json=named(bea))
        return upsert(client) if number % 2 else change(client, ada)

    answers = crowd.all(act, 16)

    assert {answer.status_code for answer in answers} <= {200, 404, 409}
    unmerged = [answer.status_code for answer in answers[::4]]
    assert unmerged.count(200) == 1
    assert Record.objects.count() == 2
    assert UniqueValue.objects.filter(key=MOVING).count() == 1
    assert told_records() == stored_records()
