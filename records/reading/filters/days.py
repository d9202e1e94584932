"""Days as people name them: ``today``, ``-30d``, ``this_month``.

Decision 71 in docs/decisions.md says why.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """Some days without a gap."""

    first: date
    last: date


DAY = timedelta(days=1)
SINGLE = {"yesterday": -1, "today": 0, "tomorrow": 1}
"""Names of days, and how many days from now they are."""

AWAY = re.compile(r"([+-]?)(\d{1,4})([dwmy])", re.ASCII)
"""A sign, a number and a unit. A plus may be missing: in an address it is a blank."""

SHIFTS = {"last": -1, "this": 0, "next": 1}

UNDERSTOOD = (
    "Days are understood as YYYY-MM-DD, as yesterday, today, tomorrow, -30d, +1w, +3m, "
    "+1y, and as last_, this_ or next_ before week, month, quarter or year."
)


def span_named(text: str, today: date) -> Span | None:
    """Return the days that a text names, seen from today, or None if it names none."""
    name = text.strip().lower()
    try:
        return single(name, today) or away(name, today) or period(name, today)
    except (OverflowError, ValueError):
        return None  # No calendar goes so far.


def single(name: str, today: date) -> Span | None:
    """Return yesterday, today or tomorrow."""
    if name not in SINGLE:
        return None
    day = today + SINGLE[name] * DAY
    return Span(day, day)


def away(name: str, today: date) -> Span | None:
    """Return the day that is so many days, weeks, months or years away."""
    found = AWAY.fullmatch(name)
    if found is None:
        return None
    many = int(f"{found[1]}{found[2]}")
    if found[3] in "dw":
        day = today + many * (DAY if found[3] == "d" else 7 * DAY)
    else:
        day = months_away(today, many * (12 if found[3] == "y" else 1))
    return Span(day, day)


def period(name: str, today: date) -> Span | None:
    """Return the week, month, quarter or year that is now, or the one beside it."""
    shift, _, unit = name.partition("_")
    if shift not in SHIFTS or unit not in PERIODS:
        return None
    return PERIODS[unit](today, SHIFTS[shift])


def week(today: date, shift: int) -> Span:
    """Return a week. It begins on Monday (ISO 8601)."""
    monday = today + (7 * shift - today.weekday()) * DAY
    return Span(monday, monday + 6 * DAY)


def months(size: int) -> Callable[[date, int], Span]:
    """Return what returns a period of so many months that starts with the year."""

    def of(today: date, shift: int) -> Span:
        start = (month_of(today) // size + shift) * size
        return Span(first_of(start), first_of(start + size) - DAY)

    return of


PERIODS: Mapping[str, Callable[[date, int], Span]] = {
    "week": week,
    "month": months(1),
    "quarter": months(3),
    "year": months(12),
}


def months_away(day: date, many: int) -> date:
    """Return the same day of another month, or its last one if it is shorter."""
    first = first_of(month_of(day) + many)
    _, length = monthrange(first.year, first.month)
    return first.replace(day=min(day.day, length))


def month_of(day: date) -> int:
    """Return the number of a day's month, counted from the year 0."""
    return day.year * 12 + day.month - 1


def first_of(month: int) -> date:
    """Return the first day of a month by its number."""
    return date(month // 12, month % 12 + 1, 1)
