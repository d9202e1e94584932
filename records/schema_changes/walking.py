"""All records of a type, one batch after another, each of them locked."""

from __future__ import annotations

from uuid import UUID

from crm.sql import query
from objects.catalog import Catalog
from records.writing.drafts import Draft
from records.writing.holds import Hold
from records.writing.locking import lock_records

BATCH = 2000
"""Records in one step; about a tenth of a second's work."""

FIRST = "00000000-0000-0000-0000-000000000000"
"""Before the id of any record."""

NEXT = """
SELECT id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
  AND id > %(after)s::uuid
ORDER BY id LIMIT %(many)s
"""


def next_drafts(catalog: Catalog, object_type: UUID, after: str) -> list[Draft]:
    """Return the records of a type behind another, locked."""
    workspace = catalog.workspace_id
    rows = query(NEXT, workspace=workspace, type=object_type, after=after, many=BATCH)
    wanted = {record_id: Hold.CHANGE for (record_id,) in rows}
    return lock_records(workspace, catalog, wanted) if wanted else []
