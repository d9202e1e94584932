"""Undo against the writes that it takes back, and readers who wait for changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from statistics import quantiles
from typing import Any

from tests.benchmarks.reads import KITH
from tests.benchmarks.report import ratio, say
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place

TIMES = 20
ROWS = 100
WRITERS = 4
RATE = 100
"""How many writes a second there are while somebody waits."""
SECONDS = 10
numbers = count(70_000_000)
titles = (f"No. {number}" for number in count())

Send = Callable[[str, str, object], dict[str, object]]
"""Sends a document to a path and returns the ``meta`` of the answer."""


def bench_journal(places: list[Place]) -> None:
    """Measure undo, and how long a change takes to who waits for it."""
    with serve(KITH, BULK_LIMIT=str(ROWS)) as port, Wire(port) as wire:
        for place in places:
            for what, write in WRITES.items():
                bench_undo(wire, place, what, write)
    with serve(KITH, threads=WRITERS + 1) as port:
        bench_waiting(port, places[0])


def bench_undo(
    wire: Wire, place: Place, what: str, write: Callable[[Send], object]
) -> None:
    """Measure an undo against the write that it undoes."""
    undo_base = place.path.partition("/objects/")[0] + "/changes"
    changes: list[object] = []

    def do() -> None:
        changes.append(write(partial(send, wire, place)))

    def undo() -> None:
        ask(wire, place, "POST", f"{undo_base}/{changes.pop()}/undo")

    taken = measure({"write": do, "undo": undo}, times=TIMES)
    ratio(
        f"undo of {what}, {place.workspace}, against it",
        taken["undo"],
        taken["write"],
        "<= 1.5x",
    )


def create(send: Send) -> object:
    return send("POST", "", person())["change"]


def upsert(send: Send) -> object:
    row = {"email_addresses": {"items": ["undone@example.com"]}, "title": next(titles)}
    return send("POST", "", {"type": "person", "attributes": row})["change"]


def bulk(send: Send) -> object:
    return send("POST", "/bulk", [person() for _ in range(ROWS)])["change"]


WRITES: dict[str, Callable[[Send], object]] = {
    "a creation": create,
    "an upsert": upsert,
    f"a bulk of {ROWS}": bulk,
}


def person() -> dict[str, object]:
    """Return a person whom nobody has seen."""
    address = {"items": [f"undo{next(numbers)}@example.com"]}
    return {"type": "person", "attributes": {"email_addresses": address}}


def send(
    wire: Wire, place: Place, method: str, path: str, data: object
) -> dict[str, object]:
    """Send a document and return the ``meta`` of the answer."""
    meta: dict[str, object] = ask(wire, place, method, place.path + path, data)["meta"]
    return meta


def ask(
    wire: Wire, place: Place, method: str, path: str, data: object = None
) -> dict[str, Any]:
    """Send a request, make sure that it succeeds, and return the answer."""
    body = b"" if data is None else json.dumps({"data": data}).encode()
    status, answer = wire.send(request(method, path, place.secret, body))
    if status not in {200, 201}:
        raise RuntimeError(answer[:500])
    found: dict[str, Any] = json.loads(answer)
    return found


def bench_waiting(port: int, place: Place) -> None:
    """Measure how long after its answer a write is known to a reader who waits."""
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        until = time.perf_counter() + SECONDS
        reading = pool.submit(wait_for_changes, port, place, until + 1)
        writing = [
            pool.submit(write_evenly, port, place, until) for _ in range(WRITERS)
        ]
        answered = {k: v for one in writing for k, v in one.result().items()}
        heard = reading.result()
    delays = [max(0.0, heard[c] - at) for c, at in answered.items() if c in heard]
    late = quantiles(delays, n=20)[-1] * 1000
    say(
        f"{len(answered) / SECONDS:.0f} writes/s, {len(delays)} of {len(answered)} "
        f"heard of, p95 after {late:.0f} ms  (<= 400 ms)"
    )


def write_evenly(port: int, place: Place, until: float) -> dict[object, float]:
    """Create people at an even rate; return when each change was answered."""
    answered: dict[object, float] = {}
    with Wire(port) as wire:
        while (begun := time.perf_counter()) < until:
            change = create(partial(send, wire, place))
            answered[change] = time.perf_counter()
            time.sleep(max(0.0, begun + WRITERS / RATE - time.perf_counter()))
    return answered


def wait_for_changes(port: int, place: Place, until: float) -> dict[object, float]:
    """Follow the feed, and return when each change was heard of."""
    heard: dict[object, float] = {}
    feed = place.path.partition("/objects/")[0] + "/changes"
    with Wire(port) as wire:
        path = f"{feed}?page[after]=now"
        while time.perf_counter() < until:
            answer = ask(wire, place, "GET", path)
            now = time.perf_counter()
            for change in answer["data"]:
                heard[change["attributes"]["batch"]] = now
            cursor = answer["meta"]["cursor"]
            path = f"{feed}?page[after]={cursor}&max_wait=1"
    return heard
