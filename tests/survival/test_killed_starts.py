"""A start that is killed at any moment leaves nothing in the way of the next one."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config.postgres.cluster import Cluster
from tests.live_server import TOO_LONG, Kith, begin, free_port, new_database, start
from tests.survival.rounds import moment, rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    Cluster(tmp_path / "data" / "postgres").stop()


def processes(data: Path) -> list[psutil.Process]:
    """Return the processes of all starts on a directory, PostgreSQL's left out."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_start = "start" in process.cmdline() and process.status() != "zombie"
            if is_start and process.environ().get("DATA_DIR") == str(data):
                found.append(process)
    return found


def kill(kith: Kith, data: Path) -> None:
    """Kill the first process alone, and hold that the others end with it."""
    kith.end(signal.SIGKILL)
    deadline = time.monotonic() + TOO_LONG
    while processes(data):
        assert time.monotonic() < deadline, kith.printed
        time.sleep(0.05)


def wait_for_worker(kith: Kith) -> None:
    """Wait until the first worker is born."""
    main = psutil.Process(kith.process.pid)
    while kith.process.poll() is None:
        with suppress(psutil.Error):
            if any("start" in child.cmdline() for child in main.children()):
                return


def test_no_worker_outlives_a_start_that_is_killed(data: Path) -> None:
    port = free_port()
    with new_database() as url:
        with start(data, port, DATABASE_URL=url) as first:
            first.end(signal.SIGTERM)

        for number in rounds(short=4, long=100):
            with begin(data, port, DATABASE_URL=url, WORKERS="2") as kith:
                wait_for_worker(kith)
                time.sleep(moment(2) if number % 2 else 0)
                assert kith.process.poll() is None, kith.printed
                kill(kith, data)


def test_the_next_start_makes_good_what_a_killed_one_left(data: Path) -> None:
    port = free_port()
    for _ in rounds(short=2, long=50):
        with begin(data, port) as kith:
            time.sleep(moment(8))
            assert kith.process.poll() is None, kith.printed
            kill(kith, data)

    with start(data, port) as last:
        assert "Kith serves at" in last.printed
        assert last.end(signal.SIGTERM) == 0
    assert not list(data.glob("postgres.half-made-*"))
