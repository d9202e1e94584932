"""A real server: granian, in a process of its own, on the test database."""

from __future__ import annotations

import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from django.db import connection

from crm.models import Workspace

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Spares each client the time to load certificates for connections without TLS."""

logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class LiveServer:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]

    def client(self, workspace: Workspace, secret: str) -> httpx.Client:
        """Return a client for a workspace's API."""
        return httpx.Client(
            base_url=f"{self.url}/v1/workspaces/{workspace.slug}/",
            headers={"Authorization": f"api-key {secret}"},
            timeout=60,
            verify=NO_CERTIFICATES,
        )

    def kill(self) -> None:
        """End it as a power cut would, its workers included."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def start_server(*, threads: int = 16, **environment: str) -> Iterator[LiveServer]:
    """Start a server and wait until it answers; stop it in the end."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "config.wsgi:application"),
            *("--interface", "wsgi", "--port", str(port), "--no-ws"),
            *("--blocking-threads", str(threads), "--log-level", "error"),
        ],
        env=os.environ
        | {"DATABASE_URL": database_url(), "RATE_LIMIT": "0"}
        | environment,
        start_new_session=True,
    )
    server = LiveServer(f"http://localhost:{port}", process)
    try:
        wait_for(server)
        yield server
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def database_url() -> str:
    """Return the URL of the test database."""
    parts = connection.settings_dict
    login = f"{parts['USER']}:{parts['PASSWORD']}@"
    return f"postgresql://{login}/{parts['NAME']}?host={parts['HOST']}"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(server: LiveServer) -> None:
    """Wait until the server answers."""
    while server.process.poll() is None:
        try:
            httpx.get(f"{server.url}/healthz", verify=NO_CERTIFICATES)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The server did not start.")
