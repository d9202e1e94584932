"""What the library's workers run: jobs of ours, and what begins some every night."""

from __future__ import annotations

from uuid import UUID

from procrastinate import Blueprint, JobContext, RetryStrategy

from jobs.nightly import plan_trimming
from jobs.running import OUTAGES, PutBack, run_job

LEAVING = "leaving"
"""Under which name a worker tells its tasks whether it is to leave."""

TASKS = Blueprint()


@TASKS.task(
    name="run",
    pass_context=True,
    retry=RetryStrategy(wait=1, retry_exceptions=[PutBack, *OUTAGES]),
)
def run(context: JobContext, *, workspace: str, job: str) -> None:
    """Run a job, or put it back."""
    leaving = context.additional_context[LEAVING]
    run_job(UUID(workspace), UUID(job), leaving)


@TASKS.periodic(cron="17 3 * * *")
@TASKS.task(name="nightly", pass_context=False)
def begin_the_night(timestamp: int) -> None:
    """Leave to jobs what is done every night, at 3:17 UTC; one of all workers does."""
    plan_trimming()
