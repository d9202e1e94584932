"""Records that an agent may not see change no byte of any answer that it gets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from crm.json_types import JSON
from tests.api_client import Answer, Api
from tests.oracle.questions import Questions, address_of
from tests.oracle.shadows import Shadows
from tests.oracle.things import Thing
from tests.oracle.world import FIELDS, World
from tests.survival.rounds import rounds

CHUNKS, EACH = rounds(short=10, long=80), 50

PAGES = [
    *(
        "",
        "page[limit]=5",
        "page[limit]=7&page[offset]=7",
        "page[number]=2&page[size]=9",
    ),
    *("page[size]=6&page[total]=true", "page[size]=11&page[total]=false"),
]
INCLUDES = ["", "lead", "makers", "makers.rivals", "lead.gadgets.parent", "agent"]


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    body: JSON = None


@pytest.fixture(scope="module")
def committed_shadows(committed_world: World) -> Shadows:
    return Shadows(committed_world)


@pytest.fixture
def shadows(committed_shadows: Shadows, db: None) -> Shadows:
    """The world with records in it that its agent may not see."""
    return committed_shadows


class Curious:
    """Makes up requests to every address that reads records."""

    def __init__(self, seed: str, world: World) -> None:
        self.rng = random.Random(seed)
        self.world = world
        self.routes: list[Callable[[Thing], Asked]] = [
            self.list,
            self.query,
            self.one,
            self.related,
            self.linkage,
            self.types,
        ]

    def requests(self) -> Iterator[Asked]:
        """Return requests that begin at any record, hidden or not."""
        for _ in range(EACH):
            yield self.rng.choice(self.routes)(self.rng.choice(self.world.things))

    def list(self, thing: Thing) -> Asked:
        """Ask for records of a type."""
        name = self.rng.choice(["records", "resources"])
        return Asked(
            "GET", f"objects/{thing.kind.slug}/{name}?{self.parameters(thing)}"
        )

    def query(self, thing: Thing) -> Asked:
        """Ask for records by a query document."""
        questions = Questions(str(self.rng.random()), self.world, thing.kind)
        body = {"filter": questions.document(3), "sort": self.sort()}
        body["page"] = self.rng.choice([{"limit": 9}, {"size": 9, "total": "true"}])
        return Asked("POST", f"objects/{thing.kind.slug}/records/query", body)

    def one(self, thing: Thing) -> Asked:
        """Ask for a record, by either of its ids."""
        id_ = self.rng.choice([thing.id, thing.uuid])
        include = self.include(thing)
        return Asked("GET", f"objects/{thing.kind.slug}/records/{id_}?{include}")

    def related(self, thing: Thing) -> Asked:
        """Ask for the records that are related to one."""
        slug = self.rng.choice(list(thing.kind.relationships))
        path = f"objects/{thing.kind.slug}/records/{thing.id}/{slug}"
        if slug in {"lead", "parent"}:
            return Asked("GET", path)
        target = self.rng.choice(self.world.things_at(thing.kind.relationships[slug]))
        return Asked("GET", f"{path}?{self.parameters(target)}")

    def linkage(self, thing: Thing) -> Asked:
        """Ask for the linkage of a record."""
        slug = self.rng.choice([*thing.kind.relationships, "agent"])
        path = f"objects/{thing.kind.slug}/records/{thing.id}/relationships/{slug}"
        return Asked("GET", path)

    def types(self, thing: Thing) -> Asked:
        """Ask for object types, which say how many records they have."""
        name = self.rng.choice(["objects", "schemas"])
        path = self.rng.choice([name, f"{name}/{thing.kind.slug}"])
        return Asked("GET", path)

    def parameters(self, thing: Thing) -> str:
        """Return filters, an order, a page and what to include."""
        questions = Questions(str(self.rng.random()), self.world, thing.kind)
        filters = address_of(questions.parameters()) if self.rng.random() < 0.6 else ""
        sort = f"sort={self.sort()}" if self.rng.random() < 0.6 else ""
        parts = [filters, sort, self.rng.choice(PAGES), self.include(thing)]
        return "&".join(part for part in parts if part)

    def include(self, thing: Thing) -> str:
        """Return what comes along, or nothing."""
        path = self.rng.choice(INCLUDES)
        known = {"", "agent", *thing.kind.relationships}
        return urlencode({"include": path}) if path.split(".")[0] in known else ""

    def sort(self) -> str:
        """Return an order by one field or two."""
        names = self.rng.sample(sorted(FIELDS), self.rng.choice([1, 2]))
        return ",".join(self.rng.choice(["", "-"]) + name for name in names)


def answers(api: Api, asked: Asked) -> list[tuple[int, bytes]]:
    """Return the answer to a request, and to the next page if there is one."""
    answer = api.call(asked.method, asked.path, asked.body, x_request_id="same")
    found = [(answer.status, answer.content)]
    if address := link_of(answer):
        response = api.client.get(address, headers={"X-Request-Id": "same"})
        found.append((response.status_code, response.content))
    return found


def link_of(answer: Answer) -> str | None:
    """Return the address of the next page."""
    links = answer.json.get("links") or {}
    return links.get("next")


@pytest.mark.parametrize("chunk", CHUNKS)
def test_hidden_records_change_nothing(shadows: Shadows, chunk: int) -> None:
    asked = list(Curious(f"agent {chunk}", shadows.world).requests())

    before = [answers(shadows.scout, one) for one in asked]
    shadows.vanish()
    after = [answers(shadows.scout, one) for one in asked]

    triples = zip(asked, before, after, strict=True)
    assert [one for one, first, second in triples if first != second] == []
    assert sum(status == 200 for (status, _), *_ in before) > EACH / 2


def test_others_see_the_difference(shadows: Shadows) -> None:
    asked = list(Curious("everyone", shadows.world).requests())

    before = [answers(shadows.api, one) for one in asked]
    shadows.vanish()
    after = [answers(shadows.api, one) for one in asked]

    pairs = zip(before, after, strict=True)
    assert sum(one != other for one, other in pairs) > EACH / 2
