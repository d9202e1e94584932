"""Wrong passwords make the next try wait, longer each time, in whatever process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory

from crm.login_attempts import FREE, address_of, forget_failures, seconds_to_wait
from crm.models import LoginAttempts

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY = 86_400


def try_once(after: int = 0, key: str = "ada") -> int:
    """Try so many seconds after noon; return how long to wait instead."""
    return seconds_to_wait(key, NOON + timedelta(seconds=after))


@pytest.mark.django_db
def test_the_first_are_free() -> None:
    assert [try_once() for _ in range(FREE + 1)] == [0] * FREE + [10]


@pytest.mark.django_db
def test_each_waits_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    for _ in range(FREE):
        try_once()
    after, waits = 0, []
    for _ in range(9):
        waits.append(try_once(after))
        after += waits[-1]
        assert try_once(after) == 0

    assert waits == [10, 20, 40, 80, 160, 320, 640, 900, 900]


@pytest.mark.django_db
def test_a_try_that_comes_too_early_does_not_make_it_longer() -> None:
    for _ in range(FREE):
        try_once()

    assert [try_once(second) for second in range(11)] == [*range(10, 0, -1), 0]


@pytest.mark.django_db
def test_after_a_right_one_all_are_free_again() -> None:
    for _ in range(FREE):
        try_once()

    forget_failures("ada")

    assert try_once() == 0


@pytest.mark.django_db
def test_after_a_day_counting_begins_anew_and_others_are_forgotten() -> None:
    for key in ("ada", "grace"):
        for _ in range(FREE):
            try_once(key=key)

    assert try_once(A_DAY + 11) == 0
    assert [one.failures for one in LoginAttempts.objects.all()] == [1]


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_time_do_not_slip_through() -> None:
    def one(_: int) -> int:
        try:
            return try_once()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(one, range(FREE + 20)))

    assert waits.count(0) == FREE


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("10.0.0.1, 192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_reads_the_address(written: str, address: str) -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=written)) == address
