"""A revision of the code with a database of its own, filled and served by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.benchmarks.crowd import Crowd, gather
from tests.benchmarks.servers import wait_for
from tests.live_server import SECRET_KEY, free_port

HERE = Path(__file__).parents[2]

FILL = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.benchmarks.load import load_workspace, without_indexes
from tests.benchmarks.workspaces import fresh_workspace
large, beside = fresh_workspace("large"), fresh_workspace("beside")
with without_indexes():
    load_workspace(large.workspace, int(sys.argv[1]))
    load_workspace(beside.workspace, 1000)
print(large.secret)
"""
"""Each revision loads with its own code, since it knows what its tables are like."""


@dataclass(frozen=True)
class Side:
    """One of the revisions that are held against each other."""

    directory: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that its programs need; limits are counted, never reached."""
        return os.environ | {
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "RATE_LIMIT": "1000000000",
            "SECRET_KEY": SECRET_KEY,
            "STATEMENT_TIMEOUT_MS": "0",
        }

    def fill(self, many: int) -> str:
        """Load people into a workspace ``large``, and return the secret of its key."""
        command = [sys.executable, "-c", FILL, str(many)]
        printed = subprocess.check_output(
            command, cwd=self.directory, env=self.environment, text=True
        )
        return printed.split()[-1]

    @contextmanager
    def serve(self) -> Iterator[Crowd]:
        """Serve as ``make run`` does, with its own defaults, and gather a crowd."""
        port = free_port()
        with TemporaryDirectory() as data:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "start"],
                cwd=self.directory,
                env=self.environment | {"PORT": str(port), "DATA_DIR": data},
                stdout=subprocess.DEVNULL,
            )
            try:
                wait_for(port)
                server = psutil.Process(process.pid)
                with gather(port, partial(seconds_of, server, self.database_url)) as it:
                    yield it
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()


def seconds_of(process: psutil.Process, database_url: str) -> tuple[float, float]:
    """Return the time of processors that a server and its database have used."""
    database = database_url.partition("@/")[2].partition("?")[0]
    own = [process, *process.children(recursive=True)]
    return used(own), used(backends(f" {database} [local]"))


def backends(name: str) -> list[psutil.Process]:
    """Return the processes of PostgreSQL that serve a database."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if (process.info["cmdline"] or [""])[0].startswith("postgres:")
        and name in process.info["cmdline"][0]
    ]


def used(processes: list[psutil.Process]) -> float:
    """Return the seconds of a processor that processes have used."""
    times = [process.cpu_times() for process in processes]
    return float(sum(time.user + time.system for time in times))


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Check a revision out into a temporary folder."""
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "kith"
        git("worktree", "add", "--quiet", "--detach", str(folder), revision)
        try:
            yield folder
        finally:
            git("worktree", "remove", "--force", str(folder))


def git(*arguments: str) -> None:
    """Run git here."""
    subprocess.run(["git", *arguments], cwd=HERE, check=True)
