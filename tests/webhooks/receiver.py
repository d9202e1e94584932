"""A receiver of webhooks on this machine, which answers as it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        return str(self.json["type"])

    @property
    def change(self) -> Any:
        return self.json["data"]["change"]["attributes"]

    @property
    def record(self) -> str:
        return str(self.json["data"]["change"]["relationships"]["record"]["data"]["id"])


Answer = Callable[[Received, Any], None]
"""Answers a request, by the handler that took it."""


@dataclass
class Receiver:
    """What came, and how to answer what comes."""

    url: str = ""
    answer: Answer = field(default=lambda received, handler: reply(handler))
    received: list[Received] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [one.kind for one in self.received]


def reply(handler: Any, status: int = 200, body: bytes = b"ok", **headers: str) -> None:
    """Answer with a status."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def always(status: int, **headers: str) -> Answer:
    """Return what answers always the same."""
    return lambda received, handler: reply(handler, status, b"ok", **headers)


@contextmanager
def start_receiver(host: str = "127.0.0.1") -> Iterator[Receiver]:
    """Start a receiver, and stop it in the end."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(headers, self.rfile.read(length))
            if len(received.body) < length:
                return  # Who sent it was killed.
            receiver.received.append(received)
            receiver.answer(received, self)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of clients that left."""

    server = Server((host, 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://{host}:{server.server_port}/hooks"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
