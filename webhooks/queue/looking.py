"""Finds the endpoints for which there is something to do, in one statement."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from crm.sql import execute

LOOK = """
SELECT * FROM (
    SELECT endpoint.workspace_id, endpoint.id, endpoint.state, endpoint.pace,
           head.last_seq > endpoint.cursor AS is_behind, (
        endpoint.state = 'active' OR endpoint.retry_at <= %(now)s
    ) AND EXISTS (
        SELECT FROM webhooks_delivery delivery
        WHERE delivery.workspace_id = endpoint.workspace_id
          AND delivery.endpoint_id = endpoint.id AND delivery.state = 'waiting'
          AND (delivery.due <= %(now)s OR endpoint.state <> 'active')
    ) AS has_due
    FROM webhooks_endpoint endpoint
    JOIN records_journalhead head USING (workspace_id)
    WHERE endpoint.state <> 'disabled' AND coalesce((
        SELECT agent.is_active FROM crm_agent agent WHERE agent.id = endpoint.agent_id
    ), true)
) AS looked
WHERE is_behind OR has_due
"""


class Todo(NamedTuple):
    """An endpoint for which there is something to do."""

    workspace_id: UUID
    endpoint_id: UUID
    state: str
    pace: int
    is_behind: bool
    """Whether there are changes that it has no deliveries of."""
    has_due: bool
    """Whether there are deliveries to send now."""


def look(now: datetime) -> list[Todo]:
    """Return what there is to do. Endpoints of agents that are not active rest."""
    return [Todo(*row) for row in execute(LOOK, {"now": now}, is_prepared=True)]
