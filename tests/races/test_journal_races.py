"""The journal under many writers: numbers without gaps, in the order of commits."""

from __future__ import annotations

import httpx
import pytest
from django.db import transaction

from crm.sql import query
from tests.api_client import Api, resource
from tests.races.crowd import Crowd, until_waiting
from tests.races.tables import stored_records, told_records

pytestmark = pytest.mark.django_db(transaction=True)

MEETINGS = "objects/meeting/records"
KINDS = ("person", "company", "meeting", "deal")

NUMBERS = "SELECT seq FROM records_change ORDER BY seq"
SEEN = "SELECT count(*), coalesce(max(seq), 0) FROM records_change"
NUMBER = "SELECT seq FROM records_change WHERE request_id = %(request)s"
LAST = "SELECT last_seq FROM records_journalhead"
COUNTS = """
SELECT alive.key, value::int
FROM records_journalhead, jsonb_each_text(counts) AS alive ORDER BY alive.key
"""
ALIVE = """
SELECT object_type_id::text, count(*) FROM records_record
GROUP BY object_type_id ORDER BY object_type_id
"""


def numbers() -> list[int]:
    """Return the numbers of the journal that can be seen now."""
    return [number for (number,) in query(NUMBERS)]


def create_change_delete(client: httpx.Client, kind: str) -> list[int]:
    """Create two records, change one and delete the other."""
    records = f"objects/{kind}/records"
    created = [client.post(records, json=resource(kind)) for _ in "ab"]
    kept, gone = (f"{records}/{answer.json()['data']['id']}" for answer in created)
    changed = client.patch(kept, json=resource(kind, tags={"items": ["vip"]}))
    deleted = client.delete(gone)
    return [answer.status_code for answer in (*created, changed, deleted)]


def test_numbers_have_no_gap_and_counts_are_right(crowd: Crowd) -> None:
    def write(client: httpx.Client, number: int) -> list[int]:
        kinds = KINDS if number % 2 else reversed(KINDS)
        return [s for kind in kinds for s in create_change_delete(client, kind)]

    statuses = crowd.all(write)

    assert statuses == [[201, 201, 200, 204] * 4] * 16
    assert numbers() == list(range(1, 257))
    assert query(LAST) == [(256,)]
    assert query(COUNTS) == query(ALIVE)
    assert told_records() == stored_records()


def test_whoever_looks_sees_all_numbers_up_to_the_last(crowd: Crowd) -> None:
    writing = [
        crowd.start(lambda client: create_change_delete(client, "meeting"), number)
        for number in range(16)
    ]

    seen = []
    while not all(future.done() for future in writing):
        seen += query(SEEN)

    assert [future.result() for future in writing] == [[201, 201, 200, 204]] * 16
    assert {many - last for many, last in seen} <= {0}
    assert query(SEEN) == [(64, 64)]


def test_a_number_is_larger_than_all_that_were_there_before(crowd: Crowd) -> None:
    def write(client: httpx.Client, number: int) -> list[tuple[list[int], int]]:
        done = []
        for _ in range(4):
            before = numbers()
            answer = client.post(MEETINGS, json=resource("meeting"))
            request = answer.headers["X-Request-Id"]
            done.append((before, query(NUMBER, request=request)[0][0]))
        return done

    done = [each for some in crowd.all(write) for each in some]

    assert all(number > max(before, default=0) for before, number in done)
    assert sorted(number for _, number in done) == list(range(1, 65))


def test_a_number_waits_for_the_one_before_it(crowd: Crowd, api: Api) -> None:
    with transaction.atomic():
        api.post(MEETINGS, resource("meeting"))
        second = crowd.start(lambda c: c.post(MEETINGS, json=resource("meeting")))
        until_waiting(second)
        seen = crowd.start(lambda _: numbers(), 1).result()

    assert seen == []
    assert second.result().status_code == 201
    assert numbers() == [1, 2]


def test_a_number_that_is_given_back_is_taken_by_the_next(
    crowd: Crowd, api: Api
) -> None:
    with transaction.atomic():
        api.post(MEETINGS, resource("meeting"))
        second = crowd.start(lambda c: c.post(MEETINGS, json=resource("meeting")))
        until_waiting(second)
        transaction.set_rollback(True)

    assert second.result().status_code == 201
    assert numbers() == [1]
    assert query(COUNTS) == query(ALIVE)
