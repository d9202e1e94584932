"""Duplicates of one person against reading that person, and the speed of a scan."""

from __future__ import annotations

import time
from functools import partial
from itertools import cycle
from threading import Event

from crm.authentication import find_actor
from crm.sql import query
from jobs.running import run_job
from objects.catalog import Catalog
from records.duplicates.scanning import begin_scan
from records.ids import encode_id
from tests.benchmarks.load import load
from tests.benchmarks.merges import send_next
from tests.benchmarks.reads import KITH
from tests.benchmarks.report import ratio, say
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import RECORDS, Place, fresh_workspace
from tests.records.duplicates.population import Population

ASKED = 50
"""People whose duplicates are asked for in turns."""
TIMES = 20


def bench_duplicates() -> None:
    """Measure both in a workspace of people who are called as people are."""
    place = fresh_workspace("duplicates")
    population = Population()
    people = [population.person() for _ in range(RECORDS)]
    ids = load(place.workspace, "person", people.__getitem__, RECORDS)
    named = [encode_id("per", one) for one in ids[:: len(ids) // ASKED]]
    query("ANALYZE")
    bench_live(place, named)
    bench_scan(place)


def bench_live(place: Place, named: list[str]) -> None:
    """Measure what is like one person."""
    asks = {
        what: cycle(
            [
                request("GET", f"{place.path}/{one}{below}", place.secret)
                for one in named
            ]
        )
        for what, below in (("duplicates", "/duplicates"), ("get", ""))
    }
    with serve(KITH) as port, Wire(port) as wire:
        taken = measure(
            {what: partial(send_next, wire, ask) for what, ask in asks.items()},
            times=TIMES,
        )
    what = f"duplicates of one of {RECORDS:,}, against a get"
    ratio(what, taken["duplicates"], taken["get"], "<= 5x")


def bench_scan(place: Place) -> None:
    """Measure a scan, by whoever runs it."""
    actor = find_actor(place.secret, "")
    schema = Catalog.of(actor.workspace).schema("person")
    job = begin_scan(actor, schema)
    begun = time.perf_counter()
    run_job(actor.workspace.id, job.id, Event())
    speed = RECORDS / (time.perf_counter() - begun)
    job.refresh_from_db()
    say(f"scan: {speed:,.0f} records/s, {job.result}  (>= 2,000)")
