"""Cancelling jobs."""

from __future__ import annotations

from django.db import transaction

from crm.errors import Refusal
from jobs.kinds import check_cancel, give_up
from jobs.models import Job


class Finished(Refusal):
    """The job is over already."""

    status = 409
    code = "finished"
    title = "Already over"
    source = None


def cancel_job(job: Job) -> Job:
    """Let a job end before its next step, at once if none was done. Return it as it is.

    Raises:
        Finished: if it is over.
        Refusal: if it has gone so far that it can only be finished.
    """
    with transaction.atomic():
        found = Job.objects.select_for_update(of=["self"], no_key=True)
        job = found.select_related("workspace").get(pk=job.pk)
        if job.is_over:
            raise Finished(f"The job is over already: it has {job.state}.")
        check_cancel(job)
        job.is_cancelled = True
        if job.state == Job.State.QUEUED:
            give_up(job)
            job.end(Job.State.CANCELLED)
        job.save()
    return job
