"""GET /objects/{object}/resources answers the records of a type, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from tests.api_client import Answer, Api, resource, resources

DEALS = "objects/deal/resources"
BASE = "http://testserver/v1/workspaces/acme/objects/deal/resources"


def make_deals(api: Api, many: int) -> list[str]:
    """Create deals and return their names, the newest first."""
    rows: list[dict[str, object]] = [{"name": f"Deal {n}"} for n in range(many)]
    assert api.post(f"{DEALS}/bulk", resources("deal", *rows)).status == 201
    return [str(row["name"]) for row in rows[::-1]]


def names(answer: Answer) -> list[str]:
    return [row["attributes"]["name"] for row in answer.data]


def follow(api: Api, answer: Answer, link: str) -> Iterator[Answer]:
    """Follow a link from page to page, beginning with the answer itself."""
    yield answer
    while address := answer.json["links"][link]:
        answer = visit(api, address)
        yield answer


def visit(api: Api, address: str) -> Answer:
    response = api.client.get(address)
    assert response.status_code == 200
    return Answer(200, dict(response.headers), response.content)


def meta(answer: Answer) -> list[int]:
    found = answer.json["meta"]
    members = ["total_records", "total_pages", "offset", "limit"]
    assert list(found) == members
    return [found[name] for name in members]


def test_answers_nothing_where_nothing_is(api: Api) -> None:
    answer = api.get(DEALS)

    assert answer.status == 200
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": [],
        "meta": {"total_records": 0, "total_pages": 0, "offset": 0, "limit": 25},
        "links": {
            "self": BASE,
            "first": f"{BASE}?page%5Blimit%5D=25&page%5Boffset%5D=0",
            "prev": None,
            "next": None,
            "last": f"{BASE}?page%5Blimit%5D=25&page%5Boffset%5D=0",
        },
    }


def test_answers_each_record_as_it_is_read_by_itself(api: Api) -> None:
    make_deals(api, 3)

    answer = api.get(DEALS)

    assert answer.data == [
        api.get(f"objects/deal/records/{row['id']}").data for row in answer.data
    ]


@pytest.mark.parametrize("name", ["records", "resources"])
def test_the_newest_come_first(api: Api, name: str) -> None:
    for number in range(3):
        api.post("objects/deal/records", resource("deal", name=f"Deal {number}"))

    answer = api.get(f"objects/deal/{name}")

    assert names(answer) == ["Deal 2", "Deal 1", "Deal 0"]


def test_what_was_created_at_once_comes_in_the_order_of_its_ids(api: Api) -> None:
    expected = make_deals(api, 25)

    answer = api.get(DEALS)

    assert names(answer) == expected
    ids = [row["id"] for row in answer.data]
    assert ids == sorted(ids, reverse=True)


def test_a_change_does_not_reorder(api: Api) -> None:
    make_deals(api, 2)
    oldest = api.get(DEALS).data[-1]["id"]

    api.patch(f"objects/deal/records/{oldest}", resource("deal", name="Changed"))

    assert names(api.get(DEALS)) == ["Deal 1", "Changed"]


def test_another_type_is_not_listed(api: Api) -> None:
    make_deals(api, 1)
    api.post("objects/person/records", resource("person", name="Ada"))

    answer = api.get(DEALS)

    assert names(answer) == ["Deal 0"]
    assert meta(answer) == [1, 1, 0, 25]


@pytest.mark.parametrize(
    ("query", "shown", "expected"),
    [
        ("", slice(0, 25), [7, 1, 0, 25]),
        ("?page[limit]=3", slice(0, 3), [7, 3, 0, 3]),
        ("?page[limit]=3&page[offset]=3", slice(3, 6), [7, 3, 3, 3]),
        ("?page[offset]=6&page[limit]=3", slice(6, 9), [7, 3, 6, 3]),
        ("?page[offset]=2", slice(2, 27), [7, 1, 2, 25]),
        ("?page[limit]=7", slice(0, 7), [7, 1, 0, 7]),
        ("?page[offset]=7", slice(7, 9), [7, 1, 7, 25]),
        ("?page[offset]=9007199254740992", slice(9, 9), [7, 1, 2**53, 25]),
        ("?page[limit]=1000", slice(0, 9), [7, 1, 0, 1000]),
        ("?page%5Blimit%5D=1", slice(0, 1), [7, 7, 0, 1]),
        ("?page[size]=3", slice(0, 3), [7, 3, 0, 3]),
        ("?page[number]=2&page[size]=3", slice(3, 6), [7, 3, 3, 3]),
        ("?page[number]=3&page[size]=3", slice(6, 9), [7, 3, 6, 3]),
        ("?page[number]=1", slice(0, 25), [7, 1, 0, 25]),
        ("?page[number]=2", slice(25, 50), [7, 1, 25, 25]),
    ],
)
def test_answers_a_page(
    api: Api, query: str, shown: slice, expected: list[int]
) -> None:
    deals = make_deals(api, 7)

    answer = api.get(f"{DEALS}{query}")

    assert answer.status == 200
    assert names(answer) == deals[shown]
    assert meta(answer) == expected
    assert answer.json["links"]["self"] == f"{BASE}{query}"


@pytest.mark.parametrize(
    "query",
    [
        "?page[limit]=3",
        "?page[limit]=7",
        "?page[limit]=1",
        "?page[size]=3",
        "?page[number]=1&page[size]=4",
    ],
)
def test_links_lead_through_all_pages_and_back(api: Api, query: str) -> None:
    deals = make_deals(api, 7)

    pages = list(follow(api, api.get(f"{DEALS}{query}"), "next"))
    back = list(follow(api, pages[-1], "prev"))

    assert [name for page in pages for name in names(page)] == deals
    assert [page.data for page in back] == [page.data for page in pages[::-1]]
    assert pages[0].json["links"]["prev"] is pages[-1].json["links"]["next"] is None
    for page in pages:
        assert visit(api, page.json["links"]["first"]).data == pages[0].data
        assert visit(api, page.json["links"]["last"]).data == pages[-1].data
        assert visit(api, page.json["links"]["self"]).json == page.json


def test_links_keep_to_the_style_of_the_request(api: Api) -> None:
    make_deals(api, 3)

    links = api.get(f"{DEALS}?page[number]=2&page[size]=1").json["links"]

    assert links == {
        "self": f"{BASE}?page[number]=2&page[size]=1",
        "first": f"{BASE}?page%5Bnumber%5D=1&page%5Bsize%5D=1",
        "prev": f"{BASE}?page%5Bnumber%5D=1&page%5Bsize%5D=1",
        "next": f"{BASE}?page%5Bnumber%5D=3&page%5Bsize%5D=1",
        "last": f"{BASE}?page%5Bnumber%5D=3&page%5Bsize%5D=1",
    }


def test_links_lead_to_the_address_that_was_asked(api: Api) -> None:
    make_deals(api, 2)

    links = api.get("objects/deal/records?page[limit]=1").json["links"]

    assert {link.partition("?")[0] for link in links.values() if link} == {
        BASE.replace("resources", "records")
    }


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("page[limit]=0", ["page[limit]"]),
        ("page[limit]=1001", ["page[limit]"]),
        ("page[limit]=-1", ["page[limit]"]),
        ("page[limit]=", ["page[limit]"]),
        ("page[limit]=ten", ["page[limit]"]),
        ("page[limit]=1.0", ["page[limit]"]),
        ("page[limit]=1e1", ["page[limit]"]),
        ("page[limit]=%2B1", ["page[limit]"]),
        ("page[limit]=%201", ["page[limit]"]),
        ("page[limit]=\u0661", ["page[limit]"]),
        ("page[limit]=1%00", ["page[limit]"]),
        ("page[limit]=1&page[limit]=2", ["page[limit]"]),
        ("page[offset]=-1", ["page[offset]"]),
        ("page[offset]=9007199254740993", ["page[offset]"]),
        (f"page[offset]={'9' * 5000}", ["page[offset]"]),
        ("page[offset]=a&page[limit]=1", ["page[offset]"]),
        ("page[size]=0", ["page[size]"]),
        ("page[size]=1001", ["page[size]"]),
        ("page[number]=0", ["page[number]"]),
        ("page[number]=-1", ["page[number]"]),
        ("page[number]=9007199254740992&page[size]=2", ["page[number]"]),
    ],
)
def test_refuses_a_page_out_of_bounds(
    api: Api, query: str, parameters: list[str]
) -> None:
    answer = api.get(f"{DEALS}?{query}")

    assert answer.status == 400
    assert answer.errors == [("invalid_parameter", name) for name in parameters]


@pytest.mark.parametrize(
    "query",
    [
        "page[limit]=1&page[number]=1",
        "page[offset]=1&page[size]=1",
        "page[size]=1&page[limit]=1",
        "page[number]=1&page[size]=1&page[offset]=0",
    ],
)
def test_refuses_a_mix_of_styles(api: Api, query: str) -> None:
    answer = api.get(f"{DEALS}?{query}")

    ((code, parameter),) = answer.errors
    assert answer.status == 400
    assert code == "invalid_parameter"
    assert f"{parameter}=" in query


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("limit=1", ["limit"]),
        ("limit=1&offset=2&limit=3", ["limit", "offset", "limit"]),
        ("Page[limit]=1", ["Page[limit]"]),
        ("", []),
        ("[x]=1", ["[x]"]),
        ("search=ada", ["search"]),
    ],
)
def test_names_every_parameter_that_it_does_not_know(
    api: Api, query: str, parameters: list[str]
) -> None:
    answer = api.get(f"{DEALS}?{query}")

    assert answer.status == (400 if parameters else 200)
    assert parameters == [
        error["source"]["parameter"] for error in answer.json.get("errors", [])
    ]


@pytest.mark.parametrize(
    "name", ["page", "page[]", "page[x]", "page[limit][x]", "page[Limit]", "page[limit"]
)
def test_refuses_a_page_parameter_that_it_does_not_know(api: Api, name: str) -> None:
    answer = api.get(f"{DEALS}?{name}=1")

    assert answer.status == 400
    assert answer.errors == [("unknown_parameter", name)]


def test_the_largest_page_is_a_setting(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PAGE_LIMIT", 3)

    assert api.get(f"{DEALS}?page[limit]=3").status == 200
    assert api.get(f"{DEALS}?page[size]=4").errors == [
        ("invalid_parameter", "page[size]")
    ]


def test_totals_follow_what_is_written(api: Api) -> None:
    deals = make_deals(api, 5)
    ids = [row["id"] for row in api.get(DEALS).data]
    api.delete(f"objects/deal/records/{ids[0]}")
    api.delete("objects/deal/records", {"items": ids[1:3]})
    api.post("objects/deal/records", resource("deal", name=deals[-1]))
    api.post("objects/deal/records", resource("deal", name=5))

    assert meta(api.get(DEALS)) == [2, 1, 0, 25]
    assert meta(api.get(f"{DEALS}?page[limit]=1")) == [2, 2, 0, 1]


def test_an_object_that_is_not_there_is_not_found(api: Api) -> None:
    answer = api.get("objects/unicorn/resources")

    assert answer.status == 404
    assert answer.errors == [("not_found", "")]


def test_is_the_same_for_either_media_type(api: Api) -> None:
    make_deals(api, 2)

    plain = api.get(DEALS, accept="application/json")

    assert plain.headers["Content-Type"] == "application/json"
    assert plain.json == api.get(DEALS).json


def test_shows_the_links_of_every_record_to_one_other(api: Api) -> None:
    people = [api.post("objects/person/records", resource("person")).id for _ in "ab"]
    linkage: list[Any] = [{"type": "person", "id": person} for person in people]
    body = resources("conversation", {}, {}, {})
    for row, data in zip(body["data"], [*linkage, None], strict=True):
        row["relationships"] = {"person": {"data": data}}
    api.post("objects/conversation/records/bulk", body)

    answer = api.get("objects/conversation/resources")

    shown = [row["relationships"]["person"]["data"] for row in answer.data]
    assert json.dumps(shown) == json.dumps([None, *linkage[::-1]])
