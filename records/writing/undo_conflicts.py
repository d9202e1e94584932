"""What stands in the way of an undo: which record, field and later change it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crm.authentication import Actor
from crm.errors import Refusal, Refused
from crm.json_types import JSONObject
from crm.sql import Sql, concat
from objects.catalog import Catalog
from records.ids import encode_id
from records.journal.heads import Head
from records.journal.telling import DETAILS, VIEWERS
from records.journal.visibility import seen_then
from records.models import JournalEntry
from records.writing.outcomes import Outcome
from records.writing.reversals import UndoConflict
from records.writing.undo_plans import Action, UndoPlan, schema_of

MOST_LATER = 1000
"""How many later entries of a record are looked through, the last of it first."""

# Of each place one entry is returned, however much happened since. A place without a
# member is a record as a whole.
LATER = """
SELECT place.number, found.seq
FROM unnest(%s::uuid[], %s::text[]) WITH ORDINALITY AS place (record, member, number)
CROSS JOIN LATERAL (
    SELECT later.seq FROM (
        SELECT e.seq, e.action, e.before, e.after FROM records_change e
        WHERE e.workspace_id = %s AND e.record_id = place.record AND e.seq > %s AND
"""
ABOUT = f"""
        ORDER BY e.seq DESC LIMIT %s
    ) AS later
    WHERE place.member IS NULL
       OR later.action IN ('{Action.DELETED.value}', '{Action.MERGED.value}')
       OR later.before ? place.member OR later.before->'{DETAILS}' ? place.member
       OR later.after ? place.member OR later.after->'{DETAILS}' ? place.member
    ORDER BY later.seq DESC LIMIT 1
) AS found
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
        places = [(self.plan.entries[n], field_of(why)) for n, why in refusals]
        later = self.later(places)
        return [
            self.conflict(*place, why, later.get(number))
            for number, (place, (_, why)) in enumerate(
                zip(places, refusals, strict=True), 1
            )
        ]

    def conflict(
        self, entry: JournalEntry, field: str | None, why: Refusal, change: int | None
    ) -> UndoConflict:
        """Return what stands in the way of undoing an entry."""
        meta: JSONObject = {
            "record": self.id_of(entry),
            "field": field,
            "change": self.head.ids.of(change) if change else None,
        }
        return UndoConflict(str(why), meta=meta | (why.meta or {}))

    def later(
        self, places: Sequence[tuple[JournalEntry, str | None]]
    ) -> dict[int, int]:
        """Return the last change of each place since, by the place's number from 1.

        Places that the caller cannot read of have none.
        """
        records = [entry.record_id for entry, _ in places]
        members = [self.member_of(entry, field) for entry, field in places]
        since = max(entry.seq for entry in self.plan.entries)
        values = (records, members, self.actor.workspace.id, since)
        statement = concat(
            Sql(LATER, values), seen_then(self.actor), Sql(ABOUT, (MOST_LATER,))
        )
        return dict(statement.fetch())

    def member_of(self, entry: JournalEntry, field: str | None) -> str | None:
        """Return the member by which entries name a field of an entry's record."""
        if field is None:
            return None
        if field == "access":
            return VIEWERS
        return schema_of(self.catalog, entry).noted_as.get(field, field)

    def id_of(self, entry: JournalEntry) -> str:
        """Return the id of an entry's record, as clients see it."""
        assert entry.record_id is not None
        return encode_id(schema_of(self.catalog, entry).prefix, entry.record_id)


def field_of(refusal: Refusal) -> str | None:
    """Return the field that a refusal is about, if it is about one."""
    place = next(iter(refusal.problems), "")
    parts = place.split("/")
    return parts[2].replace("~1", "/").replace("~0", "~") if len(parts) > 2 else None
