"""``/records/{id}/relationships/{relationship}``: which records are related."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import NotAllowed
from crm.json_types import JSON
from crm.jsonapi.conditions import Precondition
from crm.jsonapi.documents import data_document, read_linkage
from crm.jsonapi.pagination import read_offset_page
from interfaces.api.records.bodies import linkage_of
from interfaces.api.records.relationships import RelationshipViewSet
from records.ids import identifier
from records.resources.records import agent_linkage
from records.writing.engine import write
from records.writing.operations import Strategy, Update


class LinkageViewSet(RelationshipViewSet):
    """The linkage of the relationship in the address, read and changed."""

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer the linkage: which records are related, without what they are."""
        row = self.record_named(id)
        if self.is_agent:
            self.parameters.only()
            return self.answer_linkage(row.id, agent_linkage(row.agents[self.slug]))
        if not self.side.is_to_one:
            return self.linkage_page(row.id)
        self.parameters.only()
        return self.answer_linkage(row.id, row.partners[self.slug])

    def linkage_page(self, parent: UUID) -> Response:
        """Answer a page of linkage, the longest there is unless another is wanted."""
        self.parameters.only("page")
        page = read_offset_page(self.parameters, default=settings.PAGE_LIMIT)
        listing = self.partners_of(parent, frozenset())
        total = listing.total()
        data: list[JSON] = [
            identifier(self.target.slug, self.target.prefix, row.id)
            for row in listing.at_offset(page)
        ]
        response = self.answer_linkage(parent, data)
        response.data["meta"] = page.meta(total)
        response.data["links"] |= page.links(self.request._request, total)
        return response

    def answer_linkage(self, parent: UUID, data: JSON) -> Response:
        """Return the answer with linkage, and where it and its records are found."""
        record = self.addresses.record(self.record_schema, parent)
        links = {
            "self": f"{record}/relationships/{self.slug}",
            "related": f"{record}/{self.slug}",
        }
        return Response(data_document(data, links=links))

    def replace(self, request: Request, id: str, **kwargs: str) -> Response:
        """Put new linkage in place of the old, and answer 200 with it."""
        self.change(id, Strategy.REPLACE)
        return self.retrieve(request, id)

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
        self.parameters.only()
        linkage = read_linkage(self.document)
        update = Update(
            self.record_schema.slug,
            relationships={self.slug: linkage_of(linkage, how, at="/data")},
            id=id,
            id_at="",
            precondition=Precondition.of(self.request.headers),
        )
        write(actor=self.actor, operations=[update])
