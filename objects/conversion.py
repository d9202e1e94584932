"""Making a value of one type into one of another type."""

from __future__ import annotations

from crm.json_types import JSON
from objects.field_types.base import InvalidValue
from objects.field_types.number import is_number
from objects.field_types.text import FREE_TEXT
from objects.models import Field
from objects.schema import is_blank


def value_as(value: JSON, old: Field, new: Field) -> JSON:
    """Return a stored value as one of another type; null if that is as good as none.

    Raises:
        InvalidValue: if it cannot be one.
        WrongShape: if it cannot be one of several.
    """
    if value is None or (is_blank(value) and new.type not in FREE_TEXT):
        return None
    found = converted(value, old, new)
    return None if is_blank(found) and new.type not in FREE_TEXT else found


def converted(value: JSON, old: Field, new: Field) -> JSON:
    """Return a value as one of another type, with nothing lost.

    One value becomes a collection of one, and the other way; a number its digits.

    Raises:
        InvalidValue: if it cannot be one.
    """
    if isinstance(value, dict) and old.is_collection and not new.is_collection:
        items = value["items"]
        if not isinstance(items, list) or len(items) != 1:
            raise InvalidValue("There are several values.")
        (value,) = items
    if is_number(value) and new.item_type.kind == "text":
        value = str(value)
    if new.is_collection and not old.is_collection:
        value = {"items": [value]}
    return new.field_type.clean(value, new)
