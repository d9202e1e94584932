"""Pieces of SQL with their parameters, put together without touching the values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crm.sql import Row, execute


class Sql(NamedTuple):
    """A piece of SQL, and the values for its placeholders in their order."""

    text: str
    values: tuple[object, ...] = ()

    def fetch(self, *, is_prepared: bool = False) -> list[Row]:
        """Run it and return the rows; prepare it where one plan fits all values."""
        return execute(self.text, self.values, is_prepared=is_prepared)


TRUE, FALSE = Sql("true"), Sql("false")


def join(separator: str, pieces: Iterable[Sql]) -> Sql:
    """Return pieces with text between them."""
    kept = list(pieces)
    return Sql(
        separator.join(piece.text for piece in kept),
        tuple(value for piece in kept for value in piece.values),
    )


def concat(*pieces: Sql | str) -> Sql:
    """Return pieces, some of which are plain text, one behind the other."""
    return join("", [Sql(p) if isinstance(p, str) else p for p in pieces])


def all_of(conditions: Iterable[Sql]) -> Sql:
    """Return the condition that all conditions hold."""
    return join(" AND ", conditions)


def any_of(conditions: Iterable[Sql]) -> Sql:
    """Return the condition that one of them holds; none of none does."""
    kept = list(conditions)
    return concat("(", join(" OR ", kept), ")") if kept else FALSE


def negated(condition: Sql) -> Sql:
    """Return the condition that another does not hold, or is about nothing."""
    return concat("NOT coalesce(", condition, ", false)")
