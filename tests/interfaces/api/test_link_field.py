"""``Link`` leads through a list whoever does not read documents."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from crm.jsonapi.pagination import PROFILE
from tests.api_client import Answer, Api, resource, resources

PEOPLE = "objects/person/records"
WITH_PROFILE = f'application/vnd.api+json; profile="{PROFILE}"'


def led_to(answer: Answer) -> dict[str, str]:
    """Return the addresses in ``Link``, as a library reads them."""
    links = httpx.Response(200, headers=answer.headers).links
    return {str(relation): link["url"] for relation, link in links.items()}


@pytest.fixture
def people(api: Api) -> list[str]:
    """Seven people, the newest first."""
    rows: list[dict[str, object]] = [{"name": f"Person {n}"} for n in range(7)]
    made = api.post(f"{PEOPLE}/bulk", resources("person", *rows))
    return [row["id"] for row in reversed(made.data)]


def walk(api: Api, path: str, **headers: str) -> Iterator[list[str]]:
    """Yield the ids of each page, from one ``next`` to the other."""
    address: str | None = f"{api.base}/{path}"
    while address:
        answer = api.get(address.removeprefix(f"{api.base}/"), **headers)
        yield [row["id"] for row in answer.data]
        address = led_to(answer).get("next")


@pytest.mark.parametrize(
    ("page", "accept"),
    [
        ("page[limit]=3", "application/json"),
        ("page[number]=1&page[size]=3", "application/json"),
        ("page[size]=3", WITH_PROFILE),
    ],
)
def test_a_list_is_walked(api: Api, people: list[str], page: str, accept: str) -> None:
    pages = [*walk(api, f"{PEOPLE}?{page}", accept=accept)]

    assert [len(one) for one in pages] == [3, 3, 1]
    assert [record for one in pages for record in one] == people


def test_it_has_what_the_document_has(api: Api, people: list[str]) -> None:
    answer = api.get(f"{PEOPLE}?page[limit]=3&page[offset]=3")

    links = answer.json["links"]
    assert led_to(answer) == {
        name: links[name] for name in ("first", "prev", "next", "last")
    }


def test_the_feed_and_rows_of_the_workspace_have_it(
    api: Api, people: list[str]
) -> None:
    changes, keys = api.get("changes?page[size]=3"), api.get("api-keys")

    assert led_to(changes)["next"] == changes.json["links"]["next"]
    assert led_to(keys) == {
        name: link
        for name, link in keys.json["links"].items()
        if link and name != "self"
    }


def test_where_there_are_no_pages_there_is_none(api: Api) -> None:
    made = api.post(PEOPLE, resource("person", name="Ada"))
    one, refused = api.get(f"{PEOPLE}/{made.id}"), api.get(f"{PEOPLE}?page[limit]=x")
    asked = api.post(f"{PEOPLE}/query", {"filter": {}})

    assert [answer.headers.get("Link") for answer in (made, one, refused, asked)] == [
        None
    ] * 4


def test_a_long_one_is_left_out(api: Api) -> None:
    name = quote("é" * 200)

    answer = api.get(f"{PEOPLE}?filter[name]={name}&filter[title]={name}")

    assert answer.status == 200
    assert "Link" not in answer.headers
