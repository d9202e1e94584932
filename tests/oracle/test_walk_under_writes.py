"""A walk by cursor sees each record that stays exactly once, whatever is written."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest

from crm.json_types import JSON
from tests.api_client import Api
from tests.oracle.crowd import MANY, PEOPLE, Crowd

SIZE = 1000
EACH = 5
"""Records that are created, changed and deleted between two pages, of each."""


class Entry(NamedTuple):
    """A record, and the value by which it is sorted."""

    id: str
    value: Any


class Writer:
    """Writes between pages, and knows what is there and what was touched."""

    def __init__(self, api: Api, name: str, entries: Iterable[Entry]) -> None:
        self.api = api
        self.name = name
        self.values: dict[str, JSON] = dict(entries)
        self.touched: set[str] = set()
        self.rng = random.Random(name)

    def write(self) -> None:
        """Delete some records, change some so that they move, and create some."""
        chosen = self.rng.sample(sorted(self.values), 2 * EACH)
        new = [self.rng.choice([*self.values.values(), None]) for _ in chosen]
        rows = [{"type": "person", "attributes": {self.name: value}} for value in new]
        gone, moved = chosen[:EACH], chosen[EACH:]
        assert self.api.delete(PEOPLE, {"items": gone}).status == 204
        changes = [{**row, "id": id_} for row, id_ in zip(rows, moved, strict=False)]
        assert self.api.patch(PEOPLE, {"data": changes}).status == 200
        made = self.api.post(f"{PEOPLE}/bulk", {"data": rows[EACH:]}).data
        created = [row["id"] for row in made]
        self.values |= dict(zip([*moved, *created], new, strict=True))
        for id_ in gone:
            del self.values[id_]
        self.touched |= {*chosen, *created}

    def page_behind(self, last: Entry | None, *, descending: bool) -> list[str]:
        """Return the ids that come behind a place in the order, as things are now."""
        entries = {Entry(*pair) for pair in self.values.items()}
        if last is None:
            return [entry.id for entry in ordered(entries, descending)[:SIZE]]
        found = ordered(entries | {last}, descending)
        first = found.index(last) + 1
        return [entry.id for entry in found[first : first + SIZE]]


def ordered(entries: Iterable[Entry], descending: bool) -> list[Entry]:
    """Return records in order, those without a value last."""
    found = sorted(entries, key=lambda entry: entry.id, reverse=descending)
    blank = [entry for entry in found if entry.value is None]
    filled = [entry for entry in found if entry.value is not None]
    return [*sorted(filled, key=by_value, reverse=descending), *blank]


def by_value(entry: Entry) -> Any:
    """Return what a record is sorted by, text in lower case."""
    return entry.value.lower() if isinstance(entry.value, str) else entry.value


def walk(api: Api, name: str, sort: str) -> Iterator[list[Entry]]:
    """Return the pages of a walk, each with what it is sorted by."""
    path: str | None = (
        f"/v1/workspaces/crowd/{PEOPLE}"
        f"?page[size]={SIZE}&page[total]=false&fields[person]={name}&sort={sort}"
    )
    while path:
        page = api.client.get(path).json()
        yield [Entry(row["id"], row["attributes"][name]) for row in page["data"]]
        path = page["links"]["next"]


@pytest.mark.parametrize(
    "sort", ["name", "-name", "-last_contacted_at", "deal_value", "-deal_value"]
)
def test_a_walk_is_not_disturbed_by_writes(crowd: Crowd, sort: str) -> None:
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    entries = [Entry(id_, values[name]) for id_, values in crowd.people.items()]
    writer = Writer(crowd.api, name, entries)

    seen: list[Entry] = []
    for page in walk(crowd.api, name, sort):
        last = seen[-1] if seen else None
        assert [e.id for e in page] == writer.page_behind(last, descending=descending)
        seen += page
        writer.write()

    times = Counter(entry.id for entry in seen)
    stayed = crowd.people.keys() - writer.touched
    assert len(stayed) > MANY * 0.98
    assert {id_: times[id_] for id_ in stayed} == dict.fromkeys(stayed, 1)
