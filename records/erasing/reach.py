"""What an erasure reaches: a record, and all that became one with it by merges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from crm.sql import query
from records.ids import encode_id

# From the record to the last survivor, and from each of them to all that went into it.
# Records of a type that was removed have left nothing but entries.
REACH = """
WITH RECURSIVE way AS (
    SELECT %(record)s::uuid AS id
    UNION
    SELECT gone.merged_into FROM way JOIN records_tombstone gone
      ON gone.workspace_id = %(workspace)s AND gone.record_id = way.id
    WHERE gone.merged_into IS NOT NULL
), reached AS (
    SELECT id FROM way
    UNION
    SELECT gone.record_id FROM reached JOIN records_tombstone gone
      ON gone.workspace_id = %(workspace)s AND gone.merged_into = reached.id
), known AS (
    SELECT reached.id, r.id IS NOT NULL AS is_alive,
           coalesce(r.object_type_id, t.object_type_id, noted.type) AS type,
           coalesce(r.version, t.version, noted.version) AS version,
           CASE WHEN r.id IS NOT NULL THEN r.visible_to
                WHEN t.record_id IS NOT NULL THEN t.viewers
                ELSE '{}' END AS viewers
    FROM reached
    LEFT JOIN records_record r
      ON r.workspace_id = %(workspace)s AND r.id = reached.id
    LEFT JOIN records_tombstone t
      ON t.workspace_id = %(workspace)s AND t.record_id = reached.id
    LEFT JOIN LATERAL (
        SELECT object_type_id, max(version) FROM records_change
        WHERE workspace_id = %(workspace)s AND record_id = reached.id
          AND r.id IS NULL AND t.record_id IS NULL
        GROUP BY object_type_id
    ) AS noted (type, version) ON true
)
SELECT known.id, known.is_alive, known.type, known.version, known.viewers,
       coalesce(alive.slug, former.slug), coalesce(alive.prefix, former.prefix)
FROM known
LEFT JOIN objects_objecttype alive ON alive.id = known.type
LEFT JOIN objects_formertype former ON former.id = known.type
WHERE known.type IS NOT NULL
ORDER BY known.id <> %(record)s, known.id
"""

SIZE = """
SELECT (
    SELECT count(*) FROM (
        SELECT FROM records_change
        WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])
        LIMIT %(most)s
    ) AS entry
) + (
    SELECT count(*) FROM (
        SELECT FROM records_link
        WHERE workspace_id = %(workspace)s AND source_id = ANY(%(records)s::uuid[])
        LIMIT %(most)s
    ) AS link
) + (
    SELECT count(*) FROM (
        SELECT FROM records_link
        WHERE workspace_id = %(workspace)s AND target_id = ANY(%(records)s::uuid[])
        LIMIT %(most)s
    ) AS link
)
"""


class Reached(NamedTuple):
    """A record that an erasure reaches: one that lives, or what is left of one."""

    id: UUID
    is_alive: bool
    object_type: UUID
    version: int
    viewers: list[UUID] | None
    """The agents who see it, or saw it in the end; None for everyone."""
    slug: str
    """What its type is or was called."""
    prefix: str

    @property
    def name(self) -> str:
        """Its id as clients and the journal know it."""
        return encode_id(self.prefix, self.id)


def find_reach(workspace_id: UUID, record: UUID) -> list[Reached]:
    """Return what an erasure of a record reaches, the record first; nothing of none."""
    rows = query(REACH, workspace=workspace_id, record=record)
    return [Reached(*row) for row in rows]


def size_of(workspace_id: UUID, reach: Sequence[Reached], most: int) -> int:
    """Return how many entries and links an erasure goes through; above ``most`` any."""
    records = [one.id for one in reach]
    rows = query(SIZE, workspace=workspace_id, records=records, most=most + 1)
    return int(rows[0][0])
