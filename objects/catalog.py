"""The catalog: all schemas of a workspace, compiled once for each version.

Decision 4 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from threading import Lock
from typing import ClassVar, NamedTuple
from uuid import UUID

from crm.errors import NotFound
from crm.models import Workspace
from crm.nearest import unknown
from objects.models import Field, ObjectType
from objects.schema import Relationship, Schema

MOST_CATALOGS = 500
"""How many workspaces' schemas a process keeps, which bounds its memory."""


class NoSuchObject(NotFound):
    """The workspace has no such object type."""

    source = None

    @classmethod
    def named(cls, name: str, types: Sequence[ObjectType]) -> NoSuchObject:
        """Return the refusal of a name that none of the types has."""
        spelled = {label: one.slug for one in types for label in names_of(one)}
        slugs = [one.slug for one in types]
        return cls(unknown("object type", name, slugs, spelled))


class Rollup(NamedTuple):
    """A field that keeps the latest moment in a field of linked records.

    ``options.latest`` of such a field names a relationship of its own type and a field
    of the type on the other side.
    """

    slug: str
    side: Relationship
    source: str
    """The slug of the field on the other side."""


class Catalog:
    """The schemas of a workspace at one version."""

    _cache: ClassVar[dict[UUID, Catalog]] = {}
    _lock: ClassVar = Lock()

    def __init__(self, workspace: Workspace, schemas: Iterable[Schema]) -> None:
        self.workspace_id = workspace.id
        self.version = workspace.schema_version
        self.region = workspace.region
        self.by_slug = {schema.slug: schema for schema in schemas}
        self.by_id = {schema.id: schema for schema in self.by_slug.values()}
        self.sides = {
            side.field_id: (side.slug, side.inverse)
            for schema in self.by_slug.values()
            for side in schema.relationships.values()
            if side.is_forward
        }
        """The slugs of both sides of a relationship, the source's first, by field."""

    @classmethod
    def of(cls, workspace: Workspace) -> Catalog:
        """Return the schemas of a workspace at the version that it names.

        If the schemas have changed since, the newer ones may be returned.
        """
        cached = cls._cache.get(workspace.id)
        if cached is None or not cached.is_of(workspace):
            cached = load_catalog(workspace)
            with cls._lock:
                cls._cache.pop(workspace.id, None)
                cls._cache[workspace.id] = cached
                if len(cls._cache) > MOST_CATALOGS:
                    del cls._cache[next(iter(cls._cache))]
        return cached

    def is_of(self, workspace: Workspace) -> bool:
        """Whether schemas, and where they are at home, are still as they are here."""
        here = (self.version, self.region)
        return here == (workspace.schema_version, workspace.region)

    def schema(self, slug: str) -> Schema:
        """Return the schema of an object type.

        Raises:
            NoSuchObject: if there is none of that slug.
        """
        if slug not in self.by_slug:
            types = [schema.object_type for schema in self.by_slug.values()]
            raise NoSuchObject.named(slug, types)
        return self.by_slug[slug]

    @cached_property
    def rollups(self) -> list[Rollup]:
        """The fields of all types that keep the latest moment of linked records."""
        return [
            self._rollup(schema, field)
            for schema in self.by_slug.values()
            for field in schema.fields.values()
            if field.options.get("latest")
        ]

    @cached_property
    def moving_ends(self) -> frozenset[tuple[UUID, bool]]:
        """The ends of links that may change the record there: field, and if a source.

        Its document shows its partner. Or a moment of one follows the other, which may
        then not change meanwhile.
        """
        to_one = {
            (side.field_id, side.is_forward)
            for schema in self.by_slug.values()
            for side in schema.to_one
        }
        followed = {rollup.side.field_id for rollup in self.rollups}
        return frozenset(to_one | {(f, end) for f in followed for end in (True, False)})

    def _rollup(self, schema: Schema, field: Field) -> Rollup:
        relationship, source = field.options["latest"]
        side = schema.relationships[schema.slug_of(relationship)]
        return Rollup(field.slug, side, self.schema(side.target).slug_of(source))


def names_of(object_type: ObjectType) -> tuple[str, ...]:
    """Return what an object type is called, its slug apart."""
    plain = object_type.slug.removeprefix("c_")
    return plain, object_type.label, object_type.plural


def load_catalog(workspace: Workspace) -> Catalog:
    """Read and compile the schemas of a workspace."""
    types = list(ObjectType.objects.filter(workspace=workspace))
    slugs = {object_type.id: object_type.slug for object_type in types}
    fields: dict[UUID, list[Field]] = {object_type.id: [] for object_type in types}
    for field in Field.objects.filter(object_type__in=types).select_related(
        "inverse_of", "inverse"
    ):
        field.region = workspace.region
        fields[field.object_type_id].append(field)
    region = workspace.region
    schemas = [Schema(t, fields[t.id], slugs, region) for t in types]
    return Catalog(workspace, schemas)
