"""Days begin and end by the time zone of a workspace."""

from __future__ import annotations

from datetime import date

import pytest

from crm.models import Workspace
from crm.regions import Region, time_zones


@pytest.mark.parametrize(
    ("zone", "day", "first", "last"),
    [
        ("UTC", "2026-03-01", "2026-03-01T00:00:00.000Z", "2026-03-01T23:59:59.999Z"),
        (
            "Europe/Berlin",  # The clocks go forward, and the day has 23 hours.
            "2026-03-29",
            "2026-03-28T23:00:00.000Z",
            "2026-03-29T21:59:59.999Z",
        ),
        (
            "America/Sao_Paulo",  # It begins at one o'clock.
            "2018-11-04",
            "2018-11-04T03:00:00.000Z",
            "2018-11-05T01:59:59.999Z",
        ),
        (
            "Pacific/Kiritimati",
            "2026-03-01",
            "2026-02-28T10:00:00.000Z",
            "2026-03-01T09:59:59.999Z",
        ),
        (
            "Asia/Tokyo",
            "0001-01-01",
            "0001-01-01T00:00:00.000Z",
            "0001-01-01T14:41:00.999Z",
        ),
        (
            "Etc/GMT+12",
            "9999-12-31",
            "9999-12-31T12:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
        ),
    ],
)
def test_a_day_begins_and_ends(zone: str, day: str, first: str, last: str) -> None:
    region = Region(time_zone=zone)
    that = date.fromisoformat(day)

    assert (region.first_moment(that), region.last_moment(that)) == (first, last)


def test_a_workspace_is_at_home_nowhere_unless_it_says_so() -> None:
    homes = [{}, {"default_country": "DE", "time_zone": "Europe/Berlin"}]

    regions = [Workspace(settings=home).region for home in homes]

    assert regions == [Region(None, "UTC"), Region("DE", "Europe/Berlin")]


def test_zones_are_the_same_on_every_machine() -> None:
    assert {"UTC", "Europe/Berlin", "America/New_York"} < time_zones()
    assert not {"localtime", "Factory"} & time_zones()
