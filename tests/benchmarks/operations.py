"""Atomic operations of several kinds, against a bulk of as many people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from django.db import connection

from tests.benchmarks.load import person
from tests.benchmarks.reads import KITH
from tests.benchmarks.report import ratio
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import ROUNDS, measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place
from tests.benchmarks.writes import TIMES, numbers, requests_of, send

MANY = 25


def steps() -> Iterator[dict[str, object]]:
    """Yield a company, people who are linked to it, and changes of some of them."""
    acme = {"type": "company", "lid": "c"}
    yield {"op": "add", "data": {**acme, "attributes": {"name": "Acme"}}}
    linkage = {"companies": {"data": [acme]}}
    for number in range(MANY // 2):
        ada = {"type": "person", "lid": str(number)}
        values = person(next(numbers))
        yield {
            "op": "add",
            "data": {**ada, "attributes": values, "relationships": linkage},
        }
        yield {"op": "update", "data": {**ada, "attributes": {"title": "Countess"}}}


def operations_of(place: Place) -> Iterator[bytes]:
    """Return one request with operations after the other, made beforehand."""
    path = place.path.partition("/objects/")[0] + "/operations"
    bodies = [
        json.dumps({"atomic:operations": list(steps())}).encode()
        for _ in range(TIMES * ROUNDS + 1)
    ]
    sent = partial(request, "POST", path, place.secret, media_type="application/json")
    return iter([sent(body) for body in bodies])


def operate(wire: Wire, requests: Iterator[bytes]) -> None:
    """Send the next request and make sure that it did what it should."""
    status, body = wire.send(next(requests))
    if status != 200:
        raise RuntimeError(body[:500])


def bench_operations(places: list[Place]) -> None:
    """Measure a document of mixed operations."""
    with serve(KITH) as port, Wire(port) as kith:
        for place in places:
            taken = measure(
                {
                    "mixed": partial(operate, kith, operations_of(place)),
                    "bulk": partial(send, kith, place, requests_of(place, MANY)),
                },
                times=TIMES,
            )
            what = f"{MANY} mixed operations, {place.workspace}, against bulk {MANY}"
            ratio(what, taken["mixed"], taken["bulk"], "<= 1.3x")
    connection.close()
