"""Looks after the embedded PostgreSQL as long as somebody uses it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from config.postgres.cluster import Cluster
from config.postgres.programs import ClusterFailed

PAUSES = (0, 1, 2, 4, 8, 16, 32)
"""Seconds before each try to start it again, the first one included."""


class Keeper:
    """A thread that starts a cluster again when it has stopped."""

    def __init__(self, cluster: Cluster, say: Callable[[str], object]) -> None:
        """Take the cluster, and what to call with a line for whoever runs us."""
        self.cluster = cluster
        self.say = say
        self.gave_up = False
        self._leaving = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begin to look after the cluster."""
        self._thread.start()

    def stop(self) -> None:
        """Leave it to itself."""
        self._leaving.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._leaving.wait(0.5):
            if not self.cluster.is_alive() and not self._start_again():
                return

    def _start_again(self) -> bool:
        """Return whether to go on. If it does not start, end this process."""
        for pause in PAUSES:
            self.say(f"PostgreSQL has stopped. Starting it again in {pause} seconds.")
            if self._leaving.wait(pause):
                return False
            try:
                self.cluster.start()
            except (ClusterFailed, OSError) as error:
                self.say(str(error))
            else:
                self.say("PostgreSQL runs again.")
                return True
        self.gave_up = True
        os.kill(os.getpid(), signal.SIGTERM)
        return False


@contextmanager
def keep_running(cluster: Cluster, say: Callable[[str], object]) -> Iterator[None]:
    """Run a cluster, start it again whenever it stops, and stop it in the end.

    Raises:
        ClusterFailed: if it does not start, or did not start again.
    """
    keeper = Keeper(cluster, say)
    try:
        cluster.start()
        keeper.start()
        try:
            yield
        finally:
            keeper.stop()
    finally:
        cluster.stop()
    if keeper.gave_up:
        raise ClusterFailed(f"PostgreSQL did not start again in {len(PAUSES)} tries.")
