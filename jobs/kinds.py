"""What jobs there are, each with the function that does one step of it.

They are named, not imported: jobs stand below those who have work for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from django.utils.module_loading import import_string

from jobs.models import Job

Step: TypeAlias = Callable[[Job], bool]
"""Does one step of a job, and returns whether there is more to do.

It runs in a transaction that holds the job's row, and sets its ``cursor``, ``done`` and
the like, which are saved with what it did: both are kept or neither. It may be run
again after a crash, on another worker, and goes on from the cursor. A refusal that it
raises ends the job as failed. It takes a second at most, since who cancels the job, or
stops the worker, waits for it.
"""

KINDS: dict[str, str] = {"replay": "webhooks.replaying.replay_more"}
"""The path of each kind's step."""


class NoSuchKind(LookupError):
    """No step is known for a kind of job."""


def step_of(kind: str) -> Step:
    """Return the function that does a step of jobs of a kind.

    Raises:
        NoSuchKind: if none does, as for a job that a newer release has left.
    """
    if kind not in KINDS:
        raise NoSuchKind(kind)
    step: Step = import_string(KINDS[kind])
    return step
