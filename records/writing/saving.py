"""Writing what changed: one statement a table whatever the number of records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from crm.jsonapi.rendering import dumps
from crm.sql import query, query_arrays
from records.access.saving import save_viewers
from records.journal.entries import append_entries, array_of, origin_of
from records.journal.gone import FormerRule
from records.storage import dump_noted, dump_stored
from records.writing.batch import Batch
from records.writing.drafts import Draft
from records.writing.noting import entries_of
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

# What is left of a record is written where it is deleted, with all that goes with it.
# The journal, which comes last, says under which number.
DELETE = """
WITH gone AS (
    DELETE FROM records_record
    WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
    RETURNING *
)
INSERT INTO records_tombstone (
    workspace_id, record_id, object_type_id, seq, version, viewers, merged_into,
    details, access, created_at, created_by, deleted_at, deleted_by
)
SELECT gone.workspace_id, gone.id, gone.object_type_id, 0, gone.version + 1,
       gone.visible_to, went.survivor, gone.details, (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
               'id', id, 'agent', agent_id, 'created_at', created_at
           ) ORDER BY created_at, id), '[]')
           FROM records_access
           WHERE workspace_id = gone.workspace_id AND record_id = gone.id
       ),
       gone.created_at, gone.created_by, %(at)s, %(by)s
FROM gone JOIN unnest(%(ids)s::uuid[], %(survivors)s::uuid[]) AS went (id, survivor)
  ON went.id = gone.id
"""


RETURN = """
WITH returned AS (
    DELETE FROM records_tombstone
    WHERE workspace_id = %(workspace)s AND record_id = ANY(%(returned)s::uuid[])
)
"""


def save_changes(batch: Batch) -> None:
    """Write all that changed, and the journal last; nothing if it is only tried out."""
    if batch.mode == Mode.DRY_RUN:
        transaction.set_rollback(True)
        return
    drafts = batch.drafts.values()
    changed = [draft for draft in drafts if draft.is_changed]
    entries = [one for draft in drafts for one in entries_of(draft, batch.catalog)]
    origin = origin_of(batch.actor)
    for draft in changed:
        draft.stamp(origin.actor, origin.at)
    # Values move before the records that had them go, which would take them along.
    batch.claims.settle(changed)
    batch.links.save()
    save_records(batch.workspace_id, changed)
    show_again(batch.workspace_id, [d for d in drafts if d.access_before], origin.at)
    if entries:
        batch.noted = append_entries(batch.workspace_id, entries, origin)
        for draft in changed:
            draft.set_time(batch.noted.at)


def save_records(workspace_id: UUID, drafts: Collection[Draft]) -> None:
    """Write what changed of records, and their places in the sorted indexes."""
    kept = [draft for draft in drafts if not draft.is_deleted]
    gone = [draft for draft in drafts if draft.is_deleted]
    if kept:
        columns = record_columns(kept) | index_columns(kept)
        query_arrays(SAVE, workspace=workspace_id, **columns)
        show_records(workspace_id, [draft for draft in kept if draft.is_added])
    if gone:
        query_arrays(
            DELETE,
            workspace=workspace_id,
            ids=[draft.id for draft in gone],
            survivors=[draft.merged_into for draft in gone],
            by=gone[0].updated_by,
            at=gone[0].updated_at,
        )


def show_records(workspace_id: UUID, drafts: Collection[Draft]) -> None:
    """Note which agents may see records that are added, where not everyone may.

    Of those that come back, what was left in their place goes.
    """
    rules = [(draft.id, rule) for draft in drafts for rule in rules_of(draft)]
    returned = [draft.id for draft in drafts if draft.is_restored]
    if rules or returned:
        query(
            RETURN + SHOW if returned else SHOW,
            workspace=workspace_id,
            returned=returned,
            ids=[rule.id for _, rule in rules],
            records=[record for record, _ in rules],
            agents=[rule.agent for _, rule in rules],
            times=[rule.created_at for _, rule in rules],
        )


def show_again(workspace_id: UUID, drafts: Collection[Draft], at: datetime) -> None:
    """Write who sees records from now on, where that has changed."""
    if drafts:
        viewers = {draft.id: draft.visible_to for draft in drafts}
        rules = {record: agents or () for record, agents in viewers.items()}
        save_viewers(workspace_id, viewers, rules, at)


def rules_of(draft: Draft) -> Iterable[FormerRule]:
    """Return the rules of access of a record that is added."""
    if draft.is_restored:
        return draft.rules
    at = draft.created_at
    assert at is not None
    return [FormerRule(uuid7(), agent, at) for agent in draft.visible_to or []]


def record_columns(drafts: Collection[Draft]) -> dict[str, list[object]]:
    """Return the columns of the records' table."""
    return {
        "ids": [draft.id for draft in drafts],
        "types": [draft.schema.id for draft in drafts],
        "attributes": [dump_stored(draft.stored()) for draft in drafts],
        "folded": [dumps(draft.folded()).decode() for draft in drafts],
        "details": [dump_noted(draft.schema, draft.details) for draft in drafts],
        "searches": [draft.search_text() for draft in drafts],
        "versions": [draft.version for draft in drafts],
        "created_at": [draft.created_at for draft in drafts],
        "created_by": [draft.created_by for draft in drafts],
        "updated_at": [draft.updated_at for draft in drafts],
        "updated_by": [draft.updated_by for draft in drafts],
        "viewers": [array_of(draft.visible_to) for draft in drafts],
    }


def index_columns(drafts: Iterable[Draft]) -> dict[str, list[object]]:
    """Return the columns of the sorted indexes' table, for values that changed."""
    rows = [
        (draft.id, field.id, draft.sort_key(slug))
        for draft in drafts
        for slug, field in draft.schema.kept_indexed.items()
        if draft.is_added or slug in draft.changed_fields
    ]
    return {
        "indexed": [record for record, _, _ in rows],
        "fields": [field for _, field, _ in rows],
        "keys": [key for _, _, key in rows],
    }
