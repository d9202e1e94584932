"""Counts requests, and refuses those over the limit.

A window begins with the first request and lasts a minute. The processes of a machine
count together (`crm.counters`); those of several machines in ``CACHE_URL``.
"""

from __future__ import annotations

import time
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache

from crm.counters import WINDOW, Counted, shared_counters
from crm.errors import Refusal


class Allowance(NamedTuple):
    """What is left of a limit after the request at hand."""

    limit: int
    used: int
    resets_at: float
    """Seconds since the epoch."""

    @property
    def remaining(self) -> int:
        """How many more requests the window has room for."""
        return max(self.limit - self.used, 0)

    @property
    def seconds_left(self) -> int:
        """Whole seconds until the window ends, at least one."""
        return max(ceil(self.resets_at - time.time()), 1)

    @property
    def is_first_too_many(self) -> bool:
        """Whether this request was the first over the limit."""
        return self.used == self.limit + 1

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the JSON:API; resets are in seconds from now.

        ``RateLimit`` and its policy are those of draft-ietf-httpapi-ratelimit-headers.
        """
        return {
            "RateLimit-Policy": f'"view";q={self.limit};w={WINDOW}',
            "RateLimit": f'"view";r={self.remaining};t={self.seconds_left}',
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.seconds_left),
        }

    def check(self) -> None:
        """Refuse a request over the limit.

        Raises:
            RateLimited: if this is one.
        """
        if self.used > self.limit:
            raise RateLimited(self)


class RateLimited(Refusal):
    """There were too many requests."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"
    source = None

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(f"Try again in {allowance.seconds_left} seconds.")
        self.allowance = allowance

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.allowance.seconds_left)}


def count_request(name: str, limit: int) -> Allowance:
    """Count a request under ``name`` and return what is left of ``limit`` a minute."""
    if settings.CACHE_URL:
        counted = count_in_cache(f"requests:{name}")
    else:
        counted = shared_counters(settings.COUNTS_FILE).count(name)
    return Allowance(limit, counted.used, counted.ends)


def count_in_cache(name: str) -> Counted:
    """Count a request in Django's cache."""
    ends = end_of_window(name)
    return Counted(increment(f"{name}:{ends}"), ends)


def increment(counter: str) -> int:
    """Return a counter's next number, also if a full cache has dropped the counter."""
    while True:
        cache.add(counter, 0, WINDOW * 2)
        try:
            return cache.incr(counter)
        except ValueError:
            continue


def end_of_window(key: str) -> float:
    """Return when the running window ends; the first request of a window starts it."""
    ends = None
    while ends is None:
        cache.add(key, time.time() + WINDOW, WINDOW)
        ends = cache.get(key)
    return float(ends)
