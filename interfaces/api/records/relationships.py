"""``/objects/{object}/records/{id}/{relationship}``: related records and linkage."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.conf import settings
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import NotAllowed, NotFound
from crm.json_types import JSON
from crm.jsonapi.conditions import Precondition
from crm.jsonapi.documents import data_document, read_linkage
from crm.jsonapi.pagination import OffsetPage, read_offset_page
from crm.sql import Sql, all_of
from interfaces.api.records.bodies import linkage_of
from interfaces.api.records.fieldsets import read_fieldsets
from interfaces.api.records.resources import Resources, agent_linkage
from interfaces.api.records.view import (
    LIST_PARAMETERS,
    ONE_PARAMETERS,
    ObjectViewSet,
    hardest_place,
)
from interfaces.api.workspaces.resources import agent_resource
from objects.schema import Relationship, Schema
from records.ids import identifier
from records.reading.filters.filters import Filters
from records.reading.includes import read_agents
from records.reading.listing import Listing
from records.reading.orders.orders import ordering_of
from records.reading.rows import Fieldset
from records.writing.engine import write
from records.writing.operations import Strategy, Update


class NoSuchRelationship(NotFound):
    """The object type has no such relationship."""

    source = None


class RelationshipViewSet(ObjectViewSet):
    """One relationship of one record."""

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
        """Whether it leads to an agent, and not to records."""
        return self.slug in self.record_schema.agents

    @property
    def side(self) -> Relationship:
        """The relationship, where it leads to records."""
        return self.record_schema.relationships[self.slug]

    @property
    def target(self) -> Schema:
        """The type of the related records."""
        return self.catalog.schema(self.side.target)

    def related(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer the related records, or the one that there can be."""
        if self.is_agent:
            return self.related_agent(id)
        if self.side.is_to_one:
            return self.related_one(id)
        self.query.only(*LIST_PARAMETERS)
        parent = self.record_named(id).id
        filters = Filters(self.actor, self.catalog, self.target)
        condition = all_of([self.is_linked_to(parent), filters.of_query(self.query)])
        return self.answer_list(self.query, self.target, condition)

    def related_one(self, id: str) -> Response:
        """Answer the one related record, or null."""
        self.query.only(*ONE_PARAMETERS)
        selection = self.selection(self.query, self.target)
        parent = self.record_named(id).id
        listing = self.partners_of(parent, selection.fields(self.target))
        rows = listing.at_offset(OffsetPage(0, 1)).rows
        document = self.compose(self.target, rows, selection)
        document["data"] = next(iter(document["data"]), None)  # type: ignore[call-overload]
        document["links"] = {"self": self.request.build_absolute_uri()}
        return Response(document)

    def partners_of(self, parent: UUID, fields: Fieldset) -> Listing:
        """Return the records that a record is related to, newest first."""
        return Listing(
            self.actor,
            self.catalog,
            self.target,
            self.is_linked_to(parent),
            ordering_of(self.target, None, self.query.place("sort")),
            hardest_place(self.query),
            fields,
        )

    def related_agent(self, id: str) -> Response:
        """Answer the agent that the record refers to, or null."""
        self.query.only("fields")
        fields = read_fieldsets(self.query, self.catalog).get("agent")
        name = self.record_named(id).agents[self.slug]
        agents = read_agents(self.actor, [str(name)] if name else [])
        data = [agent_resource(agent, self.base_url, fields) for agent in agents]
        links = {"self": self.request.build_absolute_uri()}
        return Response(data_document(next(iter(data), None), links=links))

    def linkage(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer the linkage: which records are related, without what they are."""
        row = self.record_named(id)
        if self.is_agent:
            self.query.only()
            return self.answer_linkage(row.id, agent_linkage(row.agents[self.slug]))
        if not self.side.is_to_one:
            return self.linkage_page(row.id)
        self.query.only()
        return self.answer_linkage(row.id, row.partners[self.slug])

    def linkage_page(self, parent: UUID) -> Response:
        """Answer a page of linkage, the longest there is unless another is wanted."""
        self.query.only("page")
        page = read_offset_page(self.query, default=settings.PAGE_LIMIT)
        listing = self.partners_of(parent, frozenset())
        total = listing.total()
        data: list[JSON] = [
            identifier(self.target.slug, self.target.prefix, row.id)
            for row in listing.at_offset(page).rows
        ]
        response = self.answer_linkage(parent, data)
        response.data["meta"] = page.meta(total)
        response.data["links"] |= page.links(self.request._request, total)
        return response

    def answer_linkage(self, parent: UUID, data: JSON) -> Response:
        """Return the answer with linkage, and where it and its records are found."""
        record = Resources(self.record_schema, self.base_url).location(parent)
        links = {
            "self": f"{record}/relationships/{self.slug}",
            "related": f"{record}/{self.slug}",
        }
        return Response(data_document(data, links=links))

    def replace(self, request: Request, id: str, **kwargs: str) -> Response:
        """Put new linkage in place of the old, and answer 200 with it."""
        self.change(id, Strategy.REPLACE)
        return self.linkage(request, id)

    def add(self, request: Request, id: str, **kwargs: str) -> Response:
        """Add to a to-many relationship what is not yet there."""
        self.check_to_many()
        self.change(id, Strategy.APPEND)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def remove(self, request: Request, id: str, **kwargs: str) -> Response:
        """Take from a to-many relationship what is there."""
        self.check_to_many()
        self.change(id, Strategy.REMOVE)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def check_to_many(self) -> None:
        """Refuse to add to what can only be replaced.

        Raises:
            NotAllowed: if the relationship is a to-one.
        """
        if self.is_agent or self.side.is_to_one:
            raise NotAllowed("A to-one relationship can only be replaced, by PATCH.")

    def change(self, id: str, how: Strategy) -> None:
        """Change the linkage as the body says."""
        self.query.only()
        linkage = read_linkage(self.document)
        update = Update(
            self.record_schema.slug,
            relationships={self.slug: linkage_of(linkage, how, at="/data")},
            id=id,
            id_at="",
            precondition=Precondition.of(self.request.headers),
        )
        write(actor=self.actor, operations=[update])

    def is_linked_to(self, parent: UUID) -> Sql:
        """Return the condition that a record ``r`` is linked to one on this side."""
        here, there = self.side.ends
        return Sql(
            "EXISTS (SELECT FROM records_link link "
            "WHERE link.workspace_id = r.workspace_id AND link.field_id = %s "
            f"AND link.{here}_id = %s AND link.{there}_id = r.id)",
            (self.side.field_id, parent),
        )
