"""What a batch stands on and must not move under it: the schemas, and its agents."""

from __future__ import annotations

import json
from collections.abc import Iterable

from crm.sql import query
from objects.schema import Catalog, NoSuchObject

HOLD = """
SELECT schema_version, (
    SELECT coalesce(jsonb_object_agg(called, agent.id), '{}')
    FROM crm_agent agent, unnest(ARRAY[agent.id::text, agent.handle]) AS called
    WHERE agent.workspace_id = %(workspace)s AND agent.is_active
      AND called = ANY(%(names)s::text[])
)
FROM crm_workspace WHERE id = %(workspace)s
FOR SHARE OF crm_workspace
"""


class SchemaChanged(Exception):
    """The schemas are at another version than the rows were cleaned with."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def hold_ground(catalog: Catalog, names: Iterable[str]) -> dict[str, str]:
    """Keep the schemas from changing until the transaction ends; look up agents.

    Returns the ids of the active agents among ``names``, which are ids or handles.

    Raises:
        SchemaChanged: if the schemas are at another version by now.
        NoSuchObject: if the workspace is gone.
    """
    rows = query(HOLD, workspace=catalog.workspace_id, names=list(names))
    if not rows:
        raise NoSuchObject("There is no such workspace.")
    ((version, agents),) = rows
    if version != catalog.version:
        raise SchemaChanged(version)
    found: dict[str, str] = json.loads(agents)
    return found
