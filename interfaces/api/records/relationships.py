"""One relationship of one record, as far as its addresses have it in common."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from crm.errors import NotFound
from crm.sql import Sql
from interfaces.api.records.view import ObjectViewSet, hardest_place
from objects.schema import Relationship, Schema
from records.reading.listing import RecordListing
from records.reading.rows import Fieldset


class NoSuchRelationship(NotFound):
    """The object type has no such relationship."""

    source = None


class RelationshipViewSet(ObjectViewSet):
    """A view of one relationship of one record."""

    @cached_property
    def slug(self) -> str:
        """The relationship in the address.

        Raises:
            NoSuchRelationship: if the type has none of that name.
        """
        schema = self.record_schema
        name = str(self.kwargs["relationship"])
        slug = schema.slug_of(name)
        if slug not in schema.relationships and slug not in schema.agents:
            raise NoSuchRelationship("There is no such relationship.")
        return slug

    @property
    def is_agent(self) -> bool:
        """Whether it leads to an agent or an owner, and not to records."""
        return self.slug in self.record_schema.agents

    @property
    def side(self) -> Relationship:
        """The relationship, where it leads to records."""
        return self.record_schema.relationships[self.slug]

    @property
    def target(self) -> Schema:
        """The type of the related records."""
        return self.catalog.schema(self.side.target)

    def partners_of(self, parent: UUID, fields: Fieldset) -> RecordListing:
        """Return the records that a record is related to, newest first."""
        records, place = self.records_of(self.target), hardest_place(self.parameters)
        return records.listing(place, self.is_linked_to(parent), fields=fields)

    def is_linked_to(self, parent: UUID) -> Sql:
        """Return the condition that a record ``r`` is linked to one on this side."""
        here, there = self.side.ends
        return Sql(
            "EXISTS (SELECT FROM records_link link "
            "WHERE link.workspace_id = r.workspace_id AND link.field_id = %s "
            f"AND link.{here}_id = %s AND link.{there}_id = r.id)",
            (self.side.field_id, parent),
        )
