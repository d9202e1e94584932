"""Reading the shape of a field's objects: what each of their members is."""

from __future__ import annotations

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from objects.declarations.reader import IS_SLUG, DeclarationReader
from objects.field_types.shaped import MEMBER_TYPES
from objects.inference import infer_type
from objects.models import FIELD_SLUG

MOST_MEMBERS = 20


def read_shape(reader: DeclarationReader, value: JSON, at: str) -> JSONObject:
    """Return the types of members by their names."""
    shape = reader.object(value, at)
    if at not in reader.problems and not 1 <= len(shape) <= MOST_MEMBERS:
        reader.problems[at] = f"Give 1 to {MOST_MEMBERS} members."
    for name, type_ in shape.items():
        place = f"{at}/{escape(name)}"
        if not IS_SLUG(name):
            reader.problems[place] = str(FIELD_SLUG.message)
        elif not isinstance(type_, str) or type_ not in MEMBER_TYPES:
            reader.problems[place] = f"Use {', '.join(MEMBER_TYPES)}."
    return shape


def infer_shape(reader: DeclarationReader, items: JSONObject, at: str) -> JSONObject:
    """Return the shape of objects that a JSON Schema describes ``at`` a place."""
    members = reader.object(items.get("properties", {}), at)
    types: JSONObject = {
        name: infer_type(described) if isinstance(described, dict) else None
        for name, described in members.items()
    }
    return read_shape(reader, types, at)
