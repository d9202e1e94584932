"""Fields that keep the latest moment in a field of linked records.

``options.latest`` of such a field names a relationship and a field on its other side: a
person was contacted last when the latest message of a conversation was written. The
moment only ever moves on, and may be set by hand as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from objects.catalog import Catalog
from objects.schema import Relationship, Schema
from records.writing.batch import Batch
from records.writing.drafts import Draft
from records.writing.links import Pair


class Rollup(NamedTuple):
    """A field of one type that keeps the latest moment in a field of another."""

    schema: Schema
    slug: str
    side: Relationship
    source: str
    """The slug of the field on the other side of the relationship."""


def roll_up(batch: Batch) -> None:
    """Move on what follows from the records that a batch has changed."""
    for rollup in rollups_of(batch.catalog):
        moved = [
            (pair.target if not rollup.side.is_forward else pair.source, draft)
            for pair, draft in changed_sources(batch, rollup)
        ]
        batch.lock_at_once(record_id for record_id, _ in moved)
        for record_id, source in moved:
            move_on(batch.drafts[record_id], rollup, source)


def rollups_of(catalog: Catalog) -> Iterator[Rollup]:
    """Return the fields of a workspace that follow others in this way."""
    for schema in catalog.by_slug.values():
        for slug, field in schema.fields.items():
            named = field.options.get("latest")
            if named:
                side = schema.relationships[schema.slug_of(named[0])]
                source = catalog.schema(side.target).slug_of(named[1])
                yield Rollup(schema, slug, side, source)


def changed_sources(batch: Batch, rollup: Rollup) -> Iterator[tuple[Pair, Draft]]:
    """Return the links to records whose moment is new, or is new on the other side."""
    for pair in batch.links.current:
        if pair.field != rollup.side.field_id:
            continue
        source = pair.source if not rollup.side.is_forward else pair.target
        draft = batch.drafts.get(source)
        if draft is None or rollup.source not in draft.attributes:
            continue
        is_new = pair not in batch.links.stored
        if is_new or draft.attributes[rollup.source] != draft.before.get(rollup.source):
            yield pair, draft


def move_on(draft: Draft, rollup: Rollup, source: Draft) -> None:
    """Set a moment to that of a linked record, if that is later."""
    latest = str(source.attributes[rollup.source])
    if not draft.is_deleted and latest > str(draft.attributes.get(rollup.slug, "")):
        draft.attributes[rollup.slug] = latest
        draft.is_touched = True
