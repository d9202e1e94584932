"""The items of collections: how they are combined, and what is kept beside each."""

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
    if isinstance(field_.field_type, Collection):
        combined = combine_items(field_.field_type, old, new, strategy)
    elif strategy == Strategy.APPEND:
        combined = [*only(list, old or []), *only(list, new)]
    else:
        combined = {**only(dict, old or {}), **only(dict, new)}
    return field_.field_type.clean(combined, field_)


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
    ours = by_item_key(field_type, old)
    theirs = by_item_key(field_type, new)
    match strategy:
        case Strategy.REMOVE:
            kept = [item for key, item in ours.items() if key not in theirs]
        case Strategy.PRIMARY:
            others = list(ours.items())[1:]
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
    assert isinstance(field.field_type, Collection)
    first, *others = field.field_type.items(old) if old else [{}]
    assert isinstance(first, dict)
    changed = dict(first)
    for name, value in parts.items():
        part, _, line = name.partition("/")
        changed[part] = change_line(changed.get(part), line, value) if line else value
    kept = [changed] if any(changed.values()) else []
    return field.field_type.clean({"items": [*kept, *others]}, field)


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


def details_after(
    field_type: Collection,
    details: Mapping[str, JSON],
    old: JSON,
    new: JSON,
    *,
    inherits: bool,
) -> JSONObject:
    """Return what is still kept beside the items, by their keys, after a write.

    ``inherits`` says that a new first item stands for the one that was there.
    """
    before, after = by_item_key(field_type, old), by_item_key(field_type, new)
    kept = {key: value for key, value in details.items() if key in after}
    if inherits and before and after:
        gone, come = next(iter(before)), next(iter(after))
        if gone in details and gone not in after and come not in before:
            kept[come] = details[gone]
    return kept


def merge_details(kept: JSON, changed: JSON) -> JSONObject:
    """Return what is kept beside an item after some of it changed."""
    before = kept if isinstance(kept, dict) else {}
    after = changed if isinstance(changed, dict) else {}
    return {
        name: value for name, value in (before | after).items() if value is not None
    }


def by_item_key(field_type: Collection, value: JSON) -> dict[str, JSON]:
    """Return the items of a collection by what makes each the same one again."""
    items = field_type.items(value) if value else []
    return {field_type.item_key(item): item for item in items}
