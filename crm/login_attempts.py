"""Counts wrong passwords, so that nobody guesses one and nobody is locked out.

They are counted by login and address together: who guesses from elsewhere does not keep
the owner waiting. The first are free, then each makes the next try wait twice as long,
up to a quarter of an hour, and behind the wait the right password works. The counts are
in the database, so that they hold for all processes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from django.conf import settings
from django.http import HttpRequest

from crm.sql import query

FREE = 10
FIRST_WAIT = 10
LONGEST_WAIT = 900
"""Seconds."""
KEPT = timedelta(days=1)
"""After so long without a try, counting begins anew."""

# One statement decides and counts, so that tries at the same time do not slip through.
TRY = """
WITH forgotten AS (
    DELETE FROM crm_loginattempts WHERE key IN (
        SELECT key FROM crm_loginattempts
        WHERE free_at < %(kept)s AND key <> %(key)s LIMIT 100 FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO crm_loginattempts AS known (key, failures, free_at)
VALUES (%(key)s, 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN known.free_at < %(kept)s THEN 1 ELSE known.failures + 1 END,
    free_at = %(now)s + interval '1 second' * CASE
        WHEN known.free_at < %(kept)s OR known.failures + 1 < %(free)s THEN 0
        ELSE least(
            %(first)s * 2 ^ least(known.failures + 1 - %(free)s, 20), %(longest)s
        ) END
WHERE known.free_at <= %(now)s
RETURNING failures
"""
WAIT = "SELECT free_at FROM crm_loginattempts WHERE key = %(key)s"
FORGET = "DELETE FROM crm_loginattempts WHERE key = %(key)s"


def seconds_to_wait(key: str, now: datetime) -> int:
    """Count a try as a failure and return 0, or how long it still has to wait."""
    counted = query(
        TRY,
        key=key,
        now=now,
        kept=now - KEPT,
        free=FREE,
        first=FIRST_WAIT,
        longest=LONGEST_WAIT,
    )
    if counted:
        return 0
    free_at: datetime = next((at for (at,) in query(WAIT, key=key)), now)
    return max(ceil((free_at - now).total_seconds()), 1)


def forget_failures(key: str) -> None:
    """Forget the failures before a right password."""
    query(FORGET, key=key)


def key_of(name: str, address: str) -> str:
    """Return under what a login's tries from an address are counted."""
    return sha256(f"{name.lower()}\n{address}".encode("utf-8", "replace")).hexdigest()


def address_of(request: HttpRequest) -> str:
    """Return the address that a request came from, as far as it tells people apart.

    Of IPv6 that is the first half: who has one address has all that begin like it.
    Behind a proxy it is the last one in the header, which the proxy has put there.
    """
    meta = request.META
    header = str(meta.get(settings.CLIENT_ADDRESS) or meta.get("REMOTE_ADDR", ""))
    written = header.rpartition(",")[2].strip()
    try:
        address = ip_address(written)
    except ValueError:
        return written
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ip_network((address, 64), strict=False))
    return str(address)
