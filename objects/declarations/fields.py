"""Reading what is declared of fields: new ones, and what is to change of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from crm.errors import UnknownField
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from objects.declarations.choices import read_choices
from objects.declarations.declarations import (
    FieldDeclaration,
    RelationshipDeclaration,
    slug_in,
)
from objects.declarations.reader import (
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    LONGEST_SLUG,
    DeclarationReader,
)
from objects.declarations.shapes import infer_shape, read_shape
from objects.field_types import FIELD_TYPES
from objects.inference import infer_type, items_of
from objects.models import FLAGS, Kind

VALUE_TYPES = ", ".join(name for name in FIELD_TYPES if name != "relationship")

PARTS = {
    "title": "label",
    "x-type": "type",
    "enum": "options",
    "x-options": "options",
    "x-currency": "currency",
    "x-shape": "shape",
    "x-relationship": "related",
}
"""Members of a declaration by which its parts are called too."""


def read_field(
    reader: DeclarationReader, slug: str, value: JSON, at: str
) -> FieldDeclaration:
    """Return a field that is declared by a JSON Schema with our keywords."""
    reader.check_slug(slug, at)
    declared = FieldDeclaration(at, slug)
    members = reader.object(value, at)
    for name, part in members.items():
        read_member(reader, declared, name, part)
    if "x-relationship" in members:
        if declared.type is not None:
            why = "A relationship has no type of values."
            reader.problems.setdefault(f"{at}/x-type", why)
        return declared
    if declared.type is None:
        infer_declared(reader, declared, members)
    if declared.type is None:
        reader.problems.setdefault(at, f"Give an x-type: {VALUE_TYPES}.")
    return declared


def infer_declared(
    reader: DeclarationReader, declared: FieldDeclaration, members: JSONObject
) -> None:
    """Take our type, and options, from the keywords of JSON Schema."""
    declared.type = infer_type(members)
    items = items_of(members)
    if items is not None and "enum" in items and declared.options is None:
        at = f"{declared.at}/properties/items/items/enum"
        declared.places["options"] = at
        declared.options = read_choices(reader, items["enum"], at)
    is_shaped = declared.type == "json_collection" and declared.shape is None
    if items is not None and is_shaped:
        at = f"{declared.at}/properties/items/items/properties"
        declared.shape = infer_shape(reader, items, at)
    for name in ("type", "format", "properties"):
        declared.rest.pop(name, None)


def read_field_change(
    reader: DeclarationReader, slug: str, value: JSON, at: str
) -> FieldDeclaration:
    """Return what is to change of a field.

    Raises:
        UnknownField: if it says what no field can be told.
    """
    declared = FieldDeclaration(at, slug)
    for name, part in reader.object(value, at).items():
        if name == "slug":
            declared.places["slug"] = f"{at}/slug"
            declared.new_slug = reader.line(part, f"{at}/slug", LONGEST_SLUG)
            reader.check_slug(declared.new_slug, f"{at}/slug")
        elif name == "type":
            declared.places["type"] = f"{at}/type"
            declared.type = type_name(reader, part, f"{at}/type")
        else:
            read_member(reader, declared, name, part)
    if declared.rest:
        valid = "label, slug, description, options, position, type, "
        why = f"Use {valid}{', '.join(FLAGS)}."
        raise UnknownField({f"{at}/{escape(name)}": why for name in declared.rest})
    return declared


def read_member(
    reader: DeclarationReader, declared: FieldDeclaration, name: str, value: JSON
) -> None:
    """Read one member of a field's declaration."""
    at = f"{declared.at}/{escape(name)}"
    flag = name.removeprefix("x-")
    is_keyword = name == "required" and isinstance(value, list)
    if flag in FLAGS and not is_keyword:
        declared.places[flag] = at
        declared.flags[flag] = reader.flag(value, at)
    elif name in MEMBERS:
        declared.places[PARTS.get(name, name)] = at
        MEMBERS[name](reader, declared, value, at)
    else:
        declared.rest[name] = value


def read_label(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read what people call the field."""
    declared.label = reader.line(value, at, LONGEST_LABEL)


def read_description(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read what the field is for."""
    declared.description = reader.line(value, at, LONGEST_DESCRIPTION, least=0)


def read_type(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read our name of the field's type. A relationship says more elsewhere."""
    if value != "relationship":
        declared.type = type_name(reader, value, at)


def read_options(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read what can be chosen."""
    declared.options = read_choices(reader, value, at)


def read_enum(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read what can be chosen, if options do not say it with ids and colours."""
    choices = read_choices(reader, value, at)
    if declared.options is None:
        declared.options = choices


def read_currency(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read the currency of amounts (ISO 4217)."""
    declared.currency = reader.line(value, at, 3)
    if not re.fullmatch(r"[A-Z]{3}", declared.currency):
        reader.problems.setdefault(at, "Give three capital letters, such as EUR.")


def read_members(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read what the members of the field's objects are."""
    declared.shape = read_shape(reader, value, at)


def read_position(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read the position among the other fields, the first being 0."""
    if type(value) is int and value in range(10**6):
        declared.position = value
    else:
        reader.problems[at] = "Give a whole number from 0."


def read_related(
    reader: DeclarationReader, declared: FieldDeclaration, value: JSON, at: str
) -> None:
    """Read the other side of a relationship."""
    members = reader.object(value, at)
    if at in reader.problems:
        return
    for name in members.keys() - {"kind", "entity", "field"}:
        why = "A relationship has kind, entity and field."
        reader.problems[f"{at}/{escape(name)}"] = why
    kind = reader.text(members, "kind", at)
    if "kind" in members and kind not in Kind.values:
        reader.problems.setdefault(f"{at}/kind", f"Use {', '.join(Kind.values)}.")
    target, inverse = (reader.text(members, name, at) for name in ("entity", "field"))
    if "field" in members:
        reader.check_slug(inverse, f"{at}/field")
    if kind in Kind.values:
        declared.related = RelationshipDeclaration(Kind(kind), slug_in(target), inverse)


MemberReader: TypeAlias = Callable[
    [DeclarationReader, FieldDeclaration, JSON, str], None
]

MEMBERS: Mapping[str, MemberReader] = {
    "title": read_label,
    "label": read_label,
    "description": read_description,
    "x-type": read_type,
    "enum": read_enum,
    "options": read_options,
    "x-options": read_options,
    "x-currency": read_currency,
    "x-shape": read_members,
    "position": read_position,
    "x-relationship": read_related,
}
"""How the members of a declaration are read that are more than true or false."""


def type_name(reader: DeclarationReader, value: JSON, at: str) -> str:
    """Return the name of a type of fields."""
    if isinstance(value, str) and value in FIELD_TYPES and value != "relationship":
        return value
    reader.problems[at] = f"Use {VALUE_TYPES}."
    return "text"
