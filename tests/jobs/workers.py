"""Real workers on the test database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.live_server import MANAGE, SECRET_KEY, TOO_LONG, database_url

Worker = subprocess.Popen[bytes]


@contextmanager
def start_worker(**environment: str) -> Iterator[Worker]:
    """Start a worker, and kill it in the end if it still runs."""
    ours = {"DATABASE_URL": database_url(), "SECRET_KEY": SECRET_KEY}
    worker = subprocess.Popen(
        [sys.executable, MANAGE, "work"], env=os.environ | ours | environment
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + TOO_LONG
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
