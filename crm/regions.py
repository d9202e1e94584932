"""Where a workspace is at home: whose phone numbers are dialled, whose days begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from phonenumbers import SUPPORTED_REGIONS

from crm.json_types import JSON
from crm.moments import wire_time

OF_THE_SYSTEM = frozenset({"Factory", "localtime"})
"""Names that mean another zone on every machine, or none."""

DEFAULT_ZONE = "UTC"
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Region:
    """How numbers without a country code, and days, are understood."""

    country: str | None = None
    """The two letters of ISO 3166; without them a number has to name its country."""
    time_zone: str = DEFAULT_ZONE
    """A zone by its name in IANA's database."""

    @property
    def today(self) -> date:
        """The day that it is now."""
        return timezone.localdate(timezone=ZoneInfo(self.time_zone))

    def first_moment(self, day: date) -> str:
        """Return when a day begins."""
        return wire_time(self.midnight(day))

    def last_moment(self, day: date) -> str:
        """Return the last millisecond of a day."""
        if day == date.max:
            return wire_time(datetime.max.replace(tzinfo=UTC))
        return wire_time(self.midnight(day + timedelta(days=1)) - MILLISECOND)

    def midnight(self, day: date) -> datetime:
        """Return the moment of a midnight, or the earliest one that there is.

        Where clocks leave midnight out, it is the moment at which they do.
        """
        local = datetime.combine(day, time(), ZoneInfo(self.time_zone))
        try:
            return local.astimezone(UTC)
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)


NOWHERE = Region()


def is_country(value: JSON) -> bool:
    """Whether a value names a country that has phone numbers."""
    return isinstance(value, str) and value in SUPPORTED_REGIONS


def is_time_zone(value: JSON) -> bool:
    """Whether a value names a time zone."""
    return isinstance(value, str) and value in time_zones()


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones."""
    return frozenset(available_timezones() - OF_THE_SYSTEM)
