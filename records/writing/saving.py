"""Writing what changed: one statement a table whatever the number of records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.authentication import Actor
from crm.jsonapi.rendering import dumps
from crm.moments import to_the_millisecond
from crm.sql import query
from objects.catalog import Catalog
from records.ids import encode_id
from records.journal.entries import Entry, Origin, append_entries
from records.models import JournalEntry
from records.storage import dump_values
from records.writing.batch import Batch
from records.writing.drafts import Draft
from records.writing.operations import Mode

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


def save_changes(batch: Batch) -> None:
    """Write all that changed, and the journal last; nothing if it is only tried out."""
    if batch.mode == Mode.DRY_RUN:
        transaction.set_rollback(True)
        return
    changed = [draft for draft in batch.drafts.values() if draft.is_changed]
    entries = [journal_entry(draft, batch.catalog) for draft in changed]
    origin = origin_of(batch.actor)
    for draft in changed:
        draft.stamp(origin.actor, origin.at)
    # Values move before the records that had them go, which would take them along.
    batch.claims.settle(changed)
    if changed:
        save_records(batch.workspace_id, changed)
        batch.links.save()
        append_entries(batch.workspace_id, entries, origin)


def origin_of(actor: Actor) -> Origin:
    """Return who writes, in which request, and when: now."""
    return Origin(actor.name, actor.request_id, to_the_millisecond(timezone.now()))


def journal_entry(draft: Draft, catalog: Catalog) -> Entry:
    """Return the journal's entry for what a batch made of a record.

    A relationship's links that went stand in what was before, and those that came in
    what is after; the links that stayed are in neither.
    """
    if draft.is_deleted:
        before, after, action = dict(draft.before), {}, JournalEntry.Action.DELETED
    else:
        fields = draft.changed_fields
        before = {s: draft.before[s] for s in fields if s in draft.before}
        after = {s: draft.attributes.get(s) for s in fields}
        action = (
            JournalEntry.Action.CREATED if draft.is_new else JournalEntry.Action.UPDATED
        )
    for links, values in ((draft.unlinked, before), (draft.linked, after)):
        for slug, others in links.items():
            prefix = catalog.schema(draft.schema.relationships[slug].target).prefix
            values[slug] = [encode_id(prefix, other) for other in sorted(others)]
    return Entry(draft.id, draft.schema.id, action, draft.version + 1, before, after)


def save_records(workspace_id: UUID, drafts: Collection[Draft]) -> None:
    """Write what changed of records, and their places in the sorted indexes."""
    kept = [draft for draft in drafts if not draft.is_deleted]
    gone = [draft.id for draft in drafts if draft.is_deleted]
    if kept:
        columns = record_columns(kept) | index_columns(kept)
        query(SAVE, workspace=workspace_id, **columns)
        show_records(workspace_id, [draft for draft in kept if draft.is_new])
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
        "attributes": [dump_values(draft.schema, draft.attributes) for draft in drafts],
        "folded": [dumps(draft.folded()).decode() for draft in drafts],
        "details": [dump_values(draft.schema, draft.details) for draft in drafts],
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
        if draft.is_new or slug in draft.changed_fields
    ]
    return {
        "indexed": [record for record, _, _ in rows],
        "fields": [field for _, field, _ in rows],
        "keys": [key for _, _, key in rows],
    }
