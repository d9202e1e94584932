"""All records of a type, one batch after another."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crm.sql import query
from objects.catalog import Catalog
from records.writing.drafts import Draft
from records.writing.holds import Hold
from records.writing.locking import COLUMNS, draft_of, lock_records

BATCH = 2000
"""Records in one step; about a tenth of a second's work."""

FIRST = "00000000-0000-0000-0000-000000000000"
"""Before the id of any record."""

NEXT = """
SELECT {columns} FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
  AND id > %(after)s::uuid
ORDER BY id LIMIT %(many)s
"""
IDS, WHOLE = NEXT.format(columns="id"), NEXT.format(columns=", ".join(COLUMNS))

VERSIONS = """
SELECT id, version FROM records_record
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
"""


def next_drafts(catalog: Catalog, object_type: UUID, after: str) -> list[Draft]:
    """Return the records of a type behind another, locked."""
    workspace = catalog.workspace_id
    rows = query(IDS, workspace=workspace, type=object_type, after=after, many=BATCH)
    wanted = {record_id: Hold.CHANGE for (record_id,) in rows}
    return lock_records(workspace, catalog, wanted) if wanted else []


def read_drafts(
    catalog: Catalog, object_type: UUID, after: str, many: int
) -> list[Draft]:
    """Return records of a type behind another, as they are while others write."""
    workspace = catalog.workspace_id
    rows = query(WHOLE, workspace=workspace, type=object_type, after=after, many=many)
    return [draft_of(catalog, row, Hold.LINK) for row in rows]


def without_stale(catalog: Catalog, drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts that were read before as they are now; what is gone is left out."""
    workspace, ids = catalog.workspace_id, [draft.id for draft in drafts]
    rows = query(VERSIONS, workspace=workspace, ids=ids)
    versions: dict[UUID, int] = dict(rows)
    stale = {d.id: Hold.CHANGE for d in drafts if versions.get(d.id) != d.version}
    there = {draft.id: draft for draft in drafts if draft.id not in stale}
    if stale:
        fresh = lock_records(workspace, catalog, stale)
        there |= {draft.id: draft for draft in fresh}
    return [there[record_id] for record_id in ids if record_id in there]
