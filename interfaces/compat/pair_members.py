"""Custom fields: pairs of a label and a value, in their order."""

from __future__ import annotations

from dataclasses import dataclass

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from interfaces.compat.members import Card, Changes, array, collected
from interfaces.compat.plain_members import Plain
from objects.field_types.base import InvalidValue
from objects.field_types.text import clean_text


@dataclass(frozen=True)
class Named(Plain):
    """An object whose members are kept in order, as pairs of a label and a value."""

    is_exact = False

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

    is_exact = False
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
