"""Days in filters are those of the workspace's time zone, of records and of rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from crm.models import Agent, Workspace
from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.schemas import make_field

DEALS, PEOPLE = "objects/deal/records", "objects/person/records"
MILLISECOND = timedelta(milliseconds=1)


AHEAD = 12 - timezone.now().hour
ZONE = f"Etc/GMT{-AHEAD:+}" if AHEAD else "UTC"
"""Where it is midday now, so that no day ends while a test runs."""


@pytest.fixture
def today(api: Api, workspace: Workspace) -> date:
    """The day that it is in the workspace, which has fields of days and moments."""
    api.patch("settings", {"time_zone": ZONE})
    make_field(workspace, "deal", "at", "datetime")
    make_field(workspace, "deal", "due_at", "datetime", indexed=True)
    return timezone.localdate(timezone=ZoneInfo(ZONE))


def midnight(day: date) -> datetime:
    """Return when a day begins in that time zone."""
    return datetime.combine(day, time(), ZoneInfo(ZONE))


def names(answer: Answer) -> str:
    """Return the names of what was found, sorted."""
    assert answer.status == 200, answer.json
    found = [one["attributes"] for one in answer.data]
    return "".join(sorted(one.get("name") or one["handle"] for one in found))


TIMES = [
    ("=today", "bc"),
    ("[eq]=today", "bc"),
    ("[ne]=today", "ad"),
    ("=!=today", "ad"),
    ("[in]=yesterday,tomorrow", "ad"),
    ("[notin]=yesterday,today", "d"),
    ("[lt]=today", "a"),
    ("=<today", "a"),
    ("[lte]=today", "abc"),
    ("[gt]=today", "d"),
    ("=>today", "d"),
    ("[gte]=today", "bcd"),
    ("[Is before]=tomorrow", "abc"),
    ("[Is on or after]=-1d", "abcd"),
    ("=>=-1d", "abcd"),
    ("[lt]=+1w", "abcd"),
    ("[lt]=%2B1w", "abcd"),
    ("[gt]=last_year", "abcd"),
    ("[lt]=-1d", ""),
]
"""What is asked of the last moment of yesterday (a), the first and last of today (b, c)
and the first of tomorrow (d), and what is found."""


def moments(today: date) -> dict[str, datetime]:
    """Return those moments by their names."""
    start, end = midnight(today), midnight(today + timedelta(days=1))
    return {"a": start - MILLISECOND, "b": start, "c": end - MILLISECOND, "d": end}


@pytest.mark.parametrize(("asked", "found"), TIMES)
def test_a_moment_is_of_a_day(
    api: Api, workspace: Workspace, today: date, asked: str, found: str
) -> None:
    for name, at in moments(today).items():
        values = {"at": at.isoformat(), "due_at": at.isoformat()}
        assert api.post(DEALS, resource("deal", name=name, **values)).status == 201
        Record.objects.filter(attributes__name=name).update(created_at=at)
        Agent.objects.create(workspace=workspace, handle=name, created_at=at)

    answers = [
        api.get(f"{DEALS}?filter[at]{asked}"),
        api.get(f"{DEALS}?filter[due_at]{asked}"),
        api.get(f"{DEALS}?filter[_created_at]{asked}"),
        api.get(f"agents?filter[created_at]{asked}"),
    ]

    assert [names(answer) for answer in answers] == [found] * 4


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("=today", "b"),
        ("[ne]=today", "ac"),
        ("[lt]=today", "a"),
        ("[lte]=today", "ab"),
        ("[gt]=today", "c"),
        ("[gte]=today", "bc"),
        ("[in]=yesterday,+1d", "ac"),
        ("[gte]=-1d", "abc"),
        ("[lt]=-1d", ""),
    ],
)
def test_a_date_is_a_day(api: Api, today: date, asked: str, found: str) -> None:
    for name, days in {"a": -1, "b": 0, "c": 1}.items():
        day = (today + timedelta(days=days)).isoformat()
        api.post(DEALS, resource("deal", name=name, close_date=day))

    answer = api.get(f"{DEALS}?filter[close_date]{asked}")

    assert names(answer) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("=this_year", "bc"),
        ("[ne]=this_year", "ad"),
        ("[lt]=this_year", "a"),
        ("[lte]=this_year", "abc"),
        ("[gt]=this_year", "d"),
        ("[gte]=this_year", "bcd"),
        ("[in]=last_year,next_year", "ad"),
    ],
)
def test_a_period_is_all_of_its_days(
    api: Api, today: date, asked: str, found: str
) -> None:
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    days = {"a": first - timedelta(days=1), "b": first, "c": last}
    days["d"] = last + timedelta(days=1)
    for name, day in days.items():
        at = midnight(day).isoformat()
        body = resource("deal", name=name, close_date=day.isoformat(), at=at)
        api.post(DEALS, body)

    answers = [api.get(f"{DEALS}?filter[{one}]{asked}") for one in ("close_date", "at")]

    assert [names(answer) for answer in answers] == [found] * 2


def test_a_date_in_a_collection_is_of_a_period(api: Api, today: date) -> None:
    past, future = date(today.year - 1, 1, 1), date(today.year + 1, 1, 1)
    both = items(past.isoformat(), future.isoformat())
    api.post(PEOPLE, resource("person", name="a", dates=both))
    api.post(PEOPLE, resource("person", name="b", dates=items(today.isoformat())))

    asked = ("=this_year", "[contains]=this_month", "=today", "[excludes]=this_year")
    found = [names(api.get(f"{PEOPLE}?filter[dates]{one}")) for one in asked]

    assert found == ["b", "b", "b", "a"]


def test_documents_and_related_records_take_them_too(api: Api, today: date) -> None:
    deal = resource("deal", name="a", close_date=today.isoformat())
    created = api.post(DEALS, deal)
    person = resource("person", name="b")
    linked = {"data": [{"type": "deal", "id": created.id}]}
    person["data"]["relationships"] = {"deals": linked}
    api.post(PEOPLE, person)

    documents = [{"close_date": "today"}, {"close_date": {"gte": "-1d", "lt": "+1d"}}]
    found = [names(api.post(f"{DEALS}/query", {"filter": one})) for one in documents]
    hop = api.get(f"{PEOPLE}?filter[deals.close_date]=this_week")

    assert (found, names(hop)) == (["a", "a"], "b")


def test_a_day_that_is_written_out_is_one_of_the_time_zone(
    api: Api, workspace: Workspace
) -> None:
    make_field(workspace, "deal", "at", "datetime")
    api.post(DEALS, resource("deal", name="a", at="2026-06-30T22:00:00Z"))
    asked = f"{DEALS}?filter[at]=2026-07-01"

    in_utc = names(api.get(asked))
    api.patch("settings", {"time_zone": "Europe/Berlin"})
    in_berlin = names(api.get(asked))

    assert (in_utc, in_berlin) == ("", "a")


@pytest.mark.parametrize(
    "path", [f"{DEALS}?filter[_created_at]", "agents?filter[created_at]"]
)
@pytest.mark.parametrize("text", ["now", "this_decade", "-99999d", "+9999y", "7"])
def test_a_refusal_says_what_is_understood(api: Api, path: str, text: str) -> None:
    answer = api.get(f"{path}={text}")

    detail = answer.json["errors"][0]["detail"]
    assert answer.status == 400
    assert "-30d" in detail
    assert "last_, this_ or next_ before week" in detail
