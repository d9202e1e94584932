"""Signals that say to leave, of which none is lost."""

from __future__ import annotations

import signal
import sys
from types import FrameType

STOP = {signal.SIGINT, signal.SIGTERM}


class Leaving:
    """Whether this process was told to leave.

    The first signal interrupts whatever is done. But what it raises is lost when Python
    is in a finalizer at that moment, so whoever goes on asks.
    """

    told = 0

    def listen(self) -> None:
        """Hear of the signals, also where a shell has them ignored."""
        for number in STOP:
            signal.signal(number, self._hear)

    def leave_if_told(self) -> None:
        """Leave in good order if a signal has come."""
        if self.told:
            sys.exit(128 + self.told)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        is_first = not self.told
        self.told = number
        if is_first:
            self.leave_if_told()
