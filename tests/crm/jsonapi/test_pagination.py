"""Pages by offset or by number, and the links between them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from pytest_django import Settings

from tests.api_client import Api, resource, resources

TASKS = "objects/task/records"
BASE = "http://testserver/v1/workspaces/acme/objects/task/records"


@pytest.fixture
def five(api: Api) -> None:
    """Five tasks; the one named 5 is the newest."""
    for title in "12345":
        api.post(TASKS, resource("task", title=title))


def titles(api: Api, query: str) -> str:
    data = api.get(f"{TASKS}?{query}").data
    return "".join(task["attributes"]["title"] for task in data)


def links(api: Api, query: str) -> dict[str, str | None]:
    """Return the links of a page, without what they have in common."""
    found: dict[str, str | None] = api.get(f"{TASKS}?{query}").json["links"]
    return {
        name: link and unquote(link).removeprefix(f"{BASE}?")
        for name, link in found.items()
    }


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", "54321"),
        ("page[limit]=2", "54"),
        ("page[limit]=2&page[offset]=2", "32"),
        ("page[limit]=2&page[offset]=4", "1"),
        ("page[offset]=3", "21"),
        ("page[offset]=5", ""),
        ("page[offset]=9007199254740992", ""),
        ("page[limit]=1000", "54321"),
        ("page[limit]=0002", "54"),
        ("page[size]=2", "54"),
        ("page[size]=2&page[number]=2", "32"),
        ("page[number]=3&page[size]=2", "1"),
        ("page[number]=1", "54321"),
        ("page[number]=2", ""),
    ],
)
def test_answers_a_page_newest_first(api: Api, query: str, page: str) -> None:
    assert titles(api, query) == page


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "meta"),
    [
        ("", {"total_pages": 1, "offset": 0, "limit": 25}),
        ("page[limit]=2", {"total_pages": 3, "offset": 0, "limit": 2}),
        ("page[limit]=5", {"total_pages": 1, "offset": 0, "limit": 5}),
        ("page[offset]=9", {"total_pages": 1, "offset": 9, "limit": 25}),
        (
            "page[number]=2&page[size]=4",
            {"total_pages": 2, "offset": 4, "limit": 4},
        ),
    ],
)
def test_says_where_the_page_is(api: Api, query: str, meta: dict[str, Any]) -> None:
    assert api.get(f"{TASKS}?{query}").json["meta"] == {"total_records": 5, **meta}


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "page[limit]=2",
            {
                "self": "page[limit]=2",
                "first": "page[limit]=2&page[offset]=0",
                "prev": None,
                "next": "page[limit]=2&page[offset]=2",
                "last": "page[limit]=2&page[offset]=4",
            },
        ),
        (
            "page[offset]=2&page[limit]=2",
            {
                "self": "page[offset]=2&page[limit]=2",
                "first": "page[limit]=2&page[offset]=0",
                "prev": "page[limit]=2&page[offset]=0",
                "next": "page[limit]=2&page[offset]=4",
                "last": "page[limit]=2&page[offset]=4",
            },
        ),
        (
            "page[limit]=5",
            {
                "self": "page[limit]=5",
                "first": "page[limit]=5&page[offset]=0",
                "prev": None,
                "next": None,
                "last": "page[limit]=5&page[offset]=0",
            },
        ),
        (
            "page[number]=3&page[size]=2",
            {
                "self": "page[number]=3&page[size]=2",
                "first": "page[number]=1&page[size]=2",
                "prev": "page[number]=2&page[size]=2",
                "next": None,
                "last": "page[number]=3&page[size]=2",
            },
        ),
    ],
)
def test_links_to_other_pages(
    api: Api, query: str, expected: dict[str, str | None]
) -> None:
    assert links(api, query) == expected


def test_an_empty_collection_is_one_empty_page(api: Api) -> None:
    document = api.get(TASKS).json

    assert document["data"] == []
    assert document["meta"] == {
        "total_records": 0,
        "total_pages": 0,
        "offset": 0,
        "limit": 25,
    }
    assert [document["links"][name] for name in ("prev", "next")] == [None, None]


def test_has_25_records_unless_told_otherwise(api: Api) -> None:
    rows: list[dict[str, object]] = [{"title": "A"}] * 15
    for _ in range(2):
        api.post(f"{TASKS}/bulk", resources("task", *rows))

    first = api.get(TASKS)

    assert len(first.data) == 25
    assert unquote(first.json["links"]["next"]).endswith("&page[offset]=25")


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("query", ["page[limit]=2", "page[size]=2"])
def test_following_the_links_finds_every_record_once(api: Api, query: str) -> None:
    address: str | None = f"{BASE}?{query}"
    found = ""

    while address:
        page = api.client.get(address).json()
        found += "".join(task["attributes"]["title"] for task in page["data"])
        address = page["links"]["next"]

    assert found == "54321"


@pytest.mark.usefixtures("five")
def test_the_link_to_itself_repeats_the_request(api: Api) -> None:
    query = "page%5Blimit%5D=2&page[offset]=1"

    page = api.get(f"{TASKS}?{query}").json

    assert page["links"]["self"] == f"{BASE}?{query}"


def test_links_keep_the_other_name_of_the_collection(api: Api) -> None:
    page = api.get("objects/task/resources").json

    assert page["links"]["self"].endswith("/objects/task/resources")
    assert "/objects/task/resources?" in page["links"]["first"]


WRONG = ["", "-1", "+5", "1.5", "1e2", "0x10", "1_0", "abc", "5 ", "٣", "²", "null"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (f"page[{n}]", v)
            for n in ("limit", "offset", "size", "number")
            for v in WRONG
        ),
        ("page[limit]", "0"),
        ("page[limit]", "1001"),
        ("page[limit]", "9" * 5000),
        ("page[size]", "0"),
        ("page[size]", "1001"),
        ("page[number]", "0"),
        ("page[number]", "360287970189640"),
        ("page[offset]", "9007199254740993"),
    ],
)
def test_refuses_a_page(api: Api, name: str, value: str) -> None:
    answer = api.get(f"{TASKS}?{name}={value}")

    assert answer.status == 400
    assert answer.errors == [("invalid_parameter", name)]


@pytest.mark.parametrize(
    "query",
    [
        "page[limit]=2&page[number]=1",
        "page[size]=2&page[offset]=1",
        "page[limit]=2&page[size]=2",
        "page[offset]=0&page[number]=1",
        "page[limit]=1&page[limit]=1",
    ],
)
def test_refuses_a_mix_of_styles(api: Api, query: str) -> None:
    answer = api.get(f"{TASKS}?{query}")

    assert answer.status == 400
    ((code, where),) = answer.errors
    assert code == "invalid_parameter"
    assert f"{where}=" in query


@pytest.mark.parametrize(
    "name", ["page", "page[]", "page[x]", "page[Limit]", "page[limit][x]", "page[a][b]"]
)
def test_refuses_a_page_parameter_that_is_not_known(api: Api, name: str) -> None:
    answer = api.get(f"{TASKS}?{name}=1")

    assert answer.status == 400
    assert answer.errors == [("unknown_parameter", name)]


def test_says_how_to_ask_for_pages(api: Api) -> None:
    details = [
        api.get(f"{TASKS}?{query}").json["errors"][0]["detail"]
        for query in ("page[x]=1", "page[limit]=0")
    ]

    assert "page[limit]" in details[0]
    assert "1 to 1000" in details[1]


def test_the_largest_page_is_a_setting(api: Api, settings: Settings) -> None:
    settings.PAGE_LIMIT = 30

    statuses = [api.get(f"{TASKS}?page[limit]={n}").status for n in (30, 31)]

    assert statuses == [200, 400]
