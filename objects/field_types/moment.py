"""Field types of days and of moments."""

from __future__ import annotations

import re
from datetime import date

from crm.json_types import JSON, JSONObject
from crm.moments import read_moment, wire_time
from objects.field_types.base import (
    FieldType,
    InvalidValue,
    Options,
    ValueKind,
)

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Date(FieldType):
    """A day, as YYYY-MM-DD."""

    name = "date"
    kind = ValueKind.MOMENT
    can_be = frozenset({"unique", "indexed"})

    def clean(self, value: JSON, options: Options) -> JSON:
        written = value.strip() if isinstance(value, str) else ""
        if DATE.fullmatch(written):
            try:
                return date.fromisoformat(written).isoformat()
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
        moment = read_moment(value)
        if moment is not None:
            return wire_time(moment)
        raise InvalidValue(
            "Enter a date and time with an offset, such as 2026-03-01T12:00:00Z."
        )

    def sort_key(self, value: JSON, options: Options) -> str:
        return str(value)

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "format": "date-time"}
