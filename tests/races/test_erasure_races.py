"""Erasing while others change, merge, send again and undo: nothing comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import httpx
import pytest

from crm.models import Erasure, IdempotentRequest
from records.ids import decode_id
from records.models import JournalEntry, Link, Record, Tombstone, UniqueValue
from tests.api_client import Api, items, make_record, resource
from tests.interfaces.api.merging.merging import merge, named, person
from tests.races.crowd import Crowd
from tests.races.tables import stored_records, told_records
from tests.survival.rounds import rounds

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
CANARY = "canary"
ADDRESS = f"{CANARY}@x.example"

Act = Callable[[httpx.Client], httpx.Response]


def erase(client: httpx.Client, record: str) -> httpx.Response:
    led = {"record": {"data": {"type": "person", "id": record}}}
    body = {"data": {"type": "erasure", "relationships": led}}
    return client.post("erasures", json=body)


def change(client: httpx.Client, record: str) -> httpx.Response:
    body = resource("person", title=CANARY)
    return client.patch(f"{PEOPLE}/{record}?include=companies", json=body)


def merge_into(client: httpx.Client, survivor: str, loser: str) -> httpx.Response:
    return client.post(f"{PEOPLE}/{survivor}/merge", json=named(loser))


def take_apart(client: httpx.Client, survivor: str, loser: str) -> httpx.Response:
    return client.post(f"{PEOPLE}/{survivor}/unmerge", json=named(loser))


def undo(client: httpx.Client, change: str) -> httpx.Response:
    meta = {"on_conflict": "skip"}
    return client.post(f"changes/{change}/undo", json={"meta": meta})


def delete(client: httpx.Client, record: str) -> httpx.Response:
    return client.delete(f"{PEOPLE}/{record}")


def restore(client: httpx.Client, record: str) -> httpx.Response:
    return client.post(f"objects/person/deleted/{record}/restore")


def link(client: httpx.Client, company: str, record: str) -> httpx.Response:
    """Link a company and a person from the company's end, by a request with a name."""
    path = f"objects/company/records/{company}?include=people"
    body = resource("company", name="Acme")
    linkage = {"data": [{"type": "person", "id": record}]}
    body["data"]["relationships"] = {"people": linkage}
    key = {"Idempotency-Key": "link"}
    answer = client.patch(path, json=body, headers=key)
    while answer.status_code == 409 and "in_progress" in answer.text:
        answer = client.patch(path, json=body, headers=key)
    return answer


def statuses(answer: httpx.Response) -> set[int]:
    """Return the status of an answer; of refusals of several kinds at once, of each."""
    if answer.status_code != 400:
        return {answer.status_code}
    return {int(error["status"]) for error in answer.json()["errors"]}


def said(mergers: Iterable[str] = ()) -> str:
    """Return all that is stored that could say something of somebody.

    What merges gave records that live is left out: the receipt names these.
    """
    named = [decode_id("per", one) for one in mergers]
    others = JournalEntry.objects.exclude(record_id__in=named, source="merge")
    entries = others.values_list("before", "after", "cause")
    records = Record.objects.values_list("attributes", "folded", "search", "details")
    graves = Tombstone.objects.values_list("details", "access")
    return str([*entries, *records, *graves])


@pytest.mark.parametrize("_round", rounds(short=2, long=200))
def test_nothing_comes_back_whoever_else_writes(
    crowd: Crowd, api: Api, _round: int
) -> None:
    acme = make_record(api, "company")
    ada = person(api, {"companies": [acme]}, name=CANARY, notes=CANARY)
    titled = api.patch(f"{PEOPLE}/{ada}", resource("person", title=CANARY))
    bea = person(api, email_addresses=items(ADDRESS), name="Bea")
    acts: list[Act] = [
        *(partial(erase, record=ada), partial(change, record=ada)),
        *(partial(merge_into, survivor=bea, loser=ada), partial(delete, record=ada)),
        *(partial(take_apart, survivor=bea, loser=ada), partial(restore, record=ada)),
        partial(undo, change=titled.headers["X-Change-Id"]),
        partial(link, company=acme["id"], record=ada),
    ]

    answers = crowd.all(lambda client, n: acts[n % len(acts)](client), 32)

    assert set().union(*map(statuses, answers)) <= {200, 201, 204, 404, 409}
    erasures = [a.status_code for n, a in enumerate(answers) if n % len(acts) == 0]
    assert sorted(erasures) == [200, 200, 200, 201]
    (erasure,) = Erasure.objects.all()
    gone = erasure.record_ids
    assert decode_id("per", ada) in gone
    assert not Record.objects.filter(id__in=gone)
    assert not UniqueValue.objects.filter(record_id__in=gone)
    assert not Link.objects.filter(source_id__in=gone)
    assert not Link.objects.filter(target_id__in=gone)
    assert CANARY not in said(erasure.mergers).replace(ADDRESS, "")
    assert ada not in said()
    kept = [bytes(one.body).decode() for one in IdempotentRequest.objects.all()]
    assert CANARY not in str(kept)
    assert told_records() == stored_records()


@pytest.mark.parametrize("_round", rounds(short=1, long=50))
def test_an_address_is_free_and_nothing_of_its_record_is_left(
    crowd: Crowd, api: Api, _round: int
) -> None:
    ada = person(api, email_addresses=items(ADDRESS), title="Of the first")

    def upsert(client: httpx.Client) -> httpx.Response:
        body = resource("person", email_addresses=items(ADDRESS), notes="Sent again")
        return client.post(PEOPLE, json=body)

    acts: list[Act] = [partial(erase, record=ada), upsert, upsert, upsert]
    answers = crowd.all(lambda client, n: acts[n % 4](client), 16)

    assert {answer.status_code for answer in answers} == {200, 201}
    left = Record.objects.all()
    assert len(left) <= 1
    assert [one.attributes.get("title") for one in left] == [None] * len(left)
    assert "Of the first" not in said()
    assert told_records() == stored_records()


def test_erasures_of_records_that_are_merged_meanwhile_are_one(
    crowd: Crowd, api: Api
) -> None:
    people = [person(api, name=CANARY) for _ in range(4)]
    merge(api, people[0], people[1])

    def act(client: httpx.Client, number: int) -> httpx.Response:
        if number % 4 == 3:
            return merge_into(client, people[0], people[2])
        return erase(client, people[number % 4 % 3])

    answers = crowd.all(act, 16)

    assert {answer.status_code for answer in answers} <= {200, 201, 404, 409}
    assert Record.objects.count() == 1
    covered = [one for each in Erasure.objects.all() for one in each.record_ids]
    assert len(covered) == 3
    assert {*covered} == {decode_id("per", one) for one in people[:3]}
    assert told_records() == stored_records()
