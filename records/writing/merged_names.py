"""Records that a request names and that were merged: where they went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from objects.schema import Schema
from records.journal.survivors import find_survivors
from records.writing.batch import Batch
from records.writing.holds import Hold
from records.writing.merges import WENT_ON, Merge, NamedWentOn, survivor_meta
from records.writing.operations import Delete, Strategy, Update
from records.writing.restoring import is_returning
from records.writing.reversals import Revert
from records.writing.rows import Row, Target

# Note [What went on]
#
# Who names a record that was merged by its id may mean the survivor, or may have missed
# the merge. A link to it means the survivor. A change of it does not: a client that
# deletes what it takes for its duplicate must not delete the survivor.


def follow_merged(batch: Batch) -> None:
    """Find the survivors of records that rows name and that were merged.

    Links to such a record lead to its survivor.

    Raises:
        Collided: if that has gone on meanwhile, too.
    """
    targets = set(targets_of(batch))
    named = targets.union(*(named_by(batch, row) for row in batch.good_rows))
    missing = named - batch.drafts.keys()
    if not missing:
        return
    batch.merged = find_survivors(batch.actor, missing)
    if gone := targets & batch.merged.keys():
        lead_on(batch)
        batch.lock_at_once({batch.merged[one]: Hold.CHANGE for one in gone})


def named_by(batch: Batch, row: Row) -> set[UUID]:
    """Return the stored records that a row is about, if it says which."""
    is_stored = isinstance(row.operation, Update | Delete | Merge)
    return batch.possible[row.id] if is_stored else set()


def targets_of(batch: Batch) -> Iterator[UUID]:
    """Yield the records that rows link by their ids, but for those that return."""
    for row in batch.good_rows:
        for plan in row.links:
            if plan.how != Strategy.REMOVE and not isinstance(row.operation, Revert):
                ids = (target.id for target in plan.targets if target.id)
                yield from (one for one in ids if not is_returning(batch, one))


def lead_on(batch: Batch) -> None:
    """Let links to records that were merged lead to their survivors."""
    returning = {one for one in batch.merged if is_returning(batch, one)}
    ways = {old: new for old, new in batch.merged.items() if old not in returning}
    for row in batch.good_rows:
        row.links = [
            replace(plan, targets=tuple(led(one, ways) for one in plan.targets))
            for plan in row.links
        ]


def led(target: Target, ways: Mapping[UUID, UUID]) -> Target:
    """Return a target, or the one that it leads to."""
    found = ways.get(target.id) if target.id else None
    return replace(target, id=found) if found else target


def went_on(batch: Batch, schema: Schema, record: UUID, at: str) -> NamedWentOn | None:
    """Return the refusal of a record that was named and merged, if it was."""
    survivor = batch.merged.get(record)
    if survivor is None:
        return None
    meta = survivor_meta(schema.slug, schema.prefix, survivor)
    return NamedWentOn({at: WENT_ON}, meta=meta)
