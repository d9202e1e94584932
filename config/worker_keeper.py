"""Keeps a worker running as long as the server serves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from threading import Event, Thread

from django.conf import settings

MANAGE = settings.BASE_DIR / "manage.py"

PAUSES = (0, 1, 2, 4, 8, 16, 32)
"""Seconds before each time it is started again; the last for all that follow."""

PATIENCE = 0.2
GRACE = 12
"""Seconds in which a worker that is told to stop has ended by itself."""


class WorkerKeeper:
    """A thread that starts a worker, and another one when that has ended."""

    def __init__(self, say: Callable[[str], object]) -> None:
        """Take what to call with a line for whoever runs us."""
        self.say = say
        self._leaving = Event()
        self._thread = Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Begin to keep one running."""
        self._thread.start()

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._leaving.set()
        self._thread.join()

    def _keep(self) -> None:
        """Start one after the other.

        Linux ends a child with the thread that made it, so this one stays with each.
        """
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            worker = launch()
            while worker.poll() is None and not self._leaving.wait(PATIENCE):
                pass
            if self._leaving.is_set():
                end(worker)
                return
            self.say(f"The worker has stopped. Starting another in {pause} seconds.")
            self._leaving.wait(pause)


def launch() -> subprocess.Popen[bytes]:
    """Start a worker, which ends with this process and hears nothing of a terminal."""
    return subprocess.Popen(
        [sys.executable, MANAGE, "work", "--child-of", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def end(worker: subprocess.Popen[bytes]) -> None:
    """Tell a worker to stop, and see to it that it does."""
    worker.terminate()
    try:
        worker.wait(GRACE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


@contextmanager
def keep_working(say: Callable[[str], object]) -> Iterator[None]:
    """Keep a worker running, and end it in the end."""
    keeper = WorkerKeeper(say)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()
