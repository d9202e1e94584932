"""Properties that are arrays of objects: an item of a collection, with its label."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from crm.json_types import JSON, JSONObject
from interfaces.compat.members import (
    Card,
    Changes,
    Property,
    array,
    collected,
    field_of,
)
from objects.field_types.base import FieldType, InvalidValue
from objects.field_types.collection import Collection
from objects.field_types.text import clean_text
from objects.models import Field

EXTENSION = re.compile(r"[0-9*#,;pw]{1,32}")
"""What can be dialled after a number: digits, signs and pauses."""


@dataclass(frozen=True)
class Items(Property):
    """An array of objects, each an item of a collection with more about it.

    Unless the same item twice is refused, it counts once.
    """

    member: str = "value"
    """The name of the item in its object."""
    has_label: bool = False
    has_primary: bool = False
    has_extension: bool = False
    """Whether an item may have what is dialled after it. It is shown if it has."""
    takes_text: bool = False
    """Whether the item may stand for its object."""
    is_strict: bool = False
    """Whether unknown members are refused."""
    twice: str = ""
    """What is said of the same item twice, if that is refused."""
    most: int = 100
    check: Callable[[JSON, Field], None] = lambda item, field: None
    """What refuses an item that the field would accept."""

    def show(self, card: Card) -> JSON:
        field_type = collection_type(field_of(card.schema, self.slug))
        details = card.details.get(card.schema.slug_of(self.slug), {})
        shown: list[JSON] = []
        for index, item in enumerate(card.items(self.slug)):
            beside = details.get(field_type.item_key(item), {})
            label: JSONObject = {"label": beside.get("label")} if self.has_label else {}
            primary: JSONObject = {"is_primary": index == 0} if self.has_primary else {}
            extra = {n: v for n, v in beside.items() if n == "extension"}
            shown.append({**label, **self.show_item(item), **primary, **extra})
        return shown

    def show_item(self, item: JSON) -> JSONObject:
        """Return the members that an item comes to."""
        return {self.member: item}

    def take(self, value: JSON, changes: Changes) -> None:
        entries = array(value, self.most)
        field = field_of(changes.schema, self.slug)
        found = collected(entries, lambda entry: self.take_entry(entry, field))
        keys = [entry.item_key for entry in found]
        if self.twice and len(set(keys)) < len(keys):
            again = next(i for i, key in enumerate(keys) if key in keys[:i])
            raise InvalidValue({f"/{again}/{self.member}": self.twice})
        if sum(entry.is_primary for entry in found) > 1:
            raise InvalidValue("Only one can be the primary one.")
        found.sort(key=lambda entry: not entry.is_primary)
        changes.attributes[self.slug] = {"items": [entry.item for entry in found]}
        if self.has_label:
            changes.details[self.slug] = {
                entry.item_key: entry.beside for entry in reversed(found)
            }

    def take_entry(self, entry: JSON, field: Field) -> SentItem:
        """Return what one object of the array says.

        Raises:
            InvalidValue: if it says nothing that can be kept.
        """
        if self.takes_text and isinstance(entry, str):
            entry = {self.member: entry}
        if not isinstance(entry, dict):
            raise InvalidValue("Send an object.")
        if self.is_strict and (unknown := entry.keys() - self.known()):
            raise InvalidValue({f"/{min(unknown)}": "There is no such field."})
        item = self.take_item(entry, collection_type(field).item, field)
        return SentItem(
            item,
            collection_type(field).item_key(item),
            self.take_beside(entry),
            is_primary(entry) if self.has_primary else False,
        )

    def take_beside(self, entry: JSONObject) -> JSONObject:
        """Return what an object says to be kept beside its item; null for nothing.

        A client that does not know of extensions leaves them as they are.
        """
        beside: JSONObject = {"label": read_label(entry)} if self.has_label else {}
        if self.has_extension and "extension" in entry:
            beside["extension"] = extension_of(entry)
        return beside

    def known(self) -> set[str]:
        """Return the members that an object may have."""
        extra = {
            "label": self.has_label,
            "is_primary": self.has_primary,
            "extension": self.has_extension,
        }
        return {self.member} | {name for name, is_there in extra.items() if is_there}

    def take_item(self, entry: JSONObject, field_type: FieldType, field: Field) -> JSON:
        """Return the item in an object, as it is stored."""
        try:
            value = entry.get(self.member)
            self.check(value, field)
            return field_type.clean(value, field)
        except InvalidValue as refusal:
            raise InvalidValue({f"/{self.member}": str(refusal)}) from refusal

    def place(self, steps: str) -> str | None:
        return ""


@dataclass(frozen=True)
class SentItem:
    """An item of an array, and what its object says of it."""

    item: JSON
    item_key: str
    beside: JSONObject
    """What is kept beside the item; null for what is no longer."""
    is_primary: bool


@dataclass(frozen=True)
class Places(Items):
    """An array of objects, each an address in parts."""

    parts: tuple[tuple[str, str], ...] = ()
    """The names of the parts here, and in the collection."""

    def show_item(self, item: JSON) -> JSONObject:
        assert isinstance(item, dict)
        return {name: item.get(part) for name, part in self.parts}

    def known(self) -> set[str]:
        return {"label"} | {name for name, _ in self.parts}

    def take_item(self, entry: JSONObject, field_type: FieldType, field: Field) -> JSON:
        names = {part: name for name, part in self.parts}
        given = {part: entry[name] for part, name in names.items() if name in entry}
        try:
            return field_type.clean(given, field)
        except InvalidValue as refusal:
            problems = {
                f"/{names[place[1:]]}" if place else "": sentence
                for place, sentence in refusal.problems.items()
            }
            raise InvalidValue(problems) from refusal


def read_label(entry: JSONObject) -> str | None:
    """Return the label in an object, if it has one.

    Raises:
        InvalidValue: if it is not text, or too long.
    """
    label = entry.get("label")
    try:
        return (None if label is None else clean_text(label, 64).strip()) or None
    except InvalidValue as refusal:
        raise InvalidValue({"/label": str(refusal)}) from refusal


def extension_of(entry: JSONObject) -> str | None:
    """Return what is dialled after the number in an object, if anything is.

    Raises:
        InvalidValue: if it cannot be dialled.
    """
    extension = entry["extension"]
    if extension is None:
        return None
    if isinstance(extension, str) and EXTENSION.fullmatch(extension):
        return extension
    raise InvalidValue({"/extension": "Enter digits, * and #, such as 42."})


def is_primary(entry: JSONObject) -> bool:
    """Return whether an object is flagged as the primary one.

    Raises:
        InvalidValue: if the flag is neither true nor false.
    """
    flag = entry.get("is_primary", False)
    if not isinstance(flag, bool | None):
        raise InvalidValue({"/is_primary": "Send true or false."})
    return bool(flag)


def collection_type(field: Field) -> Collection:
    """Return the type of a field that holds several items."""
    assert isinstance(field.field_type, Collection)
    return field.field_type
