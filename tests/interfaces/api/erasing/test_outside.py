"""What doors and webhooks say of a record that was erased."""

from __future__ import annotations

import pytest
from django.utils import timezone

from records.ids import decode_id
from tests.api_client import Api, make_record
from tests.interfaces.api.erasing.erasing import erase
from tests.interfaces.api.merging.merging import merge, person
from tests.interfaces.compat.door_client import DoorClient
from tests.webhooks.conftest import MakeDesk
from webhooks.models import Delivery
from webhooks.queue.fan_out import fan_out
from webhooks.queue.settling import Attempt, settle
from webhooks.sending.client import Outcome


@pytest.mark.parametrize("door", ["inkbox", "clarky", "clara"])
def test_at_the_doors_it_was_never_there(api: Api, door: str, secret: str) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    merge(api, ada, bea)
    client = DoorClient(door, secret)
    paths = [f"contacts/{decode_id('per', one)}" for one in (ada, bea)]
    assert [client.get(path).status for path in paths] == [200, 200]

    erase(api, bea)

    assert [client.get(path).status for path in paths] == [404, 404]


def test_what_is_answered_meanwhile_is_not_kept(api: Api, desk_at: MakeDesk) -> None:
    desk, now = desk_at(), timezone.now()
    ada = make_record(api, "person", "Ada")
    fan_out(api.workspace.id, desk.endpoint.id, now)
    (delivery,) = Delivery.objects.all()
    erase(api, ada["id"])

    settle(Attempt(delivery, Outcome(200, excerpt="Hello, Ada"), now), now)

    delivery.refresh_from_db()
    assert [one["excerpt"] for one in delivery.log] == [""]


def test_messages_that_wait_are_skipped(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    ada = make_record(api, "person", "Ada")
    fan_out(api.workspace.id, desk.endpoint.id, desk.now)
    erase(api, ada["id"])

    desk.work()

    assert desk.receiver.kinds == ["record.erased"]
    assert sorted(desk.states) == ["delivered", "skipped"]
