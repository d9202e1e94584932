"""A change of the schemas of a workspace, alone and noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from crm.authentication import Actor
from crm.errors import NotFound, VersionMismatch
from crm.json_types import JSON, JSONObject
from crm.models import Workspace
from crm.sql import query
from objects.catalog import Catalog, NoSuchObject, load_catalog
from objects.models import Field, ObjectType
from objects.schema_lock import lock_schemas
from records.journal.entries import Entry, Origin, append_entries, origin_of
from records.models import JournalEntry
from records.schema_changes.names import FieldNames

NEXT_VERSION = """
UPDATE crm_workspace SET schema_version = nextval('objects_schema_version')
WHERE id = %(workspace)s RETURNING schema_version
"""

PATIENCE = "SET LOCAL statement_timeout = 0"
"""Who changes schemas may have to wait for writers, and goes through all records."""


class NoSuchField(NotFound):
    """The object type has no such field."""

    source = None


@dataclass
class SchemaChange:
    """The schemas of a workspace while they are being changed."""

    actor: Actor
    workspace: Workspace
    origin: Origin
    entries: list[Entry] = field(default_factory=list)
    _names: dict[UUID, FieldNames] = field(default_factory=dict)

    @property
    def catalog(self) -> Catalog:
        """The schemas as they are by now, changes included."""
        return load_catalog(self.workspace)

    def object_type(
        self, slug: str, versions: frozenset[int] | None = None
    ) -> ObjectType:
        """Return an object type.

        Raises:
            NoSuchObject: if there is none of that slug.
            VersionMismatch: if its schema is not at one of the versions wanted.
        """
        # Compared here: PostgreSQL cannot be asked for all that a client writes.
        types = ObjectType.objects.filter(workspace=self.workspace)
        found = next((one for one in types if one.slug == slug), None)
        if found is None:
            raise NoSuchObject.named(slug, list(types))
        if versions is not None and found.version not in versions:
            raise VersionMismatch(
                {"If-Match": f"The schema is at version {found.version}."}
            )
        return found

    def field(self, object_type: ObjectType, name: str) -> Field:
        """Return a field by its slug or a former one.

        Raises:
            NoSuchField: if there is none.
        """
        found = self.find_field(object_type, name)
        if found is None:
            raise NoSuchField(f"{object_type.slug} has no field of this name.")
        return found

    def find_field(self, object_type: ObjectType, name: str) -> Field | None:
        """Return a field by its slug or a former one, or None if there is none."""
        for field_ in object_type.fields.all():
            if name in (field_.slug, *field_.aliases):
                field_.region = self.workspace.region
                return field_
        return None

    def names(self, object_type: ObjectType) -> FieldNames:
        """Return the names of the fields of a type, new ones included."""
        if object_type.id not in self._names:
            self._names[object_type.id] = FieldNames(object_type)
        return self._names[object_type.id]

    def note(
        self,
        object_type: ObjectType,
        before: JSONObject,
        after: JSONObject,
        *,
        gone: Iterable[str] = (),
    ) -> None:
        """Give a schema a new version, and the journal an entry.

        The members of fields that are ``gone`` are never given to another.
        """
        found = ObjectType.objects.filter(pk=object_type.pk)
        ((version, former),) = found.values_list("version", "former_members")
        object_type.version = version + 1
        object_type.former_members = [*former, *gone]
        object_type.save()
        self.entries.append(
            Entry(
                None,
                object_type.id,
                JournalEntry.Action.RESHAPED,
                object_type.version,
                before,
                after,
            )
        )

    def note_field(
        self, field_: Field, before: JSON, after: JSON, *, name: str = ""
    ) -> None:
        """Note what became of a field; null before it was, and once it is gone."""
        slug = name or field_.slug
        members = {field_.member, field_.noted_member}
        gone = sorted(members) if after is None else []
        self.note(field_.object_type, {slug: before}, {slug: after}, gone=gone)

    def save(self) -> None:
        """Give the workspace's schemas a version that was never given before."""
        query(NEXT_VERSION, workspace=self.workspace.id)
        self.workspace.refresh_from_db(fields=["schema_version"])
        if self.entries:
            noted = append_entries(self.workspace.id, self.entries, self.origin)
            self.actor.changes.append(noted.change)


@contextmanager
def alone(workspace_id: UUID) -> Iterator[None]:
    """Have a workspace to oneself for one transaction, however long it takes."""
    with transaction.atomic():
        query(PATIENCE)
        lock_schemas(workspace_id)
        yield


@contextmanager
def change_schemas(actor: Actor) -> Iterator[SchemaChange]:
    """Change the schemas of a workspace in one transaction, while nobody writes."""
    with alone(actor.workspace.id):
        workspace = Workspace.objects.get(pk=actor.workspace.pk)
        change = SchemaChange(actor, workspace, origin_of(actor))
        yield change
        change.save()
