"""Conditions in SQL combine as Django's do."""

from __future__ import annotations

import pytest

from crm.sql import FALSE, TRUE, Sql, all_of, any_of, concat

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
