"""Backfills that are left to a job."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crm.authentication import Actor
from crm.errors import Refusal
from crm.json_types import JSON
from crm.jsonapi.errors import error_objects
from jobs.acting import actor_of
from jobs.models import Job
from jobs.queue import enqueue
from objects.models import Field
from records.schema_changes.backfill import (
    Backfill,
    Places,
    Settled,
    refusals_of,
    settle,
)
from records.schema_changes.finding import find_filling
from records.schema_changes.steps import fill_batch

FILL = "fill"


def leave_to_job(
    actor: Actor, fields: Sequence[Field], places: Places | None = None
) -> Job:
    """Leave it to a job to fill fields of one type, or return the job that does."""
    ids: list[JSON] = [str(field.id) for field in fields]
    at_work = Job.objects.alive().filter(
        workspace=actor.workspace, kind=FILL, arguments__fields=ids
    )
    return at_work.first() or new_job(actor, fields, places or Places())


def new_job(actor: Actor, fields: Sequence[Field], places: Places) -> Job:
    """Queue a job that fills fields."""
    return enqueue(
        actor,
        FILL,
        {"fields": [str(field.id) for field in fields], "places": list(places)},
        object_type_id=fields[0].object_type_id,
        total=sum(field.backfill.get("total", 0) for field in fields),
    )


def fill_step(job: Job) -> bool:
    """Take some records through the backfill of a field, or end it.

    Return whether there are more records, or fields.
    """
    index = job.cursor.get("index", 0)
    actor, fields = actor_of(job), job.arguments["fields"]
    field_id = UUID(fields[index])
    is_more = fill_batch(actor, field_id)
    note_progress(job, field_id)
    if is_more:
        return True
    settled = settle(actor, field_id)
    if settled is not None:
        note_result(job, settled)
    job.cursor = {"index": index + 1, "before": job.done}
    return not job.is_over and index + 1 < len(fields)


def note_progress(job: Job, field_id: UUID) -> None:
    """Note how many records are through, those of fields before included."""
    field = find_filling(field_id)
    if field is not None:
        backfill = Backfill(**field.backfill)
        job.done = job.cursor.get("before", 0) + max(backfill.done, backfill.replaced)


def note_result(job: Job, settled: Settled) -> None:
    """Note how it went with a field; what stands in its way ends the job."""
    changed = (job.result or {}).get("records_changed", 0)
    job.result = {"records_changed": changed + settled.backfill.replaced}
    if settled.backfill.is_refused:
        places = Places(*job.arguments["places"])
        for refusal, records in refusals_of(settled, places):
            job.note_errors(naming_one(refusal, one, job) for one in records)
        job.end(Job.State.FAILED)
        clean_up(job, settled.field)


def naming_one(refusal: Refusal, record: str, job: Job) -> JSON:
    """Return the error object of a record that stands in the way."""
    refusal.meta = {"record": record}
    return error_objects(refusal, "", job.request_id)[0]


def give_up_filling(job: Job) -> None:
    """Make the fields what they were; what has become of options stays."""
    for field_id in job.arguments["fields"]:
        settled = settle(actor_of(job), UUID(field_id), is_given_up=True)
        if settled is not None:
            clean_up(job, settled.field)


def clean_up(job: Job, field: Field) -> None:
    """Take out of the searched text what a field was to be found by."""
    if field.backfill:
        new_job(actor_of(job), [field], Places())
