"""Secrets of endpoints: made, kept encrypted, and let overlap when they change.

They cannot be kept as digests, as those of keys are, since they sign.
"""

from __future__ import annotations

import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypedDict

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from crm.moments import wire_time

PREFIX = "whsec_"
MOST_AT_ONCE = 5
"""How many secrets sign one message, however often they are changed meanwhile."""


class KeptSecret(TypedDict):
    """A secret as it is stored."""

    encrypted: str
    signs_until: str | None
    """None for the one that is not replaced."""


def new_secret() -> str:
    """Return a secret of 256 random bits, as Standard Webhooks 1.0 writes it."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def first_secret(secret: str) -> list[KeptSecret]:
    """Return what is kept of the only secret of an endpoint."""
    return [{"encrypted": encrypt(secret), "signs_until": None}]


def replaced_by(
    secret: str, kept: Sequence[KeptSecret], overlap: timedelta, now: datetime
) -> list[KeptSecret]:
    """Return what is kept once a secret replaces the others, which sign a while yet.

    The overlap ends no later than it would have before.
    """
    until = wire_time(now + overlap)
    former: list[KeptSecret] = [
        {**one, "signs_until": min(one["signs_until"] or until, until)}
        for one in signing(kept, now)
    ]
    ending = [one for one in former if overlap]
    return [*first_secret(secret), *ending][:MOST_AT_ONCE]


def signing(kept: Sequence[KeptSecret], now: datetime) -> list[KeptSecret]:
    """Return the secrets that sign at a time, the newest first."""
    at = wire_time(now)
    return [one for one in kept if (one["signs_until"] or at) >= at]


def readable_secrets(kept: Sequence[KeptSecret], now: datetime) -> list[str]:
    """Return the secrets that sign at a time, the newest first.

    Raises:
        cryptography.fernet.InvalidToken: if they were encrypted by a secret key that is
            neither `SECRET_KEY` nor among `SECRET_KEY_FALLBACKS`.
    """
    box = cipher()
    return [
        box.decrypt(one["encrypted"].encode()).decode() for one in signing(kept, now)
    ]


def encrypt(secret: str) -> str:
    """Return a secret as only this server reads it."""
    return cipher().encrypt(secret.encode()).decode()


def cipher() -> MultiFernet:
    """Return what encrypts by the secret key, and reads what former ones did, too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(derived(key)) for key in keys])


@lru_cache(maxsize=8)
def derived(key: str) -> bytes:
    """Return the key of Fernet that a secret key makes (HKDF, RFC 5869)."""
    made = HKDF(SHA256(), length=32, salt=None, info=b"kith webhook secrets")
    return urlsafe_b64encode(made.derive(key.encode()))
