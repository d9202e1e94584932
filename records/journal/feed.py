"""The change feed: what was noted behind a place in the journal, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

from crm.authentication import Actor
from crm.sql import TRUE, Row, Sql, concat
from objects.catalog import Catalog
from records.journal.changes import Change, select_changes, tell_changes
from records.journal.conditions import Asked
from records.journal.heads import Head
from records.journal.visibility import readable


class ChangePage(NamedTuple):
    """Some changes, and where to go on."""

    changes: list[Change]
    reached: int
    """The number behind which the next ones are."""
    has_more: bool


@dataclass(frozen=True)
class Feed:
    """The changes that a caller may read and asked for, until now."""

    actor: Actor
    catalog: Catalog
    head: Head
    asked: Asked
    most_scanned: int = 50_000
    """How many entries one statement looks at."""
    patience: float = 2
    """Seconds after which a page is answered with what was found."""

    def read(self, after: int, size: int) -> ChangePage:
        """Return the first changes behind a number, ``size`` of them at most.

        There may be fewer and still more to come, if most of what was looked at is not
        for this caller.
        """
        found: list[Change] = []
        until = monotonic() + self.patience
        while after < self.head.last_seq and len(found) < size:
            rows, after = self.scan(after, size - len(found))
            changes = tell_changes(self.actor, self.catalog, rows)
            found += [one for one in changes if self.asked.admits(one, self.catalog)]
            if monotonic() > until:
                break
        return ChangePage(found, after, after < self.head.last_seq)

    def scan(self, after: int, most: int) -> tuple[Sequence[Row], int]:
        """Return some rows behind a number, and how far was looked."""
        end = self.head.last_seq
        if not self.asked.is_of_records:
            end = min(end, after + self.most_scanned)
        rows = self.statement(after, end, most + 1).fetch()
        if len(rows) <= most:
            return rows, end
        return rows[:most], rows[most - 1][0]

    def statement(self, after: int, end: int, most: int) -> Sql:
        """Return the statement for entries between two numbers."""
        values = (self.actor.workspace.id, after, end)
        own = Sql("e.workspace_id = %s AND e.seq > %s AND e.seq <= %s", values)
        condition = own & self.asked.condition & readable(self.actor)
        first = Sql(" ORDER BY e.seq LIMIT %s", (most,))
        return concat(select_changes(self.actor, condition), first)


def find_change(
    actor: Actor, catalog: Catalog, seq: int, condition: Sql = TRUE
) -> Change | None:
    """Return the change of a number, if there is one that a caller may read.

    ``condition`` is a further one on its entry ``e``.
    """
    own = Sql("e.workspace_id = %s AND e.seq = %s", (actor.workspace.id, seq))
    statement = select_changes(actor, own & readable(actor) & condition)
    changes = tell_changes(actor, catalog, statement.fetch(is_prepared=True))
    return changes[0] if changes else None
