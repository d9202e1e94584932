"""``/schemas``: what the records of each object type are like."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import InvalidHeader
from crm.json_types import JSON
from crm.jsonapi.conditions import CONDITIONS, is_known
from crm.jsonapi.documents import data_document
from crm.jsonapi.negotiation import JSONAPINegotiation, prefers
from crm.jsonapi.rendering import dumps
from interfaces.api.schemas.answers import (
    schema_headers,
    schema_resource,
)
from interfaces.api.schemas.option_bodies import read_option_edits
from interfaces.api.schemas.view import SchemaView
from objects.json_schema import MEDIA_TYPE, document_of
from records.schema_changes.option_edits import edit_options


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
    """``/schemas``: the schemas of the object types, and options of several at once."""

    content_negotiation_class = SchemaNegotiation

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of the schemas."""
        schemas = self.catalog.by_slug.values()
        return self.page_of([schema_resource(s, self.addresses) for s in schemas])

    def retrieve(self, request: Request, **kwargs: str) -> HttpResponseBase:
        """Answer one schema: as a resource, or as a JSON Schema if that is accepted."""
        self.parameters.only()
        schema = self.catalog.schema(self.type_slug)
        headers = schema_headers(schema)
        known = request.headers.get("If-None-Match", "")
        if headers and is_known(known, schema.object_type.version):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if prefers(request.headers.get("Accept", ""), MEDIA_TYPE):
            document = document_of(schema, self.addresses.schema(schema))
            content = dumps(document)
            return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)
        return self.answer_schema(schema)

    def edit_options(self, request: Request, **kwargs: str) -> Response:
        """Add options to fields, or take some away, which clears them on records."""
        self.parameters.only()
        for header in CONDITIONS:
            if header in request.headers:
                raise InvalidHeader({header: "It works for one schema at a time."})
        declared = read_option_edits(self.document)
        changed, job = edit_options(self.actor, declared, at_once=self.at_once)
        if job is not None:
            return self.answer_job(job)
        slugs = dict.fromkeys(one.object_type for one in declared)
        schemas = [self.catalog.schema(slug) for slug in slugs]
        data = [schema_resource(schema, self.addresses) for schema in schemas]
        meta: JSON = {"records_changed": changed}
        return Response(data_document(data, meta=meta))
