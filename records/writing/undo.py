"""`undo_change`: what was done at once is undone at once, and said in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from crm.authentication import Actor
from crm.errors import NotAllowed, NotFound, Refusal, Refused
from crm.json_types import JSON, JSONObject
from crm.sql import Row, query
from objects.catalog import Catalog
from records.ids import encode_id
from records.journal.cursors import ChangeExpired, find_place
from records.journal.gone import read_gone
from records.journal.heads import Head, read_head
from records.journal.telling import DETAILS
from records.models import JournalEntry
from records.storage import load
from records.writing.engine import write
from records.writing.operations import Mode, Repeat
from records.writing.outcomes import Outcome
from records.writing.reversals import OnConflict, UndoConflict
from records.writing.undo_plans import Action, Planner, UndoPlan, schema_of

MOST_UNDONE = 1000
"""How many records are undone at once. Partners that were only linked do not count."""

# A batch ends where the next one begins, which is found without looking any further.
READ = """
WITH named AS (
    SELECT seq, batch FROM records_change
    WHERE workspace_id = %(workspace)s AND seq = %(seq)s
), following AS (
    SELECT min(seq) AS seq FROM (
        SELECT entry.seq FROM records_change entry, named
        WHERE entry.workspace_id = %(workspace)s
          AND entry.seq > named.seq AND entry.batch <> named.batch
        ORDER BY entry.seq LIMIT 1
    ) AS first
)
SELECT entry.seq, entry.batch, entry.record_id, entry.object_type_id, entry.action,
       entry.version, entry.actor, entry.at, entry.before::text, entry.after::text,
       %(agent)s::uuid IS NULL OR (
           (entry.viewers IS NULL OR entry.viewers @> ARRAY[%(agent)s::uuid])
           AND coalesce((
               SELECT r.visible_to IS NULL OR r.visible_to @> ARRAY[%(agent)s::uuid]
               FROM records_record r
               WHERE r.workspace_id = %(workspace)s AND r.id = entry.record_id
           ), (
               SELECT t.viewers IS NULL OR t.viewers @> ARRAY[%(agent)s::uuid]
               FROM records_tombstone t
               WHERE t.workspace_id = %(workspace)s AND t.record_id = entry.record_id
           ), false)
       )
FROM records_change entry, named, following
WHERE entry.workspace_id = %(workspace)s AND entry.seq >= named.batch
  AND (following.seq IS NULL OR entry.seq < following.seq)
ORDER BY entry.seq
"""

LATER = """
SELECT seq, record_id, action, before::text, after::text FROM records_change
WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])
  AND seq > %(seq)s
  AND (%(agent)s::uuid IS NULL OR viewers IS NULL
       OR viewers @> ARRAY[%(agent)s::uuid])
ORDER BY seq DESC
"""


class Only(StrEnum):
    """What is undone by the id of a change."""

    BATCH = "batch"
    """All that was done together with it."""
    CHANGE = "change"


@dataclass(frozen=True)
class Undo:
    """What to undo, and how."""

    change: str
    """The id of a change."""
    only: Only = Only.BATCH
    on_conflict: OnConflict = OnConflict.REFUSE
    """Whether what somebody changed since stays as it is, or keeps the rest from it."""
    is_tried: bool = False
    """Whether nothing is written."""


class NoSuchChange(NotFound):
    """There is no such change, or not for this caller."""

    source = None


class TooManyRecords(Refusal):
    """A change is of more records than are undone at once."""

    status = 422
    code = "too_many_rows"
    title = "Wrong number of rows"
    source = None


class Undone(NamedTuple):
    """What became of one entry that was to be undone."""

    type: str
    record: str
    """Its id, as clients see it."""
    outcome: Outcome
    conflicts: Sequence[UndoConflict]
    """What stayed as it is, because somebody has changed it since."""


def undo_change(*, actor: Actor, undo: Undo) -> list[Undone]:
    """Undo a change, or all that was done together with it, and say what became of it.

    Raises:
        NoSuchChange: if there is none that the caller may read as a whole.
        ChangeExpired: if it is not kept any more.
        NotAllowed: if another key made it, or it is of access, and the caller is no
            admin.
        NotUndoable: if it is of a kind that stays.
        TooManyRecords: if it is of more records than are undone at once.
        Refused: with an `UndoConflict` for each thing that somebody changed since.
    """
    head = read_head(actor.workspace.id)
    place = find_place(head, undo.change, "", ChangeExpired) if head else None
    if head is None or place is None:
        raise NoSuchChange("There is no such change.")
    entries = entries_to_undo(actor, place, undo.only)
    plan = plan_of(actor, entries, undo)
    told = Conflicts(actor, head, plan)
    mode = Mode.PARTIAL if undo.on_conflict == OnConflict.DROP else Mode.ATOMIC
    outcomes = perform(actor, plan, Mode.DRY_RUN if undo.is_tried else mode, told)
    if undo.on_conflict == OnConflict.REFUSE and any(one.refusals for one in outcomes):
        raise told.refused(refusals_of(outcomes))
    return told.undone(outcomes)


def perform(actor: Actor, plan: UndoPlan, mode: Mode, told: Conflicts) -> list[Outcome]:
    """Perform a plan, as a batch that says what it undoes.

    Raises:
        Refused: with an `UndoConflict` for each thing that somebody changed since.
    """
    cause: JSONObject = {"undoes": plan.entries[0].batch}
    undoing = replace(actor, source="undo", cause=cause)
    try:
        return write(
            actor=undoing,
            operations=plan.operations,
            mode=mode,
            on_repeat=Repeat.FOLD,
        )
    except Refused as refused:
        pairs = [(int(at[1:]), refusal) for at, refusal in refused.refusals]
        raise told.refused(pairs) from refused


def entries_to_undo(actor: Actor, place: int, only: Only) -> list[JournalEntry]:
    """Return the entries that are to be undone, if the caller may do that.

    Raises:
        NoSuchChange: if there are none, or the caller may not read one of them.
        NotAllowed: if another key made them, or one is of access.
    """
    values = {"workspace": actor.workspace.id, "seq": place, "agent": actor.agent_id}
    rows = query(READ, **values)
    if only == Only.CHANGE:
        rows = [row for row in rows if row[0] == place]
    else:
        rows = [row for row in rows if row[4] != Action.LINKED]
    if not rows or not all(is_seen for *_, is_seen in rows):
        raise NoSuchChange("There is no such change.")
    entries = [entry_of(row) for row in rows]
    check_allowed(actor, entries)
    return entries


def entry_of(row: Row) -> JournalEntry:
    """Return an entry from its row. Its numbers are exact."""
    seq, batch, record, type_, action, version, actor, at, before, after, _ = row
    return JournalEntry(
        seq=seq,
        batch=batch,
        record_id=record,
        object_type_id=type_,
        action=action,
        version=version,
        actor=actor,
        at=at,
        before=load(before),
        after=load(after),
    )


def check_allowed(actor: Actor, entries: Sequence[JournalEntry]) -> None:
    """Refuse to undo what the caller may not, or what is too much.

    Raises:
        NotAllowed: if another key made it, or it is of access.
        TooManyRecords: if it is of more records than are undone at once.
    """
    if not actor.is_admin:
        if any(entry.actor != actor.name for entry in entries):
            raise NotAllowed("Only an admin key may undo what another key did.")
        if any(entry.action == Action.ACCESS for entry in entries):
            raise NotAllowed("Only an admin key may undo a change of access.")
    records = {entry.record_id for entry in entries}
    if len(records) > MOST_UNDONE:
        why = (
            f"At most {MOST_UNDONE:,} records are undone at once, not {len(records):,}."
        )
        raise TooManyRecords(why)


def plan_of(actor: Actor, entries: Sequence[JournalEntry], undo: Undo) -> UndoPlan:
    """Return what undoes entries.

    Raises:
        NotUndoable: if one is of a kind that stays.
    """
    catalog = Catalog.of(actor.workspace)
    gone = [e.record_id for e in entries if e.action == Action.DELETED and e.record_id]
    left = read_gone(actor, catalog, gone) if gone else {}
    return Planner(catalog, left, undo.on_conflict).plan(entries)


def refusals_of(outcomes: Sequence[Outcome]) -> list[tuple[int, Refusal]]:
    """Return the refusals of all operations, each with the place of its operation."""
    return [(n, why) for n, one in enumerate(outcomes) for why in one.refusals]


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
        return query(
            LATER,
            workspace=self.actor.workspace.id,
            agent=self.actor.agent_id,
            records=[entry.record_id for entry in entries],
            seq=max(entry.seq for entry in self.plan.entries),
        )

    def is_about(self, row: Row, entry: JournalEntry, field: str | None) -> bool:
        """Whether a later entry changed a field of an entry's record."""
        _, record, action, before, after = row
        if record != entry.record_id:
            return False
        if field is None or action == Action.DELETED:
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
