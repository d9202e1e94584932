"""Putting jobs into the queue, inside the transaction that decides to."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from crm.authentication import Actor
from crm.json_types import JSONObject
from jobs.models import Job

RUN = "jobs:run"
"""The name of the one task that the library knows: run a job of ours."""

CAUSE = "cause"
"""The argument that all kinds of jobs have: what the request said of why."""


def enqueue(
    actor: Actor,
    kind: str,
    arguments: JSONObject,
    *,
    object_type_id: UUID | None = None,
    total: int | None = None,
) -> Job:
    """Leave work to the workers, to be begun when the transaction is committed.

    Jobs about the same object type are done one after the other, in their order. The
    journal says of what they do why it was asked for, beside by which job it is done.
    """
    if actor.cause:
        arguments = {**arguments, CAUSE: actor.cause}
    job = Job.objects.create(
        workspace=actor.workspace,
        kind=kind,
        arguments=arguments,
        object_type_id=object_type_id,
        total=total,
        created_by=actor.name,
        request_id=actor.request_id,
    )
    task = app.configure_task(RUN, lock=str(object_type_id or job.id))
    task.defer(workspace=str(actor.workspace.id), job=str(job.id))
    return job
