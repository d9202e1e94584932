"""The lock on the schemas of a workspace.

Whoever writes records holds it together with others, whoever changes schemas alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from crm.locks import lock, number_of
from crm.sql import query
from objects.catalog import MOST_CATALOGS, NoSuchObject

# The lock in a statement of its own: what follows must see what was done until then.
HOLD = """
SELECT pg_advisory_xact_lock{mode}(%(lock)s);
SELECT schema_version, (
    SELECT coalesce(jsonb_object_agg(called, agent.id), '{{}}')
    FROM crm_agent agent, unnest(ARRAY[agent.id::text, agent.handle]) AS called
    WHERE agent.workspace_id = %(workspace)s AND agent.is_active
      AND called = ANY(%(names)s::text[])
), (
    SELECT coalesce(jsonb_object_agg(called, called), '{{}}')
    FROM crm_member member, concat('user:', member.id) AS called
    WHERE member.workspace_id = %(workspace)s AND called = ANY(%(names)s::text[])
)
FROM crm_workspace WHERE id = %(workspace)s
"""
SHARED, ALONE = HOLD.format(mode="_shared"), HOLD.format(mode="")


class HeldSchemas(NamedTuple):
    """The version of the schemas, and references to agents and users by their names."""

    version: int
    agents: dict[str, str]


def hold_schemas(
    workspace_id: UUID, names: Iterable[str], *, is_alone: bool = False
) -> HeldSchemas:
    """Keep the schemas of a workspace from changing until the transaction ends.

    Who is alone keeps all other writers away too. ``names`` are ids or handles of
    agents, or ids of users with ``user:`` before; agents that are active and users are
    in the result.

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
    ((version, agents, users),) = rows
    return HeldSchemas(version, json.loads(agents) | json.loads(users))


def lock_schemas(workspace_id: UUID) -> None:
    """Wait until nobody writes records in a workspace, and keep everybody from it.

    Who changes schemas does this first. See `hold_schemas` for the other side.
    """
    lock(schemas_of(workspace_id))


@lru_cache(MOST_CATALOGS)
def schema_lock(workspace_id: UUID) -> int:
    """Return the number of the lock on the schemas of a workspace."""
    return number_of(schemas_of(workspace_id))


def schemas_of(workspace_id: UUID) -> str:
    """Return the name of that lock."""
    return f"schemas of {workspace_id}"
