"""The entries of the journal that an undo is about, if the caller may undo them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from crm.authentication import Actor
from crm.errors import NotAllowed, Refusal
from crm.sql import Row, Sql, concat
from records.journal.cursors import NoSuchChange
from records.journal.visibility import seen_then_and_now
from records.models import JournalEntry
from records.storage import load
from records.writing.undo_plans import Action

MOST_UNDONE = 1000
"""How many records are undone at once. Partners that were only linked do not count."""

# A batch ends where the next one begins, which is found without looking any further.
# Subqueries bound what is looked at in the index; a join would look at all that there
# is before a change, and behind it.
NAMED = """
WITH named AS (
    SELECT seq, batch FROM records_change WHERE workspace_id = %s AND seq = %s
), following AS (
    SELECT entry.seq FROM records_change entry
    WHERE entry.workspace_id = %s AND entry.seq > (SELECT seq FROM named)
      AND entry.batch <> (SELECT batch FROM named)
    ORDER BY entry.seq LIMIT 1
)
SELECT e.seq, e.batch, e.record_id, e.object_type_id, e.action, e.version, e.actor,
       e.at, e.cause::text, e.before::text, e.after::text,
"""
ENTRIES = """
FROM records_change e
WHERE e.workspace_id = %s AND e.seq >= (SELECT batch FROM named)
  AND e.seq < coalesce((SELECT seq FROM following), 9223372036854775807)
ORDER BY e.seq
"""


class Only(StrEnum):
    """What is undone by the id of a change."""

    BATCH = "batch"
    """All that was done together with it."""
    CHANGE = "change"


class TooManyRecords(Refusal):
    """A change is of more records than are undone at once."""

    status = 422
    code = "too_many_rows"
    title = "Wrong number of rows"
    source = None


def entries_to_undo(actor: Actor, place: int, only: Only) -> list[JournalEntry]:
    """Return the entries that are to be undone, if the caller may do that.

    Raises:
        NoSuchChange: if there are none, or the caller may not read one of them.
        NotAllowed: if another key made them, or one is of access.
    """
    rows = select_batch(actor, place).fetch(is_prepared=True)
    if only == Only.CHANGE:
        rows = [row for row in rows if row[0] == place]
    else:
        rows = [row for row in rows if row[4] != Action.LINKED]
    if not rows or not all(is_seen for *_, is_seen in rows):
        raise NoSuchChange("There is no such change.")
    entries = [entry_of(row) for row in rows]
    check_allowed(actor, entries)
    return entries


def select_batch(actor: Actor, place: int) -> Sql:
    """Return the statement that reads what was done together with an entry.

    It tells of each whether the caller can read it.
    """
    workspace = actor.workspace.id
    return concat(
        Sql(NAMED, (workspace, place, workspace)),
        seen_then_and_now(actor),
        Sql(ENTRIES, (workspace,)),
    )


def entry_of(row: Row) -> JournalEntry:
    """Return an entry from its row. Its numbers are exact."""
    seq, batch, record, type_, action, version, actor, at, cause, *sides, _ = row
    before, after = map(load, sides)
    return JournalEntry(
        seq=seq,
        batch=batch,
        record_id=record,
        object_type_id=type_,
        action=action,
        version=version,
        actor=actor,
        at=at,
        cause=load(cause) if cause else None,
        before=before,
        after=after,
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
