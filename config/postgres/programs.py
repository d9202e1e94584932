"""The programs of the wheel's PostgreSQL, which refuse to be run by root."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path
from threading import Thread
from typing import Any

from config.postgres.directories import programs_directory, system_user


class ClusterFailed(Exception):
    """The embedded PostgreSQL could not be made, started or stopped."""


def run_program(program: str, *arguments: str) -> str:
    """Run a program to its end and return what it prints.

    Raises:
        ClusterFailed: if it did not do what it should.
    """
    # A file, because a program that outlives its parent keeps a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [programs_directory() / program, *arguments],
            stdout=output,
            check=False,
            **_surroundings(),
        )
        output.seek(0)
        printed = output.read()
    if done.returncode != 0:
        raise ClusterFailed(f"{program} failed: {find_reason(printed)}")
    return printed


def launch_server(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Begin to run PostgreSQL, with what it says before it has a log in a file."""
    with log.open("wb") as output:
        stop = {signal.SIGINT, signal.SIGTERM}
        # Whoever is told to leave now must know what has to be ended before.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, stop)
        try:
            server = subprocess.Popen(
                [programs_directory() / "postgres", *arguments],
                stdout=output,
                **_surroundings(),
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    # Somebody has to bury it, or it would seem to live on.
    Thread(target=server.wait, daemon=True).start()
    return server


def find_reason(printed: str) -> str:
    """Return the line that says best why the last attempt of a program failed."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    for sign in ("PANIC", "FATAL", "error:"):
        if found := [line for line in lines if sign in line]:
            return found[-1]
    return lines[-1] if lines else "it does not say why."


def _surroundings() -> dict[str, Any]:
    """Return how programs are run, out of reach of the Ctrl-C of a terminal."""
    user = system_user() if os.geteuid() == 0 else None
    return {
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
        "cwd": "/",
        "user": user.pw_uid if user else None,
        "group": user.pw_gid if user else None,
        "extra_groups": [] if user else None,
        "start_new_session": True,
    }
