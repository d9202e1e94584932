"""``manage.py start`` on a fresh machine, the second time, and after a crash."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from django.contrib.auth.hashers import check_password
from psycopg.conninfo import make_conninfo

from config.postgres.cluster import Cluster
from tests.api_client import resource
from tests.live_server import Kith, free_port, new_database, start

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

    assert [path.name for path in data.iterdir()] == ["secret_key"]
    assert (data / "secret_key").stat().st_mode & 0o077 == 0


def test_leaves_nobody_behind_who_serves_in_its_place(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with new_database() as url, start(data, port, DATABASE_URL=url) as first:
        first.end(signal.SIGKILL)
        with start(data, port, DATABASE_URL=url) as second:
            second.end(signal.SIGINT)

        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{first.url}/healthz")


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
