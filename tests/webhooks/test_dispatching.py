"""Dispatchers that run for real: side by side, and while secrets change."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from crm.models import Workspace
from tests.api_client import Api, make_record, resource
from tests.webhooks.receiver import Received, Receiver, reply
from webhooks.dispatcher import Dispatcher, run
from webhooks.endpoints import create_endpoint, rotate_secret
from webhooks.models import Delivery
from webhooks.sending.client import Client

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
TOO_LONG = 30  # Seconds.


class Senders(ThreadPoolExecutor):
    """Threads that leave no connection behind."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        def do() -> None:
            try:
                fn(*args, **kwargs)
            finally:
                connections.close_all()

        return super().submit(do)


def dispatch(leaving: Event, senders: int) -> None:
    """Send messages, as one of several processes does."""
    try:
        with closing(Client.of()) as client, Senders(senders) as pool:
            run(Dispatcher(client, pool), leaving)
    finally:
        connections.close_all()


@contextmanager
def dispatching(*, many: int = 1, senders: int = 4) -> Iterator[None]:
    """Let some dispatchers send at once."""
    leaving = Event()
    threads = [Thread(target=dispatch, args=(leaving, senders)) for _ in range(many)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        leaving.set()
        for thread in threads:
            thread.join()


def wait_until_delivered(many: int) -> None:
    """Wait until so many messages have arrived."""
    until = time.monotonic() + TOO_LONG
    while Delivery.objects.filter(state="delivered").count() < many:
        assert time.monotonic() < until
        time.sleep(0.02)


def change_all(api: Api, people: list[dict[str, Any]], title: str) -> None:
    """Give people a title."""
    for person in people:
        body = resource("person", title=title)
        assert api.patch(f"{PEOPLE}/{person['id']}", body).status == 200


def test_two_at_once_send_each_message_once_and_in_order(
    api: Api, workspace: Workspace, receiver: Receiver
) -> None:
    create_endpoint(workspace=workspace, values={"url": receiver.url})
    with dispatching(many=2):
        people = [make_record(api, "person", f"Person {n}") for n in range(6)]
        for number in range(4):
            change_all(api, people, f"Title {number}")
        wait_until_delivered(30)

    versions = defaultdict(list)
    for one in receiver.received:
        versions[one.record].append(one.change["version"])
    assert versions == {person["id"]: [1, 2, 3, 4, 5] for person in people}


def test_a_sender_that_is_free_does_not_wait_for_the_next_look(
    api: Api, workspace: Workspace, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_POLL_MS = 60_000
    settings.WEBHOOK_SENDERS = 2
    receiver.answer = answer_by_and_by
    create_endpoint(workspace=workspace, values={"url": receiver.url})
    for number in range(6):
        make_record(api, "person", f"Person {number}")

    with dispatching(senders=2):
        wait_until_delivered(6)

    assert len(receiver.received) == 6


def answer_by_and_by(received: Received, handler: Any) -> None:
    """Take a message, but not before everybody else had a moment."""
    time.sleep(0.05)
    reply(handler)


def test_no_message_is_refused_while_secrets_change_under_load(
    api: Api, workspace: Workspace, receiver: Receiver
) -> None:
    new = create_endpoint(workspace=workspace, values={"url": receiver.url})
    known = [new.secret]

    def answer(received: Received, handler: Any) -> None:
        """Take what is signed by either secret; what is on its way has the former."""
        either = any(is_signed(received, secret) for secret in known[-2:])
        reply(handler, 200 if either else 401)

    receiver.answer = answer
    with dispatching():
        people = [make_record(api, "person", f"Person {n}") for n in range(3)]
        for number in range(8):
            new = rotate_secret(endpoint=new.endpoint)
            change_all(api, people, f"Title {number}")
            known.append(new.secret)
        wait_until_delivered(27)

    assert {one.attempts for one in Delivery.objects.all()} == {1}
    assert not is_signed(receiver.received[-1], known[0])


def is_signed(received: Received, secret: str) -> bool:
    """Whether the official library accepts a message."""
    try:
        Webhook(secret).verify(received.body, received.headers)
    except WebhookVerificationError:
        return False
    return True
