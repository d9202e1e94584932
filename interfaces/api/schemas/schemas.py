"""``/schemas`` and ``/objects``: what records are like, and changing that."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import InvalidHeader
from crm.json_types import JSON, JSONObject
from crm.jsonapi.conditions import etag, is_known
from crm.jsonapi.documents import data_document
from crm.jsonapi.negotiation import JSONAPINegotiation, prefers
from crm.jsonapi.rendering import dumps
from interfaces.api.schemas.bodies import (
    read_field_change,
    read_fields,
    read_object,
    read_options,
    read_order,
    read_relationships,
    read_visibility,
)
from interfaces.api.schemas.view import SchemaView
from objects.json_schema import MEDIA_TYPE, document_of, properties_of
from objects.schema import Schema
from records.schema_changes.field_order import order_fields, show_fields
from records.schema_changes.fields import (
    add_fields,
    change_field,
    edit_options,
    remove_field,
)
from records.schema_changes.objects import change_object, create_object, delete_object
from records.schema_changes.relationships import add_relationships, remove_relationship


class SchemaNegotiation(JSONAPINegotiation):
    """Lets a client ask for one as a JSON Schema. Errors are JSON:API even then."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        is_one = request.parser_context["view"].action == "retrieve"
        if is_one and prefers(request.headers.get("Accept", ""), MEDIA_TYPE):
            first = next(iter(renderers))
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)


class SchemaViewSet(SchemaView):
    """``/schemas``: the schemas of the object types, and the verbs that change them."""

    content_negotiation_class = SchemaNegotiation

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of the schemas."""
        return self.page_of([self.resource(s) for s in self.catalog.by_slug.values()])

    def retrieve(self, request: Request, **kwargs: str) -> HttpResponseBase:
        """Answer one schema: as a resource, or as a JSON Schema if that is accepted."""
        self.query.only()
        schema = self.catalog.schema(self.entity)
        headers = self.headers_of(schema)
        known = request.headers.get("If-None-Match", "")
        if headers and is_known(known, schema.object_type.version):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if prefers(request.headers.get("Accept", ""), MEDIA_TYPE):
            document = document_of(schema, self.address(schema))
            content = dumps(document)
            return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)
        return self.answer_schema(schema)

    def edit_options(self, request: Request, **kwargs: str) -> Response:
        """Add options to fields, or take some away, which clears them on records."""
        self.query.only()
        if "If-Match" in request.headers:
            raise InvalidHeader({"If-Match": "It works for one schema at a time."})
        declared = read_options(self.document)
        changed = edit_options(self.actor, declared)
        schemas = dict.fromkeys(one.entity for one in declared)
        data = [self.resource(self.catalog.schema(slug)) for slug in schemas]
        meta: JSON = {"records_changed": changed}
        return Response(data_document(data, meta=meta))

    def create_object(self, request: Request, **kwargs: str) -> Response:
        """Make an object type, and answer its schema."""
        self.query.only()
        declared = read_object(self.document)
        return self.answer_schema(create_object(self.actor, declared), is_new=True)

    def change_object(self, request: Request, **kwargs: str) -> Response:
        """Change the labels and the match fields of an object type."""
        self.query.only()
        declared = read_object(
            self.document, self.entity, is_whole=request.method == "PUT"
        )
        schema = change_object(self.actor, self.entity, declared, self.versions)
        return self.answer_schema(schema)

    def delete_object(self, request: Request, **kwargs: str) -> Response:
        """Remove an object type."""
        force = self.read_force()
        delete_object(self.actor, self.entity, self.versions, force=force)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def add_fields(self, request: Request, **kwargs: str) -> Response:
        """Add fields, and answer the schema."""
        self.query.only()
        fields = read_fields(self.document)
        schema = add_fields(self.actor, self.entity, fields, self.versions)
        return self.answer_schema(schema, is_new=True)

    def change_field(self, request: Request, field: str, **kwargs: str) -> Response:
        """Change a field, and answer the schema and how many records changed."""
        force = self.read_force()
        declared = read_field_change(self.document, field)
        declared.may_clear = force
        schema, changed = change_field(
            self.actor, self.entity, field, declared, self.versions
        )
        return self.answer_schema(schema, changed=changed)

    def remove_field(self, request: Request, field: str, **kwargs: str) -> Response:
        """Remove a field with its values."""
        self.query.only()
        remove_field(self.actor, self.entity, field, self.versions)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def add_relationships(self, request: Request, **kwargs: str) -> Response:
        """Add relationships on both sides, and answer the schema."""
        self.query.only()
        declared = read_relationships(self.document)
        schema = add_relationships(self.actor, declared, self.entity, self.versions)
        return self.answer_schema(schema, is_new=True)

    def remove_relationship(
        self, request: Request, field: str, **kwargs: str
    ) -> Response:
        """Remove a relationship on both sides."""
        self.query.only()
        remove_relationship(self.actor, self.entity, field, self.versions)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def order_fields(self, request: Request, **kwargs: str) -> Response:
        """Put fields in another order."""
        self.query.only()
        order, at = read_order(self.document)
        schema = order_fields(self.actor, self.entity, order, at, self.versions)
        return self.answer_schema(schema)

    def show_fields(self, request: Request, **kwargs: str) -> Response:
        """Hide fields from people, or show them."""
        self.query.only()
        hidden, at = read_visibility(self.document)
        schema = show_fields(self.actor, self.entity, hidden, at, self.versions)
        return self.answer_schema(schema)

    def read_force(self) -> bool:
        """Return whether records may lose what stands in the way.

        Raises:
            Refusal: if ``force`` is neither true nor false, or something else is asked.
        """
        self.query.only("force")
        force = self.query.single("force")
        if force not in {None, "true", "false"}:
            raise self.query.place("force").refuse("Use true or false.")
        return force == "true"

    def answer_schema(
        self, schema: Schema, *, is_new: bool = False, changed: int = 0
    ) -> Response:
        """Return the answer with one schema, new or not."""
        meta = {"records_changed": changed} if changed else None
        document = data_document(
            self.resource(schema), links=self.links(schema), meta=meta
        )
        headers = self.headers_of(schema)
        if is_new:
            headers["Location"] = self.address(schema)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(document, code, headers=headers)

    def resource(self, schema: Schema) -> JSONObject:
        """Return the resource of a schema."""
        object_type = schema.object_type
        return {
            "type": "schema",
            "id": schema.slug,
            "attributes": {
                "title": object_type.label,
                "description": object_type.description,
                "plural": object_type.plural,
                "prefix": schema.prefix,
                "match_fields": list(object_type.match_fields),
                "version": object_type.version,
                "is_custom": object_type.is_custom,
                "properties": properties_of(schema),
                "required": list(schema.required),
            },
            "links": self.links(schema),
        }

    def headers_of(self, schema: Schema) -> dict[str, str]:
        """Return the headers of an answer with one schema.

        While fields are being filled it shows how far they are, which is no part of
        its version, so that it has no entity tag.
        """
        if any(field.backfill for field in schema.everything):
            return {}
        return {"ETag": etag(schema.object_type.version)}

    def links(self, schema: Schema) -> JSONObject:
        """Return the links of a schema: itself, and as JSON Schema."""
        address = self.address(schema)
        return {
            "self": address,
            "describedby": {"href": address, "type": MEDIA_TYPE},
        }

    def address(self, schema: Schema) -> str:
        """Return the address of a schema."""
        return f"{self.base_url}/schemas/{schema.slug}"
