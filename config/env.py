"""Reads settings from environment variables, and refuses wrong values by name."""

from __future__ import annotations

import os
from collections.abc import Container

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

TRUE = frozenset({"1", "true", "yes", "on"})
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


def choice(name: str, default: str, valid: Container[str]) -> str:
    """Return one of several names, in capitals."""
    written = text(name, default).upper()
    if written not in valid:
        raise ImproperlyConfigured(f"{name} cannot be {written!r}.")
    return written


def number(name: str, default: int, *, least: int = 0, most: int = 2**63 - 1) -> int:
    """Return a whole number that is not below ``least``."""
    written = os.environ.get(name) or str(default)
    if (
        not written.isascii()
        or not written.isdigit()
        or not least <= int(written) <= most
    ):
        raise ImproperlyConfigured(
            f"{name} must be a whole number, {least} or more, not {written!r}."
        )
    return int(written)


def items(name: str, default: str) -> list[str]:
    """Return the parts of a list that is separated by commas."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def url(name: str) -> dict[str, str] | None:
    """Return the parts of a PostgreSQL URL under libpq's names, or None if not set."""
    written = os.environ.get(name)
    if not written:
        return None
    try:
        parts = conninfo_to_dict(written)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// URL.") from error
    return {key: str(value) for key, value in parts.items()}
