"""Waiting until something happens (``max_wait=20``), which keeps nobody from work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest

from crm.jsonapi.queries import Query

LONGEST = 25
"""Seconds, which is less than proxies and clients wait for an answer."""
PAUSE = 0.25
"""Seconds between two looks."""
SECONDS = re.compile(r"\d{1,2}(\.\d{1,3})?", re.ASCII)

LEFT_SEAT = "kith.left_seat"
"""What leaves the seat of a request for a while, in its environment."""


class WaitingRoom:
    """A fixed number of places for requests that wait.

    There are few of them, since each takes one of the server's threads.
    """

    here: ClassVar[WaitingRoom]
    """That of this process."""

    def __init__(self, places: int) -> None:
        self._places = BoundedSemaphore(places) if places else None

    @contextmanager
    def entered(self) -> Iterator[bool]:
        """Take a place, and yield whether there was one."""
        is_in = self._places is not None and self._places.acquire(blocking=False)
        try:
            yield is_in
        finally:
            if is_in and self._places is not None:
                self._places.release()


WaitingRoom.here = WaitingRoom(settings.FEED_WAITERS)


def read_max_wait(query: Query) -> float:
    """Return how many seconds a request may wait.

    Raises:
        Refusal: if it is no number of them, or too many.
    """
    written = query.plain("max_wait")
    if written is None:
        return 0
    if not SECONDS.fullmatch(written) or float(written) > LONGEST:
        why = f"Give a number of seconds from 0 to {LONGEST}."
        raise query.place("max_wait").refuse(why)
    return float(written)


def looks(request: HttpRequest, until: float) -> Iterator[None]:
    """Yield again and again until then, after pauses in which others can work.

    ``until`` is on the clock that no one sets, `monotonic`.
    """
    while (left := until - monotonic()) > 0:
        with left_seat(request):
            sleep(min(PAUSE, left))
        yield


def left_seat(request: HttpRequest) -> AbstractContextManager[None]:
    """Return what leaves the seat of a request, if its server has any."""
    leave = request.META.get(LEFT_SEAT)
    return leave() if leave else nullcontext()
