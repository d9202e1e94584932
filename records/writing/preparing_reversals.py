"""Cleaning what is to come back, and planning the links that go and come with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from crm.errors import Refusal
from objects.schema import Schema, clean_value
from records.journal.gone import GoneRecord
from records.writing.drafts import unique_fields
from records.writing.operations import Operation, Strategy
from records.writing.reversals import Restore, Revert
from records.writing.rows import PlannedLinks, Row, Target


def prepare_reversal(row: Row, operation: Operation) -> None:
    """Prepare what is to come back, if anything is."""
    match operation:
        case Restore(gone=GoneRecord() as gone):
            prepare_gone(row, operation, gone)
        case Revert():
            prepare_revert(row, operation)


def prepare_gone(row: Row, operation: Restore, gone: GoneRecord) -> None:
    """Clean the values that a record had, and plan the links that it had.

    What the client sets takes the place of what was there.
    """
    names = (*(operation.attributes or {}), *operation.relationships)
    sent = {row.schema.slug_of(name) for name in names}
    had = {row.schema.slug_of(name): v for name, v in (gone.values or {}).items()}
    kept = {slug: had[slug] for slug in row.schema.fields if slug in had.keys() - sent}
    agents = {slug: v for slug, v in kept.items() if slug in row.schema.agents}
    values, refusals = row.schema.clean(
        {slug: v for slug, v in kept.items() if slug not in agents}
    )
    row.former = values | agents
    row.refusals += refusals
    row.keys |= unique_fields(row.schema, values)
    links = {
        n: ids for n, ids in gone.links.items() if row.schema.slug_of(n) not in sent
    }
    row.links += offered_links(row.schema, links, Strategy.APPEND)


def offered_links(
    schema: Schema, links: Mapping[str, Sequence[UUID]], how: Strategy
) -> Iterator[PlannedLinks]:
    """Yield changes of links that are made as far as they can be."""
    for name, ids in links.items():
        side = schema.relationship(name)
        if side and ids:
            targets = tuple(Target("", one) for one in ids)
            yield PlannedLinks(side, how, targets, is_offered=True)


def prepare_revert(row: Row, operation: Revert) -> None:
    """Clean the values that are to come back, and plan the links that go and come."""
    for name, change in operation.values.items():
        field_ = row.schema.field(name)
        if field_ is None:
            continue
        try:
            row.former[field_.slug] = clean_value(field_, change.before)
        except Refusal:
            row.unfit.add(field_.slug)
    row.keys = unique_fields(row.schema, row.former)
    row.links += offered_links(row.schema, operation.linked, Strategy.REMOVE)
    row.links += offered_links(row.schema, operation.unlinked, Strategy.APPEND)
