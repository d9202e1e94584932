"""The kinds of members that objects of the other APIs have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Identifier
from crm.jsonapi.rendering import dumps
from objects.field_types.base import FieldType, InvalidValue
from objects.field_types.collection import Collection
from objects.field_types.text import clean_text
from objects.models import Field
from records.contacts.members import Card, Changes, Member, field_of, linked
from records.writing.operations import Strategy

T = TypeVar("T")


@dataclass(frozen=True)
class Fixed(Member):
    """A member that is only read, and says what a function makes of a record."""

    is_written = False
    of: Callable[[Card], JSON] = lambda card: None

    def show(self, card: Card) -> JSON:
        return self.of(card)


@dataclass(frozen=True)
class Plain(Member):
    """A member that is a field as it is."""

    def show(self, card: Card) -> JSON:
        return card.attributes.get(self.slug)

    def take(self, value: JSON, changes: Changes) -> None:
        changes.attributes[self.slug] = value


@dataclass(frozen=True)
class Line(Plain):
    """A line of text, trimmed; what is empty then is no text."""

    longest: int = 255

    def take(self, value: JSON, changes: Changes) -> None:
        text = None if value is None else clean_text(value, self.longest).strip()
        changes.attributes[self.slug] = text or None


@dataclass(frozen=True)
class Words(Plain):
    """Text as it was written."""

    longest: int = 10_000

    def take(self, value: JSON, changes: Changes) -> None:
        text = None if value is None else clean_text(value, self.longest)
        changes.attributes[self.slug] = text


@dataclass(frozen=True)
class Tags(Plain):
    """An array of text."""

    def show(self, card: Card) -> JSON:
        return card.items(self.slug)

    def take(self, value: JSON, changes: Changes) -> None:
        changes.attributes[self.slug] = {
            "items": array(value, settings.COLLECTION_LIMIT)
        }

    def place(self, steps: str) -> str | None:
        return steps.removeprefix("/items")


@dataclass(frozen=True)
class Items(Member):
    """An array of objects, each an item of a collection with more about it.

    Unless the same item twice is refused, it counts once.
    """

    member: str = "value"
    """The name of the item in its object."""
    has_label: bool = False
    has_primary: bool = False
    takes_text: bool = False
    """Whether the item may stand for its object."""
    is_strict: bool = False
    """Whether unknown members, and the same item twice, are refused."""
    twice: str = "This is there twice."
    most: int = 100
    check: Callable[[JSON], None] = lambda item: None
    """What refuses an item that the field would accept."""

    def show(self, card: Card) -> JSON:
        field_type = collection_type(field_of(card.schema, self.slug))
        details = card.details.get(card.schema.aliases[self.slug], {})
        shown: list[JSON] = []
        for index, item in enumerate(card.items(self.slug)):
            beside = details.get(field_type.identity(item), {})
            label: JSONObject = {"label": beside.get("label")} if self.has_label else {}
            primary: JSONObject = {"is_primary": index == 0} if self.has_primary else {}
            shown.append({**label, **self.show_item(item), **primary})
        return shown

    def show_item(self, item: JSON) -> JSONObject:
        """Return the members that an item comes to."""
        return {self.member: item}

    def take(self, value: JSON, changes: Changes) -> None:
        entries = array(value, self.most)
        field = field_of(changes.schema, self.slug)
        found = collected(entries, lambda entry: self.take_entry(entry, field))
        identities = [entry.identity for entry in found]
        if self.is_strict and len(set(identities)) < len(identities):
            again = next(i for i, key in enumerate(identities) if key in identities[:i])
            raise InvalidValue({f"/{again}/{self.member}": self.twice})
        if sum(entry.is_primary for entry in found) > 1:
            raise InvalidValue("Only one can be the primary one.")
        found.sort(key=lambda entry: not entry.is_primary)
        changes.attributes[self.slug] = {"items": [entry.item for entry in found]}
        if self.has_label:
            changes.details[self.slug] = {
                entry.identity: {"label": entry.label} if entry.label else {}
                for entry in reversed(found)
            }

    def take_entry(self, entry: JSON, field: Field) -> Entry:
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
        return Entry(
            item,
            collection_type(field).identity(item),
            label_of(entry) if self.has_label else None,
            is_primary(entry) if self.has_primary else False,
        )

    def known(self) -> set[str]:
        """Return the members that an object may have."""
        extra = {"label": self.has_label, "is_primary": self.has_primary}
        return {self.member} | {name for name, is_there in extra.items() if is_there}

    def take_item(self, entry: JSONObject, field_type: FieldType, field: Field) -> JSON:
        """Return the item in an object, as it is stored."""
        try:
            value = entry.get(self.member)
            self.check(value)
            return field_type.clean(value, field)
        except InvalidValue as refusal:
            raise InvalidValue({f"/{self.member}": str(refusal)}) from refusal

    def place(self, steps: str) -> str | None:
        return ""


@dataclass(frozen=True)
class Entry:
    """What one object of an array says of an item."""

    item: JSON
    identity: str
    label: str | None
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


@dataclass(frozen=True)
class Part(Member):
    """One part of the first address. ``part`` may be a line: see `change_parts`."""

    part: str = ""

    def show(self, card: Card) -> JSON:
        first = next(iter(card.items(self.slug)), {})
        assert isinstance(first, dict)
        part, _, line = self.part.partition("/")
        if not line:
            return first.get(part)
        return str(first.get(part) or "").partition("\n")[int(line) * 2] or None

    def take(self, value: JSON, changes: Changes) -> None:
        changes.parts.setdefault(self.slug, {})[self.part] = value

    def place(self, steps: str) -> str | None:
        named = steps.endswith(f"/{self.part.partition('/')[0]}")
        return "" if named else None


@dataclass(frozen=True)
class Primary(Member):
    """The first item of a collection, for clients that know of only one."""

    def show(self, card: Card) -> JSON:
        return next(iter(card.items(self.slug)), None)

    def take(self, value: JSON, changes: Changes) -> None:
        items: list[JSON] = [] if value is None else [value]
        changes.attributes[self.slug] = {"items": items}
        changes.strategies[self.slug] = Strategy.PRIMARY


@dataclass(frozen=True)
class Link(Member):
    """The UUID of the record that a relationship leads to first."""

    target: str = ""
    """The object type on the other side."""

    def show(self, card: Card) -> JSON:
        return card.links.get(self.slug)

    def take(self, value: JSON, changes: Changes) -> None:
        if not isinstance(value, str | None):
            raise InvalidValue("Give an id, or null.")
        named = [Identifier(self.target, value)] if value else []
        changes.relationships[self.slug] = linked(named, is_array=True)


@dataclass(frozen=True)
class Owner(Member):
    """The id of the agent that a record refers to."""

    def show(self, card: Card) -> JSON:
        return card.row.agents.get(card.schema.aliases[self.slug])

    def take(self, value: JSON, changes: Changes) -> None:
        if not isinstance(value, str) or not value:
            raise InvalidValue("Give the id of an agent.")
        named = [Identifier("agent", value)]
        changes.relationships[self.slug] = linked(named, is_array=False)


@dataclass(frozen=True)
class Named(Plain):
    """An object whose members are kept in order, as pairs of a label and a value."""

    def show(self, card: Card) -> JSON:
        return dict(pairs_of(card.attributes.get(self.slug)))

    def take(self, value: JSON, changes: Changes) -> None:
        if not isinstance(value, dict | None):
            raise InvalidValue("Send an object.")
        pairs: list[JSON] = [
            {"label": label, "value": member} for label, member in (value or {}).items()
        ]
        changes.attributes[self.slug] = pairs or None


@dataclass(frozen=True)
class Pairs(Plain):
    """An array of labels with values, both text."""

    most: int = 50
    longest_label: int = 128
    longest_value: int = 4_000

    def show(self, card: Card) -> JSON:
        return [
            {"label": label, "value": as_text(value)}
            for label, value in pairs_of(card.attributes.get(self.slug))
        ]

    def take(self, value: JSON, changes: Changes) -> None:
        found = collected(array(value, self.most), self.pair)
        changes.attributes[self.slug] = [*found] or None

    def pair(self, entry: JSON) -> JSON:
        """Return one pair.

        Raises:
            InvalidValue: if it is none.
        """
        if not isinstance(entry, dict) or entry.keys() != {"label", "value"}:
            raise InvalidValue("Send an object with label and value.")
        label = clean_text(entry["label"], self.longest_label).strip()
        if not label:
            raise InvalidValue({"/label": "Enter a label."})
        return {"label": label, "value": clean_text(entry["value"], self.longest_value)}


def pairs_of(value: JSON) -> list[tuple[str, JSON]]:
    """Return custom fields as labels with values, in whichever form they are stored.

    The JSON:API may have put anything there: what has no label is called by its place.
    """
    if isinstance(value, dict):
        return list(value.items())
    if not isinstance(value, list):
        return []
    return [
        (str(entry["label"]), entry["value"])
        if isinstance(entry, dict) and entry.keys() == {"label", "value"}
        else (str(number), entry)
        for number, entry in enumerate(value, 1)
    ]


def as_text(value: JSON) -> str:
    """Return a value as text: text as it is, all else as compact JSON."""
    return value if isinstance(value, str) else dumps(value).decode()


def array(value: JSON, most: int) -> list[JSON]:
    """Return an array; null is an empty one.

    Raises:
        InvalidValue: if it is none, or longer than it may be.
    """
    if not isinstance(value, list | None):
        raise InvalidValue("Send an array.")
    if value and len(value) > most:
        raise InvalidValue(f"Send at most {most}.")
    return value or []


def collected(entries: list[JSON], take: Callable[[JSON], T]) -> list[T]:
    """Return what is taken from each entry.

    Raises:
        InvalidValue: with what is wrong with all of them.
    """
    found: list[T] = []
    problems: dict[str, str] = {}
    for index, entry in enumerate(entries):
        try:
            found.append(take(entry))
        except InvalidValue as refusal:
            for place, sentence in refusal.problems.items():
                problems[f"/{index}{place}"] = sentence
    if problems:
        raise InvalidValue(problems)
    return found


def label_of(entry: JSONObject) -> str | None:
    """Return the label in an object, if it has one.

    Raises:
        InvalidValue: if it is not text, or too long.
    """
    label = entry.get("label")
    try:
        return (None if label is None else clean_text(label, 64).strip()) or None
    except InvalidValue as refusal:
        raise InvalidValue({"/label": str(refusal)}) from refusal


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
