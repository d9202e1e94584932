"""Reads settings from environment variables, and refuses wrong values by name."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

TRUE = frozenset({"1", "true", "yes", "on"})
ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
FALSE = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str) -> str:
    """Return the variable as it is written. An empty one counts as not set."""
    return os.environ.get(name) or default


def flag(name: str, default: bool) -> bool:
    """Return a yes or a no, written as 1 or 0, true or false, yes or no, on or off."""
    written = os.environ.get(name, "").lower()
    if not written:
        return default
    if written not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {written!r}.")
    return written in TRUE


def choice(name: str, default: str, valid: Collection[str]) -> str:
    """Return one of several names, in capitals."""
    written = text(name, default).upper()
    if written not in valid:
        names = ", ".join(valid)
        raise ImproperlyConfigured(f"{name} must be one of {names}, not {written!r}.")
    return written


def number(name: str, default: int, *, least: int = 0, most: int = 2**63 - 1) -> int:
    """Return a whole number from ``least`` to ``most``."""
    written = os.environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,19}", written) or not least <= int(written) <= most:
        raise ImproperlyConfigured(
            f"{name} must be a whole number, {least} or more and {most} at most, "
            f"not {written!r}."
        )
    return int(written)


def items(name: str, default: str) -> list[str]:
    """Return the parts of a list that is separated by commas."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return networks that are written as CIDRs, separated by commas."""
    written = items(name, "")
    try:
        return [ip_network(item) for item in written]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be CIDRs: {error}.") from error


def origins(name: str) -> list[str]:
    """Return origins (RFC 6454) such as https://example.com:8443, or ``*`` alone."""
    written = [item.lower() for item in items(name, "")]
    if written == ["*"]:
        return written
    for item in written:
        if not ORIGIN.fullmatch(item):
            raise ImproperlyConfigured(
                f"{name} must be origins such as https://example.com, not {item!r}."
            )
    return written


def origin(name: str) -> str:
    """Return one origin, or nothing."""
    written = text(name, "").lower().removesuffix("/")
    if written and not ORIGIN.fullmatch(written):
        raise ImproperlyConfigured(
            f"{name} must be an origin such as https://crm.example.com, without a "
            f"path, not {written!r}."
        )
    return written


def url(name: str) -> dict[str, str] | None:
    """Return the parts of a PostgreSQL URL under libpq's names, or None if not set."""
    written = os.environ.get(name)
    if not written:
        return None
    try:
        parts = {key: str(part) for key, part in conninfo_to_dict(written).items()}
    except ProgrammingError:
        parts = {}
    if not parts.get("dbname") or not re.fullmatch("[0-9,]*", parts.get("port", "")):
        # The URL itself may hold a password.
        raise ImproperlyConfigured(
            f"{name} must be a postgresql:// URL that names a database, such as "
            "postgresql://user:password@host/kith."
        )
    return parts


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Not everywhere, macOS for one.
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
