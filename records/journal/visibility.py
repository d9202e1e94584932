"""Who may read which entry, and what kind of change it is to whom.

Keys without an agent read all. An agent reads what happened to a record while it might
see the record, as long as it sees the record now. By the entry with which it gained
sight the record is shown to it; the one with which it lost sight says so for ever.
Decision 90 in docs/decisions.md says why.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from crm.authentication import Actor
from crm.sql import TRUE, Sql, concat
from records.journal.telling import VIEWERS

KIND = """
CASE e.action
    WHEN 'access' THEN 'access.changed'
    WHEN 'reshaped' THEN 'schema.changed'
    ELSE 'record.' || e.action
END
"""
SAW = f"(e.before->'{VIEWERS}' = 'null' OR e.before->'{VIEWERS}' ? %s)"
SEES = "(e.viewers IS NULL OR e.viewers @> ARRAY[%s]::uuid[])"

# Subqueries, because they look at the few records by their keys, whatever is planned.
SEES_NOW = """coalesce((
    SELECT r.visible_to IS NULL OR r.visible_to @> ARRAY[%s]::uuid[]
    FROM records_record r WHERE r.workspace_id = %s AND r.id = {record}
), (
    SELECT t.viewers IS NULL OR t.viewers @> ARRAY[%s]::uuid[]
    FROM records_tombstone t WHERE t.workspace_id = %s AND t.record_id = {record}
), false)"""
THERE_NOW = """(
    EXISTS (SELECT FROM records_record r WHERE r.workspace_id = %s AND r.id = {record})
    OR EXISTS (
        SELECT FROM records_tombstone t
        WHERE t.workspace_id = %s AND t.record_id = {record}
    )
)"""

STILL_TOLD = """(e.action = 'erased' OR NOT EXISTS (
    SELECT FROM records_tombstone t
    WHERE t.workspace_id = e.workspace_id AND t.record_id = e.record_id AND t.is_erased
))"""


def kind_of(actor: Actor) -> Sql:
    """Return the kind of change that an entry ``e`` is to a caller."""
    if actor.agent_id is None:
        return Sql(KIND)
    return concat(
        "CASE WHEN ",
        gained_sight(actor.agent_id),
        " THEN 'record.shown' WHEN ",
        lost_sight(actor.agent_id),
        " THEN 'record.hidden' ELSE ",
        KIND,
        " END",
    )


def readable(actor: Actor) -> Sql:
    """Return the condition that a caller may read an entry ``e``."""
    agent = actor.agent_id
    if agent is None:
        return TRUE
    seen = seen_then_and_now(actor)
    return concat("(e.record_id IS NULL OR ", lost_sight(agent), " OR ", seen, ")")


def seen_then_and_now(actor: Actor) -> Sql:
    """Return the condition that a caller sees the record of an entry ``e``, as then."""
    then = seen_then(actor)
    return then if actor.agent_id is None else then & seen_now(actor, "e.record_id")


def seen_then(actor: Actor) -> Sql:
    """Return the condition that a caller might see an entry ``e``'s record then."""
    return TRUE if actor.agent_id is None else Sql(SEES, (actor.agent_id,))


def gained_sight(agent: UUID) -> Sql:
    """Return the condition that by an entry ``e`` an agent came to see its record."""
    return concat(
        "(e.action = 'access' AND NOT ",
        Sql(SAW, (str(agent),)),
        " AND ",
        Sql(SEES, (agent,)),
        ")",
    )


def lost_sight(agent: UUID) -> Sql:
    """Return the condition that by an entry ``e`` an agent ceased to see its record."""
    since = Sql(" AND e.noted_at >= %s", (made_at(agent),))
    return concat(
        "(e.action = 'access' AND ",
        Sql(SAW, (str(agent),)),
        " AND NOT ",
        Sql(SEES, (agent,)),
        since,
        ")",
    )


def made_at(agent: UUID) -> datetime:
    """Return when an agent was made, which its id tells (RFC 9562, section 5.7).

    Who came later has not lost what everyone saw before.
    """
    milliseconds = agent.int >> 80 if agent.version == 7 else 0
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def still_told() -> Sql:
    """Return the condition that an entry ``e`` is of no record that was erased since.

    Its entries say nothing any more. The one that tells of the erasure does.
    """
    return Sql(STILL_TOLD)


def seen_now(actor: Actor, record: str) -> Sql:
    """Return the condition that a caller sees a record, or saw it when it went.

    ``record`` is the column that has its id.
    """
    workspace, agent = actor.workspace.id, actor.agent_id
    if agent is None:
        return Sql(THERE_NOW.format(record=record), (workspace, workspace))
    values = (agent, workspace, agent, workspace)
    return Sql(SEES_NOW.format(record=record), values)


def visible_among(actor: Actor, records: set[UUID]) -> set[UUID]:
    """Return the records that a caller sees now. No statement if it sees them all."""
    if actor.agent_id is None or not records:
        return records
    statement = concat(
        Sql("SELECT named.id FROM unnest(%s::uuid[]) AS named (id)", (list(records),)),
        " WHERE ",
        seen_now(actor, "named.id"),
    )
    return {record for (record,) in statement.fetch(is_prepared=True)}
