"""Which record an upsert means: one that shares a value with it, or none yet.

The value is one that only one record may hold. Where the operation says so, a record is
known by values that others may have too, such as a phone; the oldest is meant then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from crm.errors import MalformedDocument, Refusal, ValueTaken
from crm.json_types import JSON, JSONObject
from crm.locks import lock
from objects.models import Field
from records.ids import encode_id
from records.reading.lookup import Wanted, find_holders
from records.writing.batch import Batch
from records.writing.claims import Collided
from records.writing.drafts import Draft, keys_of
from records.writing.operations import (
    MultipleMatches,
    Repeat,
    RepeatedInBatch,
    Upsert,
)
from records.writing.rows import Key, Row, SoftMatch

MOST_HOLDERS = 5
"""How many records with one value are looked at, the oldest first."""


class Match(NamedTuple):
    """The record that an upsert means, and the field by which it is soft."""

    field: Field
    draft: Draft


def find_soft_matches(batch: Batch) -> None:
    """Find the records that rows may know by values that need not be unique.

    They are found as far as the caller may see them. Nobody else looks for records of
    the workspace in this way until the transaction ends, so that two batches which know
    a record by the same value make one.
    """
    wanted = {
        soft.key: Wanted(row.schema, soft.field, soft.item)
        for row in batch.good_rows
        for soft in row.soft_matches
        if not soft.field.unique
    }
    if wanted:
        lock(f"known in {batch.workspace_id}")
    for schema in {one.schema for one in wanted.values()}:
        own = {key: one for key, one in wanted.items() if one.schema is schema}
        found = find_holders(batch.actor, list(own.values()), most=MOST_HOLDERS)
        batch.soft_holders |= dict(zip(own, found, strict=True))


def find_match(batch: Batch, row: Row, operation: Upsert) -> Match | None:
    """Return the record that shares a value with a row, if there is one.

    Raises:
        MultipleMatches: if several records do.
        ValueTaken: if the caller may not see the one that does.
        RepeatedInBatch: if an earlier row meant it, and that is not allowed.
    """
    for field, found in candidates(batch, row, operation):
        if len(found) > 1:
            place = {row.place(field.slug): "Several records have these values."}
            raise MultipleMatches(place, meta=shown_matches(batch, found.values()))
        for draft in found.values():
            if not draft.is_visible_to(batch.actor):
                raise value_taken(batch, row, field, draft)
            if is_repeat(batch, draft):
                raise RepeatedInBatch.meant_at(row.place(field.slug))
            return Match(field, draft)
    return None


def candidates(
    batch: Batch, row: Row, operation: Upsert
) -> Iterator[tuple[Field, dict[UUID, Draft]]]:
    """Yield the fields by which a record may be known, in order, and who is."""
    if operation.soft_matches is not None:
        for soft in row.soft_matches:
            draft = soft_holder(batch, soft)
            yield soft.field, {draft.id: draft} if draft else {}
        return
    for field in match_fields(row, operation):
        keys = (key for key, wanting in row.keys.items() if wanting is field)
        holders = (holder_of(batch, field, key) for key in keys)
        yield field, {draft.id: draft for draft in holders if draft}


def match_fields(row: Row, operation: Upsert) -> list[Field]:
    """Return the unique fields by which a record is known, in order of preference.

    Raises:
        MalformedDocument: if one that was named is not unique any more.
    """
    if operation.match_on is None:
        return row.schema.match_fields
    slugs = [row.schema.slug_of(name) for name in operation.match_on]
    if not all(slug in row.schema.unique for slug in slugs):
        raise MalformedDocument("A field to match on is not unique any more.")
    return [row.schema.unique[slug] for slug in slugs]


def holder_of(batch: Batch, field: Field, key: Key) -> Draft | None:
    """Return the record that holds a unique value by now.

    Raises:
        Collided: if a stored one has lost the value since we looked.
    """
    record = batch.claims.holders.get(key)
    if record is None:
        return None
    draft = batch.drafts.get(record)
    if draft is None:
        raise Collided
    if draft.is_deleted:
        return None
    if key[1] in keys_of(field, draft.attributes.get(field.slug)):
        return draft
    if not draft.is_touched:
        raise Collided
    return None


def soft_holder(batch: Batch, soft: SoftMatch) -> Draft | None:
    """Return the oldest record that holds a value by now, which need not be unique."""
    if soft.field.unique:
        return holder_of(batch, soft.field, soft.key)
    for record in batch.soft_holders.get(soft.key, []):
        draft = batch.drafts.get(record)
        if draft is None or draft.is_deleted:
            continue
        value = draft.attributes.get(soft.field.slug)
        if soft.key[1] in keys_of(soft.field, value):
            return draft
    return None


def note_holder(batch: Batch, draft: Draft) -> None:
    """Note what a record holds by now, for the rows that come later."""
    for slug, field in draft.schema.fields.items() if batch.soft_holders else ():
        for key in keys_of(field, draft.attributes.get(slug)):
            holders = batch.soft_holders.get((field.id, key))
            if holders is not None and draft.id not in holders:
                holders.append(draft.id)


def is_repeat(batch: Batch, draft: Draft) -> bool:
    """Whether an earlier row meant a record, where that is not allowed."""
    return draft.is_touched and batch.on_repeat == Repeat.REFUSE


def taken_values(batch: Batch, row: Row, draft: Draft) -> list[Refusal]:
    """Return a refusal for each field with a value that another record holds."""
    refusals: dict[str, Refusal] = {}
    for key, field in row.keys.items():
        other = holder_of(batch, field, key)
        if other is None or other.id == draft.id:
            continue
        if key[1] in keys_of(field, other.before.get(field.slug)):
            refusal: Refusal = value_taken(batch, row, field, other)
        else:
            refusal = RepeatedInBatch.meant_at(row.place(field.slug))
        refusals.setdefault(field.slug, refusal)
    return list(refusals.values())


def value_taken(batch: Batch, row: Row, field: Field, holder: Draft) -> ValueTaken:
    """Return the refusal of a value that another record holds."""
    place = {row.place(field.slug): f"Another {row.schema.slug} has this value."}
    return ValueTaken(place, meta=shown_matches(batch, [holder]))


def shown_matches(batch: Batch, drafts: Iterable[Draft]) -> JSONObject | None:
    """Return the ids of records as far as the caller may see them."""
    ids: list[JSON] = [
        encode_id(draft.schema.prefix, draft.id)
        for draft in drafts
        if draft.is_visible_to(batch.actor)
    ]
    return {"matches": ids} if ids else None
