"""Fields that keep the latest moment in a field of linked records.

A person was contacted last when the latest message of a conversation was written. The
moment only ever moves on, and may be set by hand as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from objects.catalog import Rollup
from records.writing.batch import Batch
from records.writing.drafts import Draft
from records.writing.holds import Hold


def roll_up(batch: Batch) -> None:
    """Move on what follows from the records that a batch has changed."""
    for rollup in batch.catalog.rollups:
        changed = list(changed_sources(batch, rollup))
        batch.lock_at_once({record_id: Hold.CHANGE for record_id, _ in changed})
        for record_id, source in changed:
            move_on(batch.drafts[record_id], rollup, source)


def changed_sources(batch: Batch, rollup: Rollup) -> Iterator[tuple[UUID, Draft]]:
    """Yield records whose moment may move on, each with a record that it follows.

    Either their link is new, or the moment of the record on its other side is.
    """
    side = rollup.side
    for pair in batch.links.current:
        if pair.field != side.field_id:
            continue
        _, source_id, target_id = pair
        record, other = (
            (source_id, target_id) if side.is_forward else (target_id, source_id)
        )
        source = batch.drafts.get(other)
        if source is None or rollup.source not in source.attributes:
            continue
        is_new = pair not in batch.links.stored
        moment, before = (
            source.attributes[rollup.source],
            source.before.get(rollup.source),
        )
        if is_new or moment != before:
            yield record, source


def move_on(draft: Draft, rollup: Rollup, source: Draft) -> None:
    """Set a moment to that of a linked record, if that is later."""
    latest = str(source.attributes[rollup.source])
    if not draft.is_deleted and latest > str(draft.attributes.get(rollup.slug, "")):
        draft.attributes[rollup.slug] = latest
        draft.is_touched = True
