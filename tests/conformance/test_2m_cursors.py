"""The profile for cursor pagination: rows C1 to C23 of the checklist.

Row C2 does not apply: every order can be walked. Row C11 is met by its first half:
ranges are supported. Of row C14, items have no cursors of their own, which a server may
leave out, and of row C19 there is no last page, which would not be cheap to name.

https://jsonapi.org/profiles/ethanresnick/cursor-pagination/
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.conformance.wire import (
    CURSORS,
    DEALS,
    JSONAPI,
    WITH_CURSORS,
    address,
    create,
    data,
    document,
    errors,
    names,
    ref,
)

AMOUNTS = {"A": 1, "B": 2, "C": 2, "D": None, "E": None, "F": 3}


@pytest.fixture(autouse=True)
def _deals(client: httpx.Client) -> None:
    rows = [
        document("deal", {"name": name, "amount": amount})["data"]
        for name, amount in AMOUNTS.items()
    ]
    client.headers.update(WITH_CURSORS)
    assert client.post(f"{DEALS}/bulk", json={"data": rows}).status_code == 201


def page(client: httpx.Client, query: str, path: str = DEALS) -> httpx.Response:
    """Return a page of a walk by name, unless the query has another order."""
    sort = "" if "sort=" in query else "sort=name&"
    answer = client.get(f"{path}?{sort}{query}")
    assert answer.status_code == 200, answer.text
    return answer


def walk(client: httpx.Client, answer: httpx.Response, link: str) -> list[list[str]]:
    """Return the names on each page, from one on as a link leads."""
    pages = [names(answer)]
    while address := answer.json()["links"][link]:
        answer = client.get(address)
        pages.append(names(answer))
    return pages


def cursor(answer: httpx.Response, link: str) -> str:
    """Return the cursor in a link."""
    query = parse_qs(urlsplit(answer.json()["links"][link]).query)
    (token,) = query.get("page[after]") or query["page[before]"]
    return str(token)


def after_first(client: httpx.Client) -> str:
    """Return the cursor of the first item."""
    return cursor(page(client, "page[size]=1"), "next")


@pytest.mark.parametrize(
    "sort",
    ["name", "-name", "amount", "-amount", "stage", "-amount,name", "_created_at"],
)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_2m_c1_a_walk_finds_each_item_once(
    client: httpx.Client, sort: str, size: int
) -> None:
    whole = names(client.get(f"{DEALS}?sort={sort}&page[limit]=10"))

    first = page(client, f"sort={sort}&page[size]={size}")
    pages = walk(client, first, "next")

    assert [name for found in pages for name in found] == whole
    assert sorted(whole) == list(AMOUNTS)


def test_2m_c1_related_records_can_be_walked(client: httpx.Client) -> None:
    deals = [ref(deal) for deal in data(client.get(DEALS))]
    ada = create(client, "person", deals=deals)

    first = page(client, "page[size]=4", address(ada, "deals"))

    assert walk(client, first, "next") == [list("ABCD"), list("EF")]


@pytest.mark.parametrize("size", ["0", "-1", "+5", "%2B5", "1.5", "", "a", "%D9%A3"])
def test_2m_c3_a_size_is_a_positive_number(client: httpx.Client, size: str) -> None:
    answer = client.get(f"{DEALS}?page[size]={size}")

    where = {"parameter": "page[size]"}
    assert errors(answer) == (400, [("invalid_parameter", where)])


@pytest.mark.parametrize("size", ["1001", "100000", "9" * 500])
def test_2m_c4_a_size_over_the_maximum_is_refused_with_the_maximum(
    client: httpx.Client, size: str
) -> None:
    answer = client.get(f"{DEALS}?page[size]={size}")

    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert error["source"] == {"parameter": "page[size]"}
    assert error["meta"] == {"page": {"maxSize": 1000}}
    assert error["links"] == {"type": f"{CURSORS}/max-size-exceeded"}


def test_2m_c5_there_is_a_size_by_default(client: httpx.Client) -> None:
    rows = [document("task", {"title": str(n)})["data"] for n in range(20)]
    for _ in range(2):
        client.post("objects/task/records/bulk", json={"data": rows})

    answer = client.get("objects/task/records")

    assert len(data(answer)) == 25
    assert CURSORS in answer.headers["Content-Type"]


@pytest.mark.parametrize("size", [1, 3, 6, 7, 1000])
def test_2m_c6_a_page_has_as_many_items_as_were_asked_for(
    client: httpx.Client, size: int
) -> None:
    assert names(page(client, f"page[size]={size}")) == list("ABCDEF")[:size]


def flip(token: str) -> str:
    """Return a cursor with another first character."""
    return ("B" if token[0] == "A" else "A") + token[1:]


@pytest.mark.parametrize("name", ["page[after]", "page[before]"])
@pytest.mark.parametrize("token", ["", "%25%25%25", "abc", "AAAA", "%C3%A9", "null"])
def test_2m_c7_what_is_no_cursor_is_refused(
    client: httpx.Client, name: str, token: str
) -> None:
    answer = client.get(f"{DEALS}?{name}={token}")

    assert errors(answer) == (400, [("invalid_parameter", {"parameter": name})])


@pytest.mark.parametrize("spoil", [flip, lambda t: t[:-4], lambda t: t + "AAAA"])
def test_2m_c7_a_cursor_that_was_tampered_with_is_refused(
    client: httpx.Client, spoil: Any
) -> None:
    token = spoil(after_first(client))

    answer = client.get(f"{DEALS}?sort=name&page[after]={token}")

    where = {"parameter": "page[after]"}
    assert errors(answer) == (400, [("invalid_parameter", where)])


@pytest.mark.parametrize(
    "path",
    [
        f"{DEALS}?",
        f"{DEALS}?sort=-name&",
        f"{DEALS}?sort=name,amount&",
        "objects/person/records?sort=name&",
    ],
)
def test_2m_c7_a_cursor_of_another_order_is_refused(
    client: httpx.Client, path: str
) -> None:
    token = after_first(client)

    answer = client.get(f"{path}page[after]={token}")

    where = {"parameter": "page[after]"}
    assert errors(answer) == (400, [("invalid_parameter", where)])


def test_2m_c8_after_a_cursor_comes_what_follows_it(client: httpx.Client) -> None:
    token = after_first(client)

    assert names(page(client, f"page[size]=2&page[after]={token}")) == ["B", "C"]


def test_2m_c8_after_the_last_item_comes_nothing(client: httpx.Client) -> None:
    token = cursor(page(client, "page[size]=5"), "next")
    client.delete(address(data(page(client, f"page[after]={token}"))[0]))

    assert data(page(client, f"page[after]={token}")) == []


def test_2m_c9_before_a_cursor_comes_what_is_nearest_in_order(
    client: httpx.Client,
) -> None:
    token = cursor(page(client, "page[size]=4"), "next")

    assert names(page(client, f"page[size]=2&page[before]={token}")) == ["B", "C"]


def test_2m_c9_before_the_first_item_comes_nothing(client: httpx.Client) -> None:
    token = after_first(client)

    assert data(page(client, f"page[before]={token}")) == []


@pytest.mark.parametrize("sort", ["name", "-amount,name", "amount", "-_created_at"])
def test_2m_c9_pages_can_be_walked_backward(client: httpx.Client, sort: str) -> None:
    last = page(client, f"sort={sort}&page[size]=2")
    pages = walk(client, last, "next")
    while link := last.json()["links"]["next"]:
        last = client.get(link)

    assert walk(client, last, "prev") == pages[::-1]


def test_2m_c10_without_a_cursor_a_walk_begins_at_the_start(
    client: httpx.Client,
) -> None:
    nothing = page(client, "page[size]=2&filter[name]=Z")

    assert names(page(client, "page[size]=2")) == ["A", "B"]
    assert data(nothing) == []


def test_2m_c11_a_range_has_what_lies_between(client: httpx.Client) -> None:
    after = after_first(client)
    before = cursor(page(client, "page[size]=4"), "next")

    answer = page(client, f"page[after]={after}&page[before]={before}")

    assert names(answer) == ["B", "C"]
    assert answer.json()["meta"] == {"page": {}}


def test_2m_c12_a_range_has_the_maximum_size_by_default(client: httpx.Client) -> None:
    rows = [document("task", {"title": f"{n:02}"})["data"] for n in range(20)]
    for _ in range(2):
        client.post("objects/task/records/bulk", json={"data": rows})
    path = "objects/task/records"
    after = cursor(page(client, "sort=title&page[size]=1", path), "next")
    before = cursor(page(client, "sort=title&page[size]=38", path), "next")

    between = page(
        client, f"sort=title&page[after]={after}&page[before]={before}", path
    )

    assert len(data(between)) == 36


def test_2m_c13_a_range_that_is_too_long_is_cut_and_says_so(
    client: httpx.Client,
) -> None:
    after = after_first(client)
    before = cursor(page(client, "page[size]=5"), "next")

    answer = page(client, f"page[after]={after}&page[before]={before}&page[size]=2")

    assert names(answer) == ["B", "C"]
    assert answer.json()["meta"] == {"page": {"rangeTruncated": True}}


def test_2m_c14_the_page_in_meta_is_an_object(client: httpx.Client) -> None:
    answer = page(client, "page[size]=2")

    assert answer.json()["meta"] == {"page": {}}


@pytest.mark.parametrize(
    "query", ["page[size]=2", "page[size]=10", "filter[name]=Z", "page[total]=true"]
)
def test_2m_c15_every_page_has_both_links(client: httpx.Client, query: str) -> None:
    assert {"prev", "next"} <= page(client, query).json()["links"].keys()


@pytest.mark.parametrize(("size", "has_next"), [(2, True), (5, True), (6, False)])
def test_2m_c16_the_last_page_has_no_next(
    client: httpx.Client, size: int, has_next: bool
) -> None:
    links = page(client, f"page[size]={size}").json()["links"]

    assert (links["next"] is not None) is has_next


def test_2m_c17_the_first_page_has_no_previous(client: httpx.Client) -> None:
    token = cursor(page(client, "page[size]=3"), "next")

    first = page(client, "page[size]=2").json()["links"]
    back = page(client, f"page[size]=2&page[before]={token}").json()["links"]

    assert (first["prev"], back["prev"]) == (None, None)


def test_2m_c18_a_page_before_a_cursor_has_a_next(client: httpx.Client) -> None:
    token = cursor(page(client, "page[size]=3"), "next")

    back = page(client, f"page[size]=2&page[before]={token}").json()["links"]

    assert names(client.get(back["next"])) == ["C", "D"]


def test_2m_c19_every_page_links_to_the_first(client: httpx.Client) -> None:
    second = client.get(page(client, "page[size]=2").json()["links"]["next"])

    assert names(client.get(second.json()["links"]["first"])) == ["A", "B"]


@pytest.mark.parametrize(
    ("query", "meta"),
    [
        ("page[total]=true", {"total": 6}),
        ("page[total]=true&filter[name][in]=A,B", {"total": 2}),
        ("page[total]=false", {}),
        ("page[size]=1", {}),
    ],
)
def test_2m_c20_counts_when_asked(
    client: httpx.Client, query: str, meta: dict[str, object]
) -> None:
    assert page(client, query).json()["meta"] == {"page": meta}


def test_2m_c21_the_answer_and_its_link_to_itself_name_the_profile(
    client: httpx.Client,
) -> None:
    answer = page(client, "page[size]=1")

    link = answer.json()["links"]["self"]
    assert answer.headers["Content-Type"] == f'{JSONAPI}; profile="{CURSORS}"'
    assert link["type"] == f'{JSONAPI};profile="{CURSORS}"'


def test_2m_c22_a_cursor_outlives_its_item(client: httpx.Client) -> None:
    first = page(client, "page[size]=2")

    client.delete(address(data(first)[1]))

    assert walk(client, first, "next")[1:] == [["C", "D"], ["E", "F"]]


def test_2m_c22_what_is_added_behind_is_found_and_what_is_before_is_not(
    client: httpx.Client,
) -> None:
    first = page(client, "page[size]=3")

    for name in ("AA", "CC"):
        create(client, "deal", {"name": name})

    assert walk(client, first, "next")[1:] == [["CC", "D", "E"], ["F"]]


def test_2m_c23_links_keep_what_else_was_asked_for(client: httpx.Client) -> None:
    query = "sort=-name&filter[amount][gte]=2&fields[deal]=name&include=people"

    links = page(client, f"{query}&page[size]=1&page[total]=true").json()["links"]

    asked = parse_qs(query) | {"page[size]": ["1"], "page[total]": ["true"]}
    for name in ("first", "next"):
        kept = parse_qs(urlsplit(links[name]).query)
        assert {key: kept[key] for key in asked} == asked


@pytest.mark.parametrize("accept", [JSONAPI, "*/*"])
def test_2m_a_walk_goes_on_without_the_profile_in_accept(
    client: httpx.Client, accept: str
) -> None:
    first = page(client, "page[size]=2&page[total]=false")
    client.headers["Accept"] = accept

    second = client.get(first.json()["links"]["next"])
    links = second.json()["links"]
    found = [client.get(links[name]) for name in ("first", "prev", "next")]

    assert [names(answer) for answer in found] == [["A", "B"], ["A", "B"], ["E", "F"]]
    assert {CURSORS in answer.headers["Content-Type"] for answer in found} == {True}


@pytest.mark.parametrize(
    "spelling",
    [
        "http://jsonapi.org/profiles/ethanresnick/cursor-pagination",
        "https://jsonapi.org/profiles/ethanresnick/cursor-pagination/",
        f"https://example.com/other {CURSORS}",
    ],
)
def test_2m_the_profile_is_known_by_all_its_spellings(
    client: httpx.Client, spelling: str
) -> None:
    accept = {"Accept": f'{JSONAPI};profile="{spelling}"'}

    answer = client.get(f"{DEALS}?page[size]=1", headers=accept)

    assert CURSORS in answer.headers["Content-Type"]


@pytest.mark.parametrize(
    "other", ["page[number]=1", "page[limit]=1", "page[offset]=0", "page[number]=2"]
)
def test_2m_a_cursor_does_not_go_with_other_styles(
    client: httpx.Client, other: str
) -> None:
    answer = client.get(f"{DEALS}?page[after]=x&{other}")

    status, ((code, where),) = errors(answer)
    assert (status, code) == (400, "invalid_parameter")
    assert where["parameter"].startswith("page[")
