"""From an ``Authorization`` header to who is asking."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from crm.changes import Change
from crm.errors import Refusal
from crm.json_types import JSONObject
from crm.keys import digest
from crm.known_keys import KNOWN, Doubt, FoundKey
from crm.models import Scope, Workspace
from crm.request_ids import request_id
from crm.sql import TRUE, Row, Sql

SCHEME = "api-key"


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
    doubt: Doubt | None = field(default=None, compare=False, repr=False)
    """Whether the key still is what it was; None for what is done without a key."""

    @property
    def is_admin(self) -> bool:
        """Whether it may set up the workspace. A key that acts for an agent may not."""
        return self.agent_id is None and self.may(Scope.ADMIN)

    def fetch(
        self, statement: Callable[[Sql], Sql], *, is_prepared: bool = False
    ) -> list[Row]:
        """Run a statement that reads for the caller, and return its rows.

        It is made with a condition without which it returns none: that the caller still
        is who they were. Rows prove it. Why there are none nobody knows, so that the
        key is looked for, and what was asked for once more.

        Raises:
            KeyChanged: if the caller is not.
        """
        if self.doubt is None or self.doubt.is_settled:
            return statement(TRUE).fetch(is_prepared=is_prepared)
        rows = statement(self.doubt.condition).fetch(is_prepared=is_prepared)
        if rows:
            self.doubt.is_settled = True
            return rows
        self.doubt.settle()
        return statement(TRUE).fetch(is_prepared=is_prepared)

    def settle(self) -> None:
        """Make sure that the caller still is who they were, if no statement did.

        Raises:
            KeyChanged: if they are not.
        """
        if self.doubt is not None:
            self.doubt.settle()

    def doubt_again(self) -> None:
        """Let the next statement confirm anew that the caller is who they were.

        Who waits does this, since a key may be revoked meanwhile.
        """
        if self.doubt is not None:
            self.doubt.is_settled = False

    def may(self, scope: Scope) -> bool:
        """Whether the scopes include this one. Each includes the lesser ones."""
        order = list(Scope)
        return any(order.index(Scope(own)) >= order.index(scope) for own in self.scopes)


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the caller by the header ``Authorization: api-key KEY``."""

    def authenticate(self, request: Request) -> tuple[None, Actor]:
        secret = read_secret(request.META.get("HTTP_AUTHORIZATION", ""))
        return None, self.find(secret, request_id(request))

    def find(self, secret: str, request: str) -> Actor:
        """Return who holds a secret."""
        return find_actor(secret, request)

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class RecalledAuthentication(ApiKeyAuthentication):
    """Recalls the caller. Before anything is answered it must be settled who it is."""

    def find(self, secret: str, request: str) -> Actor:
        return recall_actor(secret, request)


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
    key = KNOWN.find(digest(secret))
    if key is None:
        raise refuse("The key is unknown, expired or revoked.")
    return actor_of(key, request, source, is_settled=True)


def recall_actor(secret: str, request: str) -> Actor:
    """Return who held a secret a moment ago, which is in doubt, or else who holds it.

    Raises:
        NotAuthenticated: as `find_actor` does.
    """
    key = KNOWN.recall(digest(secret))
    if key is None:
        return find_actor(secret, request)
    return actor_of(key, request)


def actor_of(
    key: FoundKey, request: str, source: str = "api", *, is_settled: bool = False
) -> Actor:
    """Return who asks with a key, which has just been found, or is in doubt."""
    name = f"agent:{key.agent_id}" if key.agent_id else f"api-key:{key.id}"
    return Actor(
        workspace_of(key.workspace),
        name,
        frozenset(key.scopes),
        key.agent_id,
        request,
        key.id,
        source,
        doubt=Doubt(key, is_settled=is_settled),
    )


@lru_cache(maxsize=500)
def workspace_of(row: str) -> Workspace:
    """Return a workspace from its row as JSON. Requests share it, and do not change it.

    Making one for each request costs more than all else that is made of a key.
    """
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
