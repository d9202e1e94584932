"""Compound documents: records and what was asked to come along, as resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crm.authentication import Actor
from crm.jsonapi.queries import Place, Query
from interfaces.api.records.fieldsets import read_record_fieldsets
from interfaces.api.workspaces.resources import referred_resource
from objects.catalog import Catalog
from objects.schema import Schema
from records.reading.includes import (
    INCLUDE,
    Included,
    Includes,
    Tree,
    TypedId,
    read_include,
    read_referred,
)
from records.reading.rows import Fieldset, RecordRow
from records.resources.addresses import Addresses
from records.resources.records import Resources


@dataclass(frozen=True)
class Selection:
    """What a document shows: which fields, and which related records."""

    fieldsets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    include: Tree | None = None
    """None if the client did not speak of it: then nothing is included."""
    place: Place = INCLUDE
    """Where it spoke of it."""

    @classmethod
    def of(cls, query: Query, catalog: Catalog, schema: Schema) -> Selection:
        """Return what ``fields`` and ``include`` ask for.

        Raises:
            Refusal: if a name in them does not exist.
        """
        fieldsets = read_record_fieldsets(query, catalog)
        include = read_include(query, catalog, schema)
        return cls(fieldsets, include, query.place("include"))

    def fields(self, schema: Schema) -> Fieldset:
        """Return the fields of a type that are shown; None for all."""
        return self.fieldsets.get(schema.slug)


class Resourced(NamedTuple):
    """Resources, and those that come along if any were asked for."""

    data: list[dict[str, object]]
    included: list[dict[str, object]] | None


@dataclass(frozen=True)
class Composer:
    """Makes compound documents, as one caller sees them."""

    actor: Actor
    catalog: Catalog
    addresses: Addresses
    selection: Selection

    def compose(self, schema: Schema, rows: Sequence[RecordRow]) -> Resourced:
        """Return the resources of records, with those to include."""
        fieldsets, place = self.selection.fieldsets, self.selection.place
        includes = Includes(self.actor, self.catalog, fieldsets, place)
        related = includes.follow(schema, rows, self.selection.include or {})
        primary = [((schema.slug, row.id), row) for row in rows]
        data = self.resources(primary, related)
        if self.selection.include is None:
            return Resourced(data, None)
        known = {typed_id for typed_id, _ in primary}
        others = [one for one in related.rows.items() if one[0] not in known]
        included = self.resources(others, related)
        included += [
            referred_resource(one, self.addresses, self.selection.fieldsets)
            for one in read_referred(self.actor, sorted(related.agents))
        ]
        return Resourced(data, included)

    def resources(
        self, rows: Sequence[tuple[TypedId, RecordRow]], related: Included
    ) -> list[dict[str, object]]:
        """Return the resources of some records."""
        schemas = [
            self.catalog.schema(slug) for slug in {type_ for (type_, _), _ in rows}
        ]
        made = {schema.slug: self.maker(schema) for schema in schemas}
        return [
            made[typed_id[0]].resource(row, related.linkage.get(typed_id, {}))
            for typed_id, row in rows
        ]

    def maker(self, schema: Schema) -> Resources:
        """Return what makes the resources of a type."""
        url = self.addresses.records(schema)
        return Resources(schema, url, self.selection.fields(schema))
