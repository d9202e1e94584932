"""Unique values: who has them, and taking those that nobody has.

Values are claimed before the record that will hold them exists, all of a batch in one
statement and in sorted order, so that two batches never wait in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from crm.sql import query_arrays
from records.writing.drafts import Draft, unique_keys
from records.writing.rows import Key, Row

# What nobody held becomes the record's that wants it. The rest is read as it was before
# the statement, so what another transaction has claimed since is in neither part.
CLAIM = """
WITH wanted AS (
    SELECT * FROM unnest(%(fields)s::uuid[], %(keys)s::text[], %(records)s::uuid[])
    AS wanted (field, key, record)
), claimed AS (
    INSERT INTO records_uniquevalue (workspace_id, field_id, key, record_id)
    SELECT %(workspace)s, field, key, record FROM wanted
    WHERE record IS NOT NULL
    ORDER BY field, key COLLATE "C"
    ON CONFLICT DO NOTHING
    RETURNING field_id, key, record_id
)
SELECT field_id, key, record_id, true FROM claimed
UNION ALL
SELECT held.field_id, held.key, held.record_id, false
FROM wanted JOIN records_uniquevalue held
  ON held.workspace_id = %(workspace)s
 AND held.field_id = wanted.field AND held.key = wanted.key
"""

SETTLE = """
WITH freed AS (
    DELETE FROM records_uniquevalue held
    USING unnest(
        %(freed_fields)s::uuid[], %(freed_keys)s::text[], %(freed_records)s::uuid[]
    ) AS free (field, key, record)
    WHERE held.workspace_id = %(workspace)s AND held.field_id = free.field
      AND held.key = free.key AND held.record_id = free.record
)
UPDATE records_uniquevalue held SET record_id = moved.record
FROM unnest(%(moved_fields)s::uuid[], %(moved_keys)s::text[], %(moved_records)s::uuid[])
     AS moved (field, key, record)
WHERE held.workspace_id = %(workspace)s
  AND held.field_id = moved.field AND held.key = moved.key
"""


class Collided(Exception):
    """Another transaction changed what this one was about to rely on."""


class Claims:
    """The unique values that a batch wants, and who holds each."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self.holders: dict[Key, UUID] = {}
        """The record that holds a value, stored or on its way."""
        self.stored: dict[Key, UUID] = {}
        """The record that holds a value in the table, before the batch is settled."""
        self.claimed: dict[Key, UUID] = {}
        """What this batch took, and for which record."""

    def take(self, rows: Iterable[Row]) -> None:
        """Claim all values that the rows want and nobody has, and find the others.

        A row that is refused wants none, but may name records by theirs. The first row
        of several that want the same value is the one to claim it.

        Raises:
            Collided: if a value was taken and given up again while we looked.
        """
        wanted: dict[Key, UUID | None] = {}
        for row in rows:
            for key in () if row.refusals else row.keys:
                wanted[key] = wanted.get(key) or row.id
            for target in row.targets:
                if target.key:
                    wanted.setdefault(target.key)
        self._claim(wanted)
        taken_since = {k: None for k in wanted if wanted[k] and k not in self.stored}
        self._claim(taken_since)
        if taken_since.keys() - self.stored.keys():
            raise Collided
        self.holders = {k: v for k, v in self.stored.items() if k not in self.claimed}

    def _claim(self, wanted: Mapping[Key, UUID | None]) -> None:
        if not wanted:
            return
        rows = query_arrays(
            CLAIM, **self._columns(wanted), records=list(wanted.values())
        )
        for field, key, record, is_claimed in rows:
            self.stored[field, key] = record
            if is_claimed:
                self.claimed[field, key] = record

    def _columns(self, keys: Iterable[Key], prefix: str = "") -> dict[str, object]:
        pairs = list(keys)
        return {
            "workspace": self.workspace_id,
            f"{prefix}fields": [field for field, _ in pairs],
            f"{prefix}keys": [key for _, key in pairs],
        }

    def others(self, row: Row) -> set[UUID]:
        """Return the records that held values of a row before this batch."""
        return {self.stored[key] for key in row.keys if key not in self.claimed}

    def give(self, row: Row, record: UUID) -> None:
        """Note that a record has, from this row on, what the row wants."""
        self.holders |= dict.fromkeys(row.keys, record)

    def settle(self, drafts: Iterable[Draft]) -> None:
        """Give claimed values to their records, and free those that no record holds."""
        freed: dict[Key, UUID] = dict(self.claimed)
        held: dict[Key, UUID] = {}
        stored = dict(self.stored)
        for draft in drafts:
            before = unique_keys(draft.schema, draft.before)
            after = unique_keys(draft.schema, draft.attributes)
            stored |= dict.fromkeys(before, draft.id)
            kept = set() if draft.is_deleted else after
            freed |= dict.fromkeys(before - kept, draft.id)
            held |= dict.fromkeys(kept, draft.id)
        freed = {key: record for key, record in freed.items() if key not in held}
        moved = {
            key: held[key]
            for key, record in stored.items()
            if key in held and held[key] != record
        }
        if freed or moved:
            columns = self._columns(freed, "freed_") | self._columns(moved, "moved_")
            query_arrays(
                SETTLE,
                **columns,
                freed_records=list(freed.values()),
                moved_records=list(moved.values()),
            )
