"""What a merged record gave its survivor, as the journal tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from crm.sql import query
from objects.catalog import Catalog
from objects.field_types.collection import Collection
from objects.models import Field
from objects.schema import Schema
from records.ids import record_in
from records.journal.gone import GoneRecord, read_gone
from records.models import JournalEntry
from records.writing.operations import Operation
from records.writing.reversals import Changed, OnConflict, Revert, SetAccess
from records.writing.reverting import is_same
from records.writing.undo_entries import entry_of
from records.writing.undo_plans import Action, Planner, viewers_of

# An entry is found by its record, since batches are in no index.
READ = """
SELECT seq, batch, record_id, object_type_id, action, version, actor, at, cause::text,
       before::text, after::text, true
FROM records_change
WHERE workspace_id = %(workspace)s AND record_id = ANY(%(survivors)s::uuid[])
  AND batch = ANY(%(batches)s::bigint[])
ORDER BY seq DESC
"""


class Merger(NamedTuple):
    """What became of a survivor when records went into it, as far as is asked for."""

    entry: JournalEntry
    """Of the survivor itself, or of who sees it."""
    mine: Sequence[GoneRecord]
    """Those of the records that are to come back."""
    others: Sequence[GoneRecord]
    """Those that went at the same time and stay."""


def read_mergers(
    actor: Actor, catalog: Catalog, losers: Sequence[GoneRecord]
) -> list[Merger]:
    """Return what their survivors got when records went into them, the last first."""
    rows = query(
        READ,
        workspace=actor.workspace.id,
        survivors=[gone.merged_into for gone in losers],
        batches=[gone.batch for gone in losers],
    )
    entries = [entry_of(row) for row in rows]
    staying = merged_in(entries) - {gone.id for gone in losers}
    all_seeing = replace(actor, agent_id=None)
    others = read_gone(all_seeing, catalog, staying) if staying else {}
    return [
        Merger(entry, went_with(entry, losers), went_with(entry, others.values()))
        for entry in entries
    ]


def merged_in(entries: Iterable[JournalEntry]) -> set[UUID]:
    """Return the records that went into those of some entries."""
    named = (one for entry in entries for one in (entry.cause or {}).get("merged", ()))
    return {record for one in named if (record := record_in(one))}


def went_with(entry: JournalEntry, gone: Iterable[GoneRecord]) -> list[GoneRecord]:
    """Return those of some records that went when an entry was made."""
    return [one for one in gone if one.batch == entry.batch]


def take_back(
    catalog: Catalog, schema: Schema, survivor: UUID, merger: Merger
) -> Iterator[Operation]:
    """Yield what takes from a survivor that it got from records which come back.

    What somebody has changed since stays. Who sees the survivor is as before when all
    have come back that went at the same time.
    """
    planner = Planner(catalog, {}, OnConflict.DROP)
    if merger.entry.action == Action.UPDATED:
        whole = planner.revert(schema, merger.entry, "")
        yield replace(share_of(schema, whole, merger), id=str(survivor))
    elif merger.entry.action == Action.ACCESS and not merger.others:
        sides = (merger.entry.before, merger.entry.after)
        before, after = map(viewers_of, sides)
        yield SetAccess(
            schema.slug,
            id=str(survivor),
            viewers=before,
            expected=after,
            on_conflict=OnConflict.DROP,
        )


def share_of(schema: Schema, whole: Revert, merger: Merger) -> Revert:
    """Return what puts back the part of a change that came with some records."""
    mine, others = merger.mine, merger.others
    linked = {
        name: [one for one in came if is_linked(mine, name, one)]
        for name, came in whole.linked.items()
    }
    kept = {
        name: [one for one in came if not is_linked(others, name, one)]
        for name, came in linked.items()
    }
    back = {
        name: went
        for name, went in whole.unlinked.items()
        if kept.get(name) or not others
    }
    values = {
        name: part
        for name, change in whole.values.items()
        if (part := part_of(schema.fields[name], change, merger))
    }
    details = {} if others else whole.details
    return replace(whole, values=values, details=details, linked=kept, unlinked=back)


def is_linked(gone: Sequence[GoneRecord], name: str, other: UUID) -> bool:
    """Whether one of some records was linked to another, on a side."""
    return any(other in one.links.get(name, ()) for one in gone)


def part_of(field: Field, change: Changed, merger: Merger) -> Changed | None:
    """Return the part of a change of a value that came with some records, if any did.

    Of several that had it, it came with those that stay. With the last of them all goes
    that they gave together.
    """
    mine, others = (
        [(one.values or {}).get(field.slug) for one in several]
        for several in (merger.mine, merger.others)
    )
    if isinstance(field.field_type, Collection):
        return part_of_items(field.field_type, change, mine, others)
    is_mine = any(is_same(value, change.after) for value in mine)
    is_shared = any(is_same(value, change.after) for value in others)
    return change if not others or (is_mine and not is_shared) else None


def part_of_items(
    field_type: Collection, change: Changed, mine: list[JSON], others: list[JSON]
) -> Changed:
    """Return the part of a change of a collection that came with some records.

    What came with those that are back already is no part of it.
    """
    before, after = map(field_type.keyed_items, change)
    came = {key for value in mine for key in field_type.keyed_items(value)}
    stays = {key for value in others for key in field_type.keyed_items(value)}
    stays |= before.keys()
    there = [item for key, item in after.items() if key in came | stays]
    kept = [item for key, item in after.items() if key in stays]
    left: JSON = {"items": kept} if others else change.before
    return Changed(left, {"items": there})
