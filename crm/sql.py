"""Runs SQL that is written by hand, where one statement does the work of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection

Row: TypeAlias = tuple[Any, ...]  # What the columns are, only the statement knows.


def query(sql: str, **parameters: object) -> list[Row]:
    """Run a statement with named parameters and return its rows."""
    return execute(sql, parameters)


def execute(sql: str, values: Sequence[object] | Mapping[str, object]) -> list[Row]:
    """Run a statement and return its rows, none if it is not one that returns any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)  # type: ignore[arg-type]  # psycopg adapts them all.
        rows: list[Row] = cursor.fetchall() if cursor.description else []
    return rows
