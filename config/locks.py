"""Locks on files, which the system takes back from a process that ends in any way."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from django.core.exceptions import ImproperlyConfigured

MOST_TRIES = 50


class RunsAlready(ImproperlyConfigured):
    """Another process keeps this data directory."""


@contextmanager
def take_turns(directory: Path) -> Iterator[None]:
    """Wait until nobody else is in such a block for the same directory."""
    lock = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def hold(file: Path) -> Iterator[None]:
    """Let one process at a time be in such a block, and write down which.

    Raises:
        RunsAlready: if another process is.
    """
    with file.open("a+") as lock:
        _take(lock)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _take(lock: TextIO) -> None:
    """Take a lock, also from workers that are about to end with a killed parent."""
    for _ in range(MOST_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read()
        else:
            return
        if _is_alive(holder):
            break
        time.sleep(0.1)
    raise RunsAlready(f"Kith runs already on this DATA_DIR: process {holder}.")


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process or 0), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # It is somebody else's.
        pass
    return True


class Users:
    """The processes that use something, of which the last one may end it."""

    def __init__(self, file: Path) -> None:
        """Take a file that they all can open."""
        self.file = file
        self._descriptor: int | None = None

    def join(self) -> None:
        """Become one of the users, until ``leave`` or the end of this process."""
        if self._descriptor is None:
            self._descriptor = self._open()
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Stop being one of the users, and return whether nobody is left."""
        descriptor = self._open() if self._descriptor is None else self._descriptor
        self._descriptor = None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True

    def _open(self) -> int:
        return os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
