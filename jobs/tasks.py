"""What the library's workers run: the one task there is, which is a job of ours."""

from __future__ import annotations

from uuid import UUID

from procrastinate import Blueprint, JobContext, RetryStrategy

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
