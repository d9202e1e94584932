"""Workers as processes: how they share jobs, leave, and are missed."""

from __future__ import annotations

import signal
import time

import pytest
from django.db import transaction

from crm.sql import query
from jobs.models import Job
from jobs.presence import look_at_queue, present_workers
from objects.schema_lock import lock_schemas
from records.models import UniqueValue
from tests.api_client import Api, resource
from tests.interfaces.api.schemas.schema_calls import add_fields, create
from tests.jobs.workers import start_worker, wait_until
from tests.live_server import TOO_LONG
from tests.races.crowd import WAITING

pytestmark = pytest.mark.django_db(transaction=True)

LEFT = """
SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND args ? 'job'
"""
COLOURS = [f"colour{number}" for number in range(4)]


def make_colours_unique(api: Api) -> None:
    """Leave it to workers to make fields of deals unique, each with a job."""
    add_fields(api, "deal", **{slug: {"type": "string"} for slug in COLOURS})
    for name in ("A", "B"):
        create(api, "deal", name=name, **dict.fromkeys(COLOURS, name))
    for slug in COLOURS:
        said = resource("schema-properties", unique=True)
        path = f"schemas/deal/properties/{slug}"
        assert api.patch(path, said, Prefer="respond-async").status == 202


def are_over() -> bool:
    """Whether nothing is left to do."""
    return not Job.objects.alive().exists()


def test_two_workers_do_everything_once_and_leave_when_they_are_told(api: Api) -> None:
    make_colours_unique(api)

    with start_worker() as first, start_worker() as second:
        wait_until(are_over)
        wait_until(lambda: len(present_workers()) == 2)
        seen = look_at_queue(api.workspace.id).worker_seen_at
        begun = time.monotonic()
        for worker in (first, second):
            worker.send_signal(signal.SIGTERM)
        statuses = [worker.wait(20) for worker in (first, second)]

    assert time.monotonic() - begun < 20
    assert statuses == [0, 0]
    assert seen is not None
    assert present_workers() == set()
    jobs = Job.objects.values_list("state", "done", "total")
    assert list(jobs) == [("succeeded", 2, 2)] * 4
    held = UniqueValue.objects.filter(field__slug__in=COLOURS)
    assert held.count() == 2 * len(COLOURS)


def test_a_worker_that_is_killed_while_it_starts_leaves_its_jobs_to_the_next(
    api: Api,
) -> None:
    make_colours_unique(api)

    with start_worker() as killed:
        wait_until(lambda: bool(present_workers()))
        killed.kill()
        killed.wait()
        wait_until(lambda: not present_workers())
        with start_worker():
            wait_until(are_over)

    states = Job.objects.values_list("state", flat=True)
    assert set(states) == {"succeeded"}


def test_a_worker_that_is_told_to_stop_ends_its_step_and_puts_its_job_back(
    api: Api,
) -> None:
    make_colours_unique(api)

    with start_worker() as worker:
        with transaction.atomic():
            lock_schemas(api.workspace.id)
            wait_until(lambda: query(WAITING) == [(1,)])
            worker.send_signal(signal.SIGTERM)
        status = worker.wait(TOO_LONG)

    assert status == 0  # It is 1 if its last moment came first.
    assert query(LEFT) == [(Job.objects.alive().count(),)]
    assert present_workers() == set()
