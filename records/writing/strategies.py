"""How the values of a write are combined with those that are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from crm.json_types import JSON, JSONObject
from objects.field_types.base import InvalidValue
from objects.field_types.collection import Collection
from objects.models import Field
from records.writing.operations import Strategy

Value = TypeVar("Value", list[JSON], JSONObject)


def combine(field_: Field, old: JSON, new: JSON, strategy: Strategy) -> JSON:
    """Return a field's value after a write.

    Raises:
        InvalidValue: if the two do not go together, or the whole is too large.
    """
    if strategy == Strategy.REPLACE:
        return new
    field_type = field_.field_type
    if isinstance(field_type, Collection):
        combined = combine_items(field_type, old, new, strategy)
    elif strategy == Strategy.APPEND:
        combined = [*only(list, old or []), *only(list, new)]
    else:
        combined = {**only(dict, old or {}), **only(dict, new)}
    return field_type.clean(combined, field_)


def only(kind: type[Value], value: JSON) -> Value:
    """Return an array where an array is combined, and an object where an object is.

    Raises:
        InvalidValue: if it is the other, or neither.
    """
    if not isinstance(value, kind):
        name = "an array" if kind is list else "an object"
        raise InvalidValue(f"Only {name} can be combined with {name} in this way.")
    return value


def combine_items(
    field_type: Collection, old: JSON, new: JSON, strategy: Strategy
) -> JSON:
    """Return a collection with more items, or fewer, or with another primary one."""
    ours = field_type.keyed_items(old)
    theirs = field_type.keyed_items(new)
    match strategy:
        case Strategy.REMOVE:
            kept = [item for key, item in ours.items() if key not in theirs]
        case Strategy.FIRST | Strategy.PRIMARY:
            others = list(ours.items())[1 if strategy == Strategy.PRIMARY else 0 :]
            kept = [
                *theirs.values(),
                *(item for key, item in others if key not in theirs),
            ]
        case _:
            fresh = (theirs[key] for key in theirs if key not in ours)
            kept = [*ours.values(), *fresh]
    return {"items": list(kept)}


def change_parts(field: Field, old: JSON, parts: Mapping[str, JSON]) -> JSON:
    """Return a collection of places with some parts of the first one changed.

    ``street/0`` is the first line of the street, and ``street/1`` the others. A place
    that is left without any part goes.

    Raises:
        InvalidValue: if a part is none.
    """
    field_type = field.field_type
    assert isinstance(field_type, Collection)
    first, *others = field_type.items(old) if old else [{}]
    assert isinstance(first, dict)
    changed = dict(first)
    for name, value in parts.items():
        part, _, line = name.partition("/")
        changed[part] = change_line(changed.get(part), line, value) if line else value
    kept = [changed] if any(changed.values()) else []
    return field_type.clean({"items": [*kept, *others]}, field)


def change_line(text: JSON, number: str, line: JSON) -> JSON:
    """Return a text with its first line changed, or the others.

    Raises:
        InvalidValue: if the line is not text.
    """
    if not isinstance(line, str | None):
        raise InvalidValue({"/items/0/street": "Enter text."})
    first, _, others = str(text or "").partition("\n")
    lines = [line or "", others] if number == "0" else [first, line or ""]
    return "\n".join(lines).rstrip("\n") or None
