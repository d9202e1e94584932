"""Lists come in exactly the oracle's order, page by page too."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import pytest

from tests.api_client import Api
from tests.oracle.oracle import order
from tests.oracle.things import JSON, SYSTEM
from tests.oracle.world import FIELDS, World
from tests.survival.rounds import rounds

GADGETS = "objects/c_gadget/records"
EVERY_FIELD = sorted({*FIELDS, *SYSTEM, "code"} - {"json", "json_marked"})
CHUNKS, EACH = rounds(short=4, long=20), 20


def read(api: Api, query: str) -> list[str]:
    """Return the ids of a list, in its order."""
    answer = api.get(f"{GADGETS}?fields[c_gadget]=code&{query}")
    assert answer.status == 200, answer.json
    return [row["id"] for row in answer.data]


def walk(api: Api, address: str | None, link: str) -> Iterator[JSON]:
    """Return a page and all that a link leads to from there."""
    while address:
        page = api.client.get(address).json()
        yield page
        address = page["links"][link]


def first_page(sort: str, size: int) -> str:
    """Return the address at which a walk begins."""
    query = f"fields[c_gadget]=code&page[size]={size}&page[total]=false&sort={sort}"
    return f"/v1/workspaces/world/{GADGETS}?{query}"


def ids(pages: Iterable[JSON]) -> list[str]:
    return [row["id"] for page in pages for row in page["data"]]


def some_sorts(seed: str) -> list[str]:
    """Return orders by several fields, each either way."""
    rng = random.Random(seed)
    return [
        ",".join(rng.choice(["", "-"]) + name for name in rng.sample(EVERY_FIELD, k))
        for k in rng.choices([2, 2, 3, 4, 8], k=EACH)
    ]


@pytest.mark.parametrize("name", EVERY_FIELD)
def test_sorts_by_a_field_both_ways(world: World, name: str) -> None:
    sorts = [name, f"-{name}"]

    found = {sort: read(world.api, f"page[limit]=1000&sort={sort}") for sort in sorts}

    assert found == {sort: order(world.gadgets, sort) for sort in sorts}


@pytest.mark.parametrize("chunk", CHUNKS)
def test_sorts_by_several_fields(world: World, chunk: int) -> None:
    sorts = some_sorts(f"several {chunk}")

    found = {sort: read(world.api, f"page[limit]=1000&sort={sort}") for sort in sorts}

    assert found == {sort: order(world.gadgets, sort) for sort in sorts}


def test_the_newest_come_first_without_a_sort(world: World) -> None:
    found = read(world.api, "page[limit]=1000")

    assert found == order(world.gadgets, "-_created_at")


@pytest.mark.parametrize("name", EVERY_FIELD)
@pytest.mark.parametrize("sign", ["", "-"])
def test_walks_by_a_field(world: World, name: str, sign: str) -> None:
    sort = f"{sign}{name}"

    pages = list(walk(world.api, first_page(sort, 13), "next"))

    assert ids(pages) == order(world.gadgets, sort)
    assert [len(page["data"]) for page in pages] == [13] * 6 + [12]


@pytest.mark.parametrize("chunk", CHUNKS)
def test_walks_by_several_fields_there_and_back(world: World, chunk: int) -> None:
    sort = some_sorts(f"walks {chunk}")[0]

    there = list(walk(world.api, first_page(sort, 7), "next"))
    back = list(walk(world.api, there[-1]["links"]["prev"], "prev"))

    assert ids(there) == order(world.gadgets, sort)
    assert [page["data"] for page in back[::-1]] == [p["data"] for p in there[:-1]]
