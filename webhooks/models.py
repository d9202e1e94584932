"""Webhooks: who is told of changes, and what became of each message.

The keys of both tables begin with the workspace: their migration makes them so, where
Django, whose admin knows no composite keys, takes the id for the primary key. It makes
the foreign keys, too, by which deliveries go with their endpoint.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.models import Agent, Workspace

MOST_TEXT = 80


class Endpoint(models.Model):
    """An address of a customer's that is told of changes: a reader of the feed."""

    class State(models.TextChoices):
        """Whether messages are sent."""

        ACTIVE = "active", "Active"
        STRUGGLING = "struggling", "Struggling"
        """It has failed several times in a row; one message at a time is tried."""
        DISABLED = "disabled", "Disabled"

    class Payload(models.TextChoices):
        """How much a message says."""

        FULL = "full", "The change and the record"
        THIN = "thin", "Which record, and which fields"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", editable=False, db_index=False
    )
    url = models.CharField(max_length=2048)
    label = models.CharField(max_length=200, blank=True)
    agent = models.ForeignKey(
        Agent,
        models.DO_NOTHING,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    """Through whose eyes it looks, with whom it goes; null for who sees everything."""
    kinds = ArrayField(models.CharField(max_length=MOST_TEXT), null=True, blank=True)
    object_slugs = ArrayField(
        models.CharField(max_length=MOST_TEXT), null=True, blank=True
    )
    fields = ArrayField(models.CharField(max_length=MOST_TEXT), null=True, blank=True)
    skip_actors = ArrayField(
        models.CharField(max_length=MOST_TEXT), null=True, blank=True
    )
    silent = models.BooleanField(default=False)
    """Whether it is told of changes of which nobody is to be told, too."""
    payload = models.CharField(max_length=4, choices=Payload, default=Payload.FULL)
    secrets = models.JSONField(default=list)
    """The secrets that sign, encrypted, the newest first, and until when they do."""
    cursor = models.BigIntegerField()
    """The number in the journal up to which messages have been made."""
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    disabled_reason = models.CharField(max_length=10, blank=True)
    failing_since = models.DateTimeField(null=True)
    struggling_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    """How many attempts failed in a row."""
    failing_lines = ArrayField(models.UUIDField(), default=list)
    """Two of the lines at most whose messages failed in a row."""
    retry_at = models.DateTimeField(null=True)
    """When a struggling endpoint is tried again."""
    pace = models.IntegerField(default=0)
    """How many messages are on their way at once; 0 for as many as there can be."""
    last_success_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["active", "struggling", "disabled"]),
                name="webhook_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(payload__in=["full", "thin"]),
                name="webhook_payload_is_known",
            ),
        ]
        ordering = ["-created_at"]
        verbose_name = "webhook"

    def __str__(self) -> str:
        return self.label or self.url


class Delivery(models.Model):
    """A message to an endpoint: what it is about, and how often it was tried.

    Its body is not kept, but made anew whenever it is sent.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        SKIPPED = "skipped", "Skipped"
        """What it is about has been hidden from the endpoint, or erased."""
        DEAD = "dead", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    endpoint = models.ForeignKey(
        Endpoint,
        models.DO_NOTHING,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    seq = models.BigIntegerField(null=True)
    """The number of the change; null for what is about none."""
    line = models.UUIDField(null=True)
    """What it waits in line for: messages of one record, or of one object type's
    schema, go one after the other."""
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    due = models.DateTimeField(null=True)
    """When it is sent, or given up for lost by who sends it. One message of a line has
    it; the others wait."""
    claimed_by = models.BigIntegerField(null=True)
    """The dispatcher that sends it now."""
    attempts = models.IntegerField(default=0)
    failures = models.IntegerField(default=0)
    """How many attempts failed that count towards giving it up."""
    tried_at = models.DateTimeField(null=True)
    log = models.JSONField(default=list)
    """The last attempts: when, what was answered, how long that took."""
    is_replay = models.BooleanField(default=False)
    gap = ArrayField(models.BigIntegerField(), null=True, size=2)
    """Between which numbers the journal has lost changes that it should tell of."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "delivered", "skipped", "dead"]),
                name="delivery_state_is_known",
            ),
        ]
        indexes = [
            models.Index(
                "workspace",
                "endpoint",
                "due",
                condition=Q(state="waiting"),
                name="delivery_due",
            ),
            models.Index(
                "workspace",
                "endpoint",
                "line",
                "seq",
                condition=Q(state="waiting"),
                name="delivery_line",
            ),
            models.Index(
                "workspace", "endpoint", "created_at", "id", name="delivery_created"
            ),
            models.Index("workspace", "line", name="delivery_of_line"),
            models.Index(
                "workspace",
                "claimed_by",
                condition=Q(claimed_by__isnull=False),
                name="delivery_claimed",
            ),
        ]
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.kind}, {self.state}"

    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is sent; None while it is on its way, waits in line, or is over."""
        return self.due if self.claimed_by is None else None
