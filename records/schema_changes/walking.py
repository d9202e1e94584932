"""All records of a type, one batch after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from crm.json_types import JSON
from crm.sql import query
from objects.catalog import Catalog
from objects.models import Field
from records.storage import load_value
from records.writing.drafts import Draft
from records.writing.holds import Hold
from records.writing.locking import COLUMNS, draft_of

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

VALUES = NEXT.format(columns="id, version, (attributes->%(member)s)::text")

CHANGED = """
SELECT known.id, record.version, (record.attributes->%(member)s)::text
FROM unnest(%(ids)s::uuid[], %(versions)s::bigint[]) AS known (id, version)
LEFT JOIN records_record record
  ON record.workspace_id = %(workspace)s AND record.id = known.id
WHERE record.version IS DISTINCT FROM known.version
"""


class Held(NamedTuple):
    """What a record holds in a field, as of a version of it."""

    id: UUID
    version: int
    value: JSON


def read_drafts(
    catalog: Catalog, object_type: UUID, after: str, many: int
) -> list[Draft]:
    """Return records of a type behind another, as they are while others write."""
    workspace = catalog.workspace_id
    rows = query(WHOLE, workspace=workspace, type=object_type, after=after, many=many)
    return [draft_of(catalog, row, Hold.LINK) for row in rows]


def read_held(field: Field, after: str, many: int) -> list[Held]:
    """Return what records behind another hold in a field, while others write."""
    rows = query(
        VALUES,
        workspace=field.object_type.workspace_id,
        type=field.object_type_id,
        member=field.member,
        after=after,
        many=many,
    )
    return [Held(id_, version, value_of(text)) for id_, version, text in rows]


def as_of_now(field: Field, held: Sequence[Held]) -> list[Held]:
    """Return what records that were read before hold now; what is gone is left out."""
    rows = query(
        CHANGED,
        workspace=field.object_type.workspace_id,
        member=field.member,
        ids=[one.id for one in held],
        versions=[one.version for one in held],
    )
    changed = {id_: (version, text) for id_, version, text in rows}
    if not changed:
        return [*held]
    fresh = ((one, changed.get(one.id)) for one in held)
    return [
        one if now is None else Held(one.id, now[0], value_of(now[1]))
        for one, now in fresh
        if now is None or now[0] is not None
    ]


def value_of(text: str | None) -> JSON:
    """Return a value as it is stored, or None if there is none."""
    return None if text is None else load_value(text)
