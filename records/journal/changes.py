"""Entries of the journal as one caller may know them, whatever else they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from crm.sql import Row, Sql, concat
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import encode_id, record_in
from records.journal.entry_rows import READ, EntryRow
from records.journal.shown import read_shown
from records.journal.telling import SYSTEM, VIEWERS, Told, told_after, told_before
from records.journal.visibility import kind_of, visible_among
from records.models import JournalEntry
from records.storage import load

COLUMNS = f"""
{", ".join(f"e.{name}" for name in READ)}, e.cause, e.before, e.after,
(
    SELECT ARRAY[former.slug, former.prefix] FROM objects_formertype former
    WHERE former.id = e.object_type_id
),
"""
NOTHING = Told({}, {}, {})
NO_CAUSE: JSONObject = {}
WAYS = {"merged_into", "unmerged_from"}
"""What a cause calls the record that another one has gone into, or come back from."""

UNTOLD = {"record.hidden", "record.erased"}
"""Kinds of which nobody is told more than which record it was."""


class NamedType(NamedTuple):
    """What an object type is called, which may be gone."""

    slug: str
    prefix: str


class Change(NamedTuple):
    """What happened to a record or a schema, as far as a caller may know it."""

    entry: EntryRow
    kind: str
    type: NamedType
    before: Told = NOTHING
    after: Told = NOTHING
    survivor: UUID | None = None
    """The record into which this one went, or from which it came back, if the caller
    sees that."""
    cause: JSONObject = NO_CAUSE

    @property
    def fields(self) -> list[str]:
        """The slugs of all fields of which something went or came."""
        sides = (self.before, self.after)
        named = {slug for side in sides for part in side for slug in part}
        return sorted(named - {*SYSTEM, VIEWERS.strip("_")})

    @property
    def is_empty(self) -> bool:
        """Whether it tells of links, and of none that the caller may know."""
        return self.kind == "record.linked" and not self.fields


def select_changes(actor: Actor, condition: Sql) -> Sql:
    """Return the statement for what a caller is told of entries ``e``."""
    columns = concat("SELECT ", COLUMNS, kind_of(actor))
    return concat(columns, " FROM records_change e WHERE ", condition)


def tell_changes(actor: Actor, catalog: Catalog, rows: Iterable[Row]) -> list[Change]:
    """Return what rows of `select_changes` tell a caller.

    Records that the caller does not see now are not named, unless they went while it
    saw them. Links that are none to the caller are no change.
    """
    changes = with_shown(actor, catalog, [change_of(catalog, row) for row in rows])
    hidden = hidden_among(actor, changes)
    cut = [without(change, hidden) for change in changes] if hidden else changes
    return [change for change in cut if not change.is_empty]


def hidden_among(actor: Actor, changes: Iterable[Change]) -> set[UUID]:
    """Return the records that changes name and a caller does not see now."""
    if actor.agent_id is None:
        return set()
    named = {record for change in changes for record in named_in(change)}
    return named - visible_among(actor, named)


def with_shown(
    actor: Actor, catalog: Catalog, changes: Sequence[Change]
) -> list[Change]:
    """Return changes, of which those that show a record say all there was of it."""
    entries = [one.entry for one in changes if one.kind == "record.shown"]
    shown = read_shown(actor, catalog, entries)
    return [
        one._replace(before=NOTHING, after=shown.get(one.entry.seq, NOTHING))
        if one.kind == "record.shown"
        else one
        for one in changes
    ]


def change_of(catalog: Catalog, row: Row) -> Change:
    """Return all that an entry tells."""
    *values, cause, before, after, former, kind = row
    why = load(cause) if cause else {}
    entry = EntryRow._make([*values, load(before), load(after)])
    schema = catalog.by_id.get(entry.object_type_id)
    type_ = NamedType(schema.slug, schema.prefix) if schema else NamedType(*former)
    told = (NOTHING, NOTHING) if kind in UNTOLD else sides_of(schema, entry)
    survivor = next((s for name in WAYS if (s := record_in(why.get(name)))), None)
    return Change(entry, kind, type_, *told, survivor, why)


def sides_of(schema: Schema | None, entry: EntryRow) -> tuple[Told, Told]:
    """Return what an entry says went, and what came."""
    match entry.action:
        case JournalEntry.Action.RESHAPED:
            return Told(entry.before, {}, {}), Told(entry.after, {}, {})
        case JournalEntry.Action.ACCESS:
            return viewers_in(entry.before), viewers_in(entry.after)
    return told_before(schema, entry), told_after(schema, entry)


def viewers_in(side: JSONObject) -> Told:
    """Return who could see a record, as a side of an entry says it."""
    return Told({VIEWERS.strip("_"): side.get(VIEWERS)}, {}, {})


def named_in(change: Change) -> set[UUID]:
    """Return the other records that a change names."""
    links = [change.before.links, change.after.links]
    ids = [one for side in links for several in side.values() for one in several]
    found = {record_in(one) for one in [*ids, *merged_in(change)]} | {change.survivor}
    return {record for record in found if record}


def merged_in(change: Change) -> Sequence[JSON]:
    """Return the ids of the records that went into the record of a change."""
    merged = change.cause.get("merged")
    return merged if isinstance(merged, list) else []


def without(change: Change, hidden: set[UUID]) -> Change:
    """Return a change that does not name records which are hidden."""
    cause = dict(change.cause)
    if merged := merged_in(change):
        cause["merged"] = [one for one in merged if record_in(one) not in hidden]
    survivor = None if change.survivor in hidden else change.survivor
    if change.survivor != survivor:
        cause = {name: value for name, value in cause.items() if name not in WAYS}
    return change._replace(
        before=cut_links(change.before, hidden),
        after=cut_links(change.after, hidden),
        survivor=survivor,
        cause=cause,
    )


def cut_links(side: Told, hidden: set[UUID]) -> Told:
    """Return a side of an entry without links to records that are hidden."""
    links = {
        slug: [one for one in ids if record_in(one) not in hidden]
        for slug, ids in side.links.items()
    }
    return side._replace(links={slug: ids for slug, ids in links.items() if ids})


def shown_cause(change: Change, undone: str | None) -> JSONObject:
    """Return why it was done, with ids as clients know them; ``undone`` is a change."""
    cause = dict(change.cause)
    prefix = change.type.prefix
    if undone:
        cause["undoes"] = undone
    if change.survivor:
        way = encode_id(prefix, change.survivor)
        cause |= dict.fromkeys(cause.keys() & WAYS, way)
    records = [record_in(one) for one in merged_in(change)]
    if records:
        cause["merged"] = [encode_id(prefix, one) for one in records if one]
    return cause
