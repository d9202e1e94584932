"""What became of intended writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from crm.errors import Refusal
from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import dumps
from objects.schema import Schema
from records.reading.rows import RecordRow


class Result(StrEnum):
    """What became of an operation."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
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
