"""A record on its way: what it was, and what the writes of a batch make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import canonical
from objects.field_types.base import InvalidValue, texts
from objects.field_types.collection import Collection
from objects.folding import fold_accents, fold_json
from objects.models import Field
from objects.schema import Schema, is_blank
from records.storage import is_stored
from records.writing.operations import Strategy
from records.writing.strategies import by_item_key, change_parts, combine, details_after

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
    details_before: JSONObject = field(default_factory=dict)
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
            self.is_new
            or self.is_deleted
            or bool(self.changed_fields)
            or self.details != self.details_before
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
                self._store(slug, new, inherits=strategy == Strategy.PRIMARY)
        return refusals

    def set_parts(self, parts: Mapping[str, JSONObject]) -> dict[str, InvalidValue]:
        """Change parts of the first place of each field; return what does not fit."""
        refusals: dict[str, InvalidValue] = {}
        for slug, changed in parts.items():
            try:
                new = change_parts(
                    self.schema.fields[slug], self.attributes.get(slug), changed
                )
            except InvalidValue as refusal:
                refusals[slug] = refusal
            else:
                self._store(slug, new, inherits=True)
        return refusals

    def set_defaults(self, values: Mapping[str, JSON]) -> None:
        """Set values if none of their fields has one yet."""
        if all(is_blank(self.attributes.get(slug)) for slug in values):
            for slug, value in values.items():
                self._store(slug, value)

    def set_details(self, details: Mapping[str, JSONObject]) -> None:
        """Set what is kept beside items, by field and by what identifies an item."""
        for slug, beside in details.items():
            field_type = self.schema.fields[slug].field_type
            assert isinstance(field_type, Collection)
            there = by_item_key(field_type, self.attributes.get(slug))
            kept = self._details_of(slug) | beside
            self._keep(slug, {k: v for k, v in kept.items() if v and k in there})

    def follow(self, values: Mapping[str, JSON]) -> None:
        """Let a field such as a name follow its parts, until it is set by hand."""
        for slug, field_ in self.schema.following.items():
            if slug in values:
                self.details.pop(slug, None)
                if values[slug] not in (None, ""):
                    self.details[slug] = {"by_hand": True}
            if slug not in self.details:
                self._store(slug, self._followed(field_))

    def _followed(self, field_: Field) -> JSON:
        """Return the value of a field that follows others.

        It is made of the parts that ``options.follows`` names. What ``options.instead``
        names is taken where none of the parts in ``options.unless`` is there.
        """
        parts = self._texts_of(field_, "follows")
        if not self._texts_of(field_, "unless"):
            parts = self._texts_of(field_, "instead") or parts
        return " ".join(parts) or None

    def _texts_of(self, field_: Field, option: str) -> list[str]:
        """Return the text in the fields that an option names, without blanks around.

        The option has the names that they had when it was written.
        """
        slugs = (self.schema.aliases.get(n) for n in field_.options.get(option, []))
        values = [self.attributes.get(slug) for slug in slugs if slug]
        stripped = [text.strip() for value in values for text in texts(value)]
        return [text for text in stripped if text]

    def has_own(self, slug: str) -> bool:
        """Whether a field has a value that does not just follow from others."""
        if slug in self.schema.following and slug not in self.details:
            return False
        return not is_blank(self.attributes.get(slug))

    def _store(self, slug: str, value: JSON, *, inherits: bool = False) -> None:
        field_type = self.schema.fields[slug].field_type
        if slug in self.details and isinstance(field_type, Collection):
            old, details = self.attributes.get(slug), self._details_of(slug)
            kept = details_after(field_type, details, old, value, inherits=inherits)
            self._keep(slug, kept)
        if is_stored(value):
            self.attributes[slug] = value
        else:
            self.attributes.pop(slug, None)

    def _details_of(self, slug: str) -> JSONObject:
        details = self.details.get(slug, {})
        assert isinstance(details, dict)
        return details

    def _keep(self, slug: str, details: JSONObject) -> None:
        if details:
            self.details[slug] = details
        else:
            self.details.pop(slug, None)

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
        """Return all that search looks through, without case and accents."""
        found = (
            text
            for slug in self.schema.kept_searchable
            for text in texts(self.attributes.get(slug))
        )
        return fold_accents(SEPARATOR.join(found))

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
