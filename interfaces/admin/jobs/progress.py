"""How far a job is, as people at work read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from jobs.models import Job
from jobs.presence import look_at_queue

LABELS = {
    "erase": "Erase a record for good",
    "duplicates": "Look for duplicates",
    "fill": "Take records through a change of a field",
    "retype": "Give a field another type",
    "remove": "Take values of a removed field away",
    "trim": "Forget what is older than the settings say",
    "vacuum": "Clear tables of what was erased",
}
"""What each kind of job does."""

BEGINNING = timedelta(seconds=2)
"""For how long nothing is said of its rate, which would jump."""

NO_WORKER = (
    "No worker has been seen for a minute, so that jobs wait. Whoever runs the server "
    "can start one: manage.py work."
)


class Progress(NamedTuple):
    """A job, how far it is, and how long it may still take."""

    job: Job
    label: str
    percent: int | None
    """None if nobody knows how much there is to do."""
    rate: float
    """What is done in a second; 0 if it is too early to tell."""
    seconds_left: int | None
    link: str

    @property
    def amount(self) -> str:
        """How much of how much is done."""
        of_all = "" if self.job.total is None else f" of {self.job.total:,}"
        return f"{self.job.done:,}{of_all}"

    @property
    def time_left(self) -> str:
        """How long it may take, in words."""
        if self.seconds_left is None:
            return ""
        minutes, seconds = divmod(self.seconds_left, 60)
        return f"{minutes} min {seconds} s left" if minutes else f"{seconds} s left"


def progress_of(job: Job, now: datetime | None = None) -> Progress:
    """Return how far a job is; ``now`` is the time at which that is asked."""
    taken = ((job.finished_at or now or timezone.now()) - begun_at(job)).total_seconds()
    is_early = taken < BEGINNING.total_seconds() and not job.is_over
    rate = 0.0 if is_early or not taken else job.done / taken
    percent = seconds_left = None
    if job.total:
        percent = min(100, 100 * job.done // job.total)
        if rate and job.state == Job.State.RUNNING:
            seconds_left = int(max(0, job.total - job.done) / rate)
    link = reverse("admin:jobs_job_change", args=[job.pk])
    label = LABELS.get(job.kind, job.kind.capitalize())
    return Progress(job, label, percent, rate, seconds_left, link)


def begun_at(job: Job) -> datetime:
    """Return when somebody began to work on a job, or when it was asked for."""
    return job.started_at or job.created_at


def work_on(object_type_id: UUID) -> Sequence[Progress]:
    """Return the jobs about an object type that are not over, the first one first."""
    jobs = Job.objects.alive().filter(object_type_id=object_type_id)
    return [progress_of(job) for job in jobs.order_by("id")]


def warning_about(workspace_id: UUID) -> str:
    """Return what to say if jobs wait and nobody does them, or nothing."""
    return NO_WORKER if look_at_queue(workspace_id).is_left_alone else ""
