"""Several values of one kind in one field."""

from __future__ import annotations

from django.conf import settings

from crm.json_types import JSON, JSONObject
from objects.field_types.base import (
    FieldType,
    InvalidValue,
    Options,
    ValueKind,
    WrongShape,
)
from objects.field_types.text import NOT_BLANK, PRINTABLE
from objects.folding import fold


class Collection(FieldType):
    """Several values as ``{"items": [...]}``, each once; the first is the primary."""

    kind = ValueKind.COLLECTION

    def __init__(self, item: FieldType, name: str = "") -> None:
        """Take the type of the items, and a name if it is not that type's own."""
        self.item = item
        self.name = name or f"{item.name}_collection"
        self.can_be = item.can_be

    def clean(self, value: JSON, options: Options) -> JSON:
        items = self.items(value)
        if len(items) > settings.COLLECTION_LIMIT:
            raise InvalidValue(f"Send at most {settings.COLLECTION_LIMIT} items.")
        cleaned: dict[str, JSON] = {}
        problems: dict[str, str] = {}
        for index, item in enumerate(items):
            try:
                stored = self.clean_item(item, options)
                cleaned.setdefault(self.item_key(stored), stored)
            except InvalidValue as refusal:
                for place, sentence in refusal.problems.items():
                    problems[f"/items/{index}{place}"] = sentence
        if problems:
            raise InvalidValue(problems)
        return {"items": list(cleaned.values())}

    def clean_item(self, item: JSON, options: Options) -> JSON:
        """Return one item as it will be stored.

        Raises:
            InvalidValue: if it is not of the items' type, or blank.
        """
        stored = self.item.clean(item, options)
        if isinstance(stored, str) and not stored.strip():
            raise InvalidValue("An item cannot be blank.")
        return stored

    def items(self, value: JSON) -> list[JSON]:
        """Return the items of a value as it was sent.

        Raises:
            WrongShape: if it is not an object with just ``items``, an array.
        """
        items = value.get("items") if isinstance(value, dict) else None
        if not isinstance(items, list) or not value.keys() <= {"items"}:  # type: ignore[union-attr]
            raise WrongShape('Send the values as {"items": [...]}.')
        return items

    def item_key(self, item: JSON) -> str:
        """Return what makes two items the same one."""
        keys = self.item.unique_keys(item)
        return keys[0] if keys else fold(str(sorted(item.items())))  # type: ignore[union-attr]

    def keyed_items(self, value: JSON) -> dict[str, JSON]:
        """Return the items of a value by what makes each the same one, none of none."""
        items = self.items(value) if value else []
        return {self.item_key(item): item for item in items}

    def unique_keys(self, value: JSON) -> list[str]:
        return [
            key for item in self.items(value) for key in self.item.unique_keys(item)
        ]

    def sort_key(self, value: JSON, options: Options) -> str:
        return self.item.sort_key(self.items(value)[0], options)

    def describe(self, options: Options) -> JSONObject:
        item = self.item.describe(options)
        if item.get("pattern") == PRINTABLE:
            item["pattern"] = NOT_BLANK
        return {
            "type": "object",
            "properties": {
                "items": {
                    "type": "array",
                    "items": item,
                    "maxItems": settings.COLLECTION_LIMIT,
                }
            },
            "required": ["items"],
            "additionalProperties": False,
        }
