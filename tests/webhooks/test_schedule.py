"""Messages that fail are sent again for 69 hours, when receivers like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webhooks.queue.schedule import DELAYS, asked_delay, delay_after, delay_in_outage

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_a_message_is_given_up_after_69_hours() -> None:
    assert round(sum(DELAYS, timedelta()) / timedelta(hours=1)) == 69
    assert delay_after(len(DELAYS)) is not None
    assert delay_after(len(DELAYS) + 1) is None


@pytest.mark.parametrize("failures", range(1, len(DELAYS) + 1))
def test_delays_differ_by_a_fifth(failures: int) -> None:
    delays = [delay_after(failures) or timedelta() for _ in range(100)]

    least, most = (DELAYS[failures - 1] * factor for factor in (0.8, 1.2))
    assert least <= min(delays) < max(delays) <= most


def test_an_endpoint_that_struggles_is_tried_every_five_minutes_at_least() -> None:
    assert max(delay_in_outage(1000) for _ in range(100)) <= timedelta(minutes=6)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999999999", 86_400),
        ("Thu, 26 Nov 2026 12:01:00 GMT", 60),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0),
        ("Thu, 26 Nov 2099 11:00:00 GMT", 86_400),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
        ("\u0661", 0),
    ],
)
def test_reads_retry_after(written: str, seconds: int) -> None:
    assert asked_delay(written, NOW).total_seconds() == seconds
