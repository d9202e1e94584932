"""From an ``Authorization`` header to who is asking, in one statement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from crm.errors import Refusal
from crm.keys import digest
from crm.models import Scope, Workspace
from crm.requests import request_id
from crm.sql import query

SCHEME = "api-key"

# Also notes the use of the key, at most once a minute and without ever waiting.
FIND_KEY = """
WITH stale AS (
    SELECT id FROM crm_apikey
    WHERE (digest = %(digest)s OR previous_digest = %(digest)s)
      AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    FOR UPDATE SKIP LOCKED
), noted AS (
    UPDATE crm_apikey SET last_used_at = now()
    FROM stale WHERE crm_apikey.id = stale.id
)
SELECT k.id, k.scopes, k.agent_id, w.id, w.slug, w.name, w.settings, w.schema_version
FROM crm_apikey k
JOIN crm_workspace w ON w.id = k.workspace_id
LEFT JOIN crm_agent a ON a.id = k.agent_id
WHERE (k.digest = %(digest)s
       OR (k.previous_digest = %(digest)s AND k.previous_expires_at > now()))
  AND k.revoked_at IS NULL
  AND (k.expires_at IS NULL OR k.expires_at > now())
  AND (k.agent_id IS NULL OR a.is_active)
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

    def may(self, scope: Scope) -> bool:
        """Whether the scopes include this one. Each includes the lesser ones."""
        order = list(Scope)
        return any(order.index(Scope(own)) >= order.index(scope) for own in self.scopes)


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: api-key KEY``."""

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


def find_actor(secret: str, request: str) -> Actor:
    """Return who holds a secret, for the request of that id.

    Raises:
        NotAuthenticated: if the key is unknown, expired or revoked, or its agent is
            not active. The refusal does not say which.
    """
    rows = query(FIND_KEY, digest=digest(secret))
    if not rows:
        raise refuse("The key is unknown, expired or revoked.")
    key_id, scopes, agent_id, workspace_id, slug, name, own_settings, version = rows[0]
    workspace = Workspace(
        id=workspace_id,
        slug=slug,
        name=name,
        settings=json.loads(own_settings),
        schema_version=version,
    )
    actor = f"agent:{agent_id}" if agent_id else f"api-key:{key_id}"
    return Actor(workspace, actor, frozenset(scopes), agent_id, request)


def refuse(detail: str) -> NotAuthenticated:
    """Return the refusal, which points at the header."""
    return NotAuthenticated({"Authorization": detail})
