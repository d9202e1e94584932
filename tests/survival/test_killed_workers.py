"""A job goes on where its worker was killed, and what it did is exact."""

from __future__ import annotations

from functools import partial

import pytest

from crm.sql import query
from jobs.models import Job
from objects.models import Field, ObjectType
from records.models import IndexedValue, UniqueValue
from tests.api_client import Api, resource
from tests.benchmarks.load import load
from tests.interfaces.api.schemas.schema_calls import create_object
from tests.jobs.workers import start_worker, wait_until
from tests.survival.rounds import CAMPAIGN

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 200_000 if CAMPAIGN else 4_000
KILLS = 10 if CAMPAIGN else 1
COUNTS = """
INSERT INTO records_journalhead (workspace_id, last_seq, counts)
VALUES (%(workspace)s, 0, jsonb_build_object(%(type)s::text, %(many)s))
ON CONFLICT (workspace_id) DO UPDATE SET counts = excluded.counts
"""
FOUND = "SELECT count(*) FROM records_record WHERE search LIKE 'c%%'"


def load_things(api: Api) -> None:
    """Load things, each with a code of its own."""
    create_object(api, "Thing", properties={"code": {"type": "string"}})
    api.workspace.refresh_from_db()
    load(api.workspace, "c_thing", lambda n: {"code": f"c{n}"}, MANY)
    type_ = ObjectType.objects.get(slug="c_thing")
    query(COUNTS, workspace=api.workspace.id, type=str(type_.id), many=MANY)


def is_through(job_id: str, many: int) -> bool:
    """Whether a job has done so much."""
    return Job.objects.get(pk=job_id).done >= many


def test_a_job_whose_worker_is_killed_is_finished_exactly(api: Api) -> None:
    load_things(api)
    said = resource("schema-properties", unique=True, indexed=True, searchable=True)
    path = "schemas/c_thing/properties/code"
    job_id = api.patch(path, said, Prefer="respond-async").id

    for kill in range(1, KILLS + 1):
        with start_worker() as worker:
            wait_until(partial(is_through, job_id, MANY * kill // (KILLS + 1)))
            worker.kill()
            worker.wait()
    cut_off = Job.objects.get(pk=job_id)
    with start_worker():
        wait_until(lambda: Job.objects.get(pk=job_id).is_over)

    job = Job.objects.get(pk=job_id)
    field = Field.objects.get(slug="code")
    assert cut_off.state == "running"
    assert (job.state, job.done, job.errors) == ("succeeded", MANY, [])
    assert (field.unique, field.indexed, field.searchable, field.backfill) == (
        *(True, True, True),
        {},
    )
    assert UniqueValue.objects.filter(field=field).count() == MANY
    assert IndexedValue.objects.filter(field=field).count() == MANY
    assert query(FOUND) == [(MANY,)]
