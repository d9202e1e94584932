"""What became of intended writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from crm.errors import Refusal
from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import dumps
from crm.moments import wire_time
from objects.schema import Schema
from records.ids import identifier
from records.reading.rows import RecordRow
from records.writing.batch import Batch
from records.writing.drafts import Draft
from records.writing.restoring import skipped_links
from records.writing.rows import Row


class Result(StrEnum):
    """What became of an operation."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    RESTORED = "restored"
    REFUSED = "refused"


@dataclass(frozen=True)
class SavedRecord:
    """A record as it is after a write."""

    id: UUID
    schema: Schema
    attributes: JSONObject
    version: int
    created_at: str
    updated_at: str
    created_by: str
    updated_by: str
    partners: Mapping[str, JSON]
    """The identifiers that its to-one relationships lead to, by slug."""


@dataclass(frozen=True)
class Outcome:
    """What became of one operation."""

    result: Result
    record: SavedRecord | None = None
    refusals: tuple[Refusal, ...] = ()
    conflicts: tuple[Refusal, ...] = ()
    """What could not be put back, where that kept nothing else from it."""
    dropped: Mapping[str, JSON] = field(default_factory=dict)
    """The unique values that a record came back without, by slug."""
    skipped_links: Mapping[str, JSON] = field(default_factory=dict)
    """The identifiers of partners that it came back without, by slug."""


def outcomes_of(batch: Batch) -> list[Outcome]:
    """Return what became of each row of a batch."""
    pairs = zip(batch.rows, batch.decided, strict=True)
    return [outcome_of(batch, row, draft) for row, draft in pairs]


def outcome_of(batch: Batch, row: Row, draft: Draft | None) -> Outcome:
    """Return the outcome of a row, without a new record that was only tried out."""
    result = result_of(row, draft)
    if draft is None or draft.created_at is None or draft.updated_at is None:
        return Outcome(result, refusals=tuple(row.refusals))
    return Outcome(
        result,
        SavedRecord(
            id=draft.id,
            schema=draft.schema,
            attributes=draft.attributes,
            version=draft.version,
            created_at=wire_time(draft.created_at),
            updated_at=wire_time(draft.updated_at),
            created_by=draft.created_by,
            updated_by=draft.updated_by,
            partners=shown_partners(batch, draft),
        ),
        conflicts=tuple(row.conflicts),
        dropped=row.dropped,
        skipped_links=skipped_links(batch, row),
    )


def result_of(row: Row, draft: Draft | None) -> Result:
    """Return what became of a row."""
    if draft is None:
        return Result.REFUSED
    if draft.is_deleted:
        return Result.DELETED
    if draft.is_restored:
        return Result.RESTORED
    if draft.is_new and draft.id == row.id:
        return Result.CREATED
    is_changed = draft.is_changed or draft.access_before is not None
    return Result.UPDATED if is_changed else Result.UNCHANGED


def shown_partners(batch: Batch, draft: Draft) -> dict[str, JSON]:
    """Return the identifiers that the to-one relationships of a record lead to."""
    found: dict[str, JSON] = {}
    for side in draft.schema.to_one:
        found[side.slug] = None
        prefix = batch.catalog.schema(side.target).prefix
        for partner in batch.links.partners(side, draft.id):
            if partner not in batch.links.hidden:
                found[side.slug] = identifier(side.target, prefix, partner)
    return found


def row_of_saved(record: SavedRecord, fields: frozenset[str] | None) -> RecordRow:
    """Return a record that was just written as a read would return it."""
    schema = record.schema
    attributes = {
        slug: record.attributes.get(slug, blank)
        for slug, blank in schema.blank.items()
        if fields is None or slug in fields
    }
    return RecordRow(
        id=record.id,
        version=record.version,
        created_at=record.created_at,
        updated_at=record.updated_at,
        created_by=record.created_by,
        updated_by=record.updated_by,
        attributes=dumps(attributes).decode(),
        agents={slug: record.attributes.get(slug) for slug in schema.agents},
        partners=record.partners,
    )
