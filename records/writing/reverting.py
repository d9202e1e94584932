"""What a change took from records is put back, where what came is still there."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from crm.errors import Refusal, Refused
from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import canonical
from objects.field_types.collection import Collection
from objects.schema import Relationship, is_blank
from records.storage import is_stored
from records.writing.batch import Batch
from records.writing.both_types import misfits
from records.writing.drafts import Access, Draft
from records.writing.following import follow
from records.writing.operations import Content, Strategy
from records.writing.restoring import (
    can_link,
    conflict,
    is_held,
    is_returning,
    is_there,
)
from records.writing.reversals import Changed, OnConflict, Revert, SetAccess
from records.writing.rows import Row


def revert(batch: Batch, row: Row, operation: Revert) -> Draft:
    """Put back what a change took from a record.

    Raises:
        UndoConflict: if the record is gone.
        Refused: with all that is not as the change left it, unless that may stay.
    """
    draft = find_living(batch, row)
    conflicts = [
        *put_back_values(batch, row, draft, operation),
        *put_back_details(draft, operation),
        *put_back_links(batch, row, draft, operation),
    ]
    if conflicts and operation.on_conflict == OnConflict.REFUSE:
        raise Refused([("", refusal) for refusal in conflicts])
    row.conflicts += conflicts
    follow(draft, {}, ())
    draft.is_touched = True
    batch.claims.give(row, draft.id)
    return draft


def find_living(batch: Batch, row: Row) -> Draft:
    """Return the record that a row is about.

    Raises:
        UndoConflict: if it is gone.
    """
    draft = batch.drafts.get(row.id)
    if draft is None or draft.is_deleted or not draft.is_visible_to(batch.actor):
        raise conflict()
    return draft


def put_back_values(
    batch: Batch, row: Row, draft: Draft, operation: Revert
) -> Iterator[Refusal]:
    """Put back values; yield a refusal for each that is not as the change left it.

    What follows other values, or other records, follows them again.
    """
    for name, change in operation.values.items():
        slug = draft.schema.slug_of(name)
        if slug not in draft.schema.fields or is_following(draft, slug, operation):
            continue
        if is_same(draft.attributes.get(slug), change.before):
            continue
        try:
            value = former_value(batch, row, draft, slug, change)
            check_value(batch, row, draft, slug, value)
            draft.set_value(slug, value)
        except Refusal:
            yield conflict(slug)


def former_value(
    batch: Batch, row: Row, draft: Draft, slug: str, change: Changed
) -> JSON:
    """Return what a field is to have again.

    Raises:
        UndoConflict: if it is not as the change left it.
    """
    current, field = draft.attributes.get(slug), draft.schema.fields[slug]
    if is_same(current, change.after):
        return row.former.get(slug)
    if field.is_collection:
        return by_difference(field.field_type, current, change)
    if is_rolled_up(batch, draft, slug):
        return current
    raise conflict(slug)


def is_following(draft: Draft, slug: str, operation: Revert) -> bool:
    """Whether a field follows others, and the change has not set it by hand."""
    by_hand = operation.details.keys() | draft.details.keys()
    return slug in draft.schema.following and slug not in by_hand


def is_rolled_up(batch: Batch, draft: Draft, slug: str) -> bool:
    """Whether a field keeps the latest moment of linked records."""
    sides = draft.schema.relationships.values()
    return any(
        rollup.slug == slug and rollup.side in sides for rollup in batch.catalog.rollups
    )


def is_same(one: JSON, other: JSON) -> bool:
    """Whether two values are stored alike; no value is like a blank collection."""
    kept = [value if is_stored(value) else None for value in (one, other)]
    return canonical(kept[0]) == canonical(kept[1])


def by_difference(field_type: object, current: JSON, change: Changed) -> JSON:
    """Return a collection without the items that came, and with those that went."""
    assert isinstance(field_type, Collection)
    before, after, now = map(
        field_type.keyed_items, (change.before, change.after, current)
    )
    kept = [item for key, item in now.items() if key in before or key not in after]
    back = [item for key, item in before.items() if key not in after | now]
    return {"items": [*kept, *back]}


def check_value(batch: Batch, row: Row, draft: Draft, slug: str, value: JSON) -> None:
    """Refuse a value that the record cannot have today.

    Raises:
        Refusal: if it does not fit the schema, is needed, another record's, or refers
            to somebody who has left.
    """
    field = draft.schema.fields[slug]
    if slug in row.unfit or (slug in draft.schema.kept_required and is_blank(value)):
        raise conflict(slug)
    if not is_there(batch, draft.schema, slug, value):
        raise conflict(slug)
    if field.is_collection and is_stored(value):
        field.field_type.clean(value, field)
    if slug in misfits(draft.schema, draft.attributes, {slug: value}):
        raise conflict(slug)
    wanted = ((key, wanting) for key, wanting in row.keys.items() if wanting is field)
    if any(is_held(batch, draft, field, key) for key, _ in wanted):
        raise conflict(slug)


def put_back_details(draft: Draft, operation: Revert) -> Iterator[Refusal]:
    """Put back what stood beside items; yield a refusal for what is not as it was left.

    Items that are not there have nothing beside them.
    """
    for name, change in operation.details.items():
        field = draft.schema.field(name)
        if field is None:
            continue
        before, after = members(change.before), members(change.after)
        beside = dict(members(draft.details.get(field.slug)))
        for key in before.keys() | after.keys():
            if beside.get(key) not in (before.get(key), after.get(key)):
                yield conflict(field.slug)
            elif key in before:
                beside[key] = before[key]
            else:
                beside.pop(key, None)
        keep_details(draft, field.slug, beside)


def members(value: JSON) -> JSONObject:
    """Return what a change says beside the items of a field; nothing if nothing."""
    return value if isinstance(value, dict) else {}


def keep_details(draft: Draft, slug: str, beside: JSONObject) -> None:
    """Keep something beside those items of a field that are there."""
    field_type = draft.schema.fields[slug].field_type
    if isinstance(field_type, Collection):
        there = field_type.keyed_items(draft.attributes.get(slug))
        beside = {key: kept for key, kept in beside.items() if key in there}
    if beside:
        draft.details[slug] = beside
    else:
        draft.details.pop(slug, None)


def put_back_links(
    batch: Batch, row: Row, draft: Draft, operation: Revert
) -> Iterator[Refusal]:
    """Put back links; yield a refusal for each relationship where one has moved."""
    for name in operation.linked.keys() | operation.unlinked.keys():
        side = draft.schema.relationship(name)
        if side is None:
            continue
        came, went = (
            set(links.get(name, ())) for links in (operation.linked, operation.unlinked)
        )
        stored = batch.links.stored_partners(side, draft.id)
        if side.is_to_one and stored not in (came, went):
            yield conflict(side.slug)
            continue
        batch.links.change(side, draft.id, Strategy.REMOVE, came & stored)
        if not link_all(batch, draft, side, went - stored):
            yield conflict(side.slug)


def link_all(batch: Batch, draft: Draft, side: Relationship, others: set[UUID]) -> bool:
    """Link a record to others as far as they are free; return whether all are.

    One that is about to come back links itself.
    """
    free = {one for one in others if can_link(batch, draft, side, one)}
    for one in sorted(free):
        batch.links.change(side, draft.id, Strategy.APPEND, [one])
    return all(is_returning(batch, one) for one in others - free)


def set_access(batch: Batch, row: Row, operation: SetAccess) -> Draft:
    """Let those agents see a record who might see it before.

    Raises:
        UndoConflict: if it is gone, or others see it by now.
    """
    draft = find_living(batch, row)
    if viewers_in(draft.visible_to) != viewers_in(operation.expected):
        if operation.on_conflict == OnConflict.DROP:
            return draft
        raise conflict("access")
    draft.access_before = Access(draft.visible_to)
    draft.visible_to = None
    if operation.viewers is not None:
        draft.visible_to = sorted(batch.known_agents.intersection(operation.viewers))
    return draft


def viewers_in(agents: list[UUID] | tuple[UUID, ...] | None) -> set[UUID] | None:
    """Return the agents who see a record, in no order; None for everyone."""
    return None if agents is None else set(agents)


def check_content(batch: Batch, draft: Draft, expected: Content) -> None:
    """Refuse to go on with a record that has something else than is expected.

    Links to records that the caller does not see do not matter.

    Raises:
        Refused: with a refusal for each field that is different.
    """
    changed = {
        slug
        for slug in draft.before.keys() | expected.values.keys()
        if not is_same(draft.before.get(slug), expected.values.get(slug))
        and not is_rolled_up(batch, draft, slug)
    }
    changed |= {
        slug
        for slug in draft.details_before.keys() | expected.details.keys()
        if draft.details_before.get(slug, {}) != expected.details.get(slug, {})
    }
    changed |= {
        side.slug
        for side in draft.schema.relationships.values()
        if batch.links.stored_partners(side, draft.id)
        .symmetric_difference(expected.links.get(side.slug, ()))
        .difference(batch.links.hidden)
    }
    if changed:
        raise Refused([("", conflict(slug)) for slug in sorted(changed)])
