"""API keys: how they are made, and what of them is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from crm.errors import InvalidValue, Refusal
from crm.locks import lock_row
from crm.models import Agent, ApiKey, Scope, Workspace

OVERLAP = timedelta(hours=1)
"""How long a secret works beside the one that replaces it, unless said otherwise."""

LONGEST_OVERLAP = timedelta(days=30)


class NewKey(NamedTuple):
    """A key, and its secret, which cannot be read again."""

    key: ApiKey
    secret: str


class AgentWithAdminScope(InvalidValue):
    """A key that acts for an agent cannot set up the workspace."""


class InvalidScopes(InvalidValue):
    """A key must have scopes, and those that there are."""


class InvalidOverlap(InvalidValue):
    """Two secrets of a key cannot overlap for that long."""


class KeyEnded(Refusal):
    """The key is revoked or has expired, and stays so."""

    status = 409
    code = "key_ended"
    title = "Key has ended"
    source = None


def new_secret() -> str:
    """Return a secret of 160 random bits."""
    return f"kith_{token_hex(20)}"


def digest(secret: str) -> str:
    """Return what is stored of a secret: one hash, since it is long and random."""
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


@transaction.atomic
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
        InvalidScopes: if it is to have no scope.
        InvalidValue: if it would have expired already.
        Gone: if the agent was deleted meanwhile.
    """
    if not scopes:
        raise InvalidScopes({"/attributes/scopes": "Give at least one scope."})
    if agent is not None and Scope.ADMIN in scopes:
        raise AgentWithAdminScope(
            {"/attributes/scopes": "A key of an agent cannot have the admin scope."}
        )
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidValue({"/attributes/expires_at": "Give a time in the future."})
    if agent is not None:
        lock_row(agent)
    secret = new_secret()
    key = ApiKey.objects.create(
        workspace=workspace,
        label=label,
        scopes=[scope for scope in Scope if scope in scopes],
        agent=agent,
        expires_at=expires_at,
        prefix=beginning(secret),
        digest=digest(secret),
    )
    return NewKey(key, secret)


@transaction.atomic
def relabel_key(*, key: ApiKey, label: str) -> ApiKey:
    """Give a key another label."""
    key = lock_row(key)
    key.label = label
    key.save(update_fields=["label"])
    return key


@transaction.atomic
def rotate_key(*, key: ApiKey, overlap: timedelta = OVERLAP) -> NewKey:
    """Give a key a new secret. It is in the result and nowhere else.

    The secret so far works until the overlap is over, so that no request fails while
    clients change over; without overlap it is refused at once. A key has two secrets at
    most: rotating it during an overlap ends the older one.

    Raises:
        InvalidOverlap: if the overlap is negative or longer than 30 days.
        KeyEnded: if the key is revoked or has expired.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        most = int(LONGEST_OVERLAP.total_seconds())
        raise InvalidOverlap({"": f"Give a whole number from 0 to {most}."})
    key = lock_row(key)
    now = timezone.now()
    if key.revoked_at or (key.expires_at and key.expires_at <= now):
        raise KeyEnded("The key is revoked or has expired; create another.")
    secret = new_secret()
    key.previous_digest = key.digest if overlap else None
    key.previous_expires_at = now + overlap if overlap else None
    key.digest = digest(secret)
    key.prefix = beginning(secret)
    key.save(
        update_fields=["digest", "prefix", "previous_digest", "previous_expires_at"]
    )
    return NewKey(key, secret)


@transaction.atomic
def expire_key(*, key: ApiKey, expires_at: datetime | None) -> ApiKey:
    """Say when a key expires, with all its secrets; None for never.

    A time that is over ends it now, and a later one makes it good again.

    Raises:
        KeyEnded: if the key is revoked, which no time can undo.
    """
    key = lock_row(key)
    if key.revoked_at:
        raise KeyEnded("The key is revoked; create another.")
    key.expires_at = expires_at
    key.save(update_fields=["expires_at"])
    return key


@transaction.atomic
def revoke_key(*, key: ApiKey) -> ApiKey:
    """End a key for good, with all its secrets. Its row stays, to be looked at.

    One that was revoked before keeps the time of that.
    """
    key = lock_row(key)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key


def beginning(secret: str) -> str:
    """Return what of a secret is kept to tell it from others."""
    return secret[:13]
