"""Lists of the records of a type that are gone, the last first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from crm.authentication import Actor
from crm.sql import TRUE, Sql, concat
from objects.catalog import Catalog
from objects.schema import Schema
from records.journal.gone import GoneRecord, seen_in_the_end, select_gone

LAST_FIRST = " ORDER BY gone.seq DESC LIMIT %s OFFSET %s"
COUNT = """
SELECT count(*) FROM records_tombstone gone
WHERE NOT gone.is_erased AND gone.workspace_id = %s AND """


@dataclass(frozen=True)
class DeletedRecords:
    """The records of a type that are gone and that a caller might see in the end."""

    actor: Actor
    catalog: Catalog
    schema: Schema
    condition: Sql = TRUE
    """On a tombstone ``gone``."""
    are_merged: bool = False
    """Whether they went into others, or were deleted."""

    def get(self, record: UUID) -> GoneRecord | None:
        """Return one of them, whatever became of it."""
        named = Sql("gone.record_id = %s", (record,)) & self.of_type
        return next(iter(select_gone(self.actor, self.catalog, named)), None)

    def before(self, seq: int | None, most: int) -> list[GoneRecord]:
        """Return the last that went before a number in the journal, or the last."""
        earlier = TRUE if seq is None else Sql("gone.seq < %s", (seq,))
        return self.read(earlier, most, 0)

    def at_offset(self, offset: int, most: int) -> list[GoneRecord]:
        """Return some behind so many that went later."""
        return self.read(TRUE, most, offset)

    def total(self) -> int:
        """Return how many there are."""
        whole = self.whole & seen_in_the_end(self.actor)
        rows = concat(Sql(COUNT, (self.actor.workspace.id,)), whole).fetch()
        return int(rows[0][0])

    def read(self, further: Sql, most: int, offset: int) -> list[GoneRecord]:
        """Return some of those that fulfil a further condition, the last first."""
        part = Sql(LAST_FIRST, (most, offset))
        return select_gone(self.actor, self.catalog, self.whole & further, part)

    @property
    def whole(self) -> Sql:
        """The condition that a record is one of them."""
        negation = "NOT" if self.are_merged else ""
        ended = Sql(f"gone.merged_into IS {negation} NULL")
        return self.of_type & ended & self.condition

    @property
    def of_type(self) -> Sql:
        """The condition that a record is of the type."""
        return Sql("gone.object_type_id = %s", (self.schema.id,))
