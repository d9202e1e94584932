"""`undo_change`: what was done at once is undone at once, and said in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crm.authentication import Actor
from crm.errors import Refusal, Refused
from crm.json_types import JSONObject
from objects.catalog import Catalog
from records.journal.cursors import NoSuchChange, place_of_change
from records.journal.gone import read_gone
from records.journal.heads import read_head
from records.models import JournalEntry
from records.writing.engine import write
from records.writing.operations import Mode, Repeat
from records.writing.outcomes import Outcome
from records.writing.reversals import OnConflict
from records.writing.undo_conflicts import Conflicts, Undone
from records.writing.undo_entries import Only, entries_to_undo
from records.writing.undo_plans import Action, Planner, UndoPlan


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
    if head is None:
        raise NoSuchChange("There is no such change.")
    entries = entries_to_undo(actor, place_of_change(head, undo.change), undo.only)
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
    undoes: JSONObject = {"undoes": plan.entries[0].batch}
    undoing = replace(actor, source="undo", cause=(actor.cause or {}) | undoes)
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


def plan_of(actor: Actor, entries: Sequence[JournalEntry], undo: Undo) -> UndoPlan:
    """Return what undoes entries.

    Raises:
        NotUndoable: if one is of a kind that stays.
    """
    catalog = Catalog.of(actor.workspace)
    went = (Action.DELETED, Action.MERGED)
    gone = [e.record_id for e in entries if e.action in went and e.record_id]
    left = read_gone(actor, catalog, gone) if gone else {}
    return Planner(catalog, left, undo.on_conflict).plan(entries)


def refusals_of(outcomes: Sequence[Outcome]) -> list[tuple[int, Refusal]]:
    """Return the refusals of all operations, each with the place of its operation."""
    return [(n, why) for n, one in enumerate(outcomes) for why in one.refusals]
