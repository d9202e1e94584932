"""Clients that are slow to send a body, or never end it.

A thread that waits for such a client cannot be woken: the server reads from the network
for it, and knows no limit of time. So the connection is closed for reading, which wakes
the thread, and the answer still goes out.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic, sleep
from typing import NamedTuple

LAST_SENT_AND_RECEIVED = struct.Struct("=44xI4xI")
"""In Linux's ``struct tcp_info``: how many milliseconds ago we sent, and received."""

CAN_LOOK = sys.platform == "linux"
TICK = 0.5
"""How often the connections are looked at while somebody waits, in seconds."""

Peer = tuple[str, int]


@dataclass(eq=False)
class Waiting:
    """A thread that waits for a body."""

    client: str
    """The address that the request came from."""
    expects: bool
    """Whether the client waits to be told to continue, which we say when we wait."""
    since: float = field(default_factory=monotonic)
    is_given_up: bool = False


class Turn(NamedTuple):
    """Whose turn it is to speak on a connection, and since when.

    If it is ours, the time is when we noticed; else it is when we spoke last.
    """

    since: float
    is_ours: bool


class SlowClients:
    """Ends the waiting for bodies that take too long.

    The server does not tell which connection a request came by. But on that of a body
    which is overdue the client spoke last, and has not been answered since. Or it was
    told to continue, and we spoke last, when we began to wait. As many connections of
    the client's address are closed as bodies are overdue, those first that have waited
    longest; none that is kept for the next request.
    """

    def __init__(self, seconds: float) -> None:
        """Take how long a body may take."""
        self.seconds = seconds
        self._waiting: set[Waiting] = set()
        self._turns: dict[Peer, Turn] = {}
        self._lock = Lock()
        self._watcher: Thread | None = None

    @contextmanager
    def waited_for(self, client: str, *, expects: bool) -> Iterator[Waiting]:
        """Wait for a body of a client, no longer than it may take."""
        waiting = Waiting(client, expects)
        with self._lock:
            self._waiting.add(waiting)
            if CAN_LOOK and self._watcher is None:
                self._watcher = Thread(target=self._watch, daemon=True)
                self._watcher.start()
        try:
            yield waiting
        finally:
            with self._lock:
                self._waiting.discard(waiting)

    def _watch(self) -> None:
        while True:
            sleep(TICK)
            with self._lock:
                waiting = list(self._waiting)
            now = monotonic()
            if any(one.since < now - TICK for one in waiting):
                self._look(now, waiting)
            else:
                self._turns = {}

    def _look(self, now: float, waiting: list[Waiting]) -> None:
        """Note whose turn it is everywhere, and close what is overdue."""
        found = dict(connections())
        try:
            self._note_turns(now, found)
            overdue = [one for one in waiting if one.since < now - self.seconds]
            for client in {one.client for one in overdue}:
                own = [one for one in overdue if one.client == client]
                for one in own:
                    one.is_given_up = True
                for peer in self._slowest(own, now):
                    with suppress(OSError):
                        found[peer].shutdown(socket.SHUT_RD)
        finally:
            for connection in found.values():
                connection.close()

    def _note_turns(self, now: float, found: dict[Peer, socket.socket]) -> None:
        turns = {}
        for peer, connection in found.items():
            sent, received = silence(connection)
            spoke = now - sent
            earlier = self._turns.get(peer)
            if received > sent:
                turns[peer] = Turn(spoke, is_ours=False)
            elif earlier and earlier.is_ours and earlier.since >= spoke:
                turns[peer] = earlier
            else:  # What we had noticed was answered, and this is the next request.
                turns[peer] = Turn(now, is_ours=True)
        self._turns = turns

    def _slowest(self, overdue: list[Waiting], now: float) -> list[Peer]:
        """Return the connections that the overdue bodies of a client would come by.

        We begin to look a little after a thread begins to wait.
        """
        limit = now - self.seconds + 3 * TICK
        own = [
            (peer, turn)
            for peer, turn in self._turns.items()
            if peer[0] == overdue[0].client and turn.since <= limit
        ]
        told = [one.since for one in overdue if one.expects]
        ours = sorted((turn.since, peer) for peer, turn in own if turn.is_ours)
        theirs = sorted(
            (min(abs(turn.since - since) for since in told), peer)
            for peer, turn in own
            if told and not turn.is_ours
        )
        return [peer for _, peer in ours + theirs[: len(told)]][: len(overdue)]


def connections() -> Iterator[tuple[Peer, socket.socket]]:
    """Return the connections of this process, each held by a copy, by their peers."""
    for name in os.listdir("/proc/self/fd"):
        connection = copied_socket(int(name))
        if connection is None:
            continue
        try:
            peer = connection.getpeername()
            silence(connection)
        except OSError:  # It is no connection over TCP.
            connection.close()
            continue
        yield peer[:2], connection


def copied_socket(number: int) -> socket.socket | None:
    """Return a copy of a file that is a socket, or None if it is not one any more."""
    try:
        copy = os.dup(number)
    except OSError:
        return None
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        return None


def silence(connection: socket.socket) -> tuple[float, float]:
    """Return how many seconds ago we last sent anything, and last received anything.

    Raises:
        OSError: if it is no connection over TCP.
    """
    size = LAST_SENT_AND_RECEIVED.size
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, size)
    sent, received = LAST_SENT_AND_RECEIVED.unpack(info)
    return sent / 1000, received / 1000
