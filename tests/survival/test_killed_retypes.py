"""A field gets another type though the worker is killed in each phase of it."""

from __future__ import annotations

from functools import partial

import pytest

from crm.sql import query
from jobs.models import Job
from objects.models import Field, ObjectType
from records.models import JournalEntry
from tests.api_client import Api, resource
from tests.benchmarks.load import load
from tests.interfaces.api.schemas.schema_calls import create_object
from tests.jobs.workers import start_worker, wait_until
from tests.survival.rounds import CAMPAIGN

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 200_000 if CAMPAIGN else 3_000
COUNTS = """
INSERT INTO records_journalhead (workspace_id, last_seq, counts)
VALUES (%(workspace)s, 0, jsonb_build_object(%(type)s::text, %(many)s))
ON CONFLICT (workspace_id) DO UPDATE SET counts = excluded.counts
"""
FOUND = """
SELECT count(*), count(DISTINCT attributes) FROM records_record
WHERE version = 2 AND folded = attributes
  AND jsonb_typeof(attributes->%(member)s) = 'number'
  AND (SELECT count(*) FROM jsonb_object_keys(attributes)) = 1
"""


def load_things(api: Api) -> None:
    """Load things, each with a size of its own that is text."""
    create_object(api, "Thing", properties={"size": {"type": "string"}})
    api.workspace.refresh_from_db()
    load(api.workspace, "c_thing", lambda n: {"size": str(n)}, MANY)
    type_ = ObjectType.objects.get(slug="c_thing")
    query(COUNTS, workspace=api.workspace.id, type=str(type_.id), many=MANY)


def is_through(job_id: str, many: int) -> bool:
    """Whether a job has done so much."""
    return Job.objects.get(pk=job_id).done >= many


def test_a_type_is_changed_exactly_though_workers_are_killed(api: Api) -> None:
    load_things(api)
    said = resource("schema-properties", type="number")
    path = "schemas/c_thing/properties/size"
    job_id = api.patch(path, said, Prefer="respond-async").id

    states = []
    for done in (MANY // 2, MANY + MANY // 2):
        with start_worker() as worker:
            wait_until(partial(is_through, job_id, done))
            worker.kill()
            worker.wait()
        states.append(Job.objects.get(pk=job_id).state)
    with start_worker():
        wait_until(lambda: Job.objects.get(pk=job_id).is_over)

    job, field = Job.objects.get(pk=job_id), Field.objects.get(slug="size")
    assert states == ["running", "running"]
    assert (job.state, job.done, job.errors) == ("succeeded", 2 * MANY, [])
    assert (field.type, field.retyping) == ("number", {})
    assert query(FOUND, member=field.member) == [(MANY, MANY)]
    noted = JournalEntry.objects.filter(action="updated")
    assert noted.count() == noted.values("record_id").distinct().count() == MANY
    switched = {"size": {"type": "number"}}
    switch = JournalEntry.objects.get(action="reshaped", after=switched)
    assert not noted.filter(seq__lt=switch.seq).exists()
