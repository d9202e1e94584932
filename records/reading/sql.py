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


def join(separator: str, pieces: Iterable[Sql]) -> Sql:
    """Return pieces with text between them."""
    kept = list(pieces)
    return Sql(
        separator.join(piece.text for piece in kept),
        tuple(value for piece in kept for value in piece.values),
    )


def all_of(pieces: Iterable[Sql]) -> Sql:
    """Return the condition that all pieces hold, each of which is a condition."""
    return join(" AND ", pieces)
