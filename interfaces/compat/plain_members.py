"""The plain kinds of properties that objects of the other APIs have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from crm.json_types import JSON
from crm.jsonapi.documents import Identifier
from interfaces.compat.members import Card, Changes, Property, array, linked
from objects.field_types.base import InvalidValue
from objects.field_types.relation import Referred
from objects.field_types.text import clean_text
from records.writing.operations import Strategy


@dataclass(frozen=True)
class Fixed(Property):
    """A property that is only read, and says what a function makes of a record."""

    is_written = False
    of: Callable[[Card], JSON] = lambda card: None

    def show(self, card: Card) -> JSON:
        return self.of(card)


@dataclass(frozen=True)
class Plain(Property):
    """A property that is a field as it is."""

    def show(self, card: Card) -> JSON:
        return card.attributes.get(self.slug)

    def take(self, value: JSON, changes: Changes) -> None:
        changes.attributes[self.slug] = value


@dataclass(frozen=True)
class OneLine(Plain):
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
class Part(Property):
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
class Primary(Property):
    """The first item of a collection, for clients that know of only one."""

    def show(self, card: Card) -> JSON:
        return next(iter(card.items(self.slug)), None)

    def take(self, value: JSON, changes: Changes) -> None:
        items: list[JSON] = [] if value is None else [value]
        changes.attributes[self.slug] = {"items": items}
        changes.strategies[self.slug] = Strategy.PRIMARY


@dataclass(frozen=True)
class FirstLink(Property):
    """The UUID of the record that a relationship leads to first."""

    is_exact = False
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
class Owner(Property):
    """The id of the agent that a record refers to. A user is none."""

    is_exact = False

    def show(self, card: Card) -> JSON:
        value = card.row.agents.get(card.schema.slug_of(self.slug))
        owner = Referred.of(str(value)) if value else None
        return owner.id if owner and owner.type == "agent" else None

    def take(self, value: JSON, changes: Changes) -> None:
        if not isinstance(value, str) or not value:
            raise InvalidValue("Give the id of an agent.")
        named = [Identifier("agent", value)]
        changes.relationships[self.slug] = linked(named, is_array=False)
