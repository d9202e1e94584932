"""The embedded PostgreSQL starts, stops, keeps its data, and survives a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.postgres.cluster import Cluster

SMALL = {"fsync": "off", "shared_buffers": "1MB", "max_connections": "5"}

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose cluster holds the number 42, and does not run."""
    directory = tmp_path_factory.mktemp("kith") / "postgres"
    cluster = Cluster(directory, **SMALL)
    cluster.start()
    with connect(cluster) as connection:
        connection.execute("CREATE TABLE answer AS SELECT 42 AS number")
    cluster.stop()
    return directory


@pytest.fixture
def cluster(directory: Path) -> Iterator[Cluster]:
    cluster = Cluster(directory, **SMALL)
    cluster.start()
    yield cluster
    cluster.stop()


def connect(cluster: Cluster) -> Connection:
    return psycopg.connect(make_conninfo("", **cluster.address), autocommit=True)


def value(cluster: Cluster, sql: LiteralString) -> object:
    """Return the only value that a statement returns."""
    with connect(cluster) as connection:
        ((found,),) = connection.execute(sql)
    return found


def process_id(cluster: Cluster) -> int:
    return int((cluster.directory / "postmaster.pid").read_text().split()[0])


def kill(cluster: Cluster) -> None:
    """End it as a power cut would, and wait until the system has buried it."""
    process = process_id(cluster)
    os.kill(process, signal.SIGKILL)
    with suppress(ProcessLookupError):
        while True:
            os.kill(process, 0)
            time.sleep(0.05)


def test_keeps_its_data_from_start_to_start(cluster: Cluster) -> None:
    assert value(cluster, "SELECT number FROM answer") == 42


def test_folds_all_of_unicode(cluster: Cluster) -> None:
    assert value(cluster, "SELECT lower('ÉΣЖ')") == "éσж"


def test_starting_again_changes_nothing(cluster: Cluster) -> None:
    before = process_id(cluster)

    cluster.start()

    assert process_id(cluster) == before


def test_another_process_may_start_the_same_one(cluster: Cluster) -> None:
    other = Cluster(cluster.directory, **SMALL)

    other.start()

    assert process_id(other) == process_id(cluster)
    assert value(other, "SELECT number FROM answer") == 42
    other.stop()


def test_stops_only_for_the_last_of_those_who_use_it(cluster: Cluster) -> None:
    other = Cluster(cluster.directory, **SMALL)
    other.start()

    other.stop()

    assert value(cluster, "SELECT number FROM answer") == 42
    cluster.stop()
    assert not cluster.is_running()


def test_whoever_ends_without_a_word_does_not_use_it_any_more(cluster: Cluster) -> None:
    start = "import sys; from config.postgres.cluster import Cluster; "
    start += "from pathlib import Path; Cluster(Path(sys.argv[1])).start()"
    subprocess.run([sys.executable, "-c", start, cluster.directory], check=True)

    cluster.stop()

    assert not cluster.is_running()


def test_a_half_made_one_is_thrown_away(tmp_path: Path) -> None:
    """An initdb that was killed left it."""
    half_made = tmp_path / "postgres.half-made-abc"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")
    cluster = Cluster(tmp_path / "postgres", **SMALL)

    try:
        cluster.start()
        assert value(cluster, "SELECT 42") == 42
    finally:
        cluster.stop()

    assert not half_made.exists()


@pytest.mark.parametrize("others", [0o777, 0o750, 0o701])
def test_refuses_a_socket_directory_that_lets_others_in(
    tmp_path: Path, others: int
) -> None:
    cluster = Cluster(tmp_path / ("x" * 150), **SMALL)
    cluster.socket_directory.mkdir()
    cluster.socket_directory.chmod(others)

    try:
        with pytest.raises(ImproperlyConfigured, match="DATA_DIR"):
            cluster.start()
        with pytest.raises(ImproperlyConfigured, match="DATA_DIR"):
            cluster.address["host"]
    finally:
        cluster.socket_directory.rmdir()


def test_refuses_a_socket_directory_that_is_a_link(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("x" * 150), **SMALL)
    cluster.socket_directory.symlink_to(tmp_path)

    try:
        with pytest.raises(ImproperlyConfigured, match="DATA_DIR"):
            cluster.start()
    finally:
        cluster.socket_directory.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can give a directory away.")
def test_refuses_a_socket_directory_of_another_user(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("x" * 150), **SMALL)
    cluster.socket_directory.mkdir(mode=0o700)
    os.chown(cluster.socket_directory, 12345, 12345)

    try:
        with pytest.raises(ImproperlyConfigured, match="another user"):
            cluster.start()
    finally:
        cluster.socket_directory.rmdir()


def test_its_log_holds_nothing_that_people_wrote(cluster: Cluster) -> None:
    secret = "ada@secret.example"
    with connect(cluster) as connection:
        connection.execute("CREATE TEMP TABLE known (email text PRIMARY KEY)")
        connection.execute("INSERT INTO known VALUES (%s)", [secret])
        for wrong in ("INSERT INTO known VALUES (%s)", "SELECT %s::text::integer"):
            with pytest.raises(psycopg.DatabaseError):
                connection.execute(wrong, [secret])
        with suppress(psycopg.OperationalError):
            connection.execute(
                "SELECT pg_terminate_backend(pg_backend_pid()), %s", [secret]
            )

    assert secret not in written(cluster)
    assert "ready to accept connections" in written(cluster)


def test_a_start_in_good_order_logs_nothing_fatal(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", **SMALL)

    cluster.start()
    cluster.stop()

    assert "FATAL" not in written(cluster)


def written(cluster: Cluster) -> str:
    """Return what PostgreSQL has written into its log."""
    return "".join(log.read_text() for log in (cluster.directory / "log").iterdir())


def test_stops_even_if_somebody_is_connected(cluster: Cluster) -> None:
    with connect(cluster):
        cluster.stop()

    assert not cluster.is_running()
    assert not (cluster.directory / "postmaster.pid").exists()


def test_stopping_again_changes_nothing(cluster: Cluster) -> None:
    cluster.stop()

    cluster.stop()

    assert not cluster.is_running()


def test_starts_again_after_it_was_killed(cluster: Cluster) -> None:
    with connect(cluster) as connection:
        connection.execute("CREATE TABLE later AS SELECT 43 AS number")
    kill(cluster)

    cluster.start()

    assert value(cluster, "SELECT number FROM later") == 43


def test_takes_parameters(cluster: Cluster) -> None:
    assert value(cluster, "SHOW max_connections") == "5"
    assert value(cluster, "SHOW listen_addresses") == ""


def test_only_its_owner_may_enter(cluster: Cluster) -> None:
    assert cluster.directory.stat().st_mode & 0o077 == 0
    assert cluster.socket_directory.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["My data", "Ada's data, new", "données" * 20])
def test_works_in_such_a_directory(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    cluster = Cluster(tmp_path_factory.mktemp("pg") / name, **SMALL)

    try:
        cluster.start()
        assert value(cluster, "SELECT 42") == 42
    finally:
        cluster.stop()


@pytest.mark.parametrize(
    "name", ["postgres", "My data", "100%", "a&b=c", "ü", "x" * 150]
)
def test_the_url_is_the_address(name: str) -> None:
    cluster = Cluster(Path("/srv") / name)

    assert conninfo_to_dict(cluster.url) == cluster.address


def test_a_long_path_has_a_short_socket(tmp_path: Path) -> None:
    clusters = [Cluster(tmp_path / ("x" * 150) / name) for name in ("a", "b")]

    directories = {cluster.socket_directory for cluster in clusters}

    assert len(directories) == 2
    assert max(len(str(directory)) for directory in directories) < 90
