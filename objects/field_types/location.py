"""The field type of postal addresses, in parts."""

from __future__ import annotations

from typing import ClassVar

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from objects.field_types.base import FieldType, InvalidValue, Options, ValueKind
from objects.field_types.text import clean_text, sort_text


class Location(FieldType):
    """An address in parts, each of which may be missing."""

    name = "location"
    kind = ValueKind.LOCATION
    can_be = frozenset({"searchable", "indexed"})
    PARTS: ClassVar = ("street", "city", "region", "postal_code", "country")
    LONGEST = 255

    def clean(self, value: JSON, options: Options) -> JSON:
        if not isinstance(value, dict):
            raise InvalidValue("Enter an object with street, city and so on.")
        location: JSONObject = {}
        problems: dict[str, str] = {}
        for name, part in value.items():
            try:
                location[name] = self.clean_part(name, part)
            except InvalidValue as refusal:
                problems[f"/{escape(name)}"] = str(refusal)
        if problems:
            raise InvalidValue(problems)
        if not any(location.values()):
            raise InvalidValue("Enter at least one part of the address.")
        return {part: location[part] for part in self.PARTS if location.get(part)}

    def clean_part(self, name: str, part: JSON) -> JSON:
        """Return a part of the address.

        Raises:
            InvalidValue: if there is no such part, or it is not text.
        """
        if name not in self.PARTS:
            raise InvalidValue(f"Unknown part; use {', '.join(self.PARTS)}.")
        return None if part is None else clean_text(part, self.LONGEST)

    def unique_keys(self, value: JSON) -> list[str]:
        return []

    def sort_key(self, value: JSON, options: Options) -> str:
        assert isinstance(value, dict)
        parts = ", ".join(str(value[part]) for part in self.PARTS if part in value)
        return sort_text(parts)

    def describe(self, options: Options) -> JSONObject:
        part: JSON = {"type": ["string", "null"], "maxLength": self.LONGEST}
        return {
            "type": "object",
            "properties": dict.fromkeys(self.PARTS, part),
            "additionalProperties": False,
            "anyOf": [
                {
                    "required": [name],
                    "properties": {name: {"type": "string", "minLength": 1}},
                }
                for name in self.PARTS
            ],
        }
