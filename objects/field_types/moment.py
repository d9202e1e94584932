"""Dates and times."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from crm.json_types import JSON, JSONObject
from objects.field_types.base import (
    FieldType,
    InvalidValue,
    Options,
    ValueKind,
)

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DATETIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})",
    re.ASCII,
)


def this_moment() -> datetime:
    """Return the time as precisely as it is read, so that comparisons agree with it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def wire_time(moment: datetime) -> str:
    """Return a time as it is stored and read: in UTC, with milliseconds."""
    utc = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"{utc.removesuffix('+00:00')}Z"


class Date(FieldType):
    """A day, as YYYY-MM-DD."""

    name = "date"
    kind = ValueKind.MOMENT
    can_be = frozenset({"unique", "indexed"})

    def clean(self, value: JSON, options: Options) -> JSON:
        if isinstance(value, str) and DATE.fullmatch(value):
            try:
                return date.fromisoformat(value).isoformat()
            except ValueError:
                pass
        raise InvalidValue("Enter a date as YYYY-MM-DD.")

    def sort_key(self, value: JSON, options: Options) -> str:
        return str(value)

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "format": "date"}


class DateTime(FieldType):
    """A moment, with its offset from UTC (RFC 3339). Kept to the millisecond."""

    name = "datetime"
    kind = ValueKind.MOMENT
    can_be = frozenset({"unique", "indexed"})

    def clean(self, value: JSON, options: Options) -> JSON:
        if isinstance(value, str) and DATETIME.fullmatch(value):
            try:
                return wire_time(datetime.fromisoformat(value.upper()))
            except (ValueError, OverflowError):
                pass
        raise InvalidValue(
            "Enter a date and time with an offset, such as 2026-03-01T12:00:00Z."
        )

    def sort_key(self, value: JSON, options: Options) -> str:
        return str(value)

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "format": "date-time"}
