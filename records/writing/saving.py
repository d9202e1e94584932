"""The statements that read and write records, one a table whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from uuid_utils.compat import uuid7

from crm.jsonapi.rendering import dumps
from crm.sql import query
from objects.catalog import Catalog
from records.storage import load, named, stored
from records.writing.drafts import Draft

LOCK = """
SELECT id, object_type_id, attributes::text, details::text, visible_to, version,
       created_at, created_by, updated_at, updated_by
FROM records_record
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
ORDER BY id
FOR NO KEY UPDATE
"""
LOCK_AT_ONCE = LOCK + "NOWAIT"

SAVE = """
WITH saved AS (
    INSERT INTO records_record (
        workspace_id, id, object_type_id, attributes, folded, details, search, version,
        created_at, created_by, updated_at, updated_by, visible_to
    )
    SELECT %(workspace)s, id, type, attributes, folded, details, search, version,
           created_at, created_by, updated_at, updated_by, viewers::uuid[]
    FROM unnest(
        %(ids)s::uuid[], %(types)s::uuid[], %(attributes)s::jsonb[],
        %(folded)s::jsonb[], %(details)s::jsonb[], %(searches)s::text[],
        %(versions)s::bigint[],
        %(created_at)s::timestamptz[], %(created_by)s::text[],
        %(updated_at)s::timestamptz[], %(updated_by)s::text[], %(viewers)s::text[]
    ) AS draft (
        id, type, attributes, folded, details, search, version,
        created_at, created_by, updated_at, updated_by, viewers
    )
    ON CONFLICT (workspace_id, id) DO UPDATE SET
        attributes = excluded.attributes, folded = excluded.folded,
        details = excluded.details, search = excluded.search,
        version = excluded.version,
        updated_at = excluded.updated_at, updated_by = excluded.updated_by
)
INSERT INTO records_indexedvalue (workspace_id, record_id, field_id, key)
SELECT %(workspace)s, value.*
FROM unnest(%(indexed)s::uuid[], %(fields)s::uuid[], %(keys)s::text[]) AS value
ON CONFLICT (workspace_id, record_id, field_id) DO UPDATE SET key = excluded.key
"""

SHOW = """
INSERT INTO records_access (workspace_id, id, record_id, agent_id, created_at)
SELECT %(workspace)s, rule.*
FROM unnest(
    %(ids)s::uuid[], %(records)s::uuid[], %(agents)s::uuid[], %(times)s::timestamptz[]
) AS rule
"""

DELETE = """
DELETE FROM records_record
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
"""


def lock_records(
    workspace_id: UUID, catalog: Catalog, ids: Iterable[UUID], *, may_wait: bool = True
) -> Iterator[Draft]:
    """Lock the records that exist among ``ids``, in the order of their ids.

    Who may not wait fails at once if another transaction has locked one.
    """
    statement = LOCK if may_wait else LOCK_AT_ONCE
    for row in query(statement, workspace=workspace_id, ids=list(ids)):
        record_id, object_type, attributes, details, visible_to, version, *rest = row
        created_at, created_by, updated_at, updated_by = rest
        schema = catalog.by_id[object_type]
        values = named(schema, load(attributes))
        yield Draft(
            id=record_id,
            schema=schema,
            attributes=dict(values),
            before=values,
            details=named(schema, load(details)),
            details_before=named(schema, load(details)),
            visible_to=visible_to,
            version=version,
            created_at=created_at,
            created_by=created_by,
            updated_at=updated_at,
            updated_by=updated_by,
        )


def save_records(workspace_id: UUID, drafts: Collection[Draft]) -> None:
    """Write what changed of records, and their places in the sorted indexes."""
    kept = [draft for draft in drafts if not draft.is_deleted]
    gone = [draft.id for draft in drafts if draft.is_deleted]
    if kept:
        columns = record_columns(kept) | index_columns(kept)
        query(SAVE, workspace=workspace_id, **columns)
        show_records(workspace_id, [draft for draft in kept if draft.version == 1])
    if gone:
        query(DELETE, workspace=workspace_id, ids=gone)


def show_records(workspace_id: UUID, drafts: Iterable[Draft]) -> None:
    """Note which agents may see new records, where not everyone may."""
    rules = [
        (d.id, agent, d.created_at) for d in drafts for agent in d.visible_to or []
    ]
    if rules:
        query(
            SHOW,
            workspace=workspace_id,
            ids=[uuid7() for _ in rules],
            records=[record for record, _, _ in rules],
            agents=[agent for _, agent, _ in rules],
            times=[at for _, _, at in rules],
        )


def record_columns(drafts: Collection[Draft]) -> dict[str, list[object]]:
    """Return the columns of the records' table."""
    return {
        "ids": [draft.id for draft in drafts],
        "types": [draft.schema.id for draft in drafts],
        "attributes": [stored(draft.schema, draft.attributes) for draft in drafts],
        "folded": [dumps(draft.folded()).decode() for draft in drafts],
        "details": [stored(draft.schema, draft.details) for draft in drafts],
        "searches": [draft.search_text() for draft in drafts],
        "versions": [draft.version for draft in drafts],
        "created_at": [draft.created_at for draft in drafts],
        "created_by": [draft.created_by for draft in drafts],
        "updated_at": [draft.updated_at for draft in drafts],
        "updated_by": [draft.updated_by for draft in drafts],
        "viewers": [array_of(draft.visible_to) for draft in drafts],
    }


def array_of(ids: Iterable[UUID] | None) -> str | None:
    """Return ids as PostgreSQL writes an array of them."""
    return None if ids is None else "{" + ",".join(map(str, ids)) + "}"


def index_columns(drafts: Iterable[Draft]) -> dict[str, list[object]]:
    """Return the columns of the sorted indexes' table, for values that changed."""
    rows = [
        (draft.id, field.id, draft.sort_key(slug))
        for draft in drafts
        for slug, field in draft.schema.kept_indexed.items()
        if draft.version == 1 or slug in draft.changed_fields
    ]
    return {
        "indexed": [record for record, _, _ in rows],
        "fields": [field for _, field, _ in rows],
        "keys": [key for _, _, key in rows],
    }
