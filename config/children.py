"""Children of this process, which end with it however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from threading import Thread

PR_SET_PDEATHSIG = 1
PAUSE = 0.5


def load_prctl() -> Callable[[int, int], int] | None:
    """Return the system call by which a process asks to end with its parent."""
    return ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def bind_to(parent: int, prctl: Callable[[int, int], int] | None) -> None:
    """Let this process be killed when its parent ends, where the system can do that."""
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # It ended before that.
        os._exit(1)


def end_with(parent: int) -> None:
    """Let this process, a program of its own, end with its parent on every system."""
    bind_to(parent, load_prctl())
    if sys.platform != "linux":
        Thread(target=_watch, args=[parent], daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os._exit(1)
