"""What a batch stands on and must not move under it: the schemas, and its agents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from crm.locks import schema_lock
from crm.sql import query
from objects.schema import NoSuchObject

# The lock in a statement of its own: what follows must see what was done until then.
HOLD = """
SELECT pg_advisory_xact_lock{mode}(%(lock)s);
SELECT schema_version, (
    SELECT coalesce(jsonb_object_agg(called, agent.id), '{{}}')
    FROM crm_agent agent, unnest(ARRAY[agent.id::text, agent.handle]) AS called
    WHERE agent.workspace_id = %(workspace)s AND agent.is_active
      AND called = ANY(%(names)s::text[])
)
FROM crm_workspace WHERE id = %(workspace)s
"""
SHARED, ALONE = HOLD.format(mode="_shared"), HOLD.format(mode="")


class Ground(NamedTuple):
    """The version of the schemas, and the ids of agents by their names."""

    version: int
    agents: dict[str, str]


def hold_ground(
    workspace_id: UUID, names: Iterable[str], *, is_alone: bool = False
) -> Ground:
    """Keep the schemas of a workspace from changing until the transaction ends.

    Who is alone keeps all other writers away too. ``names`` are ids or handles of
    agents; the active ones are in the result.

    Raises:
        NoSuchObject: if the workspace is gone.
    """
    rows = query(
        ALONE if is_alone else SHARED,
        lock=schema_lock(workspace_id),
        workspace=workspace_id,
        names=list(names),
    )
    if not rows:
        raise NoSuchObject("There is no such workspace.")
    ((version, agents),) = rows
    return Ground(version, json.loads(agents))
