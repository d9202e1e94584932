"""Long work: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.models import Workspace


class JobQuerySet(models.QuerySet["Job"]):
    """Finds jobs."""

    def alive(self) -> JobQuerySet:
        """Return the jobs that are not over."""
        return self.filter(state__in=ALIVE)


class Job(models.Model):
    """A piece of work that is done in steps, each of which is kept once it is done.

    The library's own tables say which worker has it; all that people see is here.
    """

    class State(models.TextChoices):
        """How far a job is."""

        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24)
    """What it does; `jobs.kinds` has the function that does a step of it."""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    object_type_id = models.UUIDField(null=True)
    """The object type that it is about, if it is about one. That may go meanwhile."""
    arguments = models.JSONField(default=dict)
    """What was asked for, as its kind understands it."""
    cursor = models.JSONField(default=dict)
    """Where the next step goes on, as its kind understands it."""
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    """How much there is to do, if that is known: records, lines, deliveries."""
    errors = models.JSONField(default=list)
    """The first of what went wrong, each an error object as the API answers it."""
    result = models.JSONField(null=True)
    """What came of it, once it is over."""
    created_by = models.CharField(max_length=80)
    """Who asked for it, by the name that the journal has for them."""
    request_id = models.CharField(max_length=128, blank=True)
    is_cancelled = models.BooleanField(default=False)
    """Whether somebody asked that it ends before its next step."""
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(
                    state__in=["succeeded", "failed", "cancelled"],
                    finished_at__isnull=False,
                ),
                name="job_is_over_or_not",
            ),
        ]
        indexes = [
            models.Index("workspace", F("id").desc(), name="job_newest"),
            models.Index(
                "workspace",
                condition=Q(state__in=["queued", "running"]),
                name="job_alive",
            ),
            models.Index("finished_at", name="job_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state not in ALIVE

    def end(self, state: State) -> None:
        """Let it be over, with what has come of it until now."""
        self.state = state
        self.finished_at = timezone.now()


ALIVE = (Job.State.QUEUED, Job.State.RUNNING)
