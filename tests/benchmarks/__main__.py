"""``make bench``: speed as ratios, each pair measured in turns within one run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import django

from config.postgres.cluster import Cluster

CLUSTER = Cluster(Path(".data/benchmarks").absolute(), shared_buffers="1GB")
BESIDE = 100
"""Small workspaces that share the tables with the two that are measured."""

FEW = 1_000
"""How many people there are in each of the others."""


@contextmanager
def database() -> Iterator[None]:
    """Use a fresh database of the benchmarks' own, or the one in DATABASE_URL."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    with cluster():
        os.environ["DATABASE_URL"] = CLUSTER.url
        yield


@contextmanager
def cluster() -> Iterator[None]:
    """Start a fresh PostgreSQL of the benchmarks' own, and stop it in the end."""
    CLUSTER.stop()
    rmtree(CLUSTER.directory, ignore_errors=True)
    CLUSTER.start()
    try:
        yield
    finally:
        CLUSTER.stop()


def main() -> None:
    """Load the data, run every benchmark, and print what came out."""
    from django.core.management import call_command

    from tests.benchmarks.backfills import bench_backfills
    from tests.benchmarks.doors import bench_doors
    from tests.benchmarks.duplicates import bench_duplicates
    from tests.benchmarks.journal import bench_journal
    from tests.benchmarks.load import load_workspace, without_indexes
    from tests.benchmarks.memory import bench_memory
    from tests.benchmarks.merges import bench_merges
    from tests.benchmarks.operations import bench_operations
    from tests.benchmarks.past import bench_past
    from tests.benchmarks.reads import bench_reads
    from tests.benchmarks.report import say
    from tests.benchmarks.retyping import bench_retyping
    from tests.benchmarks.webhooks import bench_webhooks
    from tests.benchmarks.workspaces import RECORDS, fresh_workspace
    from tests.benchmarks.writes import bench_writes

    call_command("flush", verbosity=0, interactive=False)
    begun = time.perf_counter()
    places = [fresh_workspace(slug) for slug in ("small", "large")]
    beside = [fresh_workspace(f"beside-{number}") for number in range(BESIDE)]
    with without_indexes():
        for place, many in zip(places, (FEW, RECORDS), strict=True):
            load_workspace(place.workspace, many)
        for place in beside:
            load_workspace(place.workspace, FEW)
    total = RECORDS + FEW * (1 + BESIDE)
    say(f"loaded {total:,} people in {time.perf_counter() - begun:.0f} s")
    bench_reads(places)
    bench_writes(places)
    bench_operations(places)
    bench_merges()
    bench_duplicates()
    bench_backfills()
    bench_retyping()
    bench_doors(places)
    bench_journal(places)
    bench_past()
    bench_webhooks()
    bench_memory(places[0])


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"
    os.environ["SECRET_KEY"] = "Cursors are made here and read by the server."
    against = os.environ.get("AGAINST")
    with cluster() if against else database():
        os.environ.setdefault("DATABASE_URL", CLUSTER.url)
        django.setup()
        if against:
            from tests.benchmarks.against import bench_against

            bench_against(against, CLUSTER)
            raise SystemExit
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        main()
