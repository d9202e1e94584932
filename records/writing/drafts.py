"""A record on its way: what it was, and what the writes of a batch make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import canonical
from crm.moments import wire_time
from objects.domain_names import decode_domains
from objects.field_types.base import texts
from objects.field_types.collection import Collection
from objects.folding import fold_accents, fold_json
from objects.models import Field
from objects.schema import Schema
from records.journal.gone import FormerRule
from records.storage import is_stored
from records.writing.both_types import (
    Stored,
    values_of_former_types,
    values_of_new_types,
)
from records.writing.details import details_after, merge_details
from records.writing.holds import Hold

SEPARATOR = "\x1f"
"""Stands between values in the search text; no stored text contains it."""


class Access(NamedTuple):
    """Who may see a record: some agents, or everyone if there is no list of them."""

    viewers: list[UUID] | None


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
    former: JSONObject = field(default_factory=dict)
    """Values of former types, by slug, of which nobody has noted yet that they read
    otherwise now."""
    access_before: Access | None = None
    """Who might see it, if that is about to change."""
    linked: dict[str, set[UUID]] = field(default_factory=dict)
    unlinked: dict[str, set[UUID]] = field(default_factory=dict)
    hold: Hold = Hold.DELETE
    """How firmly it is held. A new one is nobody else's anyway."""
    is_new: bool = field(init=False)
    """Whether it is not stored yet when the batch begins."""
    rules: Sequence[FormerRule] = ()
    """The rules of access that it had, if it comes back."""
    is_restored: bool = False
    """Whether it was gone when the batch begins, and comes back."""
    is_deleted: bool = False
    merged_into: UUID | None = None
    """The record that it goes into, if it goes into one."""
    absorbed: list[UUID] = field(default_factory=list)
    """The records that go into it."""
    unmerged_from: UUID | None = None
    """The record that it comes back from, if it had gone into one."""
    is_touched: bool = False
    """Whether an operation of this batch meant it."""

    def __post_init__(self) -> None:
        self.is_new = self.version == 0

    @property
    def is_added(self) -> bool:
        """Whether it is not among the records when the batch begins."""
        return self.is_new or self.is_restored

    @property
    def is_changed(self) -> bool:
        """Whether anything of it has to be written, which gives it another version.

        Links that come or go change the records that operations mean, and those whose
        documents show them.
        """
        if self.is_new and self.is_deleted:
            return False
        if not self.is_touched:
            sides = self.schema.relationships
            return any(sides[slug].is_to_one for slug in self.links_moved)
        return bool(
            self.is_added
            or self.is_deleted
            or self.links_moved
            or self.absorbed
            or self.changed_fields
            or self.details != self.details_before
        )

    @property
    def is_only_linked(self) -> bool:
        """Whether links came or went that leave the record itself as it is."""
        return bool(self.links_moved) and not self.is_changed

    @property
    def links_moved(self) -> set[str]:
        """The relationships in which links came or went."""
        return self.linked.keys() | self.unlinked.keys()

    @cached_property
    def changed_fields(self) -> list[str]:
        """The slugs of the fields that differ from what is stored, at the end."""
        changed = []
        for slug in sorted(self.before.keys() | self.attributes.keys()):
            old, new = self.before.get(slug), self.attributes.get(slug)
            if old is not new and canonical(old) != canonical(new):
                changed.append(slug)
        return changed

    @property
    def system(self) -> dict[str, str]:
        """What the system keeps of a stored record, as it is read."""
        assert self.created_at
        assert self.updated_at
        return {
            "_created_at": wire_time(self.created_at),
            "_updated_at": wire_time(self.updated_at),
            "_created_by": self.created_by,
            "_updated_by": self.updated_by,
        }

    def is_visible_to(self, actor: Actor) -> bool:
        """Whether the caller may see it."""
        if actor.agent_id is None or self.visible_to is None:
            return True
        return actor.agent_id in self.visible_to

    def set_value(self, slug: str, value: JSON, *, inherits: bool = False) -> None:
        """Set a value, and keep what stands beside those of its items that stay.

        ``inherits`` says that a new first item stands for the one that was there.
        """
        if slug in self.details:
            self._carry_details(slug, value, inherits=inherits)
        if is_stored(value):
            self.attributes[slug] = value
        else:
            self.attributes.pop(slug, None)

    def set_details(self, slug: str, beside: JSONObject) -> None:
        """Set what is kept beside items of a field, by what identifies an item.

        What is not mentioned stays, and null takes away.
        """
        field_type = self.schema.fields[slug].field_type
        assert isinstance(field_type, Collection)
        there = field_type.keyed_items(self.attributes.get(slug))
        known = self._details_of(slug)
        kept = known | {
            key: merge_details(known.get(key), beside[key]) for key in beside
        }
        self._keep_details(slug, {k: v for k, v in kept.items() if v and k in there})

    def _carry_details(self, slug: str, value: JSON, *, inherits: bool) -> None:
        field_type = self.schema.fields[slug].field_type
        if isinstance(field_type, Collection):
            old, details = self.attributes.get(slug), self._details_of(slug)
            kept = details_after(field_type, details, old, value, inherits=inherits)
            self._keep_details(slug, kept)

    def _details_of(self, slug: str) -> JSONObject:
        details = self.details.get(slug, {})
        assert isinstance(details, dict)
        return details

    def _keep_details(self, slug: str, details: JSONObject) -> None:
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
            self.created_by = actor
        self.updated_by = actor
        self.version += 1
        self.set_time(at)

    def set_time(self, at: datetime) -> None:
        """Note when it is written. A new one was made then, too."""
        if self.is_new:
            self.created_at = at
        self.updated_at = at

    @property
    def noted_before(self) -> JSONObject:
        """What the journal has of it: of fields with a new type, the former values."""
        return self.before | self.former if self.former else self.before

    def stored(self) -> list[Stored]:
        """Return all values that are stored of it, each with the field that it is of.

        Of a field that gets another type, that is also what it is besides.
        """
        fields = self.schema.fields
        values: list[Stored] = [
            (fields[slug], value) for slug, value in self.attributes.items()
        ]
        if self.schema.converting:
            values += values_of_new_types(self.schema, self.attributes)
        if self.former:
            changed = self.changed_fields
            unnoted = {s: v for s, v in self.former.items() if s not in changed}
            values += values_of_former_types(self.schema, unnoted)
        return values

    def folded(self) -> JSON:
        """Return the values in lower case. A client's own JSON is not compared so."""
        stored = self.stored()
        return fold_json({f.member: value for f, value in stored if f.type != "json"})

    def search_text(self) -> str:
        """Return all that search looks through, without case and accents.

        Domains in their ASCII form are there as people read them, too.
        """
        found = (
            text
            for slug in self.schema.kept_searchable
            for text in texts(self.attributes.get(slug))
        )
        folded = fold_accents(SEPARATOR.join(found))
        read = fold_accents(decode_domains(folded))
        return folded if read == folded else f"{folded}{SEPARATOR}{read}"

    def sort_key(self, slug: str) -> str | None:
        """Return the sort key of a field, or None if it has no value."""
        value = self.attributes.get(slug)
        field_ = self.schema.fields[slug]
        return None if value is None else field_.field_type.sort_key(value, field_)


def unique_keys(
    schema: Schema, attributes: Mapping[str, JSON]
) -> set[tuple[UUID, str]]:
    """Return the keys, each with its field's id, that a record with values holds."""
    return set(unique_fields(schema, attributes))


def unique_fields(
    schema: Schema, values: Mapping[str, JSON]
) -> dict[tuple[UUID, str], Field]:
    """Return the unique values among some, each with its field."""
    return {
        (field_.id, key): field_
        for slug, field_ in schema.kept_unique.items()
        for key in keys_of(field_, values.get(slug))
    }


def keys_of(field_: Field, value: JSON) -> Iterable[str]:
    """Return the unique keys of a value, none for no value."""
    return [] if value is None else field_.field_type.unique_keys(value)
