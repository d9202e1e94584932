"""The network as the client of webhooks sees it: no way in to what is not allowed.

A name is resolved once, every address that it has is judged, and the connection goes to
an address that was judged. Asked a second time, a resolver might say something else.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from ssl import SSLContext
from threading import Thread
from time import monotonic
from typing import Any, TypeAlias

from httpcore import (
    ConnectError,
    ConnectTimeout,
    NetworkBackend,
    NetworkStream,
    ReadTimeout,
    SyncBackend,
    WriteTimeout,
)
from httpcore._backends.base import SOCKET_OPTION

from webhooks.sending.networks import Network, is_allowed, read_address

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Finds all addresses of a host, as text."""

PIECE = 4096
"""Bytes that are written at once: the network takes them all, or none for now."""

deadline: ContextVar[float] = ContextVar("deadline")
"""When the request must be over, on the clock of `time.monotonic`."""


class AddressNotAllowed(ConnectError):
    """The host has an address that messages may not go to. It is not said which."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let whatever the guard does in here be over within some seconds in all."""
    token = deadline.set(monotonic() + seconds)
    try:
        yield
    finally:
        deadline.reset(token)


def left(timeout: float | None, late: type[Exception]) -> float:
    """Return how many seconds there are for one step.

    Raises:
        Exception: of the type that is given, if there are none.
    """
    remaining = deadline.get() - monotonic()
    if remaining <= 0:
        raise late("The time is over.")
    return remaining if timeout is None else min(timeout, remaining)


def resolve_by_system(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system finds them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def resolve_within(
    resolve: Resolve, host: str, port: int, seconds: float
) -> Sequence[str]:
    """Return the addresses of a host, if they are found in time.

    The system's resolver cannot be told how long it may take, so it is left to itself.

    Raises:
        ConnectError: if there are none.
        ConnectTimeout: if they are not found in time.
    """
    found: SimpleQueue[Sequence[str] | None] = SimpleQueue()

    def look() -> None:
        addresses = None
        with suppress(OSError, UnicodeError):
            addresses = resolve(host, port)
        found.put(addresses)

    Thread(target=look, daemon=True).start()
    try:
        addresses = found.get(timeout=seconds)
    except Empty as error:
        raise ConnectTimeout("The host was not found in time.") from error
    if not addresses:
        raise ConnectError("The host was not found.")
    return addresses


class GuardedStream(NetworkStream):
    """A connection, each step of which heeds the deadline of the request."""

    def __init__(self, stream: NetworkStream) -> None:
        self.stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, left(timeout, ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            piece = buffer[start : start + PIECE]
            self.stream.write(piece, left(timeout, WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        seconds = left(timeout, ConnectTimeout)
        return GuardedStream(
            self.stream.start_tls(ssl_context, server_hostname, seconds)
        )

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class GuardedBackend(NetworkBackend):
    """Connects to addresses that are allowed, and to nothing else."""

    def __init__(
        self, networks: Iterable[Network], resolve: Resolve = resolve_by_system
    ) -> None:
        self.networks = list(networks)
        self.resolve = resolve
        self.backend = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Return a connection to one of the addresses of a host.

        Raises:
            AddressNotAllowed: if it has any that is not allowed.
        """
        until = monotonic() + left(timeout, ConnectTimeout)
        seconds = until - monotonic()
        addresses = resolve_within(self.resolve, host, port, seconds)
        judged = [read_address(address) for address in addresses]
        if not all(is_allowed(address, self.networks) for address in judged):
            raise AddressNotAllowed("The host's address is not allowed.")
        return GuardedStream(self.connect(list(map(str, judged)), port, until))

    def connect(
        self, addresses: Sequence[str], port: int, until: float
    ) -> NetworkStream:
        """Return a connection to the first address that answers."""
        failure: Exception = ConnectError("The host was not found.")
        for address in dict.fromkeys(addresses):
            seconds = until - monotonic()
            if seconds <= 0:
                raise ConnectTimeout("The host did not answer in time.")
            try:
                return self.backend.connect_tcp(address, port, seconds)
            except (ConnectError, ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(self, *arguments: Any, **options: Any) -> NetworkStream:
        raise AddressNotAllowed("Messages do not go to sockets.")
