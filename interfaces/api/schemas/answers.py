"""A schema as clients see it, and the answer with one."""

from __future__ import annotations

from rest_framework import status
from rest_framework.response import Response

from crm.json_types import JSONObject
from crm.jsonapi.conditions import etag
from crm.jsonapi.documents import data_document
from objects.json_schema import MEDIA_TYPE, properties_of
from objects.schema import Schema
from records.resources.addresses import Addresses


def schema_answer(
    schema: Schema, addresses: Addresses, *, is_new: bool = False, changed: int = 0
) -> Response:
    """Return the answer with one schema, new or not, and how many records changed."""
    document = data_document(
        schema_resource(schema, addresses),
        links=schema_links(schema, addresses),
        meta={"records_changed": changed} if changed else None,
    )
    headers = schema_headers(schema)
    if is_new:
        headers["Location"] = addresses.schema(schema)
    code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
    return Response(document, code, headers=headers)


def schema_resource(schema: Schema, addresses: Addresses) -> JSONObject:
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
        "links": schema_links(schema, addresses),
    }


def schema_headers(schema: Schema) -> dict[str, str]:
    """Return the headers of an answer with one schema.

    While fields are being filled it shows how far they are, which is no part of its
    version, so that it has no entity tag.
    """
    if any(field.backfill or field.retyping for field in schema.everything):
        return {}
    return {"ETag": etag(schema.object_type.version)}


def schema_links(schema: Schema, addresses: Addresses) -> JSONObject:
    """Return the links of a schema: itself, and as JSON Schema."""
    address = addresses.schema(schema)
    return {"self": address, "describedby": {"href": address, "type": MEDIA_TYPE}}
