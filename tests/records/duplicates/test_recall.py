"""A scan finds those who are the same, and does not mistake others for them.

The table is printed with ``-s``; ``CAMPAIGN=1`` makes it of 100,000 records.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import islice, repeat
from threading import Event
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.models import Scope, Workspace
from jobs.models import Job
from jobs.running import run_job
from objects.catalog import Catalog
from records.duplicates.scanning import begin_scan
from records.models import Duplicate
from tests.benchmarks.load import load
from tests.benchmarks.report import say
from tests.records.duplicates.population import DIFFERENT, SAME, Pair, Population
from tests.survival.rounds import CAMPAIGN

PEOPLE, COMPANIES = (90_000, 10_000) if CAMPAIGN else (900, 100)
PLANTED = 500 if CAMPAIGN else 60
"""How many pairs there are of those who are the same, and of those who are not."""

Planted = list[tuple[str, Pair]]


def plant(population: Population) -> Planted:
    """Return pairs of every kind, as many of each as of the others, nearly."""
    made = []
    for kinds in (SAME, DIFFERENT):
        turns = (kind for around in repeat(kinds) for kind in around)
        made += [(kind, kinds[kind](population)) for kind in islice(turns, PLANTED)]
    return made


def settle(
    workspace: Workspace, population: Population, planted: Planted
) -> dict[int, UUID]:
    """Load people and companies in any order; return ids by what was loaded."""
    ids: dict[int, UUID] = {}
    for type_, many in (("person", PEOPLE), ("company", COMPANIES)):
        rows: list[JSONObject] = [
            row for _, p in planted if p.type == type_ for row in (p.one, p.other)
        ]
        make = getattr(population, type_)
        rows += [make() for _ in range(many - len(rows))]
        random.Random(1).shuffle(rows)
        loaded = load(workspace, type_, rows.__getitem__, len(rows))
        ids |= {id(row): one for row, one in zip(rows, loaded, strict=True)}
    return ids


def scan(workspace: Workspace, type_: str) -> Job:
    """Scan the records of a type, and return the job."""
    actor = Actor(workspace, "system", frozenset({Scope.ADMIN.value}))
    job = begin_scan(actor, Catalog.of(workspace).schema(type_))
    run_job(workspace.id, job.id, Event())
    job.refresh_from_db()
    return job


def test_finds_those_who_are_the_same_and_hardly_any_others(
    workspace: Workspace,
) -> None:
    population = Population()
    planted = plant(population)
    ids = settle(workspace, population, planted)

    begun = time.perf_counter()
    jobs = [scan(workspace, type_) for type_ in ("person", "company")]
    seconds = time.perf_counter() - begun

    found = set(Duplicate.objects.values_list("a", "b"))
    pairs = [
        (kind, tuple(sorted([ids[id(pair.one)], ids[id(pair.other)]])) in found)
        for kind, pair in planted
    ]
    there, told = Counter(k for k, _ in pairs), Counter(k for k, is_ in pairs if is_)
    table = [f"{kind:22} {told[kind]:4} of {there[kind]:4}" for kind in there]
    speed = (PEOPLE + COMPANIES) / seconds
    say("\n".join(["", *table, f"{speed:,.0f} records/s, {len(found)} pairs in all"]))
    assert [job.state for job in jobs] == ["succeeded", "succeeded"]
    assert sum(told[kind] for kind in SAME) >= 0.95 * PLANTED
    assert sum(told[kind] for kind in DIFFERENT) < 0.05 * PLANTED
