"""Signatures of messages: Standard Webhooks 1.0, scheme v1."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from webhooks.secrets import PREFIX


class Message(NamedTuple):
    """What is sent: the same id at each attempt, the body as it is now."""

    id: str
    body: bytes


def signed_headers(
    message: Message, secrets: Iterable[str], at: datetime
) -> dict[str, str]:
    """Return the headers by which a receiver knows who sent a message, and when."""
    second = str(int(at.timestamp()))
    signatures = [sign(message, second, secret) for secret in secrets]
    return {
        "webhook-id": message.id,
        "webhook-timestamp": second,
        "webhook-signature": " ".join(signatures),
    }


def sign(message: Message, second: str, secret: str) -> str:
    """Return the signature of a message that is sent in a second of Unix time."""
    key = b64decode(secret.removeprefix(PREFIX))
    content = b".".join([message.id.encode(), second.encode(), message.body])
    return "v1," + b64encode(hmac.digest(key, content, "sha256")).decode()
