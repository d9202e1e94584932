"""Merging ten people who have links, against changing ten in bulk to have as many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from tests.benchmarks.reads import KITH
from tests.benchmarks.report import ratio
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place, fresh_workspace

ROUNDS = 5
PEOPLE, EACH = 10, 100
"""How many people are merged or changed at once, and how many links each has."""

Rows = Sequence[dict[str, Any]]


def bench_merges() -> None:
    """Measure a merge of ten losers with a thousand links."""
    place = fresh_workspace("merges")
    with serve(KITH) as port, Wire(port) as wire:
        companies = make(wire, place, "company", [{}] * PEOPLE * EACH)
        taken = measure(
            {
                "merge": partial(send_next, wire, merges(wire, place, companies)),
                "update": partial(send_next, wire, updates(wire, place, companies)),
            },
            times=1,
            rounds=ROUNDS,
        )
    what = f"merge {PEOPLE} with {PEOPLE * EACH:,} links, against a bulk update"
    ratio(what, taken["merge"], taken["update"], "<= 3x")


def merges(wire: Wire, place: Place, companies: Rows) -> Iterator[bytes]:
    """Return one merge after the other, made beforehand."""
    made = []
    for _ in range(ROUNDS + 1):
        people = make(wire, place, "person", [{}, *linkages(companies)])
        survivor, *losers = people
        path = f"{place.path}/{survivor['id']}/merge"
        body = json.dumps({"data": losers}).encode()
        made.append(request("POST", path, place.secret, body))
    return iter(made)


def updates(wire: Wire, place: Place, companies: Rows) -> Iterator[bytes]:
    """Return one bulk update after the other, made beforehand."""
    made = []
    for _ in range(ROUNDS + 1):
        people = make(wire, place, "person", [{}] * PEOPLE)
        rows = [
            one | {"relationships": linkage}
            for one, linkage in zip(people, linkages(companies), strict=True)
        ]
        body = json.dumps({"data": rows}).encode()
        made.append(request("PATCH", place.path, place.secret, body))
    return iter(made)


def linkages(companies: Rows) -> list[dict[str, Any]]:
    """Return the relationships of people who share no company."""
    return [
        {"companies": {"data": companies[first : first + EACH]}}
        for first in range(0, PEOPLE * EACH, EACH)
    ]


def make(wire: Wire, place: Place, type_: str, relationships: Rows) -> Rows:
    """Create records and return their identifiers."""
    rows = [
        {"type": type_, "attributes": {}, "relationships": linkage}
        for linkage in relationships
    ]
    path = place.path.replace("person", type_) + "/bulk"
    body = json.dumps({"data": rows}).encode()
    status, answer = wire.send(request("POST", path, place.secret, body))
    if status != 201:
        raise RuntimeError(answer[:500])
    return [{"type": type_, "id": one["id"]} for one in json.loads(answer)["data"]]


def send_next(wire: Wire, requests: Iterator[bytes]) -> None:
    """Send the next request and make sure that it did what it should."""
    status, body = wire.send(next(requests))
    if status != 200:
        raise RuntimeError(body[:500])
