"""Fields that get another type by a job."""

from __future__ import annotations

from uuid import UUID

from crm.authentication import Actor
from crm.errors import InProgress
from jobs.acting import actor_of
from jobs.models import Job
from jobs.queue import enqueue
from objects.declarations.declarations import InvalidDeclaration
from objects.models import Field
from objects.retyping import Phase, Retyping, is_in
from records.schema_changes.backfill import (
    Backfill,
    Places,
    settle,
)
from records.schema_changes.filling import naming_one, note_result
from records.schema_changes.finding import find_filling, find_retyping
from records.schema_changes.removing_fields import leave_to_job
from records.schema_changes.retyping import give_up, go_on
from records.schema_changes.steps import fill_batch

RETYPE = "retype"


class TooLate(InProgress):
    """The field has its new type already."""

    source = None


def find_retype_job(actor: Actor, field: Field) -> Job | None:
    """Return the job that gives a field another type, if one does."""
    at_work = Job.objects.alive().filter(
        workspace=actor.workspace, kind=RETYPE, arguments__field=str(field.id)
    )
    return at_work.first()


def queue_retype_job(actor: Actor, field: Field, place: str, places: Places) -> Job:
    """Leave it to a job to give a field another type, and to fill it then.

    ``place`` is where the request said which.
    """
    retyping = Retyping.of(field)
    passes = 3 if retyping.work else 2
    return enqueue(
        actor,
        RETYPE,
        {
            "field": str(field.id),
            "records": retyping.total,
            "place": place,
            "places": list(places),
        },
        object_type_id=field.object_type_id,
        total=passes * retyping.total,
    )


def retype_step(job: Job) -> bool:
    """Take a field a step further to its new type, or to what it is to be then.

    Return whether there is more to do.
    """
    actor, field_id = actor_of(job), UUID(job.arguments["field"])
    field = find_retyping(field_id)
    if field is not None:
        offenders = go_on(actor, field)
        note_progress(job, field_id)
        if offenders:
            end_refused(job, field, offenders)
        return not job.is_over
    if fill_batch(actor, field_id):
        note_progress(job, field_id)
        return True
    settled = settle(actor, field_id)
    if settled is not None:
        note_result(job, settled)
    return end(job, field_id)


def end(job: Job, field_id: UUID) -> bool:
    """End a job that is through; it is cancelled if the field is gone."""
    if not Field.objects.filter(pk=field_id).exists():
        job.end(Job.State.CANCELLED)
    elif not job.is_over:
        job.done = job.total or 0
    return False


def note_progress(job: Job, field_id: UUID) -> None:
    """Note how far a job is. It goes through the records more than once."""
    many = job.arguments["records"]
    retyped, filled = find_retyping(field_id), find_filling(field_id)
    if retyped is not None:
        before = many if is_in(Phase.NOTING, retyped) else 0
        job.done = before + min(Retyping.of(retyped).done, many)
    elif filled is not None:
        job.done = 2 * many + min(Backfill(**filled.backfill).done, many)


def end_refused(job: Job, field: Field, offenders: list[str]) -> None:
    """Let a job fail because of records whose values do not survive."""
    why = f"The record has a value that is no {Retyping.of(field).type}."
    for one in offenders:
        refusal = InvalidDeclaration({job.arguments["place"]: why})
        job.note_errors([naming_one(refusal, one, job)])
    job.end(Job.State.FAILED)
    purge(job, field)


def give_up_retyping(job: Job) -> None:
    """Let the field keep its type. If it has the new one, who asks again goes on."""
    field = find_retyping(UUID(job.arguments["field"]))
    if field is not None and give_up(actor_of(job), field.id):
        purge(job, field)


def purge(job: Job, field: Field) -> None:
    """Take out of the records what they were given of a type that was given up."""
    owner = Field.objects.select_related("object_type").get(pk=field.pk).object_type
    leave_to_job(actor_of(job), owner, None, job.arguments["records"])


def check_not_over(job: Job) -> None:
    """Refuse to cancel a job once the field has its new type.

    Raises:
        TooLate: if it has.
    """
    field = find_retyping(UUID(job.arguments["field"]))
    if is_in(Phase.NOTING, field) if field else job.done:
        raise TooLate("The field has its new type already. The rest will be finished.")
