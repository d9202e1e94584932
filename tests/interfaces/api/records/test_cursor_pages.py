"""Walks by cursor find every record once, in any order, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from crm.jsonapi.cursors import encode_cursor
from crm.models import Agent, Workspace
from records.models import Record
from tests.api_client import Answer, Api, items, resource, resources
from tests.schemas import make_field

DEALS = "objects/deal/records"
WALK = "page[total]=false"
NAMES = "abCdEfGhIjKl"
COLUMNS: dict[str, list[object]] = {
    "stage": ["Won", None, "Lost", "Won", "Discovery"],
    "amount": [10, 10, None, -1, 10, 0.5, None],
    "close_date": [None, "2026-01-01", "2025-12-31"],
    "tags": [items("b"), items(), items("A", "c")],
    "description": ["x", "X", None, ""],
}
"""Values that the deals have in turn."""


@pytest.fixture
def deals(api: Api) -> Api:
    """The API, with twelve deals that have many values in common, or none."""
    rows = [deal(number, name) for number, name in enumerate(NAMES)]
    assert api.post(f"{DEALS}/bulk", resources("deal", *rows)).status == 201
    return api


def deal(number: int, name: str) -> dict[str, object]:
    """Return the attributes of a deal."""
    turns = {slug: values[number % len(values)] for slug, values in COLUMNS.items()}
    return turns | {"name": name}


def names(answer: Answer) -> str:
    assert answer.status == 200, answer.json
    return "".join(row["attributes"]["name"] for row in answer.data)


def visit(api: Api, address: str) -> Answer:
    return api.get(address.removeprefix("http://testserver/v1/workspaces/acme/"))


def follow(api: Api, answer: Answer, link: str) -> Iterator[Answer]:
    """Follow a link from page to page, beginning with the answer itself."""
    yield answer
    while address := answer.json["links"][link]:
        answer = visit(api, address)
        yield answer


def cursor(answer: Answer, link: str = "next") -> str:
    """Return the cursor in a link."""
    query = parse_qs(urlsplit(answer.json["links"][link]).query)
    (token,) = query.get("page[after]") or query["page[before]"]
    return str(token)


ORDERS = [
    "name",
    "-name",
    "amount",
    "-amount",
    "stage",
    "-stage,amount",
    "close_date,-amount",
    "-close_date,-amount,-name",
    "tags",
    "-tags,close_date",
    "description",
    "-description,amount,-stage",
    "_created_at",
    "-_updated_at,name",
    "_created_by,-description",
]


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("size", [1, 5, 12])
def test_a_walk_is_the_list_forward_and_backward(
    deals: Api, sort: str, size: int
) -> None:
    whole = names(deals.get(f"{DEALS}?sort={sort}"))

    first = deals.get(f"{DEALS}?sort={sort}&page[size]={size}&{WALK}")
    pages = list(follow(deals, first, "next"))
    back = list(follow(deals, pages[-1], "prev"))

    assert "".join(map(names, pages)) == whole
    assert sorted(whole) == sorted(NAMES)
    assert "".join(names(page) for page in back[::-1]) == whole


def test_the_newest_come_first(deals: Api) -> None:
    assert names(deals.get(f"{DEALS}?{WALK}")) == NAMES[::-1]


def test_records_without_a_value_come_last_either_way(deals: Api) -> None:
    ascending = names(deals.get(f"{DEALS}?sort=amount&{WALK}"))
    descending = names(deals.get(f"{DEALS}?sort=-amount&{WALK}"))

    without = {"C", "G", "j"}
    assert set(ascending[-3:]) == set(descending[-3:]) == without
    assert ascending[:-3] == descending[:-3][::-1]


def test_a_field_that_is_not_indexed_walks_too(
    deals: Api, workspace: Workspace
) -> None:
    make_field(workspace, "deal", "c_score", "number")
    for row in deals.get(f"{DEALS}?sort=name").data[::2]:
        body = resource("deal", c_score=len(row["attributes"]["name"]))
        deals.patch(f"{DEALS}/{row['id']}", body)

    first = deals.get(f"{DEALS}?sort=-c_score,name&page[size]=4&{WALK}")

    walked = "".join(names(page) for page in follow(deals, first, "next"))
    assert walked == NAMES[::2] + NAMES[1::2]


def test_pages_have_links_and_meta(deals: Api) -> None:
    first = deals.get(f"{DEALS}?sort=name&page[size]=5&page[total]=true")
    *_, last = follow(deals, first, "next")

    links, ends = first.json["links"], last.json["links"]
    assert links.keys() == ends.keys() == {"self", "first", "prev", "next"}
    assert (links["prev"], ends["next"]) == (None, None)
    assert first.json["meta"] == last.json["meta"] == {"page": {"total": 12}}
    assert names(visit(deals, ends["first"])) == names(first)


def test_a_page_without_records_has_both_links(deals: Api) -> None:
    answer = deals.get(f"{DEALS}?filter[name]=none&{WALK}")

    links = answer.json["links"]
    assert (answer.data, links["prev"], links["next"]) == ([], None, None)


def test_links_keep_what_else_was_asked_for(deals: Api) -> None:
    query = "filter[amount][gte]=0&include=people&fields[deal]=name&sort=-name"

    first = deals.get(f"{DEALS}?{query}&page[size]=2&page[total]=true")

    pages = list(follow(deals, first, "next"))
    found = [row["attributes"] for page in pages for row in page.data]
    assert {tuple(attributes) for attributes in found} == {("name",)}
    assert "".join(one["name"] for one in found) == "lIhfEba"
    assert {page.json["meta"]["page"]["total"] for page in pages} == {7}
    assert all(page.json["included"] == [] for page in pages)


def test_a_filter_may_change_on_the_way(deals: Api) -> None:
    token = cursor(deals.get(f"{DEALS}?sort=name&page[size]=3&{WALK}"))

    answer = deals.get(f"{DEALS}?sort=name&filter[stage]=Won&page[after]={token}")

    assert names(answer) == "dfIK"


def test_ranges_have_what_lies_between(deals: Api) -> None:
    walk = f"{DEALS}?sort=name"
    after, before = (
        cursor(deals.get(f"{walk}&page[size]={size}&{WALK}")) for size in (2, 6)
    )

    whole = deals.get(f"{walk}&page[after]={after}&page[before]={before}")
    cut = deals.get(f"{walk}&page[after]={after}&page[before]={before}&page[size]=2")
    none = deals.get(f"{walk}&page[after]={before}&page[before]={after}")

    assert [names(answer) for answer in (whole, cut, none)] == ["CdE", "Cd", ""]
    assert [answer.json["meta"] for answer in (whole, cut, none)] == [
        {"page": {}},
        {"page": {"rangeTruncated": True}},
        {"page": {}},
    ]


def test_a_walk_outlives_what_is_deleted(deals: Api) -> None:
    first = deals.get(f"{DEALS}?sort=amount&page[size]=5&{WALK}")
    whole = names(deals.get(f"{DEALS}?sort=amount"))

    deals.delete(DEALS, {"items": [row["id"] for row in first.data]})

    rest = "".join(map(names, list(follow(deals, first, "next"))[1:]))
    assert rest == whole[5:]


def test_a_walk_goes_on_where_the_record_was_and_not_where_it_is(deals: Api) -> None:
    first = deals.get(f"{DEALS}?sort=name&page[size]=2&{WALK}")

    body = resource("deal", name="zz")
    deals.patch(f"{DEALS}/{first.data[-1]['id']}", body)

    pages = list(follow(deals, first, "next"))
    assert "".join(map(names, pages)) == NAMES + "zz"


def spoiled(token: str) -> Iterator[str]:
    """Return what is nearly a cursor."""
    yield token[:-1]
    yield token[1:]
    yield token + "A"
    yield token + "===="
    yield token[::-1]
    yield token.swapcase()
    yield ("B" if token[0] == "A" else "A") + token[1:]
    yield token[:-2] + ("BB" if token[-2:] == "AA" else "AA")
    yield f"{token},{token}"


def test_a_cursor_that_was_tampered_with_is_refused(deals: Api) -> None:
    token = cursor(deals.get(f"{DEALS}?sort=name&page[size]=1&{WALK}"))

    answers = [
        deals.get(f"{DEALS}?sort=name&page[{step}]={bad}")
        for bad in spoiled(token)
        for step in ("after", "before")
    ]

    assert {(answer.status, *answer.errors) for answer in answers} == {
        (400, ("invalid_parameter", "page[after]")),
        (400, ("invalid_parameter", "page[before]")),
    }


@pytest.mark.parametrize("token", ["", "x", "%00", "é", "null", "[]", "=", "A" * 5000])
def test_what_is_no_cursor_is_refused(deals: Api, token: str) -> None:
    answer = deals.get(f"{DEALS}?page[after]={token}")

    assert (answer.status, answer.errors) == (
        400,
        [("invalid_parameter", "page[after]")],
    )


def test_a_cursor_that_we_did_not_sign_is_refused(deals: Api) -> None:
    token = encode_cursor("acme?name", ["a", "00000000-0000-0000-0000-000000000000"])

    assert deals.get(f"{DEALS}?sort=name&page[after]={token}").status == 400


@pytest.mark.parametrize(
    "path",
    [
        f"{DEALS}?",
        f"{DEALS}?sort=-name&",
        f"{DEALS}?sort=name,amount&",
        f"{DEALS}?sort=amount&",
        "objects/person/records?sort=name&",
    ],
)
def test_a_cursor_is_for_one_order_of_one_type(deals: Api, path: str) -> None:
    token = cursor(deals.get(f"{DEALS}?sort=name&page[size]=1&{WALK}"))

    answer = deals.get(f"{path}page[after]={token}")

    assert (answer.status, answer.errors) == (
        400,
        [("invalid_parameter", "page[after]")],
    )


def test_a_cursor_is_for_one_workspace(deals: Api, stranger: Api) -> None:
    token = cursor(deals.get(f"{DEALS}?sort=name&page[size]=1&{WALK}"))

    answer = stranger.get(f"{DEALS}?sort=name&page[after]={token}")

    assert (answer.status, answer.errors) == (
        400,
        [("invalid_parameter", "page[after]")],
    )


def test_an_agent_walks_through_what_it_may_see(
    deals: Api, scout: Api, agent: Agent
) -> None:
    hidden = Record.objects.filter(attributes__stage="Won")
    hidden.update(visible_to=[])

    first = scout.get(f"{DEALS}?sort=name&page[size]=2&page[total]=true")
    pages = list(follow(scout, first, "next"))
    back = list(follow(scout, pages[-1], "prev"))

    assert "".join(map(names, pages)) == "bCEGhjl"
    assert [page.data for page in back][-1] == first.data
    assert first.json["meta"] == {"page": {"total": 7}}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page[after]=x&page[limit]=1", "page[after]"),
        ("page[before]=x&page[offset]=1", "page[before]"),
        ("page[total]=true&page[number]=1", "page[number]"),
        ("page[total]=yes", "page[total]"),
        ("page[total]=", "page[total]"),
        ("page[after]=x&page[after]=x", "page[after]"),
        ("page[total]=true&page[total]=true", "page[total]"),
    ],
)
def test_refuses_what_does_not_go_together(
    deals: Api, query: str, parameter: str
) -> None:
    answer = deals.get(f"{DEALS}?{query}")

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", parameter)])
