"""``manage.py start`` on a fresh machine, the second time, and after a crash."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import make_conninfo

from config.database import check_version
from config.postgres.cluster import Cluster
from tests.api_client import resource
from tests.live_server import (
    MANAGE,
    TOO_LONG,
    Kith,
    begin,
    free_port,
    new_database,
    start,
)

PEOPLE = "v1/workspaces/demo/objects/person/records"


def people(kith: Kith, secret: str) -> list[str]:
    """Return the names of all people."""
    with kith.client(secret) as client:
        rows: list[dict[str, Any]] = client.get(PEOPLE).json()["data"]
    return sorted(row["attributes"]["name"] for row in rows)


SAMPLES = ["Ada Lovelace", "Jordan Kim", "Taylor Reeves"]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """The embedded database of the server under test."""
    cluster = Cluster(tmp_path / "data" / "postgres")
    yield cluster
    cluster.stop()


def test_runs_on_a_fresh_machine_and_keeps_its_data(
    tmp_path: Path, cluster: Cluster
) -> None:
    port = free_port()
    with start(tmp_path / "data", port) as first:
        secret = first.secret("API key")
        assert first.secret("Login") == "owner"
        assert check_password(first.secret("Password"), stored_password(cluster))
        assert run_printed_curl(first)["meta"]["total_records"] == 3
        with first.client(secret) as client:
            client.post(PEOPLE, json=resource("person", name="Zoe"))
        assert first.end(signal.SIGINT) == 0
        assert not cluster.is_running()

    with start(tmp_path / "data", port) as second:
        assert people(second, secret) == [*SAMPLES, "Zoe"]
        assert not re.search("kith_|api-key|password", second.printed, re.IGNORECASE)
        second.end(signal.SIGKILL)

    with start(tmp_path / "data", port) as third:
        assert people(third, secret) == [*SAMPLES, "Zoe"]
        assert third.end(signal.SIGTERM) == 0
        assert not cluster.is_running()


def stored_password(cluster: Cluster) -> str:
    """Return the hash of the only password."""
    with psycopg.connect(make_conninfo("", **cluster.address)) as database:
        ((found,),) = database.execute("SELECT password FROM auth_user")
    return str(found)


def run_printed_curl(kith: Kith) -> Any:
    """Run the commands that were printed to be tried, as pasted into a shell."""
    lines = re.findall(r"^ *((?:export|curl) .*)$", kith.printed, re.MULTILINE)
    done = subprocess.run(
        ["sh", "-c", "\n".join(lines)], check=True, capture_output=True
    )
    return json.loads(done.stdout)


def test_starts_nothing_embedded_when_it_has_a_database(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with new_database() as url, start(data, port, DATABASE_URL=url) as kith:
        assert people(kith, kith.secret("API key")) == SAMPLES
        assert kith.end(signal.SIGINT) == 0

    assert {path.name for path in data.iterdir()} == {"request_counts", "secret_key"}
    assert (data / "secret_key").stat().st_mode & 0o077 == 0


def test_leaves_nobody_behind_who_serves_in_its_place(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with new_database() as url, start(data, port, DATABASE_URL=url) as first:
        first.end(signal.SIGKILL)
        with start(data, port, DATABASE_URL=url) as second:
            second.end(signal.SIGINT)

        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{first.url}/healthz")


def test_speaks_http_1_and_keeps_connections_for_as_long_as_told(
    tmp_path: Path,
) -> None:
    with (
        new_database() as url,
        start(tmp_path / "data", free_port(), DATABASE_URL=url, KEEP_ALIVE="2") as kith,
        socket.create_connection(("127.0.0.1", kith.port), TOO_LONG) as connection,
        socket.create_connection(("127.0.0.1", kith.port), TOO_LONG) as newer,
    ):
        newer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert newer.recv(65536) == b""
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in connection.recv(65536)
        answered = time.monotonic()

        assert connection.recv(65536) == b""

    assert 1.5 < time.monotonic() - answered < TOO_LONG


def test_does_not_share_its_port(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with (
        new_database() as url,
        start(data, port, DATABASE_URL=url),
        start(data, port, DATABASE_URL=url) as second,
    ):
        status = second.process.poll()

    assert status not in {None, 0}
    assert str(port) in second.printed


def test_a_second_start_leaves_the_first_one_alone(
    tmp_path: Path, cluster: Cluster
) -> None:
    data = tmp_path / "data"
    with start(data, free_port()) as first:
        with start(data, free_port()) as second:
            assert second.process.wait() == 1
        says = f"Kith runs already on this DATA_DIR: process {first.process.pid}."
        assert second.printed == f"CommandError: {says}\n"

        assert people(first, first.secret("API key")) == SAMPLES
        assert cluster.is_running()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("LOG_LEVEL", "chatty"),
        ("DATA_DIR", __file__),
        ("RATE_LIMIT", "-1"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "postgresql://kith@/kith?host=/nowhere"),
        ("HOST", "192.0.2.1"),
    ],
)
def test_a_start_that_fails_says_why_in_one_line(
    tmp_path: Path, name: str, value: str
) -> None:
    environment = {"DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    done = subprocess.run(
        [sys.executable, MANAGE, "start"],
        env=os.environ | environment | {"DATABASE_WAIT": "0", name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert name in line


def test_waits_for_a_database_that_is_not_there_yet(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "later", fsync="off")
    data, port = tmp_path / "data", free_port()
    with begin(data, port, DATABASE_URL=cluster.url, DATABASE_WAIT="600") as kith:
        while "Waiting up to 600 seconds for DATABASE_URL" not in kith.printed:
            assert kith.process.poll() is None, kith.printed
        try:
            cluster.start()
            while "Kith serves at" not in kith.printed:
                assert kith.process.poll() is None, kith.printed
        finally:
            kith.end(signal.SIGTERM)
            cluster.stop()


@pytest.mark.parametrize("number", [90624, 150_000, 160_011])
def test_refuses_a_postgresql_that_is_too_old(number: int) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL .* 17 or newer"):
        check_version(number)


def test_takes_a_postgresql_that_is_new_enough() -> None:
    check_version(170_000)


def test_starts_with_an_empty_secret_key_that_a_full_disk_left(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    data.mkdir()
    (data / "secret_key").touch()
    with new_database() as url, start(data, port, DATABASE_URL=url) as kith:
        assert people(kith, kith.secret("API key")) == SAMPLES

    assert len((data / "secret_key").read_text()) >= 50


def test_a_terminal_sees_a_line_for_each_request(tmp_path: Path) -> None:
    port, (ours, its) = free_port(), pty.openpty()
    environment = {"DATA_DIR": str(tmp_path), "PORT": str(port)}
    with new_database() as url, os.fdopen(ours, "rb", buffering=0) as terminal:
        process = subprocess.Popen(
            [sys.executable, MANAGE, "start"],
            env=os.environ | environment | {"DATABASE_URL": url},
            stdout=its,
            stderr=its,
        )
        try:
            read_until(terminal, b"-H ")
            httpx.get(f"http://localhost:{port}/v1/nothing?q=secret")
            line = read_until(terminal, b" ms")
        finally:
            process.terminate()
            process.wait()
            os.close(its)

    assert re.search(rb" GET /v1/nothing 404 \d+ ms", line)
    assert b"secret" not in line
    assert b"healthz" not in line


def read_until(terminal: RawIOBase, end: bytes) -> bytes:
    """Return what a terminal shows, up to what is waited for."""
    shown = b""
    while end not in shown:
        shown += terminal.read(1000) or b""
    return shown


def test_lets_the_owner_in_and_keeps_them_in(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    address = f"http://localhost:{port}"
    with (
        new_database() as url,
        httpx.Client(base_url=address, follow_redirects=True) as browser,
    ):
        with start(data, port, DATABASE_URL=url) as first:
            browser.get("/admin/")
            log_in(browser, first.secret("Login"), first.secret("Password"))
            assert "First steps" in browser.get("/admin/").text
            first.end(signal.SIGINT)

        with start(data, port, DATABASE_URL=url) as second:
            assert "First steps" in browser.get("/admin/").text
            second.end(signal.SIGINT)


def log_in(browser: httpx.Client, login: str, password: str) -> None:
    """Fill in the form that the admin shows to strangers."""
    token = browser.cookies["csrftoken"]
    form = {"username": login, "password": password, "csrfmiddlewaretoken": token}
    browser.post("/admin/login/", data=form)
