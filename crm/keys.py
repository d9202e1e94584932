"""API keys: how they are made, and what of them is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import NamedTuple

from crm.errors import Refusal
from crm.models import Agent, ApiKey, Scope, Workspace


class NewKey(NamedTuple):
    """A key, and its secret, which cannot be read again."""

    key: ApiKey
    secret: str


class AgentWithAdminScope(Refusal):
    """A key that acts for an agent cannot set up the workspace."""

    status = 422
    code = "invalid_value"
    title = "Invalid value"


def new_secret() -> str:
    """Return a secret of 160 random bits."""
    return f"kith_{token_hex(20)}"


def digest(secret: str) -> str:
    """Return what is stored of a secret: one hash, since it is long and random."""
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def create_key(
    *,
    workspace: Workspace,
    scopes: Collection[Scope],
    label: str = "",
    agent: Agent | None = None,
    expires_at: datetime | None = None,
) -> NewKey:
    """Create a key. Its secret is in the result and nowhere else.

    Raises:
        AgentWithAdminScope: if it is to act for an agent and to have the admin scope.
    """
    if agent is not None and Scope.ADMIN in scopes:
        raise AgentWithAdminScope(
            {"/attributes/scopes": "A key of an agent cannot have the admin scope."}
        )
    secret = new_secret()
    key = ApiKey.objects.create(
        workspace=workspace,
        label=label,
        scopes=[scope for scope in Scope if scope in scopes],
        agent=agent,
        expires_at=expires_at,
        prefix=secret[:13],
        digest=digest(secret),
    )
    return NewKey(key, secret)
