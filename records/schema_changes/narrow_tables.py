"""What is kept of a field beside the documents: unique, indexed and searched values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from crm.sql import query, query_arrays
from objects.declarations.pace import AT_ONCE
from objects.models import Field
from records.ids import encode_id
from records.schema_changes.walking import Held
from records.writing.drafts import keys_of

CLAIM = """
INSERT INTO records_uniquevalue (workspace_id, field_id, key, record_id)
SELECT %(workspace)s, %(field)s, wanted.*
FROM unnest(%(keys)s::text[], %(records)s::uuid[]) AS wanted
ON CONFLICT DO NOTHING
RETURNING key, record_id
"""
HELD = """
SELECT key, record_id FROM records_uniquevalue
WHERE workspace_id = %(workspace)s AND field_id = %(field)s AND key = ANY(%(keys)s)
"""

# Whoever changed a record meanwhile has written all of its text.
SEARCH = """
WITH held AS MATERIALIZED (
    SELECT id FROM records_record
    WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE records_record record SET search = fresh.search
FROM held, unnest(
    %(ids)s::uuid[], %(searches)s::text[], %(versions)s::bigint[]
) AS fresh (id, search, version)
WHERE record.workspace_id = %(workspace)s AND record.id = fresh.id
  AND held.id = fresh.id AND record.version = fresh.version
  AND record.search <> fresh.search
"""

INDEX = """
INSERT INTO records_indexedvalue (workspace_id, field_id, record_id, key)
SELECT %(workspace)s, %(field)s, value.*
FROM unnest(%(records)s::uuid[], %(keys)s::text[]) AS value
ON CONFLICT (workspace_id, record_id, field_id) DO UPDATE SET key = excluded.key
"""

PURGE = (
    "DELETE FROM {table} WHERE workspace_id = %(workspace)s AND field_id = %(field)s"
)
PURGE_SOME = """
DELETE FROM {table} WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM {table}
    WHERE workspace_id = %(workspace)s AND field_id = %(field)s LIMIT %(many)s
)) RETURNING 1
"""
PURGED = 5000
"""Rows that are kept for no more which are removed in one step."""
TABLES = {"unique": "records_uniquevalue", "indexed": "records_indexedvalue"}


def claim_values(field: Field, held: Sequence[Held]) -> list[str]:
    """Claim the values of records, and return the ids of those that share one."""
    pairs = [
        (key, one.id)
        for one in held
        for key in dict.fromkeys(keys_of(field, one.value))
    ]
    owner = {"workspace": field.object_type.workspace_id, "field": field.id}
    keys, records = ([pair[index] for pair in pairs] for index in (0, 1))
    claimed = set(query_arrays(CLAIM, **owner, keys=keys, records=records))
    lost = [pair for pair in pairs if pair not in claimed]
    keys = [key for key, _ in lost]
    holders: dict[str, UUID] = dict(query(HELD, **owner, keys=keys) if lost else ())
    shared = [
        record_id
        for key, record in lost
        if holders[key] != record
        for record_id in (holders[key], record)
    ]
    prefix = field.object_type.prefix
    return [encode_id(prefix, record_id) for record_id in dict.fromkeys(shared)]


def index_values(field: Field, held: Sequence[Held]) -> None:
    """Write the places of records in the order of a field."""
    sort_key = field.field_type.sort_key
    query_arrays(
        INDEX,
        workspace=field.object_type.workspace_id,
        field=field.id,
        records=[one.id for one in held],
        keys=[
            None if one.value is None else sort_key(one.value, field) for one in held
        ],
    )


def purge_tables(field: Field, flags: Collection[str]) -> None:
    """Remove what was kept of a field because of flags that it has no more."""
    workspace = field.object_type.workspace_id
    for flag in TABLES.keys() & set(flags):
        query(PURGE.format(table=TABLES[flag]), workspace=workspace, field=field.id)


def purge_at_once(field: Field, flags: Collection[str], many: int) -> list[str]:
    """Remove what was kept of so many records, if that takes no longer than a moment.

    Return the flags for which it has still to go, while others write.
    """
    kept = sorted(TABLES.keys() & set(flags))
    if many > AT_ONCE:
        return kept
    purge_tables(field, kept)
    return []


def purge_some(
    workspace_id: UUID, field_id: UUID, flags: Collection[str] = TABLES.keys()
) -> bool:
    """Remove some of what is kept of a field for no more, and return whether any."""
    return any(
        query(
            PURGE_SOME.format(table=TABLES[flag]),
            workspace=workspace_id,
            field=field_id,
            many=PURGED,
        )
        for flag in sorted(flags)
    )
