"""Taking out of records what is stored of fields that are gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from crm.models import Workspace
from crm.sql import query
from jobs.models import Job
from objects.catalog import Catalog
from objects.models import ObjectType
from objects.schema_lock import hold_schemas
from records.schema_changes.changes import PATIENCE
from records.schema_changes.narrow_tables import purge_some
from records.schema_changes.walking import FIRST, read_drafts
from records.writing.saving import record_columns

STRIPPED = 200
"""Records in one step: all of their indexes are written anew."""

# Whoever changed a record meanwhile has stored nothing of fields that are gone. Nothing
# else is touched: a field that gets another type has its new values beside the old.
STRIP = """
WITH held AS MATERIALIZED (
    SELECT id FROM records_record
    WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE records_record record
SET attributes = record.attributes - %(removed)s::text[],
    folded = record.folded - %(removed)s::text[],
    search = fresh.search
FROM unnest(%(ids)s::uuid[], %(searches)s::text[], %(versions)s::bigint[])
  AS fresh (id, search, version), held
WHERE record.workspace_id = %(workspace)s AND record.id = fresh.id
  AND held.id = fresh.id AND record.version = fresh.version
  AND record.attributes ?| %(removed)s::text[]
"""

COLUMNS = ("ids", "searches", "versions")


def strip_removed(object_type: ObjectType) -> None:
    """Take out of all records what is stored of fields that are gone."""
    removed = list(object_type.removed_members)
    after = FIRST if removed else ""
    while after:
        after = strip_some(object_type, removed, after)
    if removed:
        forget_members(object_type.id, removed)


def remove_step(job: Job) -> bool:
    """Purge or strip some of what is left of fields. Return whether there is more."""
    object_type = ObjectType.objects.filter(pk=str(job.object_type_id)).first()
    if object_type is None:
        return False
    field = job.arguments["field"]
    if field and purge_some(job.workspace_id, UUID(field)):
        return True
    removed = job.arguments["members"]
    after = strip_some(object_type, removed, job.cursor.get("after", FIRST))
    if after:
        job.cursor = {"after": after}
        job.done = min(job.done + STRIPPED, job.total or 0)
        return True
    forget_members(object_type.id, removed)
    job.done = job.total or 0
    return False


def strip_some(object_type: ObjectType, removed: Sequence[str], after: str) -> str:
    """Take members out of some records, and return the last of them, or nothing."""
    workspace = Workspace.objects.get(pk=object_type.workspace_id)
    catalog = Catalog.of(workspace)
    drafts = read_drafts(catalog, object_type.id, after, STRIPPED)
    if not drafts:
        return ""
    columns = record_columns(drafts)
    with transaction.atomic():
        query(PATIENCE)
        hold_schemas(workspace.id, ())
        values = {name: columns[name] for name in COLUMNS}
        query(STRIP, workspace=workspace.id, removed=list(removed), **values)
    return str(drafts[-1].id)


def forget_members(object_type_id: UUID, removed: Collection[str]) -> None:
    """Note that nothing is stored of some fields any more."""
    with transaction.atomic():
        found = ObjectType.objects.select_for_update().get(pk=object_type_id)
        found.removed_members = [m for m in found.removed_members if m not in removed]
        found.save(update_fields=["removed_members"])
