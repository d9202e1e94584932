"""Locks on names and on rows, which last until the transaction ends.

Those on names are PostgreSQL's advisory locks: nothing is written, and whoever waits
gets a turn.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TypeVar

from django.db.models import Model

from crm.errors import NotFound
from crm.sql import query

Row = TypeVar("Row", bound=Model)


class Gone(NotFound):
    """It was deleted after it was found."""

    source = None


def number_of(name: str) -> int:
    """Return the 64 bits by which PostgreSQL knows a name."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def try_lock(name: str) -> bool:
    """Take a lock, or return False if another has it."""
    sql = "SELECT pg_try_advisory_xact_lock(%(number)s)"
    return bool(query(sql, number=number_of(name))[0][0])


def lock(name: str) -> None:
    """Wait for a lock and take it."""
    query("SELECT pg_advisory_xact_lock(%(number)s)", number=number_of(name))


def lock_row(row: Row, *, to_delete: bool = False) -> Row:
    """Return a row as it is now, while nobody else changes it.

    Others may refer to the row meanwhile, unless it is to be deleted.

    Raises:
        Gone: if there is none any more.
    """
    rows = type(row)._default_manager.select_for_update(no_key=not to_delete)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise Gone("Nothing is here.")
    return found
