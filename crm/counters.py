"""Counters of requests that the processes of a machine share.

They are in a file that each process maps into its memory, and a lock on the file keeps
two from counting at once. It ends with the process that holds it, however that ends.

Decision 89 in docs/decisions.md says why.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from functools import lru_cache
from hashlib import blake2b
from mmap import mmap
from pathlib import Path
from struct import Struct
from tempfile import TemporaryFile
from threading import Lock
from typing import NamedTuple, Self

logger = logging.getLogger(__name__)

WINDOW = 60
"""How many seconds a counter counts, from its first request on."""

SLOT = Struct("=16sdQ")
"""A counter: a digest of its name, when its window ends, and how many there were."""

ROW = SLOT.size * 8
"""Counters whose names have their place together: as many as are looked through."""

ROWS = 8192


class Counted(NamedTuple):
    """How many requests a window has had, this one included, and when it ends."""

    used: int
    ends: float


class SharedCounters:
    """Counters in a file of a fixed size.

    A name has its place in one row. Where a row is full of counters that run, the one
    that would end first is given up.
    """

    def __init__(self, file: int) -> None:
        """Take the open file, which was opened by this process and not by a parent."""
        os.ftruncate(file, ROW * ROWS)
        self._file = file
        self._memory = mmap(file, ROW * ROWS)
        self._lock = Lock()

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the counters in the file of a path, which is made if it is not there.

        Raises:
            OSError: if this process may not read or write it.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        return cls(os.open(path, flags, 0o600))

    def count(self, name: str) -> Counted:
        """Count a request under a name."""
        digest = blake2b(name.encode(), digest_size=16).digest()
        with self._lock:  # The file's own lock knows processes, but not their threads.
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                return self._count(digest, time.time())
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def clear(self) -> None:
        """Forget all counts."""
        self._memory[:] = bytes(len(self._memory))

    def _count(self, digest: bytes, now: float) -> Counted:
        first = int.from_bytes(digest[:4], "big") % ROWS * ROW
        places = range(first, first + ROW, SLOT.size)
        for place in places:
            known, ends, used = SLOT.unpack_from(self._memory, place)
            if known == digest and runs(ends, now):
                break
        else:
            place = min(places, key=lambda one: self._rank(one, now))
            ends, used = now + WINDOW, 0
        SLOT.pack_into(self._memory, place, digest, ends, used + 1)
        return Counted(used + 1, ends)

    def _rank(self, place: int, now: float) -> float:
        """Return when a counter ends; those that have ended come before all others."""
        _, ends, _ = SLOT.unpack_from(self._memory, place)
        return float(ends) if runs(ends, now) else 0.0


def runs(ends: float, now: float) -> bool:
    """Whether a window runs that ends at a time.

    One that would end later than if it began now was begun by a clock that has been set
    back since.
    """
    return now < ends <= now + WINDOW


def shared_counters(path: Path) -> SharedCounters:
    """Return the counters in the file of a path, opened once by each process."""
    return _counters_of(path, os.getpid())


@lru_cache(maxsize=1)
def _counters_of(path: Path, process: int) -> SharedCounters:
    """Return the counters; a process that may not use the file counts by itself."""
    try:
        return SharedCounters.at(path)
    except OSError as error:
        logger.warning("Requests are not counted with other processes: %s", error)
        with TemporaryFile() as alone:
            return SharedCounters(os.dup(alone.fileno()))
