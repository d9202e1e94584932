"""A connection that is kept for the next request is lost with its worker, or never."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from operator import length_hint
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.api_client import resource
from tests.live_server import TOO_LONG, Kith, free_port, new_database, start
from tests.survival.rounds import CAMPAIGN

pytestmark = pytest.mark.django_db

CLIENTS = 4
REQUESTS = 20_000 if CAMPAIGN else 600
BETWEEN_KILLS = 2_000 if CAMPAIGN else 300
"""How many requests are made before a worker is killed, and then another."""

PEOPLE = "/v1/workspaces/demo/objects/person/records"
ADA = json.dumps(resource("person", name="Ada"))


class Asked(NamedTuple):
    """A request and the status of its answer. Its body comes behind its head."""

    method: str
    path: str
    body: str | None
    status: int
    has_key: bool = True


ASKED = [
    Asked("GET", PEOPLE, None, 200),
    Asked("POST", PEOPLE, ADA, 201),
    Asked("POST", PEOPLE, ADA, 401, has_key=False),
    Asked("PUT", PEOPLE, ADA, 405),
    Asked("POST", "/nowhere", ADA, 404),
    Asked("GET", "/healthz", None, 200),
]


class Client:
    """Asks one thing after the other on a connection, and on another if it is lost."""

    def __init__(self, kith: Kith) -> None:
        self.secret = kith.secret("API key")
        self.connection = HTTPConnection("127.0.0.1", kith.port, timeout=TOO_LONG)
        self.lost: set[int] = set()

    def ask_all(self, numbers: Iterator[int]) -> set[int]:
        """Make requests, and return our ports of kept connections that were lost."""
        port, answers = self.connect(), 0
        for number in numbers:
            try:
                self.ask(ASKED[number % len(ASKED)])
            except (OSError, HTTPException):
                self.lost |= {port} if answers else set()
                port, answers = self.connect(), 0
            else:
                answers += 1
        self.connection.close()
        return self.lost

    def connect(self) -> int:
        """Connect anew, and return our own port."""
        self.connection.close()
        while self.connection.sock is None:
            with suppress(ConnectionError):
                self.connection.connect()
        return int(self.connection.sock.getsockname()[1])

    def ask(self, asked: Asked) -> None:
        """Make a request, and hold that its answer is good and not the last one."""
        headers = {"Content-Type": "application/json"}
        if asked.has_key:
            headers["Authorization"] = f"api-key {self.secret}"
        self.connection.request(asked.method, asked.path, asked.body, headers)
        with self.connection.getresponse() as response:
            response.read()
            found = response.status, response.will_close
        assert found == (asked.status, False), asked


def kill_a_worker(kith: Kith) -> set[int]:
    """Kill the older worker, and return the clients' ports of its connections."""
    main = psutil.Process(kith.process.pid)
    workers: list[psutil.Process] = []
    while len(workers) < 2:
        workers = [one for one in main.children() if "start" in one.cmdline()]
    worker = min(workers, key=psutil.Process.create_time)
    worker.send_signal(signal.SIGSTOP)
    held = {one.raddr.port for one in worker.net_connections("tcp") if one.raddr}
    worker.kill()
    return held


def test_a_kept_connection_is_lost_only_with_its_worker(tmp_path: Path) -> None:
    numbers = iter(range(REQUESTS))
    killed: set[int] = set()
    with (
        new_database() as url,
        start(
            tmp_path / "data",
            free_port(),
            DATABASE_URL=url,
            WORKERS="2",
            RATE_LIMIT="0",
        ) as kith,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        asking = [pool.submit(Client(kith).ask_all, numbers) for _ in range(CLIENTS)]
        for kill in range(BETWEEN_KILLS, REQUESTS, BETWEEN_KILLS):
            while REQUESTS - length_hint(numbers) < kill:
                time.sleep(0.01)
            killed |= kill_a_worker(kith)
        lost = set[int]().union(*(client.result() for client in asking))

    assert killed
    assert lost <= killed
