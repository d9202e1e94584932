"""Which of our field types a JSON Schema describes, when it does not say so."""

from __future__ import annotations

from crm.json_types import JSONObject
from objects.field_types import FIELD_TYPES

BY_FORMAT = {
    "date": "date",
    "date-time": "datetime",
    "uri": "url",
    "email": "email",
    "idn-email": "email",
    "hostname": "domain",
    "idn-hostname": "domain",
    "phone": "phone",
}
BY_TYPE = {
    "string": "text",
    "boolean": "checkbox",
    "date-time": "datetime",
    "object": "json",
    "collection": "text_collection",
}
"""What the types of JSON Schema, and some others that clients use, are called here."""

COLLECTED = {
    "select": "multi_select",
    **{
        name.removesuffix("_collection"): name
        for name in FIELD_TYPES
        if name.endswith("_collection")
    },
}
"""The type of several values, by the type of one."""


def infer_type(members: JSONObject) -> str | None:
    """Return our type for what a JSON Schema describes, or None for what it cannot."""
    written = members.get("type")
    types = written if isinstance(written, list) else [written]
    named = [name for name in types if name != "null"]
    (name,) = named if len(named) == 1 else ("json" if "object" in named else None,)
    if not isinstance(name, str):
        return "select" if "enum" in members else None
    items = items_of(members)
    if name == "object" and items is not None:
        return COLLECTED.get(str(infer_type(items)))
    if name == "string" and ("enum" in members or "x-options" in members):
        return "select"
    if name == "string" and "format" in members:
        return BY_FORMAT.get(str(members["format"]))
    return BY_TYPE.get(name, name if name in FIELD_TYPES else None)


def items_of(members: JSONObject) -> JSONObject | None:
    """Return the JSON Schema of the items of a collection, if it describes one."""
    properties = members.get("properties")
    array = properties.get("items") if isinstance(properties, dict) else None
    items = array.get("items") if isinstance(array, dict) else None
    return items if isinstance(items, dict) else None
