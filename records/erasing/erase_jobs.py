"""Erasures that are too much for a request: a job does each, in one step."""

from __future__ import annotations

from uuid import UUID

from crm.models import Erasure
from crm.sql import query
from jobs.acting import actor_of
from jobs.models import Job
from objects.schema_lock import hold_schemas
from records.erasing.erasures import PATIENCE
from records.erasing.performing import erase_reached
from records.erasing.reach import find_reach
from records.erasing.vacuuming import plan_vacuum


def erase_step(job: Job) -> bool:
    """Erase what was asked for, all at once, unless that was taken back."""
    query(PATIENCE)
    hold_schemas(job.workspace_id, (), is_alone=True)  # See Note [Erasing alone].
    erasure = Erasure.objects.filter(id=wanted(job), at=None).first()
    reach = find_reach(job.workspace_id, erasure.record_ids[0]) if erasure else []
    if erasure is not None and reach:
        erasure.record_ids = [one.id for one in reach]
        erasure.merged = [one.name for one in reach[1:]]
        erase_reached(actor_of(job), erasure, reach)
        plan_vacuum(actor_of(job))
        job.result = {"erasure": str(erasure.id)}
    return False


def give_up_erasing(job: Job) -> None:
    """Forget that something was to be erased, so that it can be asked for again."""
    Erasure.objects.filter(id=wanted(job), at=None).delete()


def wanted(job: Job) -> UUID:
    """Return the id of the erasure that a job is to do."""
    return UUID(str(job.arguments["erasure"]))
