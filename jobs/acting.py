"""On whose behalf jobs act."""

from __future__ import annotations

from uuid import UUID

from crm.authentication import Actor
from crm.models import Scope
from jobs.models import Job
from jobs.queue import CAUSE


def actor_of(job: Job) -> Actor:
    """Return who asked for a job, as those whom the journal names for what it does.

    What they may do was decided when they asked.
    """
    kind, _, written = job.created_by.partition(":")
    return Actor(
        job.workspace,
        job.created_by,
        frozenset(Scope),
        UUID(written) if kind == "agent" else None,
        job.request_id,
        UUID(written) if kind == "api-key" else None,
        source="job",
        cause=job.arguments.get(CAUSE, {}) | {"job": str(job.id)},
    )
