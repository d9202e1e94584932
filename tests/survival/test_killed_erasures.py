"""A server that is killed while it erases: each record is erased once, and wholly."""

from __future__ import annotations

import time
from concurrent.futures import as_completed
from functools import partial
from itertools import islice

import httpx
import pytest

from crm.models import Erasure
from records.models import JournalEntry, Record
from tests.api_client import Api, items, make_record
from tests.interfaces.api.merging.merging import merge, person
from tests.live_server import LiveServer, start_server
from tests.races.crowd import gather
from tests.races.tables import stored_records, told_records
from tests.survival.rounds import moment, rounds
from tests.survival.test_killed_reversals import answered_before

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 6
LONGEST = 0.05
"""Seconds that pass, at most, between some answer and the end of the server."""


def erase(client: httpx.Client, record: str) -> httpx.Response:
    """Ask to erase a record, by a request with a name, until nobody is at it."""
    led = {"record": {"data": {"type": "person", "id": record}}}
    body = {"data": {"type": "erasure", "relationships": led}}
    key = {"Idempotency-Key": record}
    answer = client.post("erasures", json=body, headers=key)
    while answer.status_code == 409 and "in_progress" in answer.text:
        answer = client.post("erasures", json=body, headers=key)
    return answer


@pytest.mark.parametrize("_round", rounds(short=1, long=20))
def test_what_is_sent_again_is_erased_once(
    server: LiveServer, api: Api, _round: int
) -> None:
    acme = make_record(api, "company")
    addresses = [items(f"p{n}@example.com") for n in range(MANY)]
    linkage = {"companies": [acme]}
    people = [person(api, linkage, email_addresses=one) for one in addresses]
    for one in people[:2]:
        merge(api, one, person(api, name="Bea"))

    with start_server() as doomed, gather(doomed, api.workspace, api.secret) as crowd:
        crowd.start(lambda client: client.get("me")).result()
        asked = [
            crowd.start(partial(erase, record=one), n) for n, one in enumerate(people)
        ]
        for _ in islice(as_completed(asked), _round % MANY):
            pass  # So many are done, and others somewhere in between.
        time.sleep(moment(LONGEST))
        doomed.kill()
        before = [answered_before(one) for one in asked]
    with gather(server, api.workspace, api.secret) as crowd:
        after = [
            crowd.start(partial(erase, record=one), n).result()
            for n, one in enumerate(people)
        ]

    assert {answer.status_code for answer in after} == {201}
    for first, second in zip(before, after, strict=True):
        assert first is None or first.content == second.content
    assert Record.objects.exclude(object_type__slug="company").count() == 0
    assert (Erasure.objects.count(), erased()) == (MANY, MANY + 2)
    assert told_records() == stored_records()


def erased() -> int:
    """Return how often the journal says that something was erased."""
    return JournalEntry.objects.filter(action="erased").count()
