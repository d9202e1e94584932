"""Real servers: granian in a process of its own, or all that ``manage.py start`` is."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from crm.models import Workspace

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Spares each client the time to load certificates for connections without TLS."""

MANAGE = Path(__file__).parents[1] / "manage.py"
SECRET_KEY = "0" * 50
FOREGROUND = 'exec "$@"'
BACKGROUND = 'trap "" INT; exec "$@"'
"""How a shell starts what shall not hear of Ctrl-C."""

TOO_LONG = 60  # Seconds.

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
    """Start a server and wait until it answers; stop it in the end.

    It works on ``threads`` requests at once, and has room for 64 that are still coming.
    """
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "config.wsgi:application"),
            *("--interface", "wsgi", "--port", str(port), "--no-ws"),
            *("--http", "1"),
            *("--blocking-threads", str(threads + 64), "--log-level", "error"),
        ],
        env=os.environ
        | {"DATABASE_URL": database_url(), "RATE_LIMIT": "0", "SECRET_KEY": SECRET_KEY}
        | {"THREADS": str(threads)}
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


@dataclass(frozen=True)
class Kith:
    """A server that was started from a shell, and what it has printed so far."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def printed(self) -> str:
        return self.log.read_text()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def secret(self, name: str) -> str:
        """Return one of the secrets that it has printed."""
        (found,) = re.findall(rf"^ *{name} +(\S+)$", self.printed, re.MULTILINE)
        return str(found)

    def end(self, how: signal.Signals) -> int:
        """Send it a signal and return its exit status."""
        self.process.send_signal(how)
        return self.process.wait(TOO_LONG)

    def press_control_c(self) -> int:
        """Interrupt all its processes, as a terminal does, and return its status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(TOO_LONG)

    def client(self, secret: str) -> httpx.Client:
        headers = {"Authorization": f"api-key {secret}"}
        return httpx.Client(base_url=self.url, headers=headers)


@contextmanager
def start(data: Path, port: int, **environment: str) -> Iterator[Kith]:
    """Start it, and wait until it serves or has ended."""
    with begin(data, port, **environment) as kith:
        while kith.process.poll() is None and "Kith serves at" not in kith.printed:
            time.sleep(0.05)
        yield kith


@contextmanager
def begin(
    data: Path,
    port: int,
    *,
    shell: str = FOREGROUND,
    python: str = sys.executable,
    **environment: str,
) -> Iterator[Kith]:
    """Start it from a shell, and do not wait."""
    variables = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    variables |= {"DATA_DIR": str(data), "PORT": str(port), **environment}
    log = data.with_name(f"{uuid4()}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sh", "-c", shell, "sh", python, MANAGE, "start"],
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Kith(process, port, log)
    finally:
        kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it has left behind."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def new_database() -> Iterator[str]:
    """Create a database beside that of the tests, and return its URL."""
    name = f"kith_{uuid4().hex}"
    ours = str(connection.settings_dict["NAME"])
    address = make_conninfo(database_url(), dbname="postgres")
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield database_url().replace(f"/{ours}?", f"/{name}?")
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
