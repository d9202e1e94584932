"""Somebody looks after the embedded PostgreSQL while it is used."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.postgres.cluster import Cluster
from config.postgres.keeper import Keeper, keep_running
from config.postgres.programs import ClusterFailed

SMALL = {"fsync": "off", "shared_buffers": "1MB", "max_connections": "5"}


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path / "postgres", **SMALL)


@pytest.fixture
def told() -> Iterator[list[int]]:
    """The signals that this process was sent to end."""
    received: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: received.append(number))
    yield received
    signal.signal(signal.SIGTERM, before)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something, for a minute at most."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_starts_it_again_when_it_was_killed(cluster: Cluster) -> None:
    said: list[str] = []

    with keep_running(cluster, said.append):
        pid = int((cluster.directory / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        until(lambda: "PostgreSQL runs again." in said)
        assert cluster.is_running()

    assert said[0] == "PostgreSQL has stopped. Starting it again in 0 seconds."
    assert not cluster.is_running()


def test_gives_up_after_several_tries_and_ends_the_process(
    cluster: Cluster, told: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.postgres.keeper.PAUSES", (0, 0))
    monkeypatch.setattr("config.postgres.cluster.MOST_STARTS", 1)
    said: list[str] = []

    def lose_the_database() -> None:
        with keep_running(cluster, said.append):
            cluster.stop()
            (cluster.directory / "global" / "pg_control").unlink()
            until(lambda: bool(told))

    with pytest.raises(ClusterFailed, match="did not start again in 2 tries"):
        lose_the_database()

    assert len([line for line in said if "Starting it again" in line]) == 2
    assert any("PostgreSQL does not start" in line for line in said)


def test_leaves_it_stopped_in_the_end(cluster: Cluster) -> None:
    said: list[str] = []
    cluster.start()
    keeper = Keeper(cluster, said.append)
    keeper.start()

    keeper.stop()
    cluster.stop()

    assert said == []
    assert not cluster.is_running()
