"""``/objects``: the object types of the workspace."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from crm.absolute import absolute
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import data_document
from interfaces.api.schemas.view import SchemaView
from objects.schema import Schema
from records.reading.gate import count_all, count_each


class ObjectTypeViewSet(SchemaView):
    """``/objects``: the object types, and how many records there are of each."""

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of the object types."""
        counts = count_each(self.actor)
        return self.page_of(
            [
                self.resource(schema, counts.get(schema.id, 0))
                for schema in self.catalog.by_slug.values()
            ]
        )

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """Answer one object type."""
        self.parameters.only()
        schema = self.catalog.schema(self.type_slug)
        data = self.resource(schema, count_all(self.actor, schema))
        links: JSON = {"self": absolute(request)}
        return Response(data_document(data, links=links))

    def resource(self, schema: Schema, record_count: int) -> JSONObject:
        """Return the resource of an object type."""
        return {
            "type": "object",
            "id": schema.slug,
            "attributes": {
                "name": schema.object_type.label,
                "plural": schema.object_type.plural,
                "description": schema.object_type.description,
                "prefix": schema.prefix,
                "match_fields": list(schema.object_type.match_fields),
                "is_custom": schema.object_type.is_custom,
                "version": schema.object_type.version,
                "record_count": record_count,
            },
            "links": {
                "self": self.addresses.object_type(schema),
                "records": self.addresses.records(schema),
                "schema": self.addresses.schema(schema),
            },
        }
