"""Seats: how many requests are worked on at once, each with its own connection.

Decision 56 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "default"


class Seats:
    """A fixed number of seats, in which threads take turns.

    There are more threads than seats, because a thread that waits for a client to send
    needs neither the processor nor the database. A seat keeps its connection to the
    database, so that there are no more connections than seats.
    """

    def __init__(self, many: int) -> None:
        self._free: SimpleQueue[BaseDatabaseWrapper | None] = SimpleQueue()
        for _ in range(many):
            self._free.put(None)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a seat, and work with its connection in this thread."""
        self._take()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Let others have the seat of this thread, while it only waits.

        No transaction may be open.
        """
        self._leave()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        connection = self._free.get()
        if connection is not None:
            connections[ALIAS] = connection

    def _leave(self) -> None:
        self._free.put(leave_connection())


def leave_connection() -> BaseDatabaseWrapper:
    """Return this thread's connection, which the thread does not have any more."""
    connection = connections[ALIAS]
    if not connection.allow_thread_sharing:
        connection.inc_thread_sharing()
    del connections[ALIAS]
    return connection
