"""``make bench AGAINST=<revision>``: two revisions, asked the same in turns.

Both have the same people in databases of one PostgreSQL, and run with their own
defaults. The ratios are what counts: the machine may be busy with something else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from statistics import median

from django.conf import settings

from config.postgres.cluster import Cluster
from config.postgres.programs import run_program
from crm.models import Workspace
from tests.benchmarks.crowd import Crowd, Taken, gather
from tests.benchmarks.questions import (
    DELETE,
    LIST,
    PEOPLE,
    READS,
    WRITES,
    Asker,
    Question,
)
from tests.benchmarks.reads import BARE, statements
from tests.benchmarks.report import say
from tests.benchmarks.servers import serve
from tests.benchmarks.sides import HERE, Side, checked_out
from tests.benchmarks.workspaces import RECORDS, Place

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
HEAD = (
    f"{'':24}{'requests/s':>15}{'ratio':>8}{'CPU ms, server + database':>32}"
    f"{'p50 ms':>17}{'p99 ms':>17}"
)


def bench_against(revision: str, cluster: Cluster) -> None:
    """Print how this code compares with a revision, and with a bare application."""
    settings.ALLOWED_HOSTS = ["*"]
    with ExitStack() as stack:
        there = stack.enter_context(checked_out(revision))
        sides = {
            "ours": Side(HERE, cluster.url),
            "theirs": Side(there, other_database(cluster)),
        }
        askers = {
            name: Asker(side.fill(RECORDS), RECORDS) for name, side in sides.items()
        }
        crowds = {
            name: stack.enter_context(side.serve()) for name, side in sides.items()
        }
        askers["bare"] = askers["ours"]
        crowds["bare"] = stack.enter_context(serve_bare(askers["ours"], crowds["ours"]))
        say(f"{RECORDS:,} people, {ROUNDS} rounds, this code and {revision}")
        say(HEAD)
        for question in wanted():
            names = ["ours", "theirs", "bare"][: 3 if question.is_bare else 2]
            asked = {name: crowds[name] for name in names}
            report(question.name, compare(question, asked, askers))


@contextmanager
def serve_bare(asker: Asker, ours: Crowd) -> Iterator[Crowd]:
    """Serve our statements by the bare application, in as many processes as ours."""
    asker.learn(ours.wires[0])
    place = Place(Workspace.objects.get(slug="large"), asker.secret)
    paths = [PEOPLE + path for path in (LIST, f"/{asker.ids[0]}")]
    plans = {path: statements(place, path) for path in paths}
    bare = serve(
        BARE,
        workers=settings.WORKERS,
        threads=settings.THREADS,
        BARE_PLANS=json.dumps(plans),
    )
    with bare as port, gather(port, lambda: (0, 0)) as crowd:
        yield crowd


def wanted() -> Iterator[Question]:
    """Return what is asked: all of it, or what BENCH_ONLY names a part of."""
    only = os.environ.get("BENCH_ONLY", "")
    return (q for q in [*READS, *WRITES] if only in q.name)


def other_database(cluster: Cluster) -> str:
    """Make a second database in the cluster, and return its URL."""
    login = ["-h", str(cluster.socket_directory), "-U", "kith"]
    run_program("createdb", *login, "kith_theirs")
    return cluster.url.replace("/kith?", "/kith_theirs?")


def compare(
    question: Question, crowds: Mapping[str, Crowd], askers: Mapping[str, Asker]
) -> dict[str, Taken]:
    """Ask the same of all in turns; one round that is not counted goes before."""
    taken = {name: Taken() for name in crowds}
    for name in ("ours", "theirs"):
        asker, wire = askers[name], crowds[name].wires[0]
        if question is DELETE:
            asker.ids = asker.prepare(wire, question.many * (ROUNDS + 1))
        else:
            asker.learn(wire)
    for number in range(ROUNDS + 1):
        for name, crowd in crowds.items():
            requests = [question.make(askers[name]) for _ in range(question.many)]
            crowd.ask(requests, taken[name] if number else Taken())
    return taken


def report(name: str, taken: Mapping[str, Taken]) -> None:
    """Print a line about one question."""
    ours, theirs = taken["ours"], taken["theirs"]
    ratios = [one / other for one, other in zip(ours.rates, theirs.rates, strict=True)]
    (own, own_database), (other, other_database) = ours.cost, theirs.cost
    (half, most), (their_half, their_most) = ours.percentiles, theirs.percentiles
    say(
        f"{name:24}{median(ours.rates):7.0f} {median(theirs.rates):7.0f}"
        f"{median(ratios):7.2f}x"
        f"{own:9.2f} +{own_database:6.2f}{other:9.2f} +{other_database:6.2f}"
        f"{half:8.1f} {their_half:8.1f}{most:8.1f} {their_most:8.1f}"
    )
    if "bare" in taken:
        bare = taken["bare"].rates
        ratios = [one / other for one, other in zip(ours.rates, bare, strict=True)]
        say(f"{'':16}bare WSGI {median(bare):13.0f}{median(ratios):8.2f}x")
