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
from crm.moments import wire_time
from crm.sql import Row, query
from objects.catalog import Catalog
from objects.domain_names import decode_domains
from objects.field_types.base import texts
from objects.field_types.collection import Collection
from objects.folding import fold_accents, fold_json
from objects.models import Field
from objects.schema import Schema
from records.storage import is_stored, load_values
from records.writing.details import details_after, merge_details

LOCK = """
SELECT id, object_type_id, attributes::text, details::text, visible_to, version,
       created_at, created_by, updated_at, updated_by
FROM records_record
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
ORDER BY id
FOR NO KEY UPDATE
"""
LOCK_AT_ONCE = LOCK + "NOWAIT"

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
    is_new: bool = field(init=False)
    """Whether it is not stored yet when the batch begins."""
    is_deleted: bool = False
    is_touched: bool = False
    """Whether an operation of this batch meant it."""

    def __post_init__(self) -> None:
        self.is_new = self.version == 0

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
        kept = self._details_of(slug)
        kept |= {key: merge_details(kept.get(key), beside[key]) for key in beside}
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


def lock_records(
    workspace_id: UUID, catalog: Catalog, ids: Iterable[UUID], *, may_wait: bool = True
) -> list[Draft]:
    """Lock the records that exist among ``ids``, in the order of their ids.

    Who may not wait fails at once if another transaction has locked one.
    """
    statement = LOCK if may_wait else LOCK_AT_ONCE
    rows = query(statement, workspace=workspace_id, ids=list(ids))
    return [draft_of(catalog, row) for row in rows]


def draft_of(catalog: Catalog, columns: Row) -> Draft:
    """Return a draft that is as the record is stored."""
    record_id, object_type, attributes, details, *others = columns
    visible_to, version, created_at, created_by, updated_at, updated_by = others
    schema = catalog.by_id[object_type]
    values, beside = load_values(schema, attributes), load_values(schema, details)
    return Draft(
        id=record_id,
        schema=schema,
        attributes=dict(values),
        before=values,
        details=dict(beside),
        details_before=beside,
        visible_to=visible_to,
        version=version,
        created_at=created_at,
        created_by=created_by,
        updated_at=updated_at,
        updated_by=updated_by,
    )


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
