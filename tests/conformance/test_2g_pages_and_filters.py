"""JSON:API 1.1, pagination and filtering: rows 70 to 75."""

from __future__ import annotations

import httpx
import pytest

from tests.conformance.wire import DEALS, create, errors, names


@pytest.fixture(autouse=True)
def _deals(client: httpx.Client) -> None:
    for name, amount in (("A", 1), ("B", 2), ("C", 3), ("D", 4)):
        create(client, "deal", {"name": name, "amount": amount})


def links(client: httpx.Client, query: str) -> dict[str, str | None]:
    found: dict[str, str | None] = client.get(f"{DEALS}?{query}").json()["links"]
    return found


STYLES = ["page[limit]=2", "page[size]=2", "page[size]=2&page[total]=false"]


@pytest.mark.parametrize("page", STYLES)
def test_2g_70_links_lead_to_the_other_pages(client: httpx.Client, page: str) -> None:
    first = links(client, f"sort=name&{page}")
    assert first["next"]
    second = client.get(first["next"])
    back = second.json()["links"]

    assert names(second) == ["C", "D"]
    assert names(client.get(back["prev"])) == ["A", "B"]
    assert names(client.get(back["first"])) == ["A", "B"]


@pytest.mark.parametrize("page", ["page[limit]=2", "page[size]=2"])
def test_2g_70_the_last_link_leads_to_the_last_page(
    client: httpx.Client, page: str
) -> None:
    last = links(client, f"sort=name&{page}")["last"]
    assert last

    assert names(client.get(last)) == ["C", "D"]


@pytest.mark.parametrize("page", [*STYLES, "page[limit]=4", "page[limit]=1000"])
def test_2g_71_a_link_is_null_at_the_ends(client: httpx.Client, page: str) -> None:
    found = links(client, page)
    ends = [found["prev"]]

    while found["next"]:
        found = client.get(found["next"]).json()["links"]
    ends.append(found["next"])

    assert ends == [None, None]


@pytest.mark.parametrize("page", STYLES)
@pytest.mark.parametrize(("sort", "expected"), [("-name", "DCBA"), ("amount", "ABCD")])
def test_2g_72_pages_follow_the_order(
    client: httpx.Client, page: str, sort: str, expected: str
) -> None:
    answer = client.get(f"{DEALS}?sort={sort}&{page}")
    found = names(answer)

    while link := answer.json()["links"]["next"]:
        answer = client.get(link)
        found += names(answer)

    assert found == list(expected)


@pytest.mark.parametrize("name", ["limit=1", "per_page=1", "offset=1", "cursor=x"])
def test_2g_73_pages_are_asked_for_by_the_page_family_alone(
    client: httpx.Client, name: str
) -> None:
    parameter = name.partition("=")[0]

    answer = client.get(f"{DEALS}?{name}")

    where = {"parameter": parameter}
    assert errors(answer) == (400, [("unknown_parameter", where)])


@pytest.mark.parametrize("value", ["0", "-1", "abc", "", "1001", "1.5"])
@pytest.mark.parametrize("name", ["page[limit]", "page[size]"])
def test_2g_74_refuses_a_page_that_it_cannot_make(
    client: httpx.Client, name: str, value: str
) -> None:
    answer = client.get(f"{DEALS}?{name}={value}")

    assert errors(answer) == (400, [("invalid_parameter", {"parameter": name})])


@pytest.mark.parametrize("name", ["page[bogus]", "page", "page[]", "page[size][x]"])
def test_2g_74_refuses_a_page_parameter_that_it_does_not_know(
    client: httpx.Client, name: str
) -> None:
    answer = client.get(f"{DEALS}?{name}=1")

    assert errors(answer) == (400, [("unknown_parameter", {"parameter": name})])


def test_2g_74_a_page_behind_the_last_is_empty(client: httpx.Client) -> None:
    answer = client.get(f"{DEALS}?page[number]=9&page[size]=2")

    assert (answer.status_code, names(answer)) == (200, [])


@pytest.mark.parametrize(
    ("parameter", "value", "code"),
    [
        ("filter[bogus]", "1", "unknown_parameter"),
        ("filter", "1", "unknown_parameter"),
        ("filter[]", "1", "unknown_parameter"),
        ("filter[amount]", "abc", "invalid_parameter"),
        ("filter[amount][bogus]", "1", "invalid_parameter"),
        ("filter[name][gt]", "1", "invalid_parameter"),
        ("filter[close_date]", "soon", "invalid_parameter"),
        ("filter[amount][gt][lt]", "1", "unknown_parameter"),
    ],
)
def test_2g_75_refuses_a_filter_that_it_does_not_understand(
    client: httpx.Client, parameter: str, value: str, code: str
) -> None:
    answer = client.get(f"{DEALS}?{parameter}={value}")

    assert errors(answer) == (400, [(code, {"parameter": parameter})])


def test_2g_75_filters_what_it_understands(client: httpx.Client) -> None:
    answer = client.get(f"{DEALS}?filter[amount][gte]=2&filter[name][ne]=c&sort=name")

    assert names(answer) == ["B", "D"]
