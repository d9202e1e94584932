"""Dispatchers that are killed at any moment lose no message, and keep their order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from tests.api_client import Api, make_record, resource
from tests.live_server import MANAGE, SECRET_KEY, database_url
from tests.survival.rounds import moment, rounds
from tests.webhooks.receiver import Receiver, start_receiver
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
TOO_LONG = 60  # Seconds.


@contextmanager
def dispatching() -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker, and kill it in the end."""
    process = subprocess.Popen(
        [sys.executable, MANAGE, "work"],
        env=os.environ
        | {"DATABASE_URL": database_url(), "SECRET_KEY": SECRET_KEY}
        | {"WEBHOOK_HTTP": "1", "WEBHOOK_NETWORKS": "127.0.0.0/8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(receiver: Receiver, many: int) -> None:
    """Wait until so many messages have come."""
    until = time.monotonic() + TOO_LONG
    while len(receiver.received) < many:
        assert time.monotonic() < until
        time.sleep(0.02)


def wait_until_done() -> None:
    """Wait until nothing waits any more."""
    until = time.monotonic() + TOO_LONG
    while Delivery.objects.filter(state="waiting").exists():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_nothing_is_lost_and_all_is_in_order(api: Api, settings: Settings) -> None:
    settings.SECRET_KEY = SECRET_KEY
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    people = [make_record(api, "person", f"Person {n}") for n in range(5)]
    made = 0
    with start_receiver() as receiver:
        create_endpoint(workspace=api.workspace, values={"url": receiver.url})
        for number in rounds(short=3, long=100):
            for person in people:
                title = resource("person", title=f"Title {number}")
                api.patch(f"{PEOPLE}/{person['id']}", title)
                made += 1
            with dispatching():
                wait_for(receiver, len(receiver.received) + 1)
                time.sleep(moment(0.05))
        with dispatching():
            wait_for(receiver, 1)
            while Delivery.objects.count() < made:
                time.sleep(0.1)
            wait_until_done()

    numbers = list(range(2, 2 + made // len(people)))
    assert first_arrivals(receiver) == {person["id"]: numbers for person in people}


def first_arrivals(receiver: Receiver) -> dict[str, list[int]]:
    """Return the versions of each record in the order in which they first came."""
    found: dict[str, list[int]] = defaultdict(list)
    for one in receiver.received:
        version = one.change["version"]
        if version not in found[one.record]:
            found[one.record].append(version)
    return found
