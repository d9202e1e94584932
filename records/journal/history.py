"""What happened to a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.authentication import Actor
from crm.sql import Row, Sql, concat
from objects.catalog import Catalog
from objects.schema import Schema
from records.journal.changes import Change, select_changes, tell_changes
from records.journal.conditions import Asked
from records.journal.feed import ChangePage
from records.journal.heads import Head
from records.journal.visibility import readable, seen_now
from records.models import JournalEntry

IS_OF_TYPE = """coalesce((
    SELECT r.object_type_id FROM records_record r
    WHERE r.workspace_id = %s AND r.id = named.id
), (
    SELECT t.object_type_id FROM records_tombstone t
    WHERE t.workspace_id = %s AND t.record_id = named.id
)) = %s"""


def read_entries(
    workspace_id: UUID, record_id: UUID, before: int | None, most: int
) -> list[JournalEntry]:
    """Return the latest entries of a record, the last first.

    ``before`` is a number in the journal: only entries with a lower one are returned.
    """
    entries = JournalEntry.objects.filter(
        workspace_id=workspace_id, record_id=record_id
    )
    if before is not None:
        entries = entries.filter(seq__lt=before)
    return list(entries.order_by("-seq")[:most])


@dataclass(frozen=True)
class History:
    """The changes of one record that a caller may read and asked for.

    There are none of a record that the caller does not see now. One that is gone is
    seen by whoever saw it in the end.
    """

    actor: Actor
    catalog: Catalog
    head: Head
    schema: Schema
    record: UUID
    asked: Asked

    def read(self, before: int | None, size: int) -> ChangePage:
        """Return the last changes before a number, ``size`` of them, the last first."""
        found: list[Change] = []
        before, has_more = before or self.head.last_seq + 1, True
        while has_more and len(found) < size:
            rows = self.statement(before, size - len(found) + 1).fetch()
            has_more = len(rows) > size - len(found)
            rows = rows[: size - len(found)]
            before = rows[-1][0] if rows else before
            found += self.admitted(rows)
        return ChangePage(found, before, has_more)

    def admitted(self, rows: Sequence[Row]) -> list[Change]:
        """Return the changes in rows that were asked for."""
        changes = tell_changes(self.actor, self.catalog, rows)
        return [one for one in changes if self.asked.admits(one, self.catalog)]

    def statement(self, before: int, most: int) -> Sql:
        """Return the statement for entries before a number."""
        own = (self.actor.workspace.id, self.record, self.schema.id, before)
        condition = Sql(
            "e.workspace_id = %s AND e.record_id = %s AND e.object_type_id = %s "
            "AND e.seq < %s",
            own,
        )
        if self.actor.agent_id is not None:
            condition &= seen_now(self.actor, "e.record_id") & readable(self.actor)
        last = Sql(" ORDER BY e.seq DESC LIMIT %s", (most,))
        asked = condition & self.asked.condition
        return concat(select_changes(self.actor, asked), last)

    def is_there(self) -> bool:
        """Whether the caller sees the record, or saw it when it went."""
        workspace = self.actor.workspace.id
        is_of_type = Sql(IS_OF_TYPE, (workspace, workspace, self.schema.id))
        statement = concat(
            Sql(
                "SELECT 1 FROM (SELECT %s::uuid AS id) AS named WHERE ", (self.record,)
            ),
            is_of_type & seen_now(self.actor, "named.id"),
        )
        return bool(statement.fetch())
