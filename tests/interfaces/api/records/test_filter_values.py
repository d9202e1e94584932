"""Filters compare values exactly as they are stored and read."""

from __future__ import annotations

import pytest

from crm.models import Workspace
from tests.api_client import Api, items, resource, resources
from tests.schemas import make_field

DEALS = "objects/deal/records"
PEOPLE = "objects/person/records"
OXFORD = '{"city":"Oxford"}'


def names(api: Api, path: str) -> list[str]:
    """Return the names of the records that a list finds, sorted."""
    answer = api.get(f"{path}&sort=name")
    assert answer.status == 200, answer.json
    return [row["attributes"]["name"] for row in answer.data]


def make(api: Api, type_: str, field: str, values: dict[str, object]) -> None:
    """Make a record of each name, with a value in a field."""
    rows: list[dict[str, object]] = [{"name": n, field: v} for n, v in values.items()]
    answer = api.post(f"objects/{type_}/records/bulk", resources(type_, *rows))
    assert answer.status == 201


@pytest.mark.parametrize("amount", [2**64, -(2**64), 10**29])
@pytest.mark.parametrize("operator", ["eq", "ne", "gt", "lt"])
def test_a_number_may_be_too_large_to_be_stored(
    api: Api, amount: int, operator: str
) -> None:
    api.post(DEALS, resource("deal", name="Big", amount=5))

    body = {"filter": {"amount": {operator: amount}}}
    answer = api.post(f"{DEALS}/query", body)

    is_found = operator == "ne" or (operator == "gt") == (amount < 0)
    assert answer.status == 200
    assert len(answer.data) == (is_found and operator != "eq")


@pytest.mark.parametrize("operator", ["eq", "gte", "lte"])
@pytest.mark.parametrize("amount", ["5.1", "5.10", "5.100000", "005.1"])
def test_a_number_may_be_written_with_more_digits(
    api: Api, operator: str, amount: str
) -> None:
    api.post(DEALS, resource("deal", name="Big", amount=5.1))

    assert names(api, f"{DEALS}?filter[amount][{operator}]={amount}") == ["Big"]


def test_a_multi_select_is_compared_to_the_letter(
    api: Api, workspace: Workspace
) -> None:
    options = [{"id": label, "label": label} for label in ("VIP", "vip")]
    make_field(workspace, "deal", "kinds", "multi_select", options={"options": options})
    make(api, "deal", "kinds", {"Ada": items("VIP"), "Bea": items("vip")})

    assert names(api, f"{DEALS}?filter[kinds]=vip") == ["Bea"]
    assert names(api, f"{DEALS}?filter[kinds][excludes]=vip") == ["Ada"]


def test_a_place_in_a_collection_is_compared_as_a_whole(api: Api) -> None:
    places = {"Ada": {"city": "oxford"}, "Bea": {"city": "Oxford", "country": "UK"}}
    make(api, "person", "addresses", {name: items(at) for name, at in places.items()})

    assert names(api, f"{PEOPLE}?filter[addresses]={OXFORD}") == ["Ada"]
    assert names(api, f"{PEOPLE}?filter[addresses][ne]={OXFORD}") == ["Bea"]


def test_a_unique_text_may_be_blank(api: Api) -> None:
    api.post(f"{DEALS}/bulk", resources("deal", {"name": " "}, {"name": "Big"}))

    assert names(api, f"{DEALS}?filter[name]=%20") == [" "]


@pytest.mark.parametrize("field", ["_created_at", "_updated_at"])
def test_a_time_finds_what_was_read_with_it(api: Api, field: str) -> None:
    deal = api.post(DEALS, resource("deal", name="Big")).data
    at = deal["attributes"][field]

    assert names(api, f"{DEALS}?filter[{field}]={at}") == ["Big"]
    assert names(api, f"{DEALS}?filter[{field}][Is after]={at}") == []
