"""Writing who sees records: the rules, and what reads compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from crm.sql import query
from records.journal.entries import array_of

# Rules that stay are as old as they were.
SAVE = """
WITH wanted AS (
    SELECT * FROM unnest(%(ruled)s::uuid[], %(agents)s::uuid[]) AS rule (record, agent)
), gone AS (
    DELETE FROM records_access old
    WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])
      AND NOT EXISTS (
        SELECT FROM wanted
        WHERE record = old.record_id AND agent IS NOT DISTINCT FROM old.agent_id
      )
), come AS (
    INSERT INTO records_access (workspace_id, id, record_id, agent_id, created_at)
    SELECT %(workspace)s, gen_random_uuid(), record, agent, %(at)s FROM wanted
    ON CONFLICT DO NOTHING
)
UPDATE records_record r SET visible_to = changed.viewers::uuid[]
FROM unnest(%(records)s::uuid[], %(viewers)s::text[]) AS changed (id, viewers)
WHERE r.workspace_id = %(workspace)s AND r.id = changed.id
"""


def save_viewers(
    workspace_id: UUID,
    viewers: Mapping[UUID, Iterable[UUID] | None],
    rules: Mapping[UUID, Iterable[UUID | None]],
    at: datetime,
) -> None:
    """Write the agents who may see records, None for everyone, and the rules of each.

    A rule is about an agent, or about everyone if that is None.
    """
    pairs = [(record, agent) for record, agents in rules.items() for agent in agents]
    query(
        SAVE,
        workspace=workspace_id,
        records=list(viewers),
        viewers=[array_of(agents) for agents in viewers.values()],
        ruled=[record for record, _ in pairs],
        agents=[agent for _, agent in pairs],
        at=at,
    )
