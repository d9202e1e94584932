"""A record on its way: what it was, and what the writes of a batch make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import canonical
from objects.field_types.base import InvalidValue, texts
from objects.field_types.collection import Collection
from objects.folding import fold, fold_json
from objects.models import Field
from objects.schema import Schema
from records.stored import is_stored
from records.writing.operations import Strategy

Value = TypeVar("Value", list[JSON], JSONObject)

SEPARATOR = "\x1f"
"""Stands between values in the search text; no stored text contains it."""


@dataclass
class Draft:
    """A record on its way. ``before`` is what is stored of it; nothing if it is new."""

    id: UUID
    schema: Schema
    attributes: JSONObject
    details: JSONObject
    version: int = 0
    visible_to: list[UUID] | None = None
    created_at: datetime | None = None
    created_by: str = ""
    updated_at: datetime | None = None
    updated_by: str = ""
    before: JSONObject = field(default_factory=dict)
    linked: dict[str, set[UUID]] = field(default_factory=dict)
    unlinked: dict[str, set[UUID]] = field(default_factory=dict)
    is_deleted: bool = False
    is_touched: bool = False
    """Whether an operation of this batch meant it."""

    @property
    def is_new(self) -> bool:
        """Whether it is not stored yet."""
        return self.version == 0

    @property
    def is_changed(self) -> bool:
        """Whether anything of it has to be written."""
        if self.linked or self.unlinked:
            return True
        return self.is_touched and (
            self.is_new or self.is_deleted or bool(self.changed_fields)
        )

    @cached_property
    def changed_fields(self) -> list[str]:
        """The slugs of the fields that differ from what is stored, at the end."""
        return sorted(
            slug
            for slug in self.before.keys() | self.attributes.keys()
            if canonical(self.before.get(slug)) != canonical(self.attributes.get(slug))
        )

    def is_visible_to(self, actor: Actor) -> bool:
        """Whether the caller may see it."""
        if actor.agent_id is None or self.visible_to is None:
            return True
        return actor.agent_id in self.visible_to

    def set_values(
        self, values: Mapping[str, JSON], strategies: Mapping[str, Strategy]
    ) -> dict[str, InvalidValue]:
        """Combine new values with those that are there; return what does not fit."""
        refusals: dict[str, InvalidValue] = {}
        for slug, value in values.items():
            strategy = strategies.get(slug, Strategy.REPLACE)
            old = self.attributes.get(slug)
            try:
                new = combine(self.schema.fields[slug], old, value, strategy)
            except InvalidValue as refusal:
                refusals[slug] = refusal
            else:
                self._store(slug, new)
        self._follow(values)
        return refusals

    def _follow(self, values: Mapping[str, JSON]) -> None:
        """Let a field such as a name follow its parts, until it is set by hand."""
        for slug, field_ in self.schema.following.items():
            if slug in values:
                self.details.pop(slug, None)
                if values[slug] not in (None, ""):
                    self.details[slug] = {"by_hand": True}
            if slug not in self.details:
                parts = [self.attributes.get(part) for part in parts_of(field_)]
                names = [text for part in parts for text in texts(part)]
                joined = " ".join(name for name in names if name.strip())
                self._store(slug, joined or None)

    def _store(self, slug: str, value: JSON) -> None:
        if is_stored(value):
            self.attributes[slug] = value
        else:
            self.attributes.pop(slug, None)

    def link(self, slug: str, other: UUID) -> None:
        """Note a link that is new."""
        self.linked.setdefault(slug, set()).add(other)

    def unlink(self, slug: str, other: UUID) -> None:
        """Note a link that goes."""
        self.unlinked.setdefault(slug, set()).add(other)

    def stamp(self, actor: str, at: datetime) -> None:
        """Note who writes it, and when."""
        if self.is_new:
            self.created_at, self.created_by = at, actor
        self.updated_at, self.updated_by = at, actor
        self.version += 1

    def folded(self) -> JSON:
        """Return the values in lower case. A client's own JSON is not compared so."""
        fields = self.schema.fields
        return fold_json(
            {
                fields[slug].member: value
                for slug, value in self.attributes.items()
                if fields[slug].type != "json"
            }
        )

    def search_text(self) -> str:
        """Return all that search looks through, in lower case."""
        found = (
            text
            for slug in self.schema.kept_searchable
            for text in texts(self.attributes.get(slug))
        )
        return fold(SEPARATOR.join(found))

    def sort_key(self, slug: str) -> str | None:
        """Return the sort key of a field, or None if it has no value."""
        value = self.attributes.get(slug)
        field_ = self.schema.fields[slug]
        return None if value is None else field_.field_type.sort_key(value, field_)


def unique_keys(
    schema: Schema, attributes: Mapping[str, JSON]
) -> set[tuple[UUID, str]]:
    """Return the keys, each with its field, that a record with these values holds."""
    return {
        (field_.id, key)
        for slug, field_ in schema.kept_unique.items()
        for key in keys_of(field_, attributes.get(slug))
    }


def keys_of(field_: Field, value: JSON) -> Iterable[str]:
    """Return the unique keys of a value, none for no value."""
    return [] if value is None else field_.field_type.unique_keys(value)


def parts_of(field_: Field) -> list[str]:
    """Return the slugs of the fields that a field follows."""
    parts = field_.options.get("follows", [])
    return [str(part) for part in parts]


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
    """Return a collection with more items, or fewer."""
    ours = {field_type.identity(i): i for i in field_type.items(old or {"items": []})}
    theirs = {field_type.identity(i): i for i in field_type.items(new)}
    if strategy == Strategy.REMOVE:
        return {"items": [item for key, item in ours.items() if key not in theirs]}
    return {
        "items": [*ours.values(), *(theirs[key] for key in theirs if key not in ours)]
    }
