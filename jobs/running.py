"""Running a job: one step after the other, each kept once it is done."""

from __future__ import annotations

import logging
from threading import Event
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from crm.errors import Refusal, Refused
from crm.json_types import JSON
from crm.jsonapi.errors import Crashed, Unavailable, as_refusals, error_document
from jobs.kinds import give_up, step_of
from jobs.models import Job

logger = logging.getLogger(__name__)

OUTAGES = (OperationalError, InterfaceError)
"""What is nobody's fault, and tried again: the database is away, or two waited for each
other in a circle."""

PAUSES = (0.2, 1, 2, 4, 8)
"""Seconds after each try of a step that met with such a thing."""

CRASHED = Crashed("Something broke. The log of the worker says what.")
UNAVAILABLE = Unavailable("The database failed at the same step again and again.")


class PutBack(Exception):
    """The job is not done, and the worker is to leave: another may go on with it."""


def run_job(workspace_id: UUID, job_id: UUID, leaving: Event) -> None:
    """Do a job to its end, unless it is over, cancelled, or gone with its workspace.

    Raises:
        PutBack: if the worker leaves before the job is over.
    """
    while try_step(workspace_id, job_id, leaving):
        if leaving.is_set():
            raise PutBack


def try_step(workspace_id: UUID, job_id: UUID, leaving: Event) -> bool:
    """Do the next step of a job, also if the first tries meet with an outage.

    Return whether there is more to do.

    Raises:
        PutBack: if the worker leaves before it could be done.
    """
    for pause in PAUSES:
        try:
            return take_step(workspace_id, job_id)
        except OUTAGES as outage:
            logger.warning("Job %s: %s", job_id, str(outage).partition("\n")[0])
        if leaving.wait(pause):
            raise PutBack
    fail(workspace_id, job_id, UNAVAILABLE)
    return False


def take_step(workspace_id: UUID, job_id: UUID) -> bool:
    """Do the next step of a job. Return whether there is more to do.

    Two workers that take the same job for theirs take turns.
    """
    try:
        with transaction.atomic():
            job = lock_job(workspace_id, job_id)
            return job is not None and advance(job)
    except OUTAGES:
        raise
    except (Refusal, Refused) as refusal:
        fail(workspace_id, job_id, refusal)
    except Exception:
        logger.exception("Job %s failed.", job_id)
        fail(workspace_id, job_id, CRASHED)
    return False


def lock_job(workspace_id: UUID, job_id: UUID) -> Job | None:
    """Return a job that is not over, while nobody else works on it."""
    found = Job.objects.select_for_update(of=["self"], no_key=True)
    return (
        found.alive()
        .select_related("workspace")
        .filter(workspace_id=workspace_id, id=job_id)
        .first()
    )


def advance(job: Job) -> bool:
    """Do the next step of a job, or end it. Return whether there is more to do."""
    if job.is_cancelled:
        give_up(job)
        job.end(Job.State.CANCELLED)
        job.save()
        return False
    job.state = Job.State.RUNNING
    job.started_at = job.started_at or timezone.now()
    is_more = step_of(job)(job)
    if not is_more and not job.is_over:
        job.end(Job.State.SUCCEEDED)
    job.save()
    return is_more


def fail(workspace_id: UUID, job_id: UUID, why: Refusal | Refused) -> None:
    """Let a job be over because of a refusal, which it keeps."""
    with transaction.atomic():
        job = lock_job(workspace_id, job_id)
        if job is not None:
            give_up(job)
            end_as_failed(job, why)
            job.save()


def end_as_failed(job: Job, why: Refusal | Refused) -> None:
    """Let a job that is held be over because of a refusal, and keep why."""
    job.errors = [*job.errors, *errors_of(job, why)]
    job.end(Job.State.FAILED)


def errors_of(job: Job, why: Refusal | Refused) -> list[JSON]:
    """Return the error objects of a refusal, as the API would have answered them."""
    document = error_document(as_refusals(why) or [], job.request_id)
    errors = document["errors"]
    assert isinstance(errors, list)
    return errors
