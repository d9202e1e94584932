"""Values whose inside is the client's own business."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings

from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import canonical
from objects.field_types.base import FieldType, InvalidValue, Options, ValueKind
from objects.field_types.number import Integer
from objects.field_types.text import SORTED_CHARACTERS, clean_text

DEEPEST = 32
LONGEST_NUMBER = 300
"""Digits before or after the point."""


class Json(FieldType):
    """A JSON object or array."""

    name = "json"
    kind = ValueKind.JSON
    can_be: frozenset[str] = frozenset()

    def clean(self, value: JSON, options: Options) -> JSON:
        if not isinstance(value, dict | list):
            raise InvalidValue("Enter a JSON object or array.")
        cleaned = self.storable(value, DEEPEST)
        if len(canonical(cleaned)) > settings.JSON_LIMIT:
            raise InvalidValue(f"Send at most {settings.JSON_LIMIT:,} bytes.")
        return cleaned

    def storable(self, value: JSON, depth: int) -> JSON:
        """Return a value that reads the same in every client.

        Raises:
            InvalidValue: if it nests too deeply, or has text or numbers that cannot be
                stored or would not be read exactly.
        """
        if depth == 0:
            raise InvalidValue(f"Nest at most {DEEPEST} levels.")
        match value:
            case dict():
                return self.members(value, depth - 1)
            case list():
                return [self.storable(item, depth - 1) for item in value]
            case str():
                return clean_text(value, settings.JSON_LIMIT)
            case Decimal() | int():
                return self.number(value)
        return value

    def members(self, value: JSONObject, depth: int) -> JSONObject:
        """Return the members of an object.

        Raises:
            InvalidValue: if one cannot be stored, or two names are the same text.
        """
        cleaned = {
            clean_text(name, settings.JSON_LIMIT): self.storable(member, depth)
            for name, member in value.items()
        }
        if len(cleaned) < len(value):
            raise InvalidValue("Two members have the same name.")
        return cleaned

    def number(self, value: Decimal | int) -> JSON:
        """Return a number as it is, unless it is out of all bounds.

        Raises:
            InvalidValue: if it is.
        """
        if isinstance(value, Decimal):
            if abs(value.adjusted()) > LONGEST_NUMBER:
                raise InvalidValue("A number is too large or too small.")
            if value == 0:
                return abs(value)  # PostgreSQL knows no negative zero.
        elif not Integer.SMALLEST <= value <= Integer.LARGEST:
            raise InvalidValue("Whole numbers may have at most 64 bits.")
        return value

    def unique_keys(self, value: JSON) -> list[str]:
        return []

    def sort_key(self, value: JSON, options: Options) -> str:
        return canonical(value).decode()[:SORTED_CHARACTERS]

    def describe(self, options: Options) -> JSONObject:
        return {"type": ["object", "array"]}
