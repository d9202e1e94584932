"""The database of ``DATABASE_URL``: whether it is there, and new enough."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from crm.sql import query

OLDEST_POSTGRES = 17


def wait_for_database(seconds: int, say: Callable[[str], object]) -> None:
    """Wait until the database answers.

    ``say`` is called with a line for whoever waits for it.

    Raises:
        ImproperlyConfigured: if it does not answer in time, or is too old.
    """
    deadline = time.monotonic() + seconds
    has_said = False
    while problem := find_problem():
        if time.monotonic() > deadline:
            raise ImproperlyConfigured(f"DATABASE_URL leads to no database: {problem}")
        if not has_said:
            say(f"Waiting up to {seconds} seconds for DATABASE_URL: {problem}")
            has_said = True
        time.sleep(0.2)
    ((number,),) = query("SHOW server_version_num")
    check_version(int(number))


def find_problem() -> str:
    """Return why the database cannot be reached, or nothing."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        return first_line(error)
    return ""


def check_version(number: int) -> None:
    """Refuse a PostgreSQL that is too old, by the number that it has for its version.

    Raises:
        ImproperlyConfigured: if it is.
    """
    if number // 10_000 < OLDEST_POSTGRES:
        raise ImproperlyConfigured(
            f"DATABASE_URL leads to PostgreSQL {number // 10_000}; "
            f"it must be {OLDEST_POSTGRES} or newer."
        )


def first_line(error: Exception) -> str:
    """Return what an error of the database says, without its details."""
    return str(error).partition("\n")[0]
