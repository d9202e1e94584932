"""Looking after jobs: none stays with a worker that is gone, and old ones go."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from jobs.models import Job
from jobs.presence import put_back_stranded
from jobs.worker import Process

KEPT = timedelta(days=30)
"""For how long people can look at a job that is over."""

MOST_TRIMMED = 1000


def look_after_jobs(process: Process) -> None:
    """Put back what workers had that are gone, and forget what is long over."""
    while not process.leaving.is_set():
        put_back_stranded()
        trim_jobs()
        process.leaving.wait(settings.JOB_HEARTBEAT_S / 3)


def trim_jobs() -> int:
    """Forget some of the jobs that have been over for long, and return how many."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - KEPT)
    ids = list(old.values_list("id", flat=True)[:MOST_TRIMMED])
    return Job.objects.filter(id__in=ids).delete()[0]
