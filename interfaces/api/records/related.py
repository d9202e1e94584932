"""``/records/{id}/{relationship}``: the records that a record is related to."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from crm.absolute import absolute
from crm.jsonapi.documents import data_document
from crm.jsonapi.pagination import OffsetPage
from interfaces.api.pages import LIST_PARAMETERS, ONE_PARAMETERS
from interfaces.api.records.fieldsets import read_record_fieldsets
from interfaces.api.records.relationships import RelationshipViewSet
from interfaces.api.workspaces.resources import referred_resource
from records.reading.includes import read_referred


class RelatedViewSet(RelationshipViewSet):
    """The related records, or whom the record refers to."""

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer the related records, or the one that there can be."""
        if self.is_agent:
            return self.related_agent(id)
        if self.side.is_to_one:
            return self.related_one(id)
        self.parameters.only(*LIST_PARAMETERS)
        parent = self.record_named(id).id
        records = self.records_of(self.target)
        condition = self.is_linked_to(parent) & records.filters.of_query(
            self.parameters
        )
        return self.answer_list(self.parameters, records, condition)

    def related_one(self, id: str) -> Response:
        """Answer the one related record, or null."""
        self.parameters.only(*ONE_PARAMETERS)
        selection = self.selection(self.parameters, self.target)
        parent = self.record_named(id).id
        listing = self.partners_of(parent, selection.fields(self.target))
        rows = listing.at_offset(OffsetPage(0, 1))
        document = self.compose(self.target, rows, selection)
        document["data"] = next(iter(document["data"]), None)  # type: ignore[call-overload]
        document["links"] = {"self": absolute(self.request)}
        return Response(document)

    def related_agent(self, id: str) -> Response:
        """Answer the agent or user that the record refers to, or null."""
        self.parameters.only("fields")
        fieldsets = read_record_fieldsets(self.parameters, self.catalog)
        name = self.record_named(id).agents[self.slug]
        found = read_referred(self.actor, [str(name)] if name else [])
        data = [referred_resource(one, self.addresses, fieldsets) for one in found]
        links = {"self": absolute(self.request)}
        return Response(data_document(next(iter(data), None), links=links))
