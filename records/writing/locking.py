"""Locking records, each as firmly as it has to be held, and reading them as drafts."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from crm.sql import Row, query
from objects.catalog import Catalog
from records.storage import load_former, load_noted, load_values
from records.writing.drafts import Draft
from records.writing.holds import Hold

COLUMNS = (
    *("id", "object_type_id", "attributes::text", "details::text", "visible_to"),
    *("version", "created_at", "created_by", "updated_at", "updated_by"),
)

LOCK = """
SELECT {columns}
FROM records_record
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
ORDER BY id
FOR {strength} {waiting}
"""

# A statement locks the rows of a table in one way, unless each is a query of its own.
# They run in the order in which the ids are given.
LOCK_EACH = """
SELECT {columns}
FROM (
    SELECT coalesce({found}) AS record
    FROM unnest(%(ids)s::uuid[], %(holds)s::int[]) AS wanted (id, hold)
    {queries}
) AS locked
WHERE (record).id IS NOT NULL
"""
QUERY = """
    LEFT JOIN LATERAL (
        SELECT r AS record FROM records_record r
        WHERE r.workspace_id = %(workspace)s AND r.id = wanted.id
          AND wanted.hold = {hold:d}
        FOR {hold.strength} {waiting}
    ) AS {hold.name} ON true
"""


def statement_for(holds: frozenset[Hold], *, may_wait: bool) -> str:
    """Return the statement that locks records in these ways."""
    waiting = "" if may_wait else "NOWAIT"
    if len(holds) == 1:
        (hold,) = holds
        columns = ", ".join(COLUMNS)
        return LOCK.format(columns=columns, strength=hold.strength, waiting=waiting)
    return LOCK_EACH.format(
        columns=", ".join(f"(record).{column}" for column in COLUMNS),
        found=", ".join(f"{hold.name}.record" for hold in sorted(holds)),
        queries="".join(QUERY.format(hold=h, waiting=waiting) for h in sorted(holds)),
    )


def lock_records(
    workspace_id: UUID,
    catalog: Catalog,
    wanted: Mapping[UUID, Hold],
    *,
    may_wait: bool = True,
) -> list[Draft]:
    """Lock the records that exist among those wanted, in the order of their ids.

    Who may not wait fails at once if another transaction has locked one.
    """
    ids = sorted(wanted)
    holds = frozenset(wanted.values())
    rows = query(
        statement_for(holds, may_wait=may_wait),
        workspace=workspace_id,
        ids=ids,
        holds=[wanted[record_id].value for record_id in ids],
    )
    return [draft_of(catalog, row, wanted[row[0]]) for row in rows]


def draft_of(catalog: Catalog, columns: Row, hold: Hold) -> Draft:
    """Return a draft that is as the record is stored."""
    record_id, object_type, attributes, details, *others = columns
    visible_to, version, created_at, created_by, updated_at, updated_by = others
    schema = catalog.by_id[object_type]
    values, beside = load_values(schema, attributes), load_noted(schema, details)
    return Draft(
        id=record_id,
        schema=schema,
        attributes=dict(values),
        before=values,
        details=dict(beside),
        details_before=beside,
        former=load_former(schema, attributes),
        visible_to=visible_to,
        version=version,
        created_at=created_at,
        created_by=created_by,
        updated_at=updated_at,
        updated_by=updated_by,
        hold=hold,
    )
