"""Many clients of a real server, which act at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import Any, TypeVar

import httpx
from django.db import connection, transaction

from crm.models import Workspace
from crm.sql import query
from tests.live_server import LiveServer

T = TypeVar("T")

MOST = 64
"""How many clients there can be."""

# Not by pg_stat_activity, which a transaction sees as it was when it first looked.
WAITING = """
SELECT count(DISTINCT waiting.pid)
FROM pg_locks waiting JOIN pg_locks own ON own.pid = waiting.pid
JOIN pg_database ON pg_database.oid = own.database
WHERE NOT waiting.granted AND datname = current_database()
"""


class Crowd:
    """Clients with the same key, each in a thread and on a connection of its own."""

    def __init__(self, server: LiveServer, workspace: Workspace, secret: str) -> None:
        self.clients = [server.client(workspace, secret) for _ in range(MOST)]
        self.pool = ThreadPoolExecutor(MOST)

    def all(self, act: Callable[[httpx.Client, int], T], many: int = 16) -> list[T]:
        """Let many clients act, each with its number, and return what they return.

        They begin together.
        """
        barrier = Barrier(many)

        def begin(number: int, client: httpx.Client) -> T:
            barrier.wait()
            return act(client, number)

        acting = [self.start(partial(begin, n), n) for n in range(many)]
        return [future.result() for future in acting]

    def start(self, act: Callable[[httpx.Client], T], number: int = 0) -> Future[T]:
        """Let the client of a number begin to act, and do not wait for it."""

        def begin() -> T:
            try:
                return act(self.clients[number])
            finally:
                connection.close()

        return self.pool.submit(begin)

    def behind(
        self,
        first: Callable[[], object],
        then: Callable[[httpx.Client], T],
        *,
        after: Callable[[], object] | None = None,
        undo: bool = False,
    ) -> T:
        """Do something in a transaction that is open until a client waits for it.

        Something else may be done while it waits. In the end the transaction is
        committed, or undone. Returns what the client returns.
        """
        with transaction.atomic():
            first()
            waiting = self.start(then)
            until_waiting(waiting)
            if after is not None:
                after()
            transaction.set_rollback(undo)
        return waiting.result()

    @contextmanager
    def between(
        self, statement: str, act: Callable[[httpx.Client], T]
    ) -> Iterator[list[Future[T]]]:
        """Let a client act when this thread has run a statement, and before the next.

        ``statement`` is a part of its text. Yields what the client will return, in a
        list that is empty until then.
        """
        acting: list[Future[T]] = []

        def interrupt(execute: Callable[..., T], sql: str, *rest: object) -> T:
            result = execute(sql, *rest)
            if statement in sql and not acting:
                acting.append(self.start(act))
                until_waiting(*acting)
            return result

        with connection.execute_wrapper(interrupt):
            yield acting

    def close(self) -> None:
        """Let everybody go home."""
        self.pool.shutdown()
        for client in self.clients:
            client.close()


@contextmanager
def gather(server: LiveServer, workspace: Workspace, secret: str) -> Iterator[Crowd]:
    """Gather a crowd for a while."""
    crowd = Crowd(server, workspace, secret)
    try:
        yield crowd
    finally:
        crowd.close()


def until_waiting(*futures: Future[Any]) -> None:
    """Go on when each of the clients waits for a lock, or is done without one."""
    while query(WAITING)[0][0] < sum(not future.done() for future in futures):
        pass
