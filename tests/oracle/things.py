"""Records as Python values: what the oracle looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

JSON: TypeAlias = Any  # What kind of value it is, the type of the field says.

TEXT = frozenset({"text", "multiline_text", "url", "email", "phone", "domain", "tag"})
NUMBER = frozenset({"number", "integer", "currency"})
MOMENT = frozenset({"date", "datetime"})
COMPARED = NUMBER | MOMENT
WHO = frozenset({"agent", "owner"})
OTHER = frozenset({"select", "checkbox", "location", "shaped", "json"}) | WHO
SHAPE = {"email": "email", "name": "text", "status": "text"}
"""The members of the objects in collections of them."""
SYSTEM = {
    "_created_at": "datetime",
    "_updated_at": "datetime",
    "_created_by": "text",
    "_updated_by": "text",
}


@dataclass(frozen=True, eq=False)
class Kind:
    """The fields and the relationships of one object type."""

    slug: str
    fields: Mapping[str, str]
    """The type of each field."""
    searchable: frozenset[str]
    options: Sequence[str]
    """The options of every field that has some, in order."""
    relationships: dict[str, Kind] = field(default_factory=dict)
    """The object type that each leads to."""


@dataclass(frozen=True, eq=False)
class Thing:
    """A record: its values, those of collections as lists, and what it is linked to."""

    kind: Kind
    id: str
    uuid: str
    values: dict[str, JSON]
    related: dict[str, list[Thing]] = field(default_factory=dict)


class Asked(NamedTuple):
    """A field of a thing, with the type of its values or items."""

    thing: Thing
    slug: str
    type: str

    @property
    def values(self) -> list[JSON]:
        """The value, the items, or none."""
        if self.type == "id":
            return [self.thing]
        value = self.thing.values[self.slug]
        if value is None:
            return []
        return value if is_collection(self.thing.kind, self.slug) else [value]


def at_end(kind: Kind, hops: Iterable[str]) -> Kind:
    """Return the object type that relationships lead to."""
    for hop in hops:
        kind = kind.relationships[hop]
    return kind


def type_at(kind: Kind, slug: str) -> str:
    """Return the type of a field, or of its items."""
    if slug == "id":
        return "id"
    named = SYSTEM.get(slug) or kind.fields[slug]
    items = {"tags": "tag", "multi_select": "select", "json_collection": "shaped"}
    return items.get(named, named.removesuffix("_collection"))


def is_collection(kind: Kind, slug: str) -> bool:
    """Whether a field has several values."""
    named = SYSTEM.get(slug) or kind.fields[slug]
    return named in {"tags", "multi_select"} or named.endswith("_collection")
