"""Entries of the journal as statements read them, many at a time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from crm.json_types import JSONObject


class EntryRow(NamedTuple):
    """An entry, without all that a model brings along."""

    seq: int
    record_id: UUID | None
    object_type_id: UUID
    action: str
    version: int
    actor: str
    request_id: str
    source: str
    at: datetime
    batch: int
    noted_at: datetime
    before: JSONObject
    after: JSONObject


READ = EntryRow._fields[:-2]
"""What is read of an entry as it is stored, beside its documents."""
