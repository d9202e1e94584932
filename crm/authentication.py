"""From an ``Authorization`` header to who is asking."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from crm.changes import Change
from crm.errors import Refusal
from crm.json_types import JSONObject
from crm.keys import digest
from crm.models import Scope, Workspace
from crm.request_ids import request_id
from crm.sql import execute, query

SCHEME = "api-key"

# Subqueries, because planning a join would take longer than running all of this.
FIND_KEY = """
SELECT id, scopes, agent_id,
       last_used_at IS NULL OR last_used_at < now() - interval '1 minute',
       (SELECT to_jsonb(workspace) FROM crm_workspace workspace
        WHERE workspace.id = workspace_id)
FROM crm_apikey
WHERE (digest = %(digest)s
       OR (previous_digest = %(digest)s AND previous_expires_at > now()))
  AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > now())
  AND (agent_id IS NULL
       OR (SELECT is_active FROM crm_agent WHERE crm_agent.id = agent_id))
"""

# Whoever comes second leaves it to the first, and nobody waits.
NOTE_USE = """
UPDATE crm_apikey SET last_used_at = now()
WHERE id = (
    SELECT id FROM crm_apikey WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED
)
"""


class NotAuthenticated(Refusal):
    """The request has no key that is good."""

    status = 401
    code = "not_authenticated"
    title = "Not authenticated"
    source = "header"

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": SCHEME}


@dataclass(frozen=True)
class Actor:
    """Who is asking: a key in its workspace, perhaps on behalf of an agent."""

    workspace: Workspace
    name: str
    scopes: frozenset[str]
    agent_id: UUID | None = None
    request_id: str = ""
    key_id: UUID | None = None
    """None for what is done without a key."""
    source: str = "api"
    """Where it came in, as the journal says: the API, a door by its name, the admin."""
    cause: JSONObject | None = field(default=None, compare=False)
    """What the journal says of why all that it does is done, if there is more to say
    than that somebody asked."""
    changes: list[Change] = field(default_factory=list, compare=False)
    """What the journal noted of what it did, one for each transaction."""

    @property
    def is_admin(self) -> bool:
        """Whether it may set up the workspace. A key that acts for an agent may not."""
        return self.agent_id is None and self.may(Scope.ADMIN)

    def may(self, scope: Scope) -> bool:
        """Whether the scopes include this one. Each includes the lesser ones."""
        order = list(Scope)
        return any(order.index(Scope(own)) >= order.index(scope) for own in self.scopes)


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the caller by the header ``Authorization: api-key KEY``."""

    def authenticate(self, request: Request) -> tuple[None, Actor]:
        secret = read_secret(request.META.get("HTTP_AUTHORIZATION", ""))
        return None, find_actor(secret, request_id(request))

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def read_secret(header: str) -> str:
    """Return the key in an ``Authorization`` header.

    Raises:
        NotAuthenticated: if there is none, or under another scheme.
    """
    scheme, _, secret = header.strip().partition(" ")
    if not scheme:
        raise refuse("Send your key as `Authorization: api-key YOUR_KEY`.")
    if scheme.lower() == "bearer":
        raise refuse("The scheme is api-key, not Bearer: `Authorization: api-key ...`.")
    if scheme.lower() != SCHEME or not secret.strip():
        raise refuse("The header must read `Authorization: api-key YOUR_KEY`.")
    return secret.strip()


def find_actor(secret: str, request: str, source: str = "api") -> Actor:
    """Return who holds a secret, for the request of that id that came in at a source.

    Raises:
        NotAuthenticated: if the key is unknown, expired or revoked, or its agent is
            not active. The refusal does not say which.
    """
    rows = execute(FIND_KEY, {"digest": digest(secret)}, is_prepared=True)
    if not rows:
        raise refuse("The key is unknown, expired or revoked.")
    key_id, scopes, agent_id, is_unnoted, workspace = rows[0]
    if is_unnoted:
        query(NOTE_USE, id=key_id)
    actor = f"agent:{agent_id}" if agent_id else f"api-key:{key_id}"
    return Actor(
        workspace_of(workspace),
        actor,
        frozenset(scopes),
        agent_id,
        request,
        key_id,
        source,
    )


def workspace_of(row: str) -> Workspace:
    """Return a workspace from its row as JSON."""
    values = json.loads(row)
    return Workspace(
        id=UUID(values["id"]),
        slug=values["slug"],
        name=values["name"],
        settings=values["settings"],
        schema_version=values["schema_version"],
    )


def refuse(detail: str) -> NotAuthenticated:
    """Return the refusal, which points at the header."""
    return NotAuthenticated({"Authorization": detail})
