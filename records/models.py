"""The data: one heap of records, and narrow tables of what is unique, sorted, linked.

Every primary key begins with the workspace, every query names it, and only tables here
refer to records, so that these tables can be distributed by workspace. Foreign keys
between them are composite; the first migration makes them.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.models import Agent, Workspace
from objects.models import Field, ObjectType

RANDOM_KEY = Func(
    Func(function="gen_random_uuid"),
    function="uuid_send",
    output_field=models.BinaryField(),
)
"""For heads that are made by who does not know of keys: code of the last release."""


class Record(models.Model):
    """A person, a company, a deal: one record of an object type."""

    pk = models.CompositePrimaryKey("workspace_id", "id")
    workspace = models.ForeignKey(
        Workspace,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    id = models.UUIDField(default=uuid7)
    object_type = models.ForeignKey(
        ObjectType,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    attributes = models.JSONField(default=dict)
    folded = models.JSONField(default=dict)
    """The attributes in lower case, for comparisons without case."""
    details = models.JSONField(default=dict)
    search = models.TextField(default="", db_collation="C")
    visible_to = ArrayField(models.UUIDField(), null=True)
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=80)
    updated_by = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(
                "workspace", "object_type", "created_at", "id", name="record_created"
            ),
            models.Index(
                "workspace", "object_type", "updated_at", "id", name="record_updated"
            ),
            GinIndex(
                F("workspace"),
                F("object_type"),
                OpClass(F("folded"), name="jsonb_path_ops"),
                name="record_values",
                fastupdate=False,
            ),
            GinIndex(
                F("workspace"),
                OpClass(F("search"), name="gin_trgm_ops"),
                name="record_search",
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Satellite(models.Model):
    """A row that belongs to a record and goes with it."""

    workspace = models.ForeignKey(
        Workspace,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        abstract = True


class UniqueValue(Satellite):
    """A value that only one record of its type may hold.

    PostgreSQL cannot keep a member of a JSON document unique, so the values of unique
    fields are copied here, and this table's primary key decides who was first.
    """

    pk = models.CompositePrimaryKey("workspace_id", "field_id", "key")
    field = models.ForeignKey(
        Field, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    key = models.TextField(db_collation="C")
    record_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index("workspace", "record_id", name="unique_value_record"),
            models.Index(
                "workspace",
                "field",
                Func(F("key"), function="records_mailbox"),
                condition=Q(key__contains="@"),
                name="unique_value_mailbox",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.record_id}"


class IndexedValue(Satellite):
    """The sort key of a record in an indexed field; null if it has no value."""

    pk = models.CompositePrimaryKey("workspace_id", "record_id", "field_id")
    record_id = models.UUIDField()
    field = models.ForeignKey(
        Field, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    key = models.TextField(db_collation="C", null=True)  # noqa: DJ001

    class Meta:
        indexes = [
            models.Index(
                "workspace", "field", "key", "record_id", name="indexed_value_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.record_id}"


class Link(Satellite):
    """A link between two records: one row for both sides of a relationship."""

    pk = models.CompositePrimaryKey(
        "workspace_id", "source_id", "field_id", "target_id"
    )
    field = models.ForeignKey(
        Field, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    source_id = models.UUIDField()
    target_id = models.UUIDField()
    position = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                "workspace", "target_id", "field", "source_id", name="link_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} to {self.target_id}"


class Access(Satellite):
    """An agent, or everyone, may see a record."""

    pk = models.CompositePrimaryKey("workspace_id", "id")
    id = models.UUIDField(default=uuid7)
    record_id = models.UUIDField()
    agent = models.ForeignKey(
        Agent,
        models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "record_id",
                "agent",
                name="one_access_each",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id or 'everyone'} sees {self.record_id}"


OF_RECORDS = [
    *("created", "updated", "deleted", "restored"),
    *("merged", "erased", "access", "linked"),
]
"""What can have happened to a record."""


class JournalEntry(Satellite):
    """What happened to a record, or to a schema: one entry of the journal."""

    class Action(models.TextChoices):
        """What happened to a record, or to the schema of an object type."""

        CREATED = "created"
        UPDATED = "updated"
        DELETED = "deleted"
        RESTORED = "restored"
        MERGED = "merged"
        """It went into another record, which its cause names."""
        ERASED = "erased"
        ACCESS = "access"
        """Who may see it has changed; its version has not."""
        LINKED = "linked"
        """Links came or went that its document does not show; no version is its."""
        RESHAPED = "reshaped"
        """The schema of an object type has changed; there is no record."""

    pk = models.CompositePrimaryKey("workspace_id", "seq")
    seq = models.BigIntegerField()
    record_id = models.UUIDField(null=True)
    object_type = models.ForeignKey(
        ObjectType,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    action = models.CharField(max_length=8, choices=Action)
    version = models.BigIntegerField()
    """The record's after it, which a change of access leaves as it was. Zero for links
    that no version tells of."""
    actor = models.CharField(max_length=80)
    request_id = models.CharField(max_length=128)
    source = models.CharField(max_length=12, db_default="api")
    """Where it came in: the API, a door by its name, the admin, a job and so on."""
    cause = models.JSONField(null=True)
    """What else there is to say of why it was done."""
    before = models.JSONField(default=dict)
    """Values and links that went, by member; see `records.journal.telling`."""
    after = models.JSONField(default=dict)
    """Values and links that came, by member."""
    viewers = ArrayField(models.UUIDField(), null=True)
    """The agents who might see the record then; null for everyone, none for keys
    without an agent."""
    at = models.DateTimeField()
    """When the record was updated, as the record itself says."""
    batch = models.BigIntegerField(db_default=0)
    """The number of the first entry of its transaction: all that was done at once."""
    noted_at = models.DateTimeField(db_default=Now())
    """When it was noted: later than all that has a lower number, but for its batch."""

    class Meta:
        db_table = "records_change"
        constraints = [
            models.CheckConstraint(
                condition=Q(record_id=None, action="reshaped")
                | Q(record_id__isnull=False, action__in=OF_RECORDS),
                name="change_is_of_record_or_schema",
            ),
        ]
        indexes = [
            models.Index("workspace", "record_id", "seq", name="change_record"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.action} {self.record_id or self.object_type_id}"


class Tombstone(Satellite):
    """What is left of a record that is gone: what its last entry does not say."""

    pk = models.CompositePrimaryKey("workspace_id", "record_id")
    record_id = models.UUIDField()
    object_type_id = models.UUIDField()
    """The type may be gone too."""
    seq = models.BigIntegerField()
    """The number of the entry that tells of its end."""
    version = models.BigIntegerField()
    """That of this entry."""
    viewers = ArrayField(models.UUIDField(), null=True)
    """The agents who might see it in the end; null for everyone."""
    merged_into = models.UUIDField(null=True)
    details = models.JSONField(default=dict)
    """What was kept beside items, by member."""
    access = models.JSONField(default=list)
    """The rules that it had: of each its id, its agent (null for everyone), and since
    when there was it."""
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    deleted_at = models.DateTimeField()
    deleted_by = models.CharField(max_length=80)
    is_emptied = models.BooleanField(default=False, db_default=False)
    """Whether its entries say nothing any more, so that it cannot come back."""
    is_erased = models.BooleanField(default=False, db_default=False)
    """Whether it was erased: then its entries are empty, and nobody finds it."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_erased=False) | Q(is_emptied=True),
                name="erased_is_emptied",
            ),
        ]
        indexes = [
            models.Index("workspace", "object_type_id", "seq", name="tombstone_type"),
            models.Index(
                "workspace",
                "merged_into",
                condition=Q(merged_into__isnull=False),
                name="tombstone_survivor",
            ),
            models.Index(
                "workspace",
                "seq",
                condition=Q(is_emptied=False, merged_into=None),
                name="tombstone_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}, gone at {self.seq}"


class Duplicate(Satellite):
    """Two records of a type that are perhaps the same, as a scan or somebody said.

    Nothing refers to the records: who deletes them need not know of it.
    """

    class State(models.TextChoices):
        """What is thought of it."""

        OPEN = "open"
        DISMISSED = "dismissed"
        """Somebody has said that they are two."""

    pk = models.CompositePrimaryKey("workspace_id", "a", "b")
    a = models.UUIDField()
    """The record of the two whose id is lower."""
    b = models.UUIDField()
    object_type_id = models.UUIDField()
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    """As clients are told of them: fields, but none of their values."""
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    seq = models.BigIntegerField()
    """How far the journal went when they were compared."""
    compared = models.CharField(max_length=64)
    """Digests of what was compared of either."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(a__lt=F("b")), name="duplicate_is_of_two_in_order"
            ),
        ]
        indexes = [
            models.Index(
                "workspace",
                "object_type_id",
                "state",
                F("score").desc(),
                "a",
                "b",
                name="duplicate_score",
            ),
            models.Index("workspace", "b", name="duplicate_other"),
        ]

    def __str__(self) -> str:
        return f"{self.a} and {self.b}"


class DuplicateKey(Satellite):
    """What brings records together in a scan for duplicates, while that runs."""

    pk = models.CompositePrimaryKey("workspace_id", "job_id", "key", "record_id")
    job_id = models.UUIDField()
    key = models.BigIntegerField()
    """A digest of an address, a number, or words of a name."""
    record_id = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.key} of {self.record_id}"


class JournalHead(models.Model):
    """A journal's numbers, and how many records of each type are alive."""

    workspace = models.OneToOneField(
        Workspace, models.CASCADE, primary_key=True, related_name="+"
    )
    first_seq = models.BigIntegerField(db_default=1)
    """The number of the first entry that is kept."""
    last_seq = models.BigIntegerField(default=0)
    noted_at = models.DateTimeField(db_default=Now())
    """When the last entry was noted; no later one will be noted until then."""
    epoch = models.BigIntegerField(db_default=0)
    """What changes when the journal was put back to what it had been."""
    key = models.BinaryField(max_length=16, db_default=RANDOM_KEY)
    """What the ids of changes are made with."""
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.last_seq} changes"
