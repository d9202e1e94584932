"""Values that are chosen from the options of the field."""

from __future__ import annotations

from crm.json_types import JSON, JSONObject
from crm.nearest import listed
from objects.field_types.base import FieldType, InvalidValue, Options, ValueKind
from objects.folding import compose


def labels(options: Options) -> list[str]:
    """Return the labels of a field's options, in their order."""
    choices = options.options.get("options", [])
    assert isinstance(choices, list)
    return [str(choice["label"]) for choice in choices if isinstance(choice, dict)]


class Select(FieldType):
    """One of the field's options, by its label, to the letter. Sorts in their order."""

    name = "select"
    kind = ValueKind.SELECT

    def clean(self, value: JSON, options: Options) -> JSON:
        valid = labels(options)
        label = compose(value) if isinstance(value, str) else value
        if label not in valid:
            raise InvalidValue(f"Choose one of: {listed([*map(repr, valid)])}.")
        return label

    def unique_keys(self, value: JSON) -> list[str]:
        return [str(value)]

    def sort_key(self, value: JSON, options: Options) -> str:
        valid = labels(options)
        return f"{valid.index(str(value)) if value in valid else len(valid):05d}"

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "enum": list(labels(options))}


class Choice(Select):
    """One of the options of a field that takes several."""

    name = "choice"
