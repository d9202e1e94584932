"""Changes of one record at the same time: none is lost."""

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
FIELDS = (
    "name_prefix",
    "middle_name",
    "name_suffix",
    "title",
    "company_name",
    "notes",
    "lead_source",
    "contact_type",
)


@pytest.fixture
def ada(api: Api) -> str:
    """The address of a record at version 1."""
    return f"{PEOPLE}/{api.post(PEOPLE, resource('person', name='Ada')).id}"


def appended(slug: str, value: object, kind: str = "collection") -> dict[str, object]:
    """Return a document that puts a value behind those that are there."""
    return resource("person", **{slug: value}) | {"meta": {slug: {kind: "append"}}}


def test_changes_of_different_fields_are_all_kept(
    crowd: Crowd, api: Api, ada: str
) -> None:
    def change(client: httpx.Client, number: int) -> int:
        body = resource("person", **{FIELDS[number]: "new"})
        return client.patch(ada, json=body).status_code

    statuses = crowd.all(change, len(FIELDS))

    record = api.get(ada).data
    assert statuses == [200] * len(FIELDS)
    assert {slug: record["attributes"][slug] for slug in FIELDS} == dict.fromkeys(
        FIELDS, "new"
    )
    assert record["meta"]["version"] == 1 + len(FIELDS)
    assert told_records() == stored_records()


def test_items_appended_to_a_collection_are_all_kept(
    crowd: Crowd, api: Api, ada: str
) -> None:
    addresses = [f"ada{number:02}@example.com" for number in range(16)]

    def append(client: httpx.Client, number: int) -> int:
        body = appended("email_addresses", items(addresses[number]))
        return client.patch(ada, json=body).status_code

    statuses = crowd.all(append)

    record = api.get(ada).data
    assert statuses == [200] * 16
    assert sorted(record["attributes"]["email_addresses"]["items"]) == addresses
    assert record["meta"]["version"] == 17
    assert held_addresses() == claimed_addresses()
    assert told_records() == stored_records()


def test_items_appended_to_an_array_are_all_kept(
    crowd: Crowd, api: Api, ada: str
) -> None:
    def append(client: httpx.Client, number: int) -> int:
        body = appended("custom_fields", [number], kind="array")
        return client.patch(ada, json=body).status_code

    statuses = crowd.all(append)

    record = api.get(ada).data
    assert statuses == [200] * 16
    assert sorted(record["attributes"]["custom_fields"]) == list(range(16))
    assert record["meta"]["version"] == 17


def test_one_of_many_changes_of_the_same_version_wins(
    crowd: Crowd, api: Api, ada: str
) -> None:
    def change(client: httpx.Client, number: int) -> int:
        body = resource("person", title=f"Title {number}")
        return client.patch(ada, json=body, headers={"If-Match": '"1"'}).status_code

    statuses = crowd.all(change)

    record = api.get(ada).data
    assert Counter(statuses) == {200: 1, 412: 15}
    assert record["attributes"]["title"] == f"Title {statuses.index(200)}"
    assert record["meta"]["version"] == 2


def test_no_step_of_a_counter_is_lost(crowd: Crowd, api: Api, ada: str) -> None:
    def step(client: httpx.Client) -> int:
        read = client.get(ada)
        value = read.json()["data"]["attributes"]["deal_value"] or 0
        body = resource("person", deal_value=value + 1)
        tag = {"If-Match": read.headers["ETag"]}
        return client.patch(ada, json=body, headers=tag).status_code

    def count(client: httpx.Client, number: int) -> int:
        status = 412
        while status == 412:
            status = step(client)
        return status

    statuses = crowd.all(count, 8)

    assert statuses == [200] * 8
    assert api.get(ada).data["attributes"]["deal_value"] == 8


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_version_that_was_changed_before_does_not_match(
    crowd: Crowd, api: Api, ada: str, method: str
) -> None:
    body = resource("person", title="New")

    answer = crowd.behind(
        lambda: api.patch(ada, resource("person", title="First")),
        lambda c: c.request(method, ada, json=body, headers={"If-Match": '"1"'}),
    )

    assert answer.status_code == 412
    assert api.get(ada).data["attributes"]["title"] == "First"


def test_batches_in_opposite_order_change_every_record(crowd: Crowd, api: Api) -> None:
    ids = [api.post(PEOPLE, resource("person")).id for _ in range(20)]

    def change(client: httpx.Client, number: int) -> int:
        rows = [
            {"type": "person", "id": record_id, "attributes": {FIELDS[number]: "new"}}
            for record_id in (ids if number % 2 else reversed(ids))
        ]
        return client.patch(PEOPLE, json={"data": rows}).status_code

    statuses = crowd.all(change, len(FIELDS))

    assert statuses == [200] * len(FIELDS)
    assert [api.get(f"{PEOPLE}/{i}").headers["ETag"] for i in ids] == ['"9"'] * 20
    assert told_records() == stored_records()
