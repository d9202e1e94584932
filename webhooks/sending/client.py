"""The one client that sends messages, whoever asks for it.

Nothing is followed: an answer that leads elsewhere is a failure. Proxies that the
environment names are not used, since the guard could not judge what they connect to.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import NamedTuple

import certifi
import httpcore
from django.conf import settings

from webhooks.sending.guard import (
    AddressNotAllowed,
    GuardedBackend,
    Resolve,
    resolve_by_system,
    within,
)

CONNECT_SECONDS = 5
MOST_READ, MOST_KEPT = 64 * 1024, 1024
"""Bytes of an answer that are read, and kept."""

ERRORS: list[tuple[type[Exception], str]] = [
    (AddressNotAllowed, "address not allowed"),
    (httpcore.TimeoutException, "no answer in time"),
    (httpcore.ConnectError, "no connection"),
    (httpcore.NetworkError, "connection lost"),
    (httpcore.ProtocolError, "no answer in HTTP"),
    (httpcore.UnsupportedProtocol, "no connection"),
]
"""What failures are called, the first that fits."""


class Outcome(NamedTuple):
    """What came of one attempt to send a message."""

    status: int | None = None
    """None if there was no answer."""
    error: str = ""
    milliseconds: int = 0
    excerpt: str = ""
    """The beginning of the answer."""
    retry_after: str = ""
    """What the header of that name says."""

    @property
    def is_success(self) -> bool:
        """Whether the receiver has the message."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Client:
    """Sends messages over connections that it keeps."""

    pool: httpcore.ConnectionPool
    seconds: float
    """How long one attempt may take in all."""

    @classmethod
    def of(
        cls, resolve: Resolve = resolve_by_system, seconds: float | None = None
    ) -> Client:
        """Return a client that goes where the settings allow."""
        pool = httpcore.ConnectionPool(
            ssl_context=authorities(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=30,
            network_backend=GuardedBackend(settings.WEBHOOK_NETWORKS, resolve),
        )
        return cls(pool, settings.WEBHOOK_TIMEOUT_S if seconds is None else seconds)

    def close(self) -> None:
        """End the connections that were kept."""
        self.pool.close()

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Return what came of sending a body to a URL."""
        started = monotonic()
        outcome = self.answered(url, headers, body)
        milliseconds = round((monotonic() - started) * 1000)
        return outcome._replace(milliseconds=milliseconds)

    def answered(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Return what was answered, or why nothing was."""
        try:
            with within(self.seconds):
                return self.exchange(url, headers, body)
        except Exception as error:
            name = next((name for kind, name in ERRORS if isinstance(error, kind)), "")
            if not name:
                raise
            return Outcome(error=name)

    def exchange(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a body, and read as much of the answer as is of use."""
        timeouts = {
            "connect": min(CONNECT_SECONDS, self.seconds),
            **dict.fromkeys(("read", "write", "pool"), self.seconds),
        }
        sized = {"Content-Length": str(len(body)), **headers}
        with self.pool.stream(
            "POST",
            url,
            headers=list(sized.items()),
            content=body,
            extensions={"timeout": timeouts},
        ) as response:
            answered = {name.lower(): value for name, value in response.headers}
            return Outcome(
                status=response.status,
                error="" if 200 <= response.status < 300 else "refused",
                excerpt=excerpt_of(response),
                retry_after=answered.get(b"retry-after", b"").decode("latin-1"),
            )


def excerpt_of(response: httpcore.Response) -> str:
    """Return the beginning of an answer, as text that a database takes."""
    found = b""
    for part in response.iter_stream():
        found += part
        if len(found) >= MOST_READ:
            break
    text = found[:MOST_KEPT].decode("utf-8", "replace")
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


@cache
def authorities() -> ssl.SSLContext:
    """Return what certificates are checked by, which takes a while to load."""
    return ssl.create_default_context(cafile=certifi.where())
