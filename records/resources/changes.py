"""From changes to JSON:API resources, and what comes along with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import data_document
from crm.moments import wire_time
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import identifier
from records.journal.change_ids import ChangeIds
from records.journal.changes import UNTOLD, Change, shown_cause
from records.journal.telling import Told
from records.reading.latest import read_latest
from records.resources.addresses import Addresses
from records.resources.records import Resources

TYPE = "change"
ATTRIBUTES = (
    *("kind", "object", "version", "at", "fields", "before", "after", "linked"),
    *("unlinked", "details", "removed", "actor", "source", "cause", "request_id"),
    *("batch", "sequence"),
)
RELATIONSHIPS = ("record", "survivor")
FIELDS = {name: name for name in (*ATTRIBUTES, *RELATIONSHIPS)}


class ChangeSelection(NamedTuple):
    """What a document shows of changes, and whether their records come along."""

    fieldsets: Mapping[str, frozenset[str]]
    includes_records: bool | None
    """None if the client did not speak of it."""

    def chosen(self, members: JSONObject) -> JSONObject:
        """Return those members of a change that are shown."""
        shown = self.fieldsets.get(TYPE)
        if shown is None:
            return members
        return {name: value for name, value in members.items() if name in shown}


@dataclass(frozen=True)
class ChangeComposer:
    """Makes documents of changes, as one caller sees them, for one base address."""

    actor: Actor
    catalog: Catalog
    ids: ChangeIds
    addresses: Addresses
    selection: ChangeSelection

    def compose(self, changes: Sequence[Change]) -> dict[str, object]:
        """Return the document of some changes, with their records if asked for."""
        included = None
        if self.selection.includes_records is not None:
            is_wanted = self.selection.includes_records
            included = self.records(changes) if is_wanted else []
        data = [self.resource(change) for change in changes]
        return data_document(data, included=included)

    def records(self, changes: Sequence[Change]) -> list[dict[str, object]]:
        """Return the records of changes as they are now, those that the caller sees."""
        wanted: dict[UUID, Schema] = {}
        for change in changes:
            schema = self.catalog.by_slug.get(change.type.slug)
            if schema and change.entry.record_id:
                wanted.setdefault(change.entry.record_id, schema)
        shown = self.selection.fieldsets
        found = read_latest(self.actor, self.catalog, wanted, shown)
        return [
            Resources(
                schema, self.addresses.records(schema), shown.get(schema.slug)
            ).resource(row, {})
            for schema, row in found
        ]

    def resource(self, change: Change) -> dict[str, object]:
        """Return the resource of a change."""
        change_id = self.ids.of(change.entry.seq)
        return {
            "type": TYPE,
            "id": change_id,
            "attributes": self.selection.chosen(self.attributes(change)),
            "relationships": self.selection.chosen(relationships(change)),
            "links": {"self": self.addresses.below(f"changes/{change_id}")},
        }

    @cached_property
    def batch_id(self) -> Callable[[int], str]:
        """What gives the id of a batch, which often is that of many changes."""
        is_by_agent = self.actor.agent_id is not None
        return cache(partial(self.ids.of_batch, for_agent=is_by_agent))

    def attributes(self, change: Change) -> JSONObject:
        """Return what there is to say of a change beside its record."""
        entry = change.entry
        undone = change.cause.get("undoes")
        is_by_agent = self.actor.agent_id is not None
        return {
            "kind": change.kind,
            "object": change.type.slug,
            "version": version_of(change),
            "at": wire_time(entry.noted_at),
            "fields": [*change.fields],
            "before": change.before.values,
            "after": change.after.values,
            "linked": shown_links(change.after),
            "unlinked": shown_links(change.before),
            "details": details_of(change),
            "removed": change.kind == "schema.changed" and not entry.after,
            "actor": entry.actor,
            "source": entry.source,
            "cause": shown_cause(
                change, self.batch_id(undone) if isinstance(undone, int) else None
            ),
            "request_id": entry.request_id,
            "batch": self.batch_id(entry.batch),
            "sequence": None if is_by_agent else entry.seq,
        }


def version_of(change: Change) -> JSON:
    """Return the version of the record, or of the schema, after a change.

    Links that no document shows have none, and who lost sight is not told.
    """
    is_told = change.kind not in UNTOLD
    return change.entry.version if is_told and change.entry.version else None


def shown_links(side: Told) -> JSON:
    """Return the ids of the records to which links came or went, by relationship."""
    return {slug: [*ids] for slug, ids in side.links.items()}


def details_of(change: Change) -> JSON:
    """Return what was kept beside items and what is now, if that has changed."""
    before, after = change.before.details, change.after.details
    return {"before": before, "after": after} if before or after else None


def relationships(change: Change) -> JSONObject:
    """Return the record that changed, and the one that it went into."""
    ids = (change.entry.record_id, change.survivor)
    return {
        name: {"data": identifier(*change.type, record) if record else None}
        for name, record in zip(RELATIONSHIPS, ids, strict=True)
    }
