"""`erase_record`: nothing of a record is left but that it was erased, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import OperationalError, transaction

from crm.authentication import Actor
from crm.errors import NotFound
from crm.models import Erasure
from crm.sql import query
from jobs.models import Job
from jobs.queue import enqueue
from objects.schema_lock import hold_schemas
from records.erasing.performing import erase_reached
from records.erasing.reach import Reached, find_reach, size_of
from records.erasing.vacuuming import plan_vacuum
from records.ids import record_in
from records.writing.engine import MOST_ATTEMPTS, Busy, is_collision

KIND = "erase"
MOST_IN_A_REQUEST = 5_000
"""Entries and links of what a request erases; above it there is a job."""

PATIENCE = "SET LOCAL statement_timeout = 0"
"""Who erases waits for all writers, and may have to go through much."""


class NothingToErase(NotFound):
    """There is no such record, and none is known to have been there."""


@dataclass(frozen=True)
class Wish:
    """A record that is to be erased, and why."""

    object: str
    """What its type is called, or was when it was removed."""
    record: str
    reason: str = ""


@dataclass(frozen=True)
class Asked:
    """An erasure, whether it was asked for now, and the job that has yet to do it."""

    erasure: Erasure
    is_new: bool
    job: Job | None = None


def erase_record(*, actor: Actor, wish: Wish, is_patient: bool = False) -> Asked:
    """Erase a record with all that became one with it by merges, or leave it to a job.

    What was erased before is not erased again: its receipt is returned. Who is patient
    waits for it however much it is.

    Raises:
        NothingToErase: if there was no such record.
    """
    for _ in range(MOST_ATTEMPTS):
        try:
            return attempt(actor, wish, is_patient=is_patient)
        except OperationalError as error:
            if not is_collision(error):
                raise
    raise Busy("Too many others change the same records. Try again.")


# Note [Erasing alone]
#
# Who erases keeps all writers of the workspace away. So nobody adds to what is being
# erased, merges it, takes it apart or lets it come back meanwhile, no answer that shows
# it is stored afterwards, and what is counted is what goes. Decision 143 says more.


@transaction.atomic
def attempt(actor: Actor, wish: Wish, *, is_patient: bool) -> Asked:
    """Erase a record, unless another transaction gets in the way."""
    query(PATIENCE)
    workspace = actor.workspace
    hold_schemas(workspace.id, (), is_alone=True)  # See Note [Erasing alone].
    record = record_in(wish.record)
    before = find_erasure(workspace.id, record) if record else None
    if before is not None and before.object_slug == wish.object:
        return Asked(before, is_new=False, job=job_of(before))
    reach = find_reach(workspace.id, record) if record else []
    if not reach or reach[0].slug != wish.object or not is_named(wish.record, reach[0]):
        raise NothingToErase("There is no such record, and none was here.")
    erasure = new_erasure(actor, wish, reach)
    if not is_patient and is_too_much(workspace.id, reach):
        return Asked(erasure, is_new=True, job=leave_to_job(actor, erasure))
    erase_reached(actor, erasure, reach)
    plan_vacuum(actor)
    return Asked(erasure, is_new=True)


def is_too_much(workspace_id: UUID, reach: Sequence[Reached]) -> bool:
    """Whether an erasure takes longer than a request may."""
    return size_of(workspace_id, reach, MOST_IN_A_REQUEST) > MOST_IN_A_REQUEST


def find_erasure(workspace_id: UUID, record: UUID) -> Erasure | None:
    """Return the receipt of what was erased, or will be, if a record is among it."""
    found = Erasure.objects.filter(
        workspace_id=workspace_id, record_ids__contains=[record]
    )
    return found.first()


def is_named(text: str, one: Reached) -> bool:
    """Whether an id is one that clients may give to a record: of its type, or plain."""
    head = text.rpartition("_")[0].lower()
    return head in ("", one.prefix)


def new_erasure(actor: Actor, wish: Wish, reach: Sequence[Reached]) -> Erasure:
    """Note that records are to be erased."""
    first, *others = reach
    return Erasure.objects.create(
        workspace=actor.workspace,
        object_slug=first.slug,
        record=first.name,
        record_ids=[one.id for one in reach],
        merged=[one.name for one in others],
        reason=wish.reason,
        by=actor.name,
    )


def leave_to_job(actor: Actor, erasure: Erasure) -> Job:
    """Leave it to a job to erase what is too much for a request."""
    job = enqueue(actor, KIND, {"erasure": str(erasure.id)})
    erasure.job_id = job.id
    erasure.save(update_fields=["job_id"])
    return job


def job_of(erasure: Erasure) -> Job | None:
    """Return the job that has yet to erase something; None if that is done."""
    if erasure.at is not None or erasure.job_id is None:
        return None
    return Job.objects.filter(id=erasure.job_id).first()
