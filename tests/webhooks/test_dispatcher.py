"""The dispatcher shares its senders out, and nothing that is wrong stops the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import closing
from typing import Any

import pytest
from pytest_django import Settings

from crm.models import Workspace
from crm.sql import query
from tests.api_client import Api, make_record
from tests.webhooks.conftest import MakeDesk
from tests.webhooks.receiver import Receiver
from webhooks.dispatcher import Dispatcher
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.sending.client import Client


class Held(Executor):
    """Begins what it is given, and ends it when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[Future[Any]] = []
        self.given: list[Any] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        self.given.append(args[-1].id)
        self.waiting.append(Future())
        return self.waiting[-1]


def test_endpoints_with_much_to_send_leave_senders_to_the_others(
    api: Api, workspace: Workspace, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_SENDERS = 2
    for _ in range(3):
        create_endpoint(workspace=workspace, values={"url": receiver.url})
    for number in range(5):
        make_record(api, "person", f"Person {number}")

    held = Held()
    with closing(Client.of()) as client:
        dispatcher = Dispatcher(client, held)
        while len(held.given) < 9:
            dispatcher.step()
            held.waiting.pop(0).set_result(None)

    sent = Delivery.objects.filter(id__in=held.given)
    to_each = Counter(sent.values_list("endpoint", flat=True))
    assert sorted(to_each.values()) == [3, 3, 3]


def test_an_endpoint_that_hangs_leaves_half_of_the_senders(
    api: Api, desk_at: MakeDesk, settings: Settings
) -> None:
    settings.WEBHOOK_SENDERS = 6
    desk, held = desk_at(), Held()
    desk.dispatcher.senders = held
    for number in range(9):
        make_record(api, "person", f"Person {number}")

    for _ in range(3):
        desk.dispatcher.step()

    assert len(held.given) == 3


def test_what_is_wrong_with_one_endpoint_does_not_stop_the_others(
    api: Api, desk_at: MakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = desk_at(), desk_at()
    query(
        "ALTER TABLE webhooks_delivery ADD CONSTRAINT odd CHECK (endpoint_id <> "
        f"'{broken.endpoint_id}')"
    )
    make_record(api, "person", "Ada")

    sound.dispatcher.step()

    assert [one.endpoint_id for one in sound.deliveries] == [sound.endpoint_id]
    assert sound.receiver.kinds == ["record.created"]
    assert f"the webhook {broken.endpoint_id}" in caplog.text


def test_a_message_that_cannot_be_made_has_failed(
    api: Api, desk_at: MakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    query("UPDATE records_change SET after = '5' WHERE action = 'created'")
    make_record(api, "person", "Bea")

    desk.work(seconds=1)

    odd, sound = desk.deliveries
    assert [one["error"] for one in odd.log] == ["the message cannot be made"]
    assert (odd.state, odd.failures, sound.state) == ("waiting", 1, "delivered")
    assert odd.due is not None
    assert odd.due > desk.now
    assert "could not be made" in caplog.text
    assert Endpoint.objects.get().state == "active"
