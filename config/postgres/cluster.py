"""The embedded PostgreSQL: where its files are, and how it is started and stopped.

It listens on a Unix socket inside a directory that only its owner may enter, so it
needs neither a port nor a password. It is used only when ``DATABASE_URL`` is not set.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from config.locks import Users, take_turns
from config.postgres.directories import make_private, refuse_foreign
from config.postgres.making import make_cluster, throw_away_half_made
from config.postgres.programs import (
    ClusterFailed,
    find_reason,
    launch_server,
    run_program,
)

USER = "kith"
LONGEST_SOCKET_DIRECTORY = 90  # A socket's path may have 107 bytes, its name included.
MOST_STARTS = 5
START_TIMEOUT = 300  # Seconds. Recovery after a crash replays the log first.

LOG_PARAMETERS = {
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # Statements and the details of errors hold what people wrote into their records.
    "log_error_verbosity": "terse",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""A week of PostgreSQL's own log, a file a day, without anybody's values."""


class Cluster:
    """One PostgreSQL with its data, in a directory of its own."""

    def __init__(self, directory: Path, **parameters: str) -> None:
        """Take the data directory, and server parameters other than the usual ones."""
        self.directory = directory.absolute()
        self.parameters = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_directory),
            "max_connections": "300",
            "shared_buffers": "256MB",
            "autovacuum_naptime": "5s",
            "max_wal_size": "1GB",
            "deadlock_timeout": "200ms",
            **LOG_PARAMETERS,
            **parameters,
        }
        self._users = Users(self._beside("users"))

    @property
    def socket_directory(self) -> Path:
        """Where clients find it: with the data, or in a short path if that is long."""
        is_plain = not set("',") & set(str(self.directory))
        if is_plain and len(os.fsencode(self.directory)) <= LONGEST_SOCKET_DIRECTORY:
            return self.directory
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"kith-{digest}"

    @property
    def address(self) -> dict[str, str]:
        """Where its database is, under libpq's names.

        Raises:
            ImproperlyConfigured: if somebody else may be listening there.
        """
        if self.socket_directory.exists():
            refuse_foreign(self.socket_directory)
        return {"dbname": USER, "user": USER, "host": str(self.socket_directory)}

    @property
    def url(self) -> str:
        """The same as a value for ``DATABASE_URL``."""
        return f"postgresql://{USER}@/{USER}?host={quote(str(self.socket_directory))}"

    @property
    def is_made(self) -> bool:
        """Whether there is a cluster in the directory."""
        return (self.directory / "PG_VERSION").exists()

    def start(self) -> None:
        """Make the cluster if it is new, and start it unless it runs already.

        Raises:
            ClusterFailed: if PostgreSQL cannot.
        """
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        with take_turns(self.directory.parent):
            throw_away_half_made(self.directory)
            make_private(self.directory)
            make_private(self.socket_directory)
            if not self.is_made:
                make_cluster(self.directory, USER)
            if not self.is_running():
                self._launch()
            self._create_database()
            self._users.join()

    def stop(self) -> None:
        """Disconnect everybody and stop, unless another process still uses it."""
        if not self.directory.parent.exists():
            return
        with take_turns(self.directory.parent):
            if self._users.leave() and self.is_alive():
                run_program("pg_ctl", "stop", "-m", "fast", "-D", str(self.directory))

    def is_running(self) -> bool:
        """Whether a server on this directory accepts connections."""
        return self._status().startswith("ready") and self.is_alive()

    def is_alive(self) -> bool:
        """Whether a server listens, be it that it still recovers from a crash."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.setblocking(False)
            try:
                probe.connect(os.fsencode(self.socket_directory / ".s.PGSQL.5432"))
            except BlockingIOError:  # So many connect that it cannot keep up.
                return True
            except OSError:
                return False
        return True

    def _status(self) -> str:
        """Return what the server says of itself in the file that it keeps."""
        try:
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
        except OSError:
            return ""
        return lines[7] if len(lines) > 7 else ""

    def _beside(self, name: str) -> Path:
        return self.directory.with_name(f"{self.directory.name}.{name}")

    def _launch(self) -> None:
        """Start it. A server that was just killed may be in the way for a moment."""
        for pause in range(MOST_STARTS):
            time.sleep(pause)
            options = [f"-c{key}={value}" for key, value in self.parameters.items()]
            log = self._beside("log")
            server = launch_server(log, "-D", str(self.directory), *options)
            if self._becomes_ready(server):
                return
        raise ClusterFailed(f"PostgreSQL does not start: {self._last_words()}")

    def _becomes_ready(self, server: subprocess.Popen[bytes]) -> bool:
        """Return whether it accepts connections in the end, and leave none behind."""
        deadline = time.monotonic() + START_TIMEOUT
        try:
            while server.poll() is None and time.monotonic() < deadline:
                if self.is_running():
                    return True
                time.sleep(0.02)
        except BaseException:
            server.send_signal(signal.SIGINT)
            server.wait()
            raise
        server.kill()
        server.wait()
        return False

    def _last_words(self) -> str:
        """Return the last of what the server said of why it failed."""
        logs = [self._beside("log"), *(self.directory / "log").glob("*.log")]
        written = sorted(
            (log for log in logs if log.exists()), key=lambda log: log.stat().st_mtime
        )
        return find_reason("".join(log.read_text(errors="replace") for log in written))

    def _create_database(self) -> None:
        connection = ["-h", str(self.socket_directory), "-U", USER]
        query = f"SELECT 1 FROM pg_database WHERE datname = '{USER}'"
        if not run_program("psql", *connection, "-d", "postgres", "-Atc", query):
            run_program("createdb", *connection, USER)
