"""A client that costs next to nothing, so that servers are measured and not clients."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self


class Wire:
    """One connection that is kept, and sends requests one after the other."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and return the status and the body of its answer."""
        self.socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.more()
        head, _, body = received.partition(b"\r\n\r\n")
        _, _, announced = head.lower().partition(b"content-length: ")
        length = int(announced.split(b"\r\n")[0] or 0)  # Of 204 there is none.
        parts = [body]
        missing = length - len(body)
        while missing > 0:
            parts.append(self.more())
            missing -= len(parts[-1])
        return int(head.split(b" ", 2)[1]), b"".join(parts)

    def more(self) -> bytes:
        """Return what comes next."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise ConnectionError("The server closed the connection.")
        return part


def request(
    method: str,
    path: str,
    secret: str,
    body: bytes = b"",
    media_type: str = "application/vnd.api+json",
) -> bytes:
    """Return the bytes of a request."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: api-key {secret}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
