"""A crowd of clients, each with a connection of its own, that ask all at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TypeAlias

from tests.benchmarks.wire import Wire

CONNECTIONS = 4

Seconds: TypeAlias = Callable[[], tuple[float, float]]
"""Returns the time of processors that a server and its database have used so far."""


@dataclass
class Taken:
    """What requests took, round by round."""

    rates: list[float] = field(default_factory=list)
    """Requests a second."""
    server: list[float] = field(default_factory=list)
    """Milliseconds of a processor that a request takes in the server."""
    database: list[float] = field(default_factory=list)
    """The same in PostgreSQL."""
    waits: list[float] = field(default_factory=list)
    """Milliseconds until the answer, one for each request."""

    @property
    def percentiles(self) -> tuple[float, float]:
        """How long half of the requests, and 99 of 100, waited at most."""
        cuts = quantiles(self.waits, n=100)
        return cuts[49], cuts[98]

    @property
    def cost(self) -> tuple[float, float]:
        """What a request costs in the server and in PostgreSQL, in the median."""
        return median(self.server), median(self.database)


class Crowd:
    """Some connections to one server."""

    def __init__(self, wires: Sequence[Wire], seconds: Seconds) -> None:
        self.wires = wires
        self.seconds = seconds

    def ask(self, requests: Sequence[bytes], taken: Taken) -> None:
        """Send requests over all connections at once, and note what they took."""
        lots = [requests[n :: len(self.wires)] for n in range(len(self.wires))]
        before, begun = self.seconds(), time.perf_counter()
        with ThreadPoolExecutor(len(self.wires)) as pool:
            waits = list(pool.map(ask_all, self.wires, lots))
        lasted = time.perf_counter() - begun
        after = self.seconds()
        server, database = (
            (late - early) / len(requests) * 1000
            for early, late in zip(before, after, strict=True)
        )
        taken.rates.append(len(requests) / lasted)
        taken.server.append(server)
        taken.database.append(database)
        taken.waits += [wait for lot in waits for wait in lot]


def ask_all(wire: Wire, requests: Sequence[bytes]) -> list[float]:
    """Send requests one after the other; return how many milliseconds each waited."""
    waits = []
    for request in requests:
        begun = time.perf_counter()
        status, body = wire.send(request)
        waits.append((time.perf_counter() - begun) * 1000)
        if status >= 300:
            raise RuntimeError(body[:500])
    return waits


@contextmanager
def gather(port: int, seconds: Seconds) -> Iterator[Crowd]:
    """Open the connections of a crowd."""
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port)) for _ in range(CONNECTIONS)]
        yield Crowd(wires, seconds)
