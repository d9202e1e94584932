"""From entries of the journal to the operations that undo them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from uuid import UUID

from crm.errors import Refusal
from crm.json_types import JSON
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import record_in
from records.journal.gone import GoneRecord, links_in
from records.journal.telling import VIEWERS, told_after, told_before
from records.models import JournalEntry
from records.writing.drafts import unique_keys
from records.writing.operations import Content, Delete, Operation
from records.writing.reversals import (
    Changed,
    OnConflict,
    Restore,
    Revert,
    SetAccess,
)
from records.writing.rows import Key

Action = JournalEntry.Action


class NotUndoable(Refusal):
    """Changes of this kind stay."""

    status = 422
    code = "not_undoable"
    title = "Cannot be undone"
    source = None


@dataclass(frozen=True)
class UndoPlan:
    """What undoes some entries, each operation beside its entry."""

    entries: Sequence[JournalEntry]
    operations: Sequence[Operation]


class Planner:
    """Makes the operations that undo entries, for one catalog."""

    def __init__(
        self,
        catalog: Catalog,
        gone: Mapping[UUID, GoneRecord],
        on_conflict: OnConflict,
    ) -> None:
        self.catalog = catalog
        self.gone = gone
        self.on_conflict = on_conflict

    def plan(self, entries: Sequence[JournalEntry]) -> UndoPlan:
        """Return what undoes entries: the last first, but values are freed at first."""
        found = ordered(self.catalog, list(reversed(entries)))
        return UndoPlan(
            found, [self.operation(entry, f"/{n}") for n, entry in enumerate(found)]
        )

    def operation(self, entry: JournalEntry, at: str) -> Operation:
        """Return what undoes an entry.

        Raises:
            NotUndoable: if nothing does.
        """
        schema = schema_of(self.catalog, entry)
        record = str(entry.record_id)
        match entry.action:
            case Action.CREATED | Action.RESTORED:
                content = self.content(schema, entry)
                return Delete(
                    schema.slug,
                    at,
                    id=record,
                    expected=content,
                    merged_into=record_in((entry.cause or {}).get("unmerged_from")),
                )
            case Action.DELETED | Action.MERGED:
                return self.restore(schema, entry, at)
            case Action.ACCESS:
                before, after = map(viewers_of, (entry.before, entry.after))
                return SetAccess(schema.slug, at, None, record, before, after)
            case Action.UPDATED | Action.LINKED:
                return self.revert(schema, entry, at)
        raise NotUndoable("A change of this kind cannot be undone.")

    def content(self, schema: Schema, entry: JournalEntry) -> Content:
        """Return all that a record had when it was created or came back."""
        after = told_after(schema, entry)
        values = {s: v for s, v in after.values.items() if s in schema.fields}
        return Content(values, after.details, self.links(schema, after.links))

    def restore(self, schema: Schema, entry: JournalEntry, at: str) -> Restore:
        """Return what lets a deleted record come back, unless it did.

        One that came back, and went again as it had gone, comes back too.
        """
        assert entry.record_id is not None
        gone = self.gone.get(entry.record_id)
        is_same = gone is not None and self.went_so(schema, entry, gone)
        return Restore(
            schema.slug,
            at,
            id=str(entry.record_id),
            gone=gone if is_same else None,
            on_conflict=self.on_conflict,
            needs_links=self.on_conflict == OnConflict.REFUSE,
        )

    def went_so(self, schema: Schema, entry: JournalEntry, gone: GoneRecord) -> bool:
        """Whether what is left of a record is what it had when an entry deleted it.

        Where that is not kept any more nobody knows.
        """
        if gone.values is None:
            return False
        if gone.seq == entry.seq:
            return True
        before = told_before(schema, entry)
        values = {s: v for s, v in before.values.items() if s in schema.fields}
        details = {slug: kept for slug, kept in before.details.items() if kept}
        links = self.links(schema, before.links)
        return (values, details, in_no_order(links)) == (
            gone.values,
            gone.details,
            in_no_order(gone.links),
        )

    def revert(self, schema: Schema, entry: JournalEntry, at: str) -> Revert:
        """Return what puts back what an entry took from a record that lives."""
        before, after = told_before(schema, entry), told_after(schema, entry)
        return Revert(
            schema.slug,
            at,
            id=str(entry.record_id),
            values={
                slug: Changed(before.values.get(slug), after.values.get(slug))
                for slug in schema.fields
                if slug in before.values or slug in after.values
            },
            details={
                slug: Changed(before.details.get(slug, {}), after.details.get(slug, {}))
                for slug in before.details.keys() | after.details.keys()
            },
            linked=self.links(schema, after.links),
            unlinked=self.links(schema, before.links),
            on_conflict=self.on_conflict,
        )

    def links(
        self, schema: Schema, links: Mapping[str, Sequence[str]]
    ) -> dict[str, list[UUID]]:
        """Return the ids of partners, which the journal has as clients see them."""
        return links_in(self.catalog, schema, links)


def in_no_order(links: Mapping[str, Sequence[UUID]]) -> dict[str, set[UUID]]:
    """Return links without the order in which they stand."""
    return {slug: set(ids) for slug, ids in links.items()}


def schema_of(catalog: Catalog, entry: JournalEntry) -> Schema:
    """Return the schema of an entry's record.

    Raises:
        NotUndoable: if the type is gone, or the entry is about no record.
    """
    schema = catalog.by_id.get(entry.object_type_id)
    if schema is None or entry.record_id is None:
        raise NotUndoable("Changes of schemas, and of what went with one, stay.")
    return schema


def viewers_of(side: Mapping[str, JSON]) -> tuple[UUID, ...] | None:
    """Return the agents who saw a record on one side of an entry; None for everyone."""
    ids = side.get(VIEWERS)
    return tuple(UUID(str(one)) for one in ids) if isinstance(ids, list) else None


def ordered(catalog: Catalog, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Return entries so that a unique value is free before it is wanted again."""
    keys = {entry.seq: keys_of_entry(catalog, entry) for entry in entries}
    freed = {key: seq for seq, (_, after) in keys.items() for key in after}
    sorter = TopologicalSorter[int]()
    for seq, (before, _) in keys.items():
        sorter.add(seq, *(freed[key] for key in before if freed.get(key, seq) != seq))
    places = {entry.seq: entry for entry in entries}
    try:
        return [places[seq] for seq in sorter.static_order()]
    except CycleError:
        return list(entries)


def keys_of_entry(catalog: Catalog, entry: JournalEntry) -> tuple[set[Key], set[Key]]:
    """Return the unique values that an entry's record lost, and those that it got."""
    schema = catalog.by_id.get(entry.object_type_id)
    if schema is None:
        return set(), set()
    before, after = (
        unique_keys_of(schema, told.values)
        for told in (told_before(schema, entry), told_after(schema, entry))
    )
    return before - after, after - before


def unique_keys_of(schema: Schema, values: Mapping[str, JSON]) -> set[Key]:
    """Return the unique keys of values, none of a field that had another type then."""
    unique = {slug: v for slug, v in values.items() if slug in schema.kept_unique}
    cleaned, _ = schema.clean(unique)
    return unique_keys(schema, cleaned)
