"""Filters compare values exactly as they are stored and read."""

from __future__ import annotations

import pytest

from tests.api_client import Api, resource

DEALS = "objects/deal/records"


def names(api: Api, path: str) -> list[str]:
    """Return the names of the records that a list finds, sorted."""
    answer = api.get(f"{path}&sort=name")
    assert answer.status == 200, answer.json
    return [row["attributes"]["name"] for row in answer.data]


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


@pytest.mark.parametrize("field", ["_created_at", "_updated_at"])
def test_a_time_finds_what_was_read_with_it(api: Api, field: str) -> None:
    deal = api.post(DEALS, resource("deal", name="Big")).data
    at = deal["attributes"][field]

    assert names(api, f"{DEALS}?filter[{field}]={at}") == ["Big"]
    assert names(api, f"{DEALS}?filter[{field}][Is after]={at}") == []
