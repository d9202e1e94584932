"""Schemas as JSON Schema (draft 2020-12): what attributes records have and may get."""

from __future__ import annotations

from crm.json_types import JSONObject
from objects.field_types.relation import REFERENCES
from objects.field_types.text import PRINTABLE
from objects.models import FLAGS, Field
from objects.schema import SYSTEM_FIELDS, Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MEDIA_TYPE = "application/schema+json"

JSON_VALUE: JSONObject = {
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string", "pattern": PRINTABLE},
        {"$ref": "#/$defs/json"},
    ]
}
JSON_DEFINITION: JSONObject = {
    "type": ["object", "array"],
    "propertyNames": {"pattern": PRINTABLE},
    "additionalProperties": JSON_VALUE,
    "items": JSON_VALUE,
}


def document_of(schema: Schema, address: str) -> JSONObject:
    """Return the complete JSON Schema of the attributes of a type's records.

    What only the API writes is ``readOnly``. Relationships are listed as properties
    that no attributes can have, since they are sent beside the attributes.
    """
    nested = [f for f in schema.fields.values() if f.type == "json"]
    document: JSONObject = {
        "$schema": DIALECT,
        "$id": address,
        "title": schema.object_type.label,
        "description": schema.object_type.description,
        "type": "object",
        "properties": {name: system_property(name) for name in SYSTEM_FIELDS}
        | properties_of(schema)
        | {field.slug: property_of(field) | any_json(field) for field in nested},
        "required": [slug for slug in schema.required if slug in schema.attributes],
        "additionalProperties": False,
    }
    return document | ({"$defs": {"json": JSON_DEFINITION}} if nested else {})


def properties_of(schema: Schema) -> JSONObject:
    """Return the property of each field, in their order."""
    return {
        field.slug: relationship_property(schema, field)
        if field.type == "relationship"
        else property_of(field)
        for field in schema.everything
        if field.type != "relationship" or field.slug in schema.relationships
    }


def property_of(field: Field) -> JSONObject:
    """Return the JSON Schema of the values of a field, with what is ours as ``x-``."""
    described: JSONObject = {"title": field.label, "x-type": field.type}
    if field.type in REFERENCES:
        return described | extras(field) | {"not": {}}
    values = field.field_type.describe(field)
    values = filled(field, values) if field.required else nullable(values)
    return described | values | extras(field)


def filled(field: Field, values: JSONObject) -> JSONObject:
    """Return the JSON Schema of values that may not be blank."""
    if field.is_collection:
        items: JSONObject = values["properties"]["items"]  # type: ignore[index,call-overload,assignment]
        return values | {"properties": {"items": items | {"minItems": 1}}}
    return values | {"minLength": 1} if values["type"] == "string" else values


def nullable(values: JSONObject) -> JSONObject:
    """Return the JSON Schema of values that may be null, which clears a field."""
    types = values["type"] if isinstance(values["type"], list) else [values["type"]]
    either: JSONObject = {"type": [*types, "null"]}
    if isinstance(values.get("enum"), list):
        either["enum"] = [*values["enum"], None]  # type: ignore[misc]
    return values | either


def any_json(field: Field) -> JSONObject:
    """Return the JSON Schema of a client's own JSON, whatever its depth."""
    reference: JSONObject = {"$ref": "#/$defs/json"}
    return reference if field.required else {"anyOf": [{"type": "null"}, reference]}


def extras(field: Field) -> JSONObject:
    """Return what JSON Schema has no keyword for."""
    found: JSONObject = {f"x-{flag}": True for flag in FLAGS if getattr(field, flag)}
    if field.description:
        found["description"] = field.description
    if field.aliases:
        found["x-aliases"] = list(field.aliases)
    for name in ("options", "currency", "shape"):
        if name in field.options:
            found[f"x-{name}"] = field.options[name]
    return found | progress_of(field)


def progress_of(field: Field) -> JSONObject:
    """Return how far a field is on its way to what it will be."""
    found: JSONObject = {}
    if field.backfill:
        found["x-filling"] = {k: field.backfill[k] for k in ("flags", "done", "total")}
    if field.retyping:
        shown = ("type", "phase", "done", "total")
        found["x-retyping"] = {k: field.retyping[k] for k in shown}
    return found


def relationship_property(schema: Schema, field: Field) -> JSONObject:
    """Return the property of a relationship. No attribute can have its name."""
    side = schema.relationships[field.slug]
    described: JSONObject = {
        "title": field.label,
        "x-type": field.type,
        "x-relationship": {
            "kind": side.kind.value,
            "entity": side.target,
            "field": side.inverse,
        },
        "not": {},
    }
    return described | extras(field)


def system_property(name: str) -> JSONObject:
    """Return the property of an attribute that the system keeps."""
    described: JSONObject = {"type": "string", "readOnly": True}
    if name.endswith("_at"):
        described["format"] = "date-time"
    return described
