"""The id of a record that was merged leads readers on, and stops writers."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from tests.api_client import Api, items, make_record, resource
from tests.interfaces.api.merging.merging import (
    PEOPLE,
    TALKS,
    linked,
    merged,
    patch,
    person,
    unmerge,
)

ADDRESSES = [
    "",
    "?fields[person]=name",
    "/companies",
    "/companies?page[size]=1",
    "/owner",
    "/relationships/companies",
    "/relationships/owner",
    "/access",
]


RULE = {"data": {"type": "access", "relationships": {"agent": {"data": None}}}}


def make_merged(api: Api) -> tuple[str, str]:
    """Merge one person into another, and return both, the survivor first."""
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    merged(api, ada, bea)
    return ada, bea


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("below", ADDRESSES)
def test_readers_are_led_to_the_same_address_of_the_survivor(
    api: Api, below: str, method: str
) -> None:
    ada, bea = make_merged(api)

    answer = api.call(method, f"{PEOPLE}/{bea}{below}")

    assert answer.status == 308
    location = answer.headers["Location"].replace("%5B", "[").replace("%5D", "]")
    assert location == f"{api.base}/{PEOPLE}/{ada}{below}"
    assert answer.headers["Cache-Control"] == "no-store"
    if method == "GET":
        survivor = {"type": "person", "id": ada}
        assert answer.json["meta"] == {"merged_into": survivor}


@pytest.mark.parametrize("shape", ["objects/person/resources", "records/person"])
def test_the_other_shapes_of_addresses_lead_on_too(api: Api, shape: str) -> None:
    ada, bea = make_merged(api)

    answer = api.get(f"{shape}/{bea}")

    assert answer.headers["Location"] == f"{api.base}/{shape}/{ada}"


def test_a_chain_leads_to_its_end_in_one_hop(api: Api) -> None:
    first, second, third, last = (person(api, name=name) for name in "ABCD")
    merged(api, second, first)
    merged(api, third, second)
    merged(api, last, third)

    locations = {
        api.get(f"{PEOPLE}/{one}").headers["Location"] for one in (first, second)
    }

    assert locations == {f"{api.base}/{PEOPLE}/{last}"}


def test_its_own_history_stays_where_it_was(api: Api) -> None:
    _, bea = make_merged(api)

    answer = api.get(f"{PEOPLE}/{bea}/history")

    assert answer.status == 200
    kinds = [one["attributes"]["kind"] for one in answer.data]
    assert kinds == ["record.merged", "record.created"]


def test_its_changes_are_followed_on(api: Api) -> None:
    ada, bea = make_merged(api)

    told = api.get(f"changes?filter[record]={bea}").data

    records = [one["relationships"]["record"]["data"]["id"] for one in told]
    assert sorted(records) == sorted([ada, ada, bea, bea])


def test_an_unmerge_gives_the_address_back(api: Api) -> None:
    ada, bea = make_merged(api)

    unmerge(api, ada, bea)

    assert api.get(f"{PEOPLE}/{bea}").data["attributes"]["name"] == "Bea"


WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "", resource("person", title="X")),
    ("DELETE", "", None),
    ("POST", "/merge", {"data": [{"type": "person", "id": "{ada}"}]}),
    ("POST", "/unmerge", {"data": [{"type": "person", "id": "{ada}"}]}),
    ("PATCH", "/relationships/companies", {"data": []}),
    ("POST", "/relationships/companies", {"data": []}),
    ("DELETE", "/relationships/companies", {"data": []}),
    ("DELETE", "/access/*", None),
    ("DELETE", "/access/scout", None),
    ("POST", "/access", RULE),
]


@pytest.mark.parametrize(("method", "below", "body"), WRITES)
def test_who_writes_there_is_told(api: Api, method: str, below: str, body: Any) -> None:
    ada, bea = make_merged(api)

    answer = api.call(method, f"{PEOPLE}/{bea}{below}", body)

    (error,) = answer.json["errors"]
    assert (answer.status, error["code"]) == (409, "merged")
    assert error["meta"] == {"merged_into": {"type": "person", "id": ada}}
    assert api.get(f"{PEOPLE}/{ada}").data["meta"]["version"] == 2


def test_a_bulk_is_refused_at_its_row(api: Api) -> None:
    ada, bea = make_merged(api)
    rows = [
        {"type": "person", "id": one, "attributes": {"title": "X"}}
        for one in (ada, bea)
    ]

    changed = api.patch(PEOPLE, {"data": rows})
    deleted = api.delete(PEOPLE, {"items": [ada, bea]})
    again = api.post(f"{PEOPLE}/{ada}/merge", {"data": [{"type": "person", "id": bea}]})

    assert (changed.status, changed.errors) == (409, [("merged", "/data/1/id")])
    assert (deleted.status, deleted.errors) == (409, [("merged", "/items/1")])
    assert (again.status, again.errors) == (409, [("merged", "/data/0/id")])
    assert changed.json["errors"][0]["meta"]["merged_into"]["id"] == ada
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["title"] is None


def test_a_link_to_it_means_the_survivor(api: Api) -> None:
    ada, bea = make_merged(api)

    talk = make_record(api, "conversation", person={"type": "person", "id": bea})

    shown = api.get(f"{TALKS}/{talk['id']}").data["relationships"]["person"]["data"]
    assert shown["id"] == ada
    deal = make_record(api, "deal", "D", people=[{"type": "person", "id": bea}] * 2)
    assert linked(api, ada, "deals") == [deal["id"]]


def test_what_comes_back_is_linked_to_the_survivor(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    deal = make_record(api, "deal", "D", people=[{"type": "person", "id": bea}])
    api.delete(f"objects/deal/records/{deal['id']}")
    merged(api, ada, bea)

    answer = api.post(f"objects/deal/deleted/{deal['id']}/restore")

    assert answer.json["meta"]["skipped_links"] == {}
    assert linked(api, ada, "deals") == [deal["id"]]


def test_its_values_are_the_survivors(api: Api) -> None:
    ada = person(api, name="Ada")
    bea = person(api, email_addresses=items("bea@x.example"))
    merged(api, ada, bea)

    body = resource("person", email_addresses=items("bea@x.example"), title="X")
    answer = api.post(PEOPLE, body)

    assert (answer.status, answer.id) == (200, ada)


def test_whoever_does_not_see_the_survivor_finds_nothing(
    api: Api, scout: Api, agent: Agent
) -> None:
    ada, bea = make_merged(api)
    hide = api.post(f"{PEOPLE}/access", {"items": [ada], "set": []})
    assert hide.status == 200, hide.json

    assert scout.get(f"{PEOPLE}/{bea}").status == 404
    assert api.get(f"{PEOPLE}/{bea}").status == 308


def test_whoever_could_not_see_it_finds_nothing(
    api: Api, scout: Api, agent: Agent
) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    api.post(f"{PEOPLE}/access", {"items": [bea], "set": []})
    merged(api, ada, bea, access="keep")

    assert scout.get(f"{PEOPLE}/{ada}").status == 200
    assert scout.get(f"{PEOPLE}/{bea}").status == 404
    assert patch(api, ada, title="X").status == 200


def test_of_a_survivor_that_was_deleted_nothing_is_left(api: Api) -> None:
    ada, bea = make_merged(api)

    api.delete(f"{PEOPLE}/{ada}")

    assert api.get(f"{PEOPLE}/{bea}").status == 404
    assert api.delete(f"{PEOPLE}/{bea}").status == 404


def test_a_merged_record_is_not_restored(api: Api) -> None:
    _, bea = make_merged(api)

    answer = api.post(f"objects/person/deleted/{bea}/restore")

    assert (answer.status, answer.errors[0][0]) == (409, "merged")
