"""What shape: the object types of a workspace and their fields."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.models import Workspace
from crm.regions import NOWHERE
from objects.field_types import FIELD_TYPES
from objects.field_types.base import FieldType
from objects.field_types.collection import Collection

FIELD_SLUG = RegexValidator(
    r"^[a-z][a-z0-9_]{0,62}\Z",
    "Use lower-case letters, digits and underscores, a letter first.",
)
FLAGS = ("required", "unique", "indexed", "searchable", "hidden")
"""What a field can be besides its type: columns of its own."""

RESERVED = frozenset(
    {"id", "type", "mode", "on_match", "search", "access", "and", "or", "not"}
    | {"history", "merge", "merges", "unmerge", "duplicates"}
)
"""Names that no field may have, because requests and documents use them."""


class Kind(models.TextChoices):
    """How many records each side of a relationship may have, this side first."""

    MANY_TO_MANY = "many-to-many", "Many to many"
    MANY_TO_ONE = "many-to-one", "Many to one"
    ONE_TO_MANY = "one-to-many", "One to many"
    ONE_TO_ONE = "one-to-one", "One to one"

    @property
    def inverse(self) -> Kind:
        """The same relationship, seen from the other side."""
        return Kind("-to-".join(reversed(self.value.split("-to-"))))


class ObjectType(models.Model):
    """A type of records, such as person or a workspace's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="object_types", editable=False
    )
    slug = models.CharField(max_length=40, validators=[FIELD_SLUG])
    label = models.CharField(max_length=100)
    plural = models.CharField(max_length=100)
    description = models.CharField(max_length=256, blank=True)
    prefix = models.CharField(max_length=10)
    match_fields = ArrayField(models.CharField(max_length=63), default=list, blank=True)
    version = models.BigIntegerField(default=1, editable=False)
    is_custom = models.BooleanField(default=True, editable=False)
    removed_members = ArrayField(
        models.CharField(max_length=80), default=list, editable=False
    )
    """Members of stored documents whose fields are gone, until they are gone too."""
    former_members = ArrayField(
        models.CharField(max_length=80), default=list, db_default=[], editable=False
    )
    """Members of all fields that are gone. They are never given to another field, since
    the journal still tells what they held."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", "slug", name="one_object_a_slug"),
            models.UniqueConstraint("workspace", "prefix", name="one_object_a_prefix"),
            models.UniqueConstraint("workspace", "id", name="object_in_workspace"),
        ]
        ordering = ["created_at", "slug"]

    def __str__(self) -> str:
        return self.label


class FormerType(models.Model):
    """An object type that was removed: what the journal's entries are shown with."""

    id = models.UUIDField(primary_key=True, editable=False)
    """The id that the object type had."""
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="former_types", editable=False
    )
    slug = models.CharField(max_length=40)
    prefix = models.CharField(max_length=10)
    removed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.slug


def type_choices() -> list[tuple[str, str]]:
    """Return the types of fields, for migrations to name: a new type needs none."""
    return [(name, name.replace("_", " ")) for name in FIELD_TYPES]


class Field(models.Model):
    """A field of an object type. A relationship is a field on each of its sides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object_type = models.ForeignKey(
        ObjectType, models.CASCADE, related_name="fields", editable=False
    )
    slug = models.CharField(max_length=63, validators=[FIELD_SLUG])
    aliases = ArrayField(models.CharField(max_length=63), default=list, blank=True)
    storage_name = models.CharField(max_length=80, blank=True, editable=False)
    """The member of stored documents, where it is not the slug: after a renaming, or a
    change of type."""
    noted_name = models.CharField(
        max_length=80, blank=True, default="", db_default="", editable=False
    )
    """The member of the journal's entries, where documents have another: after a change
    of type."""
    label = models.CharField(max_length=100)
    description = models.CharField(max_length=256, blank=True)
    type = models.CharField(max_length=30, choices=type_choices)
    options = models.JSONField(default=dict, blank=True)
    required = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)
    indexed = models.BooleanField(default=False)
    searchable = models.BooleanField(default=False)
    backfill = models.JSONField(
        default=dict, blank=True, editable=False, db_column="filling"
    )
    """A `records.schema_changes.backfill.Backfill` that is on its way, or nothing."""
    retyping = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    """An `objects.retyping.Retyping` that is on its way, or nothing."""
    hidden = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    is_custom = models.BooleanField(default=True, editable=False)
    target = models.ForeignKey(
        ObjectType, models.CASCADE, related_name="+", null=True, editable=False
    )
    kind = models.CharField(max_length=12, choices=Kind, blank=True, editable=False)
    inverse_of = models.OneToOneField(
        "self", models.CASCADE, related_name="inverse", null=True, editable=False
    )

    region = NOWHERE
    """Where its workspace is at home, if it is of a catalog."""

    class Meta:
        constraints = [
            models.UniqueConstraint("object_type", "slug", name="one_field_a_slug"),
            models.CheckConstraint(
                condition=Q(type="relationship", target__isnull=False)
                & Q(kind__in=Kind.values)
                | ~Q(type="relationship") & Q(target=None, kind="", inverse_of=None),
                name="relationship_has_target",
            ),
        ]
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.label

    @property
    def member(self) -> str:
        """The member of stored documents that holds its values."""
        return self.storage_name or self.slug

    @property
    def noted_member(self) -> str:
        """The member of the journal's entries that tells of it, of whatever type."""
        return self.noted_name or self.member

    def is_kept(self, flag: str) -> bool:
        """Whether writers keep up what a flag asks for; readers may have to wait."""
        return bool(getattr(self, flag)) or flag in self.backfill.get("flags", ())

    @property
    def field_type(self) -> FieldType:
        """How values of this field are cleaned, compared and so on."""
        return FIELD_TYPES[self.type]

    @property
    def item_type(self) -> FieldType:
        """How each single value is: each item, if the field holds several."""
        field_type = self.field_type
        return field_type.item if isinstance(field_type, Collection) else field_type

    @property
    def is_collection(self) -> bool:
        """Whether the field holds several values."""
        return isinstance(self.field_type, Collection)
