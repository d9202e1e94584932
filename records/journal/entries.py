"""The journal: one entry for each change, numbered without gaps in commit order.

Entries are written last in a transaction, under the lock of the workspace's head, which
also keeps the number of live records of each type.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from crm.authentication import Actor
from crm.changes import Change
from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import dumps
from crm.moments import to_the_millisecond
from crm.sql import query
from records.journal.change_ids import EPOCHS, ChangeIds

# Note [Times in commit order]
#
# The time of a write is taken before its rows can be seen. Where another write was
# noted meanwhile, at a later time, somebody may have seen that one already and ask
# for what came after it. So the head keeps the time of the last batch, and under its
# lock, which lasts until the transaction ends, each batch gets a time that is later:
# its own, or a millisecond after the last. A batch that was overtaken is stamped with
# it, in the same statement. Whoever has seen a time is given all that he has not seen
# by asking for what is later.

# The foreign keys are checked before the head is locked, not after, while others wait.
# Documents come as one array of JSON: as elements of arrays they would be quoted twice.
APPEND = """
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
WITH entry AS (
    SELECT * FROM ROWS FROM (
        unnest(
            %(records)s::uuid[], %(types)s::uuid[], %(actions)s::text[],
            %(versions)s::bigint[], %(viewers)s::text[]
        ),
        jsonb_array_elements(%(before)s::jsonb),
        jsonb_array_elements(%(after)s::jsonb),
        jsonb_array_elements(%(causes)s::jsonb)
    ) WITH ORDINALITY AS entry (
        record, type, action, version, viewers, before, after, cause, place
    )
), head AS (
    INSERT INTO records_journalhead AS head (
        workspace_id, first_seq, last_seq, counts, noted_at, epoch, key
    )
    VALUES (
        %(workspace)s, 1, %(many)s, %(growth)s::jsonb, %(at)s, %(epoch)s, %(key)s
    )
    ON CONFLICT (workspace_id) DO UPDATE SET
        last_seq = head.last_seq + excluded.last_seq,
        noted_at = greatest(head.noted_at + interval '1 ms', excluded.noted_at),
        counts = head.counts || (
            SELECT coalesce(jsonb_object_agg(
                key, coalesce((head.counts->>key)::bigint, 0) + value::bigint
            ), '{}')
            FROM jsonb_each_text(excluded.counts)
        )
    RETURNING last_seq, noted_at, epoch, key
), noted AS (
    INSERT INTO records_change (
        workspace_id, seq, record_id, object_type_id, action, version, before, after,
        viewers, cause, actor, request_id, source, at, batch, noted_at
    )
    SELECT %(workspace)s, head.last_seq - %(many)s + entry.place, entry.record,
           entry.type, entry.action, entry.version, entry.before, entry.after,
           entry.viewers::uuid[], nullif(entry.cause, 'null'), %(actor)s, %(request)s,
           %(source)s, head.noted_at, head.last_seq - %(many)s + 1, head.noted_at
    FROM head, entry
)
"""

# Records that are there, of a batch that was overtaken.
STAMP = """
, overtaken AS (
    UPDATE records_record record SET
        updated_at = head.noted_at,
        created_at = CASE entry.action
            WHEN 'created' THEN head.noted_at ELSE record.created_at
        END
    FROM head, entry
    WHERE head.noted_at > %(at)s
      AND entry.action IN ('created', 'updated', 'restored')
      AND record.workspace_id = %(workspace)s AND record.id = entry.record
)
"""

# What is left of records that went, before it was known which number that has.
BURY = """
, buried AS (
    UPDATE records_tombstone tombstone SET
        seq = head.last_seq - %(many)s + entry.place, deleted_at = head.noted_at
    FROM head, entry
    WHERE entry.action IN ('deleted', 'merged')
      AND tombstone.workspace_id = %(workspace)s
      AND tombstone.record_id = entry.record
)
"""
RESULT = "SELECT last_seq, noted_at, epoch, key FROM head"

STAMPED, BURIED = {"created", "updated", "restored"}, {"deleted", "merged"}
"""Actions of which the record, or what is left of it, has the time of its batch."""

GROWTH = {"created": 1, "restored": 1, "deleted": -1, "merged": -1}
"""How many records more there are after an action."""

Viewers = Iterable[UUID] | None
"""The agents who may see a record; None for everyone."""


@dataclass(frozen=True)
class Entry:
    """What happened to one record. Links that went and came stand beside the values.

    Both are named by their members; `records.journal.telling` reads them. A schema that
    changed is an entry without a record.
    """

    record: UUID | None
    object_type: UUID
    action: str
    version: int
    before: Mapping[str, JSON]
    after: Mapping[str, JSON]
    viewers: Viewers = None
    cause: JSONObject = field(default_factory=dict)
    """What there is to say of why, beside what is said of the whole batch."""


@dataclass(frozen=True)
class Origin:
    """Who made a change, in which request, where that came in, when, and why."""

    actor: str
    request_id: str
    at: datetime
    source: str = "api"
    cause: JSONObject = field(default_factory=dict)

    @property
    def is_by_agent(self) -> bool:
        """Whether whoever made it does not see all."""
        return self.actor.startswith("agent:")


class Noted(NamedTuple):
    """A batch that is in the journal."""

    at: datetime
    """When it was noted, which is when its records were updated."""
    change: Change


def origin_of(actor: Actor) -> Origin:
    """Return who writes, in which request, and when: now."""
    now = to_the_millisecond(timezone.now())
    return Origin(
        actor.name, actor.request_id, now, actor.source, dict(actor.cause or {})
    )


def append_entries(
    workspace_id: UUID, entries: Sequence[Entry], origin: Origin
) -> Noted:
    """Append to the journal and keep the counts, as the last write of a transaction.

    Records that were updated are stamped with another time than that of the origin if
    others were noted at a later one. See Note [Times in commit order].
    """
    rows = query(
        statement_for({entry.action for entry in entries}),
        workspace=workspace_id,
        many=len(entries),
        growth=dumps(growth_of(entries)).decode(),
        actor=origin.actor,
        request=origin.request_id,
        source=origin.source,
        at=origin.at,
        epoch=secrets.randbelow(EPOCHS),
        key=secrets.token_bytes(16),
        **entry_columns(entries, origin),
    )
    ((last_seq, noted_at, epoch, key),) = rows
    ids = ChangeIds(epoch, bytes(key))
    first_seq = last_seq - len(entries) + 1
    batch = ids.of_batch(first_seq, for_agent=origin.is_by_agent)
    return Noted(noted_at, Change(batch, ids.of(last_seq)))


def statement_for(actions: set[str]) -> str:
    """Return the statement that appends entries, with what some actions need besides.

    It cannot be prepared, so all that is in it is planned each time.
    """
    stamp = STAMP if actions & STAMPED else ""
    bury = BURY if actions & BURIED else ""
    return APPEND + stamp + bury + RESULT


def entry_columns(entries: Sequence[Entry], origin: Origin) -> dict[str, object]:
    """Return the columns in which entries differ."""
    causes = [origin.cause | entry.cause for entry in entries]
    return {
        "records": [entry.record for entry in entries],
        "types": [entry.object_type for entry in entries],
        "actions": [entry.action for entry in entries],
        "versions": [entry.version for entry in entries],
        "before": dumps([entry.before for entry in entries]).decode(),
        "after": dumps([entry.after for entry in entries]).decode(),
        "viewers": [array_of(entry.viewers) for entry in entries],
        "causes": dumps([cause or None for cause in causes]).decode(),
    }


def growth_of(entries: Sequence[Entry]) -> dict[str, int]:
    """Return how many records more there are of each type."""
    growth = Counter[str]()
    for entry in entries:
        growth[str(entry.object_type)] += GROWTH.get(entry.action, 0)
    return {object_type: more for object_type, more in growth.items() if more}


def array_of(ids: Viewers) -> str | None:
    """Return ids as PostgreSQL writes an array of them, in their order."""
    return None if ids is None else "{" + ",".join(map(str, sorted(ids))) + "}"
