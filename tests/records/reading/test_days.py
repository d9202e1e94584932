"""Days are understood as people name them."""

from __future__ import annotations

from datetime import date

import pytest

from records.reading.filters.days import Span, span_named

THURSDAY = date(2026, 11, 26)

NAMED = [
    ("today", "2026-11-26", "2026-11-26"),
    ("yesterday", "2026-11-25", "2026-11-25"),
    ("tomorrow", "2026-11-27", "2026-11-27"),
    ("-30d", "2026-10-27", "2026-10-27"),
    ("+0d", "2026-11-26", "2026-11-26"),
    ("+1w", "2026-12-03", "2026-12-03"),
    ("1w", "2026-12-03", "2026-12-03"),
    (" 1w", "2026-12-03", "2026-12-03"),
    ("-2w", "2026-11-12", "2026-11-12"),
    ("-9m", "2026-02-26", "2026-02-26"),
    ("+2m", "2027-01-26", "2027-01-26"),
    ("-1y", "2025-11-26", "2025-11-26"),
    (" Today ", "2026-11-26", "2026-11-26"),
    ("this_week", "2026-11-23", "2026-11-29"),
    ("last_week", "2026-11-16", "2026-11-22"),
    ("next_week", "2026-11-30", "2026-12-06"),
    ("this_month", "2026-11-01", "2026-11-30"),
    ("last_month", "2026-10-01", "2026-10-31"),
    ("next_month", "2026-12-01", "2026-12-31"),
    ("this_quarter", "2026-10-01", "2026-12-31"),
    ("next_quarter", "2027-01-01", "2027-03-31"),
    ("this_year", "2026-01-01", "2026-12-31"),
    ("last_year", "2025-01-01", "2025-12-31"),
    ("-2025y", "0001-11-26", "0001-11-26"),
]


@pytest.mark.parametrize(("text", "first", "last"), NAMED)
def test_names(text: str, first: str, last: str) -> None:
    span = Span(date.fromisoformat(first), date.fromisoformat(last))

    assert span_named(text, THURSDAY) == span


@pytest.mark.parametrize(
    ("text", "today", "first", "last"),
    [
        ("+1m", "2026-01-31", "2026-02-28", "2026-02-28"),
        ("-1y", "2024-02-29", "2023-02-28", "2023-02-28"),
        ("this_week", "2026-11-23", "2026-11-23", "2026-11-29"),
        ("this_week", "2026-11-29", "2026-11-23", "2026-11-29"),
        ("this_month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("next_month", "2026-12-31", "2027-01-01", "2027-01-31"),
        ("last_quarter", "2026-01-01", "2025-10-01", "2025-12-31"),
    ],
)
def test_ends_of_months_and_weeks(text: str, today: str, first: str, last: str) -> None:
    span = Span(date.fromisoformat(first), date.fromisoformat(last))

    assert span_named(text, date.fromisoformat(today)) == span


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "30", "-d", "--1d", "1.5d", "10000d", "1h", "\u0661d", "-2026y"),
        *("+9999y", "this_day", "this", "_week", "week", "this week", "thisweek"),
    ],
)
def test_names_nothing(text: str) -> None:
    assert span_named(text, THURSDAY) is None


def test_the_end_of_the_calendar_is_no_crash() -> None:
    assert span_named("this_year", date.max) is None
    assert span_named("tomorrow", date.max) is None
    assert span_named("last_week", date.min) is None
