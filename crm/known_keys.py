"""What a process remembers of keys, which the database has to confirm for each request.

The statement that reads what a request asks for has the condition that all of it still
holds, so that finding the key costs no statement of its own, and a key that is revoked
is refused by the next request.

Decision 97 in docs/decisions.md says why.
"""

from __future__ import annotations

import time
from functools import cached_property
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from crm.sql import Sql, execute, query

# Subqueries, because planning a join would take longer than running all of this.
FIND = """
SELECT id, scopes, agent_id, workspace_id,
       (SELECT to_jsonb(workspace) FROM crm_workspace workspace
        WHERE workspace.id = workspace_id),
       last_used_at IS NULL OR last_used_at < now() - interval '1 minute'
FROM crm_apikey
WHERE (digest = %(digest)s
       OR (previous_digest = %(digest)s AND previous_expires_at > now()))
  AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > now())
  AND (agent_id IS NULL
       OR (SELECT is_active FROM crm_agent WHERE crm_agent.id = agent_id))
"""

# The same of a key that was found before, and that nothing has changed since.
HOLDS = """(
    SELECT (digest = %s OR (previous_digest = %s AND previous_expires_at > now()))
       AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > now())
       AND scopes = %s::varchar[]
    FROM crm_apikey WHERE id = %s
) AND (
    SELECT to_jsonb(workspace) = %s::jsonb FROM crm_workspace workspace WHERE id = %s
)"""
AGENT_HOLDS = " AND (SELECT is_active FROM crm_agent WHERE id = %s)"

# Whoever comes second leaves it to the first, and nobody waits.
NOTE_USE = """
UPDATE crm_apikey SET last_used_at = now()
WHERE id = (
    SELECT id FROM crm_apikey WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED
)
"""

LONGEST = 60
"""Seconds for which a key is remembered: its use is noted once a minute."""

MOST = 10_000
"""How many keys a process remembers, which bounds its memory."""


class KeyChanged(Exception):
    """The key, its agent or its workspace is not any more what was remembered."""


class FoundKey(NamedTuple):
    """A good key, as the database has it."""

    digest: str
    id: UUID
    scopes: list[str]
    agent_id: UUID | None
    workspace_id: UUID
    workspace: str
    """Its row as JSON."""


class KnownKeys:
    """The keys that this process has found lately, by the digests of their secrets."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[str, tuple[float, FoundKey]] = {}

    def find(self, digest: str) -> FoundKey | None:
        """Return the key of a digest if it is good, as it is now, and remember it."""
        rows = execute(FIND, {"digest": digest}, is_prepared=True)
        with self._lock:
            self._found.pop(digest, None)
            if not rows:
                return None
            *values, is_unnoted = rows[0]
            key = FoundKey(digest, *values)
            self._found[digest] = time.monotonic(), key
            if len(self._found) > MOST:
                del self._found[next(iter(self._found))]
        if is_unnoted:
            query(NOTE_USE, id=key.id)
        return key

    def recall(self, digest: str) -> FoundKey | None:
        """Return the key of a digest as it was, if it was found within a minute."""
        found_at, key = self._found.get(digest, (0.0, None))
        return key if time.monotonic() - found_at < LONGEST else None


KNOWN = KnownKeys()


class Doubt:
    """Whether a key that was remembered still is what it was."""

    def __init__(self, key: FoundKey, *, is_settled: bool = False) -> None:
        self.key = key
        self.is_settled = is_settled

    @cached_property
    def condition(self) -> Sql:
        """The condition that it is; it is about no record."""
        digest, id_, scopes, agent_id, workspace_id, workspace = self.key
        values = (digest, digest, scopes, id_, workspace, workspace_id)
        if agent_id is None:
            return Sql(HOLDS, values)
        return Sql(HOLDS + AGENT_HOLDS, (*values, agent_id))

    def settle(self) -> None:
        """Ask the database, if no statement has confirmed it yet.

        Raises:
            KeyChanged: if it is not.
        """
        if not self.is_settled and KNOWN.find(self.key.digest) != self.key:
            raise KeyChanged
        self.is_settled = True
