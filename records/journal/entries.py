"""The journal: one entry for each change, numbered without gaps in commit order.

Entries are written last in a transaction, under the lock of the workspace's head, which
also keeps the number of live records of each type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.sql import execute, query

# The foreign keys are checked before the head is locked, not after, while others wait.
APPEND = """
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
WITH head AS (
    INSERT INTO records_journalhead AS head (workspace_id, last_seq, counts)
    VALUES (%(workspace)s, %(many)s, %(growth)s::jsonb)
    ON CONFLICT (workspace_id) DO UPDATE SET
        last_seq = head.last_seq + excluded.last_seq,
        counts = head.counts || (
            SELECT coalesce(jsonb_object_agg(
                key, coalesce((head.counts->>key)::bigint, 0) + value::bigint
            ), '{}')
            FROM jsonb_each_text(excluded.counts)
        )
    RETURNING last_seq
)
INSERT INTO records_change (
    workspace_id, seq, record_id, object_type_id, action, version, before, after,
    actor, request_id, at
)
SELECT %(workspace)s, head.last_seq - %(many)s + entry.place, entry.record,
       entry.type, entry.action, entry.version, entry.before, entry.after,
       %(actor)s, %(request)s, %(at)s
FROM head, unnest(
    %(records)s::uuid[], %(types)s::uuid[], %(actions)s::text[], %(versions)s::bigint[],
    %(before)s::jsonb[], %(after)s::jsonb[]
) WITH ORDINALITY AS entry (record, type, action, version, before, after, place)
"""

COUNT = "SELECT counts->>%s FROM records_journalhead WHERE workspace_id = %s"
COUNTS = """
SELECT (jsonb_each_text(counts)).* FROM records_journalhead WHERE workspace_id = %s
"""


def count_alive(workspace_id: UUID, object_type: UUID) -> int:
    """Return how many records of a type there are."""
    rows = execute(COUNT, (str(object_type), workspace_id), is_prepared=True)
    return int(rows[0][0] or 0) if rows else 0


def count_each_alive(workspace_id: UUID) -> dict[UUID, int]:
    """Return how many records there are of each type that had any."""
    rows = execute(COUNTS, (workspace_id,), is_prepared=True)
    return {UUID(key): int(number) for key, number in rows}


@dataclass(frozen=True)
class Entry:
    """What happened to one record. Links that went and came stand beside the values.

    A schema that changed is an entry without a record.
    """

    record: UUID | None
    object_type: UUID
    action: str
    version: int
    before: Mapping[str, JSON]
    after: Mapping[str, JSON]


@dataclass(frozen=True)
class Origin:
    """Who made a change, in which request, and when."""

    actor: str
    request_id: str
    at: datetime


def append_entries(
    workspace_id: UUID, entries: Sequence[Entry], origin: Origin
) -> None:
    """Append to the journal and keep the counts, as the last write of a transaction."""
    growth = Counter[str]()
    for entry in entries:
        step = {"created": 1, "deleted": -1}.get(entry.action, 0)
        growth[str(entry.object_type)] += step
    query(
        APPEND,
        workspace=workspace_id,
        many=len(entries),
        growth=dumps({k: n for k, n in growth.items() if n}).decode(),
        records=[entry.record for entry in entries],
        types=[entry.object_type for entry in entries],
        actions=[entry.action for entry in entries],
        versions=[entry.version for entry in entries],
        before=[dumps(entry.before).decode() for entry in entries],
        after=[dumps(entry.after).decode() for entry in entries],
        actor=origin.actor,
        request=origin.request_id,
        at=origin.at,
    )
