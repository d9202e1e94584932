"""What stands in the way of an undo: which record, field and later change it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crm.authentication import Actor
from crm.errors import Refusal, Refused
from crm.json_types import JSON, JSONObject
from crm.sql import Row, Sql, concat
from objects.catalog import Catalog
from records.ids import encode_id
from records.journal.heads import Head
from records.journal.telling import DETAILS
from records.journal.visibility import seen_then
from records.models import JournalEntry
from records.storage import load
from records.writing.outcomes import Outcome
from records.writing.reversals import UndoConflict
from records.writing.undo_plans import Action, UndoPlan, schema_of

LATER = """
SELECT e.seq, e.record_id, e.action, e.before::text, e.after::text
FROM records_change e
WHERE e.workspace_id = %s AND e.record_id = ANY(%s::uuid[]) AND e.seq > %s
"""


class Undone(NamedTuple):
    """What became of one entry that was to be undone."""

    type: str
    record: str
    """Its id, as clients see it."""
    outcome: Outcome
    conflicts: Sequence[UndoConflict]
    """What stayed as it is, because somebody has changed it since."""


class Conflicts:
    """Says of what stands in the way which record, field and later change it is."""

    def __init__(self, actor: Actor, head: Head, plan: UndoPlan) -> None:
        self.actor = actor
        self.head = head
        self.plan = plan
        self.catalog = Catalog.of(actor.workspace)

    def refused(self, refusals: Sequence[tuple[int, Refusal]]) -> Refused:
        """Return the refusal of it all; refusals come with places of operations."""
        return Refused([("", one) for one in self.conflicts(refusals)])

    def undone(self, outcomes: Sequence[Outcome]) -> list[Undone]:
        """Return what became of each entry, with what stayed as it is."""
        refusals = [
            (n, why)
            for n, one in enumerate(outcomes)
            for why in (*one.refusals, *one.conflicts)
        ]
        told = list(zip(refusals, self.conflicts(refusals), strict=True))
        return [
            Undone(
                self.catalog.by_id[entry.object_type_id].slug,
                self.id_of(entry),
                outcome,
                [conflict for (place, _), conflict in told if place == n],
            )
            for n, (entry, outcome) in enumerate(
                zip(self.plan.entries, outcomes, strict=True)
            )
        ]

    def conflicts(self, refusals: Sequence[tuple[int, Refusal]]) -> list[UndoConflict]:
        """Return refusals of operations as what they are to whoever undoes."""
        if not refusals:
            return []
        named = [(self.plan.entries[n], field_of(why), why) for n, why in refusals]
        later = self.later([entry for entry, _, _ in named])
        return [self.conflict(entry, field, why, later) for entry, field, why in named]

    def conflict(
        self,
        entry: JournalEntry,
        field: str | None,
        why: Refusal,
        later: Sequence[Row],
    ) -> UndoConflict:
        """Return what stands in the way of undoing an entry."""
        change = next((r[0] for r in later if self.is_about(r, entry, field)), None)
        meta: JSONObject = {
            "record": self.id_of(entry),
            "field": field,
            "change": self.head.ids.of(change) if change else None,
        }
        return UndoConflict(str(why), meta=meta | (why.meta or {}))

    def later(self, entries: Sequence[JournalEntry]) -> list[Row]:
        """Return what the caller may read of what happened to records since."""
        values = (
            self.actor.workspace.id,
            [entry.record_id for entry in entries],
            max(entry.seq for entry in self.plan.entries),
        )
        later = Sql(LATER, values) & seen_then(self.actor)
        return concat(later, " ORDER BY e.seq DESC").fetch()

    def is_about(self, row: Row, entry: JournalEntry, field: str | None) -> bool:
        """Whether a later entry changed a field of an entry's record."""
        _, record, action, before, after = row
        if record != entry.record_id:
            return False
        if field is None or action in (Action.DELETED, Action.MERGED):
            return True
        if field == "access":
            return bool(action == Action.ACCESS)
        member = schema_of(self.catalog, entry).noted_as.get(field, field)
        return any(member in members_in(load(side)) for side in (before, after))

    def id_of(self, entry: JournalEntry) -> str:
        """Return the id of an entry's record, as clients see it."""
        assert entry.record_id is not None
        return encode_id(schema_of(self.catalog, entry).prefix, entry.record_id)


def field_of(refusal: Refusal) -> str | None:
    """Return the field that a refusal is about, if it is about one."""
    place = next(iter(refusal.problems), "")
    parts = place.split("/")
    return parts[2].replace("~1", "/").replace("~0", "~") if len(parts) > 2 else None


def members_in(side: JSONObject) -> set[str]:
    """Return the members that one side of an entry is about, labels included."""
    beside: JSON = side.get(DETAILS)
    return side.keys() | (beside.keys() if isinstance(beside, dict) else set())
