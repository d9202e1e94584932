"""Who: workspaces, their members, and the keys and agents that act in them."""

from __future__ import annotations

from copy import copy

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.regions import NOWHERE, Region

SLUG = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z",
    "Use lower-case letters, digits and hyphens, a letter or digit at both ends.",
)

DEFAULT_PAGE_SIZE = 25


class DefaultAccess(models.TextChoices):
    """Which agents may see a new record, if the request does not choose them."""

    EVERYONE = "everyone", "Every agent"
    NOBODY = "nobody", "No agent"
    CREATOR = "creator", "The agent that creates it"


class Workspace(models.Model):
    """A tenant: everything else belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=63, unique=True, validators=[SLUG])
    name = models.CharField(max_length=200)
    settings = models.JSONField(default=dict, blank=True)
    schema_version = models.BigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def with_schemas(self, version: int) -> Workspace:
        """Return a copy of it whose schemas are of another version."""
        other = copy(self)
        other.schema_version = version
        return other

    @property
    def bulk_limit(self) -> int:
        """How many rows one request may have."""
        return int(self.settings.get("bulk_limit", settings.BULK_LIMIT))

    @property
    def default_page_size(self) -> int:
        """How many resources a page has if the request does not say."""
        size = int(self.settings.get("default_page_size", DEFAULT_PAGE_SIZE))
        return min(size, settings.PAGE_LIMIT)

    @property
    def is_upsert_strict(self) -> bool:
        """Whether creating what exists is refused unless the request allows it."""
        return bool(self.settings.get("strict_upsert", False))

    @property
    def region(self) -> Region:
        """Where it is at home, which its numbers and days are understood by."""
        return Region(
            self.settings.get("default_country"),
            self.settings.get("time_zone", NOWHERE.time_zone),
        )

    @property
    def default_access(self) -> DefaultAccess:
        """Which agents may see a new record, if the request does not choose them."""
        return DefaultAccess(self.settings.get("default_access", "everyone"))

    @property
    def history_days(self) -> int | None:
        """For how many days it is kept what has changed; None for ever."""
        return whole(self.settings.get("history_days"))

    @property
    def deleted_days(self) -> int | None:
        """For how many days what was deleted can come back; None for ever."""
        return whole(self.settings.get("deleted_days"))


def whole(number: object) -> int | None:
    """Return a number of the settings; None if it is not set."""
    return number if isinstance(number, int) else None


class Member(models.Model):
    """A person with a login who may see or set up a workspace."""

    class Role(models.TextChoices):
        """What a member may do in the admin."""

        OWNER = "owner", "Owner"
        ADMIN = "admin", "Admin"
        MEMBER = "member", "Member"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="members", editable=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", "user", name="one_membership_each"),
            models.CheckConstraint(
                condition=Q(role__in=["owner", "admin", "member"]),
                name="member_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.workspace}"


class Agent(models.Model):
    """A software agent: it owns records, and may be kept from seeing some of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="agents", editable=False
    )
    handle = models.CharField(max_length=63, validators=[SLUG])
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", "handle", name="one_agent_a_handle"),
        ]
        ordering = ["handle"]

    def __str__(self) -> str:
        return self.handle


class Scope(models.TextChoices):
    """What a key may do."""

    READ = "read", "Read"
    WRITE = "write", "Write"
    ADMIN = "admin", "Admin"


class ApiKey(models.Model):
    """A key of an integration or an agent. Only a digest of its secret is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="api_keys", editable=False
    )
    label = models.CharField(max_length=200, blank=True)
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Null, because several keys have none and the others must differ.
    previous_digest = models.CharField(  # noqa: DJ001
        max_length=64, unique=True, null=True, editable=False
    )
    previous_expires_at = models.DateTimeField(null=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    agent = models.ForeignKey(
        Agent, models.CASCADE, related_name="api_keys", null=True, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=["read", "write", "admin"])
                & Q(scopes__len__gt=0),
                name="key_scopes_are_known",
            ),
            models.CheckConstraint(
                condition=Q(agent=None) | ~Q(scopes__contains=["admin"]),
                name="agent_key_is_no_admin_key",
            ),
            models.CheckConstraint(
                condition=Q(previous_digest=None, previous_expires_at=None)
                | Q(previous_digest__isnull=False, previous_expires_at__isnull=False),
                name="previous_secret_expires",
            ),
        ]
        ordering = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return self.label or self.prefix


class IdempotentRequest(models.Model):
    """The answer to a request that named itself, kept to be given again.

    It is stored in the transaction of its effect: either both exist or neither.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", "digest", name="one_answer_a_request"),
        ]
        indexes = [models.Index(F("created_at"), name="idempotent_request_age")]

    def __str__(self) -> str:
        return f"{self.status} of {self.digest[:8]}"


class LoginAttempts(models.Model):
    """How often a password was wrong, for one login from one address."""

    key = models.CharField(primary_key=True, max_length=64)
    """What says nothing of either: see `crm.login_attempts`."""
    failures = models.PositiveIntegerField()
    free_at = models.DateTimeField()
    """When the next try may be made."""

    class Meta:
        indexes = [models.Index("free_at", name="login_attempts_age")]

    def __str__(self) -> str:
        return f"{self.failures} failures of {self.key[:8]}"


class RefusedRequest(models.Model):
    """A request of a key that was refused: what, when and why, but nothing it held."""

    id = models.BigAutoField(primary_key=True)
    api_key = models.ForeignKey(
        ApiKey, models.CASCADE, related_name="refused_requests", db_index=False
    )
    method = models.CharField(max_length=16)
    path = models.CharField(max_length=500)
    """Without the query, which may hold customers' data."""
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    request_id = models.CharField(max_length=128)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index("api_key", "id", name="refused_request_key")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.method} {self.path}"


class Erasure(models.Model):
    """A record that was erased for good, or soon will be: the receipt of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="+", editable=False
    )
    object_slug = models.CharField(max_length=100)
    """What the type of the record was called."""
    record = models.CharField(max_length=80)
    """The id that was asked for, as clients know it."""
    record_ids = ArrayField(models.UUIDField())
    """All records that were erased: this one, and those that had become one with it."""
    merged = ArrayField(models.CharField(max_length=80), default=list)
    """The ids of the others, as clients know them."""
    mergers = ArrayField(models.CharField(max_length=80), default=list)
    """The ids of records that live and had got some of its values by a merge."""
    reason = models.CharField(max_length=1000, blank=True)
    by = models.CharField(max_length=80)
    """Who asked for it, by the name that the journal has for them."""
    counts = models.JSONField(default=dict)
    """How much was erased, by what it was kept as."""
    job_id = models.UUIDField(null=True)
    """The job that does it, or did, if it was too much for a request."""
    created_at = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(null=True)
    """When it was done; null as long as it is not."""

    class Meta:
        indexes = [
            models.Index("workspace", F("id").desc(), name="erasure_newest"),
            GinIndex(F("record_ids"), name="erasure_records"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.record
