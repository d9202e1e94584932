"""Readers of changes who wait are told at once, and miss nothing meanwhile."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import Any

import httpx
import pytest
from django.conf import settings

from config.seats import Seats
from interfaces.api.waiting import WaitingRoom
from tests.api_client import Api, resource
from tests.interfaces.api.journal.reading import PEOPLE, now, told
from tests.races.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)


def wait(client: httpx.Client, cursor: str, seconds: float = 20) -> httpx.Response:
    return client.get(f"changes?page[after]={cursor}&max_wait={seconds}")


def test_who_waits_is_told_of_the_first_change(crowd: Crowd, api: Api) -> None:
    waiting = crowd.start(partial(wait, cursor=now(api)))

    made = api.post(PEOPLE, resource("person", name="Ada"))

    (change,) = waiting.result().json()["data"]
    assert told(change) == ("record.created", made.id)


def test_more_readers_wait_than_there_are_seats(crowd: Crowd, api: Api) -> None:
    cursor, many = now(api), settings.FEED_WAITERS
    assert many >= settings.THREADS
    waiting = [crowd.start(partial(wait, cursor=cursor), n) for n in range(many)]

    made = [
        crowd.start(lambda client: client.post(PEOPLE, json=resource("person")), 60)
        for _ in range(2)
    ]

    assert [one.result().status_code for one in made] == [201, 201]
    assert all(one.result().json()["data"] for one in waiting)


def test_who_finds_no_place_is_answered_at_once(api: Api) -> None:
    cursor = now(api)
    rooms = [WaitingRoom.here.entered() for _ in range(settings.FEED_WAITERS)]
    assert all(room.__enter__() for room in rooms)

    answer = api.get(f"changes?page[after]={cursor}&max_wait=25")

    for room in rooms:
        room.__exit__(None, None, None)
    assert (answer.status, answer.data) == (200, [])
    assert answer.headers["Retry-After"] == "1"
    later = api.get(f"changes?page[after]={cursor}&max_wait=0.01")
    assert (later.status, later.data, "Retry-After" in later.headers) == (
        200,
        [],
        False,
    )


def test_a_room_without_places_lets_nobody_in() -> None:
    with WaitingRoom(0).entered() as is_in:
        assert not is_in


@pytest.mark.parametrize("seconds", ["-1", "25.1", "100", "x", "1e1", ""])
def test_nobody_waits_for_ever(api: Api, seconds: str) -> None:
    answer = api.get(f"changes?max_wait={seconds}")

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", "max_wait")])


def test_a_seat_that_is_left_is_anothers_meanwhile(crowd: Crowd) -> None:
    seats, is_done = Seats(1), Event()

    def sit(client: Any) -> None:
        with seats.taken():
            is_done.set()

    def leave(client: Any) -> bool:
        with seats.taken(), seats.left():
            crowd.start(sit, 1)
            return is_done.wait(20)

    assert crowd.start(leave).result()
