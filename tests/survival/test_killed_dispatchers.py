"""Dispatchers that are killed at any moment lose no message, and keep their order."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_django import Settings

from tests.api_client import Api, make_record, resource
from tests.jobs.workers import Worker, start_worker, wait_until
from tests.live_server import SECRET_KEY, TOO_LONG
from tests.survival.rounds import CAMPAIGN, moment, rounds
from tests.webhooks.receiver import Received, Receiver, reply, start_receiver
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.SECRET_KEY = SECRET_KEY
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    with start_receiver() as started:
        yield started


def dispatching() -> AbstractContextManager[Worker]:
    """Run a worker, and kill it in the end."""
    return start_worker(WEBHOOK_HTTP="1", WEBHOOK_NETWORKS="127.0.0.0/8")


def wait_for(receiver: Receiver, many: int) -> None:
    """Wait until so many messages have come."""
    wait_until(lambda: len(receiver.received) >= many)


def wait_until_delivered(many: int) -> None:
    """Wait until so many messages have arrived, as long as one more does."""
    for number in range(many):
        wait_until(partial(are_delivered, number + 1))


def are_delivered(many: int) -> bool:
    """Whether so many messages have arrived."""
    return Delivery.objects.filter(state="delivered").count() >= many


def change_all(api: Api, people: Sequence[dict[str, str]], title: str) -> None:
    """Give people a title."""
    for person in people:
        body = resource("person", title=title)
        assert api.patch(f"{PEOPLE}/{person['id']}", body).status == 200


def test_nothing_is_lost_and_all_is_in_order(api: Api, receiver: Receiver) -> None:
    people = [make_record(api, "person", f"Person {n}") for n in range(5)]
    create_endpoint(workspace=api.workspace, values={"url": receiver.url})
    many = rounds(short=2, long=100)
    for number in many:
        change_all(api, people, f"Title {number}")
        with dispatching():
            if number % 2:  # The others die while they start.
                wait_for(receiver, len(receiver.received) + 1)
            time.sleep(moment(0.05 if number % 2 else 3))
    with dispatching():
        wait_until_delivered(len(people) * len(many))

    versions = [*range(2, 2 + len(many))]
    assert first_arrivals(receiver) == {person["id"]: versions for person in people}


def test_who_is_told_to_stop_lets_arrive_what_is_on_its_way(
    api: Api, receiver: Receiver
) -> None:
    create_endpoint(workspace=api.workspace, values={"url": receiver.url})
    receiver.answer = answer_by_and_by
    make_record(api, "person", "Ada")

    with dispatching() as worker:
        wait_for(receiver, 1)
        worker.terminate()
        assert worker.wait(TOO_LONG) == 0

    assert [one.state for one in Delivery.objects.all()] == ["delivered"]


def answer_by_and_by(received: Received, handler: Any) -> None:
    """Take a message, but not at once."""
    time.sleep(1)
    reply(handler)


@pytest.mark.skipif(not CAMPAIGN, reason="It takes ten seconds to lose patience.")
def test_who_is_told_to_stop_does_not_wait_for_a_receiver_that_hangs(
    api: Api, receiver: Receiver
) -> None:
    create_endpoint(workspace=api.workspace, values={"url": receiver.url})
    receiver.answer = lambda received, handler: time.sleep(20)
    make_record(api, "person", "Ada")
    with dispatching() as worker:
        wait_for(receiver, 1)
        worker.terminate()
        worker.wait(11)
    receiver.answer = lambda received, handler: reply(handler)

    with dispatching():
        wait_until(lambda: Delivery.objects.filter(state="delivered").exists())

    assert len(receiver.received) == 2


def first_arrivals(receiver: Receiver) -> dict[str, list[int]]:
    """Return the versions of each record in the order in which they first came."""
    found: dict[str, list[int]] = defaultdict(list)
    for one in receiver.received:
        version = one.change["version"]
        if version not in found[one.record]:
            found[one.record].append(version)
    return found
