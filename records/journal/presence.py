"""Which records there were behind an entry of the journal, and who might see them.

What came first for a record after it tells both.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from crm.authentication import Actor
from crm.sql import TRUE, Sql, concat
from objects.schema import Schema
from records.journal.visibility import SAW, SEES, seen_now

NIL = UUID(int=0)

FIRST_LATER = """(
    SELECT {told} FROM records_change e
    WHERE e.workspace_id = %s AND e.record_id = {record} AND e.seq > %s {of_these}
    ORDER BY e.seq LIMIT 1
)"""
OF_ITS_LIFE = "AND e.action NOT IN ('access', 'linked')"
ENDS_NO_ABSENCE = "e.action IN ('updated', 'deleted', 'merged')"
"""Before these there was the record. Others begin a life, or left nothing of it."""

# No record was made after the time of the last entry by then: that needs no look at
# the journal.
ALIVE = """
SELECT alive.id, %s::bigint FROM records_record alive
WHERE alive.workspace_id = %s AND alive.created_at <= coalesce((
    SELECT e.noted_at FROM records_change e WHERE e.workspace_id = %s AND e.seq = %s
), 'infinity') AND """
COLUMNS_OF_ALIVE = {"record": "alive.id", "type": "alive.object_type_id"}

# What the entries of a record do not tell any more nobody knows.
GONE = """
SELECT gone.record_id, %s::bigint FROM records_tombstone gone
WHERE NOT gone.is_emptied AND gone.workspace_id = %s AND gone.seq > %s AND """
COLUMNS_OF_GONE = {"record": "gone.record_id", "type": "gone.object_type_id"}


def select_one_place(actor: Actor, schema: Schema, seq: int, record: UUID) -> Sql:
    """Return the statement for a record and the entry, if there was the record then.

    The type is compared as in `records.access.visibility.seen_among`, since this one is
    prepared.
    """
    named = "{record} = %s AND {type} IS NOT DISTINCT FROM %s"
    return select_there(actor, seq, named, (record, schema.id))


def select_places(
    actor: Actor, schema: Schema, seq: int, after: UUID | None, size: int
) -> Sql:
    """Return the statement for the first records of a type there were, behind an id."""
    behind = "{type} = %s AND {record} > %s"
    found = select_there(actor, seq, behind, (schema.id, after or NIL))
    return concat(found, Sql(" ORDER BY 1 LIMIT %s", (size,)))


def select_there(actor: Actor, seq: int, named: str, values: tuple[object, ...]) -> Sql:
    """Return the statement for records there were, the living and those that are gone.

    ``named`` is the condition on the columns of their ids and types.
    """
    own = (actor.workspace.id,)
    alive = Sql(
        ALIVE + named.format(**COLUMNS_OF_ALIVE), (seq, *own, *own, seq, *values)
    )
    gone = Sql(GONE + named.format(**COLUMNS_OF_GONE), (seq, *own, seq, *values))
    return concat(
        alive & there_then(actor, "alive.id", seq, is_alive=True),
        " UNION ALL ",
        gone & there_then(actor, "gone.record_id", seq, is_alive=False),
    )


def there_then(actor: Actor, record: str, seq: int, *, is_alive: bool) -> Sql:
    """Return the condition that there was a record, for a caller.

    ``record`` is the column that has its id.
    """
    first = FIRST_LATER.format(
        told=ENDS_NO_ABSENCE, record=record, of_these=OF_ITS_LIFE
    )
    text = f"coalesce({first}, {str(is_alive).lower()})"
    there = Sql(text, (actor.workspace.id, seq))
    return there & seen_then_as_now(actor, record, seq)


def seen_then_as_now(actor: Actor, record: str, seq: int) -> Sql:
    """Return the condition that a caller sees a record, and saw it behind an entry."""
    agent = actor.agent_id
    if agent is None:
        return TRUE
    told = f"CASE e.action WHEN 'access' THEN {SAW} ELSE {SEES} END"
    first = FIRST_LATER.format(told=told, record=record, of_these="")
    values = (str(agent), agent, actor.workspace.id, seq)
    return seen_now(actor, record) & Sql(f"coalesce({first}, true)", values)


def seen_among(actor: Actor, records: Iterable[UUID], seq: int) -> set[UUID]:
    """Return the records that a caller sees and saw behind an entry.

    No statement if it sees them all.
    """
    named = [*records]
    if actor.agent_id is None or not named:
        return {*named}
    statement = concat(
        Sql("SELECT named.id FROM unnest(%s::uuid[]) AS named (id)", (named,)),
        " WHERE ",
        seen_then_as_now(actor, "named.id", seq),
    )
    return {record for (record,) in statement.fetch(is_prepared=True)}
