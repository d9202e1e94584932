"""Cursors: positions in an order, in a form that only we can make."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from hashlib import blake2s
from hmac import compare_digest

import orjson
from django.conf import settings

SIGNED = 12
"""Bytes of the signature that stands before the position."""


def encode_cursor(context: str, position: Sequence[str | None]) -> str:
    """Return a cursor for a position, which works in no other context."""
    payload = orjson.dumps(position)
    token = urlsafe_b64encode(signature(context, payload) + payload)
    return token.decode().rstrip("=")


def decode_cursor(context: str, token: str) -> list[str | None] | None:
    """Return the position in a cursor, or None if it was not made for this context."""
    try:
        padded = token + "=" * (-len(token) % 4)
        raw = b64decode(padded, altchars=b"-_", validate=True)
    except (Error, ValueError):
        return None
    signed, payload = raw[:SIGNED], raw[SIGNED:]
    if not compare_digest(signed, signature(context, payload)):
        return None
    position: list[str | None] = orjson.loads(payload)
    return position


def signature(context: str, payload: bytes) -> bytes:
    """Return what proves that a position is ours."""
    key = blake2s(settings.SECRET_KEY.encode()).digest()
    signed = context.encode() + b"\0" + payload
    return blake2s(signed, digest_size=SIGNED, key=key).digest()
