"""What is done every night without being asked for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.authentication import Actor
from crm.models import Workspace
from jobs.models import Job
from jobs.queue import enqueue

NAME = "nightly"
"""Who asks for it, as its jobs say."""

TRIM = "trim"


def plan_trimming() -> int:
    """Let jobs trim the workspaces that do not keep all, and return of how many."""
    at_work = Job.objects.alive().filter(workspace=OuterRef("pk"), kind=TRIM)
    wanted = trimmed_workspaces().exclude(Exists(at_work))
    return len([enqueue(nobody_in(one), TRIM, {}) for one in wanted])


def trimmed_workspaces() -> QuerySet[Workspace]:
    """Return the workspaces that do not keep all for ever."""
    says = Q(settings__has_any_keys=["history_days", "deleted_days"])
    return Workspace.objects.filter(says)


def nobody_in(workspace: Workspace) -> Actor:
    """Return who acts in a workspace without anybody having asked."""
    return Actor(workspace, NAME, frozenset())
