"""SQL that is written by hand: run, and put together without touching the values.

Decisions 5 and 6 in docs/decisions.md say why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, Self, TypeAlias, TypeVar, cast

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

Row: TypeAlias = tuple[Any, ...]  # What the columns are, only the statement knows.
Values: TypeAlias = Sequence[object] | Mapping[str, object]


def query(sql: str, **parameters: object) -> list[Row]:
    """Run a statement with named parameters and return its rows."""
    return execute(sql, parameters)


def query_arrays(sql: str, **parameters: object) -> list[Row]:
    """Run a statement about rows that come as arrays, such as ``%(ids)s::uuid[]``.

    They travel in the binary format, where documents need not be quoted, and the
    statement is prepared: one plan must be right however many rows there are.
    """
    return execute(binary_arrays(sql), parameters, is_prepared=True)


@lru_cache(maxsize=64)
def binary_arrays(sql: str) -> str:
    """Return a statement whose arrays are sent in the binary format."""
    return re.sub(r"%\((\w+)\)s(?=::\w+\[\])", r"%(\1)b", sql)


def execute(sql: str, values: Values, *, is_prepared: bool = False) -> list[Row]:
    """Run a statement and return its rows, none if it is not one that returns any.

    Of several statements, with semicolons between, the last one's rows are returned.

    A prepared statement is planned once for each connection, whatever the values. That
    saves more time than running it takes, where one plan is right for all values.
    """
    with prepared_cursor() if is_prepared else connection.cursor() as cursor:
        cursor.execute(sql, values)  # type: ignore[arg-type]  # psycopg adapts them all.
        while cursor.nextset():
            pass
        rows: list[Row] = cursor.fetchall() if cursor.description else []
    return rows


class PreparedCursor(psycopg.Cursor[Row]):
    """A cursor that prepares what it executes."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        super().execute(query, params, prepare=True)
        if connection.queries_logged:
            self._query = self._convert_query(query, params)  # Where Django looks.
        return self


def prepared_cursor() -> CursorWrapper:
    """Return such a cursor on Django's connection, logged like any other."""
    connection.ensure_connection()
    cursor = cast("CursorWrapper", PreparedCursor(connection.connection))
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)


class Condition(Protocol):
    """What can be combined with others of its kind: our SQL, and Django's ``Q``."""

    def __and__(self, other: Self, /) -> Self: ...

    def __or__(self, other: Self, /) -> Self: ...

    def __invert__(self) -> Self: ...


AnyCondition = TypeVar("AnyCondition", bound=Condition)


class Sql(NamedTuple):
    """A piece of SQL, and the values for its placeholders in their order.

    Conditions combine as Django's ``Q`` does. What is negated holds of null too.
    """

    text: str
    values: tuple[object, ...] = ()

    def __and__(self, other: Sql) -> Sql:
        return Sql(f"{self.text} AND {other.text}", self.values + other.values)

    def __or__(self, other: Sql) -> Sql:
        return Sql(f"({self.text} OR {other.text})", self.values + other.values)

    def __invert__(self) -> Sql:
        return Sql(f"NOT coalesce({self.text}, false)", self.values)

    def fetch(self, *, is_prepared: bool = False) -> list[Row]:
        """Run it and return the rows; prepare it where one plan fits all values."""
        return execute(self.text, self.values, is_prepared=is_prepared)


TRUE, FALSE = Sql("true"), Sql("false")


def join(separator: str, pieces: Iterable[Sql]) -> Sql:
    """Return pieces of SQL with text between them."""
    kept = list(pieces)
    return Sql(
        separator.join([piece.text for piece in kept]),
        tuple([value for piece in kept for value in piece.values]),
    )


def concat(*pieces: Sql | str) -> Sql:
    """Return pieces, some of which are plain text, one behind the other."""
    kept = [Sql(piece) if isinstance(piece, str) else piece for piece in pieces]
    return Sql(
        "".join([piece.text for piece in kept]),
        tuple([value for piece in kept for value in piece.values]),
    )


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Return the condition that all conditions hold; all of none do."""
    kept = list(conditions)
    return join(" AND ", kept) if kept else TRUE


def any_of(conditions: Iterable[Sql]) -> Sql:
    """Return the condition that one of them holds; none of none does."""
    kept = list(conditions)
    return concat("(", join(" OR ", kept), ")") if kept else FALSE
