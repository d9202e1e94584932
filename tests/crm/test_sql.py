"""Conditions in SQL combine as Django's do, and arrays arrive as they were sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.sql import FALSE, TRUE, Sql, all_of, any_of, concat, query_arrays

YES, NO, NULL = Sql("%s = 1", (1,)), Sql("%s = 2", (1,)), Sql("%s = NULL", (1,))


def holds(condition: Sql) -> bool | None:
    """Return what PostgreSQL makes of a condition."""
    ((value,),) = concat("SELECT ", condition).fetch()
    return value if value is None else bool(value)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (YES & YES, True),
        (YES & NO, False),
        (YES | NO, True),
        (NO | NO, False),
        (NO & YES | YES, True),
        (NO & (YES | YES), False),
        (YES | YES & NO, True),
        ((YES | YES) & NO, False),
        (~YES, False),
        (~NO, True),
        (~NULL, True),
        (~(YES & NULL), True),
        (~(NO | YES), False),
        (~~NULL, False),
        (all_of([]), True),
        (all_of([YES, NO | YES, ~NO]), True),
        (any_of([]), False),
        (any_of([NO, YES & NO, ~YES]), False),
        (any_of([NO, YES]) & NO, False),
        (TRUE & ~FALSE, True),
    ],
)
def test_conditions_combine(db: None, condition: Sql, value: bool) -> None:
    assert holds(condition) == value


@pytest.mark.parametrize("texts", [[], [None], ["a", None, "a,b", '{"ä": "\\"\\\\"}']])
def test_arrays_arrive_as_they_were_sent(db: None, texts: list[str | None]) -> None:
    rows = query_arrays("SELECT * FROM unnest(%(texts)s::text[])", texts=texts)

    assert [text for (text,) in rows] == texts


def test_arrays_are_of_the_type_that_the_statement_says(db: None) -> None:
    sql = """
    SELECT * FROM unnest(
        %(documents)s::jsonb[], %(numbers)s::bigint[], %(moments)s::timestamptz[]
    )
    """
    numbers, moments = [1, 2**40], [datetime(2026, 1, 1, tzinfo=UTC), None]

    rows = query_arrays(
        sql, documents=['{"a": 1}', None], numbers=numbers, moments=moments
    )

    assert rows == [('{"a": 1}', 1, moments[0]), (None, 2**40, None)]
