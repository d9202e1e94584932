"""What jobs there are, each with the functions that do them.

These are named, not imported: jobs stand below those who have work for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from django.utils.module_loading import import_string

from jobs.models import Job

Step: TypeAlias = Callable[[Job], bool]
"""Does one step of a job, and returns whether there is more to do.

It runs in a transaction that holds the job's row, and sets its ``cursor``, ``done`` and
the like, which are saved with what it did: both are kept or neither. It may be run
again after a crash, on another worker, and goes on from the cursor. A refusal that it
raises undoes the step and ends the job as failed; where something of it must be kept,
the step ends the job itself. It takes half a second at most, since who cancels the job
or stops the worker waits for it.
"""

Ending: TypeAlias = Callable[[Job], None]
"""Puts things in order for a job that is cancelled or has failed."""


class Kind(NamedTuple):
    """A kind of job: the paths of its functions."""

    step: str
    give_up: str = ""
    check_cancel: str = ""
    """Refuses to cancel a job that has gone too far."""


ERASING = "records.erasing"
SCANNING = "records.duplicates.scanning"
FILLING = "records.schema_changes.filling"
RETYPING = "records.schema_changes.retype_jobs"

KINDS: dict[str, Kind] = {
    "remove": Kind("records.schema_changes.stripping.remove_step"),
    "fill": Kind(f"{FILLING}.fill_step", f"{FILLING}.give_up_filling"),
    "erase": Kind(
        f"{ERASING}.erase_jobs.erase_step", f"{ERASING}.erase_jobs.give_up_erasing"
    ),
    "trim": Kind(f"{ERASING}.trimming.trim_step"),
    "vacuum": Kind(f"{ERASING}.vacuuming.vacuum_step"),
    "duplicates": Kind(f"{SCANNING}.scan_step", f"{SCANNING}.give_up_scan"),
    "retype": Kind(
        f"{RETYPING}.retype_step",
        f"{RETYPING}.give_up_retyping",
        f"{RETYPING}.check_not_over",
    ),
    "replay": Kind("webhooks.replaying.replay_more"),
}


class NoSuchKind(LookupError):
    """Nothing is known of a kind of job, which a newer release may have left."""


def step_of(job: Job) -> Step:
    """Return the function that does a step of a job.

    Raises:
        NoSuchKind: if none does.
    """
    if job.kind not in KINDS:
        raise NoSuchKind(job.kind)
    step: Step = import_string(KINDS[job.kind].step)
    return step


def give_up(job: Job) -> None:
    """Put things in order for a job that will not be done to its end."""
    kind = KINDS.get(job.kind)
    if kind is not None and kind.give_up:
        ending: Ending = import_string(kind.give_up)
        ending(job)


def check_cancel(job: Job) -> None:
    """Refuse to cancel a job that can only be finished.

    Raises:
        Refusal: if it can.
    """
    kind = KINDS.get(job.kind)
    if kind is not None and kind.check_cancel:
        check: Ending = import_string(kind.check_cancel)
        check(job)
