"""Deletions, and writes that need what is being deleted."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from tests.api_client import Api, items, resource
from tests.races.crowd import Crowd
from tests.races.tables import (
    claimed_addresses,
    held_addresses,
    stored_records,
    told_records,
)

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
ADA = resource("person", email_addresses=items("ada@example.com"))


def company_of(person: str) -> dict[str, object]:
    """Return a new company with a person."""
    body = resource("company", name="Acme")
    linkage = {"data": [{"type": "person", "id": person}]}
    body["data"]["relationships"] = {"people": linkage}
    return body


def test_an_address_can_be_taken_while_its_record_is_deleted(crowd: Crowd) -> None:
    def take_and_delete(client: httpx.Client, number: int) -> list[int]:
        statuses = []
        for _ in range(8):
            taken = client.post(PEOPLE, json=ADA)
            gone = client.delete(f"{PEOPLE}/{taken.json()['data']['id']}")
            statuses += [taken.status_code, gone.status_code]
        return statuses

    statuses = Counter(s for some in crowd.all(take_and_delete) for s in some)

    assert statuses.keys() <= {200, 201, 204, 404}
    assert statuses[201] == statuses[204]
    assert held_addresses() == claimed_addresses() == []
    assert told_records() == stored_records() == {}


def test_one_of_many_deletions_wins(crowd: Crowd, api: Api) -> None:
    ada = f"{PEOPLE}/{api.post(PEOPLE, ADA).id}"

    statuses = crowd.all(lambda client, _: client.delete(ada).status_code)

    assert Counter(statuses) == {204: 1, 404: 15}


def test_a_link_to_a_record_that_is_deleted_is_refused_or_goes_with_it(
    crowd: Crowd, api: Api
) -> None:
    people = [api.post(PEOPLE, resource("person")).id for _ in range(10)]

    def link_or_delete(client: httpx.Client, number: int) -> list[int]:
        return [
            client.post(COMPANIES, json=company_of(person)).status_code
            if (number + round_) % 8
            else client.delete(f"{PEOPLE}/{person}").status_code
            for round_, person in enumerate(people)
        ]

    statuses = crowd.all(link_or_delete, 8)

    assert Counter(s for some in statuses for s in some)[204] == 10
    assert {s for some in statuses for s in some} <= {201, 204, 404}
    assert {record.version for record in stored_records().values()} <= {1}
    assert told_records() == stored_records()


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_what_was_deleted_before_is_not_found(
    crowd: Crowd, api: Api, method: str
) -> None:
    ada = f"{PEOPLE}/{api.post(PEOPLE, ADA).id}"

    answer = crowd.behind(
        lambda: api.delete(ada),
        lambda client: client.request(method, ada, json=ADA),
    )

    assert answer.status_code == 404


def test_a_link_to_what_was_deleted_before_is_refused(crowd: Crowd, api: Api) -> None:
    ada = api.post(PEOPLE, ADA).id

    answer = crowd.behind(
        lambda: api.delete(f"{PEOPLE}/{ada}"),
        lambda client: client.post(COMPANIES, json=company_of(ada)),
    )

    assert answer.status_code == 404
    assert stored_records() == {}
