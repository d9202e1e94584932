"""Objects whose members a field declares, such as the participants of a meeting."""

from __future__ import annotations

from collections.abc import Mapping

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from crm.jsonapi.rendering import dumps
from objects.field_types.base import (
    NO_OPTIONS,
    FieldType,
    InvalidValue,
    Options,
    ValueKind,
)
from objects.field_types.contact import Email, Phone
from objects.field_types.moment import Date, DateTime
from objects.field_types.number import Checkbox, Integer, Number
from objects.field_types.text import (
    SORTED_CHARACTERS,
    Domain,
    MultilineText,
    Text,
    Url,
)
from objects.folding import fold

MEMBER_TYPES: dict[str, FieldType] = {
    field_type.name: field_type
    for field_type in (
        Text(),
        MultilineText(),
        Url(),
        Email(),
        Phone(),
        Domain(),
        Number(),
        Integer(),
        Checkbox(),
        Date(),
        DateTime(),
    )
}
"""What the members of an object can be."""


class Shaped(FieldType):
    """An object with the members of the field's shape, each of which may be missing."""

    name = "shaped"
    kind = ValueKind.SHAPED
    can_be = frozenset({"searchable"})

    def clean(self, value: JSON, options: Options) -> JSON:
        shape = shape_of(options)
        if not isinstance(value, dict):
            raise InvalidValue(f"Enter an object with {', '.join(shape)}.")
        cleaned: JSONObject = {}
        problems: dict[str, str] = {}
        for name, member in value.items():
            try:
                cleaned[name] = clean_member(shape, name, member)
            except InvalidValue as refusal:
                problems[f"/{escape(name)}"] = str(refusal)
        if problems:
            raise InvalidValue(problems)
        kept = {name: cleaned[name] for name in shape if is_there(cleaned.get(name))}
        if not kept:
            raise InvalidValue(f"Enter at least one of {', '.join(shape)}.")
        return kept

    def unique_keys(self, value: JSON) -> list[str]:
        return []

    def sort_key(self, value: JSON, options: Options) -> str:
        assert isinstance(value, dict)
        members = (value[name] for name in shape_of(options) if name in value)
        joined = ", ".join(written(member) for member in members)
        return fold(joined[:SORTED_CHARACTERS])

    def describe(self, options: Options) -> JSONObject:
        members = {
            name: t.describe(NO_OPTIONS) for name, t in shape_of(options).items()
        }
        return {
            "type": "object",
            "properties": {name: nullable(one) for name, one in members.items()},
            "additionalProperties": False,
            "anyOf": [
                {"required": [name], "properties": {name: filled(one)}}
                for name, one in members.items()
            ],
        }


def shape_of(options: Options) -> Mapping[str, FieldType]:
    """Return the types of a field's members, by their names in alphabetical order.

    JSON as PostgreSQL stores it keeps no other.
    """
    shape = options.options.get("shape")
    declared = shape if isinstance(shape, dict) else {}
    return {name: MEMBER_TYPES[str(type_)] for name, type_ in sorted(declared.items())}


def clean_member(shape: Mapping[str, FieldType], name: str, value: JSON) -> JSON:
    """Return a member as it will be stored; None if it has no value.

    Raises:
        InvalidValue: if there is no such member, or it is not of its type.
    """
    if name not in shape:
        raise InvalidValue(f"Unknown member; use {', '.join(shape)}.")
    return shape[name].clean(value, NO_OPTIONS) if is_there(value) else None


def is_there(value: JSON) -> bool:
    """Whether a member has a value."""
    return value is not None and value != ""


def written(value: JSON) -> str:
    """Return a member as text."""
    return value if isinstance(value, str) else dumps(value).decode()


def nullable(member: JSONObject) -> JSONObject:
    """Return the JSON Schema of a member that may be null, which is none."""
    return member | {"type": [member["type"], "null"]}


def filled(member: JSONObject) -> JSONObject:
    """Return the JSON Schema of a member that has a value."""
    return member | ({"minLength": 1} if member["type"] == "string" else {})
