"""JSON:API 1.1, sorting: rows 66 to 69."""

from __future__ import annotations

import httpx
import pytest

from tests.conformance.wire import DEALS, address, create, data, errors, names, ref


@pytest.fixture(autouse=True)
def _deals(client: httpx.Client) -> None:
    for name, amount in (("a", 1), ("B", 2), ("c", 2), ("d", None)):
        create(client, "deal", {"name": name, "amount": amount})


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", "aBcd"),
        ("-name", "dcBa"),
        ("_created_at", "aBcd"),
        ("-_created_at", "dcBa"),
    ],
)
def test_2f_66_ascends_and_with_a_minus_descends(
    client: httpx.Client, sort: str, expected: str
) -> None:
    assert names(client.get(f"{DEALS}?sort={sort}")) == list(expected)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-amount,name", "Bcad"),
        ("-amount,-name", "cBad"),
        ("amount,-name", "acBd"),
    ],
)
def test_2f_67_applies_several_fields_in_order(
    client: httpx.Client, sort: str, expected: str
) -> None:
    assert names(client.get(f"{DEALS}?sort={sort}")) == list(expected)


@pytest.mark.parametrize(
    "sort", ["bogus", "name,bogus", "", "-", "--name", "name,", "companies", " name"]
)
def test_2f_68_refuses_an_order_that_it_does_not_have(
    client: httpx.Client, sort: str
) -> None:
    answer = client.get(f"{DEALS}?sort={sort}")

    assert errors(answer) == (400, [("invalid_parameter", {"parameter": "sort"})])


def test_2f_68_related_records_sort_by_their_own_fields(client: httpx.Client) -> None:
    deals = [ref(deal) for deal in data(client.get(DEALS))]
    ada = create(client, "person", deals=deals)
    path = address(ada, "deals")

    assert names(client.get(f"{path}?sort=-amount,name")) == ["B", "c", "a", "d"]
    assert errors(client.get(f"{path}?sort=birthday")) == (
        400,
        [("invalid_parameter", {"parameter": "sort"})],
    )


@pytest.mark.parametrize("sort", ["amount", "-amount", "stage", "-_created_by"])
def test_2f_69_the_order_is_total(client: httpx.Client, sort: str) -> None:
    whole = names(client.get(f"{DEALS}?sort={sort}"))

    pages = [
        names(client.get(f"{DEALS}?sort={sort}&page[limit]=1&page[offset]={offset}"))
        for offset in range(4)
    ]

    assert [name for page in pages for name in page] == whole
    assert sorted(whole) == ["B", "a", "c", "d"]
