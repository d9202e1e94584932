"""The head of a journal: how far it goes, and what its changes are called."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from crm.authentication import Actor
from crm.moments import to_the_millisecond
from crm.sql import Row, Sql, execute, query
from records.journal.change_ids import EPOCHS, ChangeIds

READ = """
SELECT first_seq, last_seq, noted_at, epoch, key, (
    SELECT schema_version FROM crm_workspace WHERE id = workspace_id
)
FROM records_journalhead WHERE workspace_id = %s
"""
BEGIN = """
INSERT INTO records_journalhead (workspace_id, counts, last_seq, epoch, noted_at)
VALUES (%(workspace)s, '{}', 0, %(epoch)s, %(at)s)
ON CONFLICT (workspace_id) DO NOTHING
"""
COUNT = "SELECT counts->>%s FROM records_journalhead WHERE workspace_id = %s"
COUNTS = """
SELECT (jsonb_each_text(counts)).* FROM records_journalhead WHERE workspace_id = %s
"""

WAIT_UNTIL = """
UPDATE records_journalhead SET noted_at = %(moment)s
WHERE workspace_id = %(workspace)s AND noted_at < %(moment)s
RETURNING last_seq
"""

BEGIN_EPOCHS = """
UPDATE records_journalhead head SET epoch = fresh.epoch
FROM unnest(%(workspaces)s::uuid[], %(epochs)s::bigint[]) AS fresh (workspace, epoch)
WHERE head.workspace_id = fresh.workspace
"""


class Head(NamedTuple):
    """How far a journal goes."""

    first_seq: int
    """The number of the first entry that is kept."""
    last_seq: int
    noted_at: datetime
    """When the last entry was noted."""
    ids: ChangeIds
    """What makes and reads the ids of its changes."""
    schema_version: int
    """That of the workspace's schemas, in which all entries until then can be told."""


def read_head(workspace_id: UUID) -> Head | None:
    """Return the head of a journal, or None if nothing was ever noted in it."""
    rows = execute(READ, (workspace_id,), is_prepared=True)
    return head_of(rows[0]) if rows else None


def find_head(actor: Actor) -> Head:
    """Return the head of the caller's journal, which begins now if it had none.

    Raises:
        KeyChanged: if the caller is not any more who they were.
    """
    own = Sql(READ, (actor.workspace.id,))
    rows = actor.fetch(lambda proof: own & proof, is_prepared=True)
    if not rows:
        now = to_the_millisecond(timezone.now())
        epoch = secrets.randbelow(EPOCHS)
        query(BEGIN, workspace=actor.workspace.id, epoch=epoch, at=now)
        rows = own.fetch(is_prepared=True)
    return head_of(rows[0])


def head_of(row: Row) -> Head:
    """Return a head from its row."""
    first, last, noted_at, epoch, key, version = row
    return Head(first, last, noted_at, ChangeIds(epoch, bytes(key)), version)


def note_nothing_until(workspace_id: UUID, moment: datetime) -> int | None:
    """Let all that is noted from now on be noted after a time.

    It waits for whoever is noting something now. Return the number of the last entry,
    or None if one was noted later than that already.
    """
    rows = query(WAIT_UNTIL, workspace=workspace_id, moment=moment)
    return int(rows[0][0]) if rows else None


def count_alive(workspace_id: UUID, object_type: UUID) -> int:
    """Return how many records of a type there are."""
    rows = execute(COUNT, (str(object_type), workspace_id), is_prepared=True)
    return int(rows[0][0] or 0) if rows else 0


def count_each_alive(workspace_id: UUID) -> dict[UUID, int]:
    """Return how many records there are of each type that had any."""
    rows = execute(COUNTS, (workspace_id,), is_prepared=True)
    return {UUID(key): int(number) for key, number in rows}


def begin_epochs() -> int:
    """Let all ids of changes that were given end, and return of how many journals.

    Who puts a backup back does this: numbers that were given since are given again.
    """
    workspaces = [
        row[0] for row in query("SELECT workspace_id FROM records_journalhead")
    ]
    epochs = [secrets.randbelow(EPOCHS) for _ in workspaces]
    query(BEGIN_EPOCHS, workspaces=workspaces, epochs=epochs)
    return len(workspaces)
