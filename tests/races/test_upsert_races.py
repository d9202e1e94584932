"""Upserts of the same values at the same time: each value ends in one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations

import httpx
import pytest

from tests.api_client import Api, items, resource, resources
from tests.races.crowd import Crowd
from tests.races.tables import (
    claimed_addresses,
    held_addresses,
    stored_records,
    told_records,
)

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
ADDRESS: dict[str, object] = {"email_addresses": items("ada@example.com")}
ADA = resource("person", **ADDRESS)


def upsert(client: httpx.Client, *addresses: str) -> int:
    """Create or update the person who has any of the addresses."""
    body = resource("person", email_addresses=items(*addresses))
    return client.post(PEOPLE, json=body).status_code


def upsert_behind(
    crowd: Crowd, api: Api, ada: str, change: Callable[[], object], *, late: bool
) -> httpx.Response:
    """Upsert a person who is changed before the upsert looks, or while it waits."""

    def hold() -> None:
        api.patch(ada, resource("person", title="Held"))

    return crowd.behind(
        hold if late else change,
        lambda client: client.post(PEOPLE, json=ADA),
        after=change if late else None,
    )


def test_one_of_many_upserts_creates_the_record(crowd: Crowd) -> None:
    addresses = [f"ada{number:02}@example.com" for number in range(20)]

    statuses = crowd.all(lambda c, _: [upsert(c, a) for a in addresses], many=64)

    rounds = [Counter(some) for some in zip(*statuses, strict=True)]
    assert rounds == [{200: 63, 201: 1}] * 20
    assert [address for address, _ in held_addresses()] == addresses
    assert held_addresses() == claimed_addresses()


def test_no_address_belongs_to_two_records(crowd: Crowd) -> None:
    pools = [[f"{name}{number}@example.com" for name in "abcdef"] for number in "01234"]

    def upsert_pairs(client: httpx.Client, number: int) -> list[tuple[int, set[str]]]:
        pairs = [list(combinations(pool, 2))[number] for pool in pools]
        return [(upsert(client, *pair), set(pair)) for pair in pairs]

    answers = [answer for some in crowd.all(upsert_pairs, 15) for answer in some]

    accepted = [pair for status, pair in answers if status in {200, 201}]
    assert {status for status, _ in answers} <= {200, 201, 409}
    assert {address for address, _ in held_addresses()} == set().union(*accepted)
    assert held_addresses() == claimed_addresses()


def test_batches_in_opposite_order_lose_nothing(crowd: Crowd) -> None:
    def upsert_batch(client: httpx.Client, batch: int, number: int) -> int:
        rows: list[dict[str, object]] = [
            {
                "email_addresses": items(
                    f"{batch}.{n}@a.io", f"{batch}.{n}.{number}@a.io"
                )
            }
            for n in range(20)
        ]
        body = resources("person", *(rows if number % 2 else reversed(rows)))
        return client.post(f"{PEOPLE}/bulk", json=body).status_code

    statuses = crowd.all(lambda c, n: [upsert_batch(c, b, n) for b in range(4)], 8)

    rounds = [Counter(some) for some in zip(*statuses, strict=True)]
    assert rounds == [{200: 7, 201: 1}] * 4
    assert (len(stored_records()), len(held_addresses())) == (80, 80 * 9)
    assert held_addresses() == claimed_addresses()
    assert told_records() == stored_records()


def test_an_upsert_updates_what_was_created_before_it(crowd: Crowd, api: Api) -> None:
    status = crowd.behind(
        lambda: api.post(PEOPLE, ADA), lambda c: upsert(c, "ada@example.com")
    )

    assert status == 200
    assert len(stored_records()) == 1


def test_an_upsert_creates_what_was_not_created_in_the_end(
    crowd: Crowd, api: Api
) -> None:
    status = crowd.behind(
        lambda: api.post(PEOPLE, ADA),
        lambda client: upsert(client, "ada@example.com"),
        undo=True,
    )

    assert status == 201
    assert len(stored_records()) == 1


@pytest.mark.parametrize("late", [False, True])
def test_an_upsert_creates_a_record_for_an_address_that_was_given_up(
    crowd: Crowd, api: Api, late: bool
) -> None:
    ada = f"{PEOPLE}/{api.post(PEOPLE, ADA).id}"

    def give_up() -> None:
        api.patch(ada, resource("person", email_addresses=items()))

    answer = upsert_behind(crowd, api, ada, give_up, late=late)

    assert answer.status_code == 201
    assert held_addresses() == claimed_addresses()


@pytest.mark.parametrize("late", [False, True])
def test_an_upsert_updates_the_record_that_was_given_the_address(
    crowd: Crowd, api: Api, late: bool
) -> None:
    ada, eve = api.post(PEOPLE, ADA).id, api.post(PEOPLE, resource("person")).id

    def move() -> None:
        rows = resources("person", {"email_addresses": items()}, ADDRESS)
        rows["data"][0]["id"], rows["data"][1]["id"] = ada, eve
        api.patch(PEOPLE, rows)

    answer = upsert_behind(crowd, api, f"{PEOPLE}/{ada}", move, late=late)

    assert answer.status_code == 200
    assert answer.json()["data"]["id"] == eve
    assert held_addresses() == claimed_addresses()


@pytest.mark.parametrize("late", [False, True])
def test_an_upsert_creates_what_was_deleted(crowd: Crowd, api: Api, late: bool) -> None:
    ada = f"{PEOPLE}/{api.post(PEOPLE, ADA).id}"

    answer = upsert_behind(crowd, api, ada, lambda: api.delete(ada), late=late)

    assert answer.status_code == 201
    assert len(held_addresses()) == 1
    assert held_addresses() == claimed_addresses()


def test_an_address_that_was_taken_before_is_refused(crowd: Crowd, api: Api) -> None:
    eve = f"{PEOPLE}/{api.post(PEOPLE, resource('person')).id}"

    answer = crowd.behind(
        lambda: api.post(PEOPLE, ADA), lambda client: client.patch(eve, json=ADA)
    )

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "value_taken"
    assert held_addresses() == claimed_addresses()
