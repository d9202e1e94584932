"""Messages go in order, again if they fail, and none is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.authentication import Actor
from crm.sql import query
from tests.api_client import Api, make_record, resource
from tests.webhooks.conftest import MakeDesk
from tests.webhooks.receiver import Received, always, reply
from webhooks.deliveries import resend
from webhooks.endpoints import disable_endpoint, enable_endpoint
from webhooks.models import Delivery
from webhooks.queue import fan_out
from webhooks.queue.claims import begin_dispatching, release_orphans
from webhooks.replaying import begin_replay, replay_more

PEOPLE = "objects/person/records"


def make_changes(api: Api, person: dict[str, str], many: int) -> None:
    """Change a person several times."""
    for number in range(many):
        body = resource("person", title=f"Title {number}")
        assert api.patch(f"{PEOPLE}/{person['id']}", body).status == 200


def failing(record: str) -> Any:
    """Return what refuses messages of one record."""

    def answer(received: Received, handler: Any) -> None:
        reply(handler, 500 if received.record == record else 200)

    return answer


def test_the_next_message_of_a_record_waits_for_the_former(
    api: Api, desk_at: MakeDesk
) -> None:
    desk = desk_at()
    ada, bea = (make_record(api, "person", name) for name in ("Ada", "Bea"))
    make_changes(api, ada, 2)
    make_changes(api, bea, 2)
    desk.receiver.answer = failing(ada["id"])

    desk.work()

    tried = [one.record for one in desk.receiver.received]
    assert (tried.count(ada["id"]), tried.count(bea["id"])) == (1, 3)

    desk.receiver.received.clear()
    desk.receiver.answer = always(200)
    desk.work(seconds=7)

    versions = [one.change["version"] for one in desk.receiver.received]
    assert versions == [1, 2, 3]
    assert set(desk.states) == {"delivered"}


def test_a_message_that_always_fails_is_given_up_and_the_next_goes_on(
    api: Api, desk_at: MakeDesk
) -> None:
    desk = desk_at()
    ada = make_record(api, "person", "Ada")
    make_changes(api, ada, 1)
    desk.receiver.answer = lambda received, handler: reply(
        handler, 500 if received.kind == "record.created" else 200
    )
    begun = desk.now

    desk.work(hours=90)

    dead, next_one = desk.deliveries
    assert (dead.state, dead.attempts, next_one.state) == ("dead", 11, "delivered")
    given_up = desk.endpoint.last_success_at
    assert given_up is not None
    assert timedelta(hours=55) < given_up - begun < timedelta(hours=84)
    numbers = [one.headers["kith-attempt"] for one in desk.receiver.received]
    assert numbers == [*map(str, range(1, 12)), "1"]


def test_an_attempt_is_kept_with_what_was_answered(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.receiver.answer = lambda _, handler: reply(handler, 418, b"short and stout")

    desk.work()

    (delivery,) = desk.deliveries
    (attempt,) = delivery.log
    assert attempt.pop("milliseconds") >= 0
    assert attempt.pop("at")
    assert attempt == {
        "status": 418,
        "error": "refused",
        "excerpt": "short and stout",
    }


@pytest.mark.parametrize(("status", "heeded"), [(429, True), (503, True), (500, False)])
def test_a_receiver_may_ask_to_be_left_alone(
    api: Api, desk_at: MakeDesk, status: int, heeded: bool
) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.receiver.answer = always(status, Retry_After="3600")

    desk.work(minutes=50)

    assert (len(desk.receiver.received) == 1) == heeded


def test_an_endpoint_that_is_gone_is_disabled(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.receiver.answer = always(410)

    desk.work(days=1)

    endpoint = desk.endpoint
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "gone")
    assert (len(desk.receiver.received), desk.states) == (1, ["waiting"])

    desk.receiver.answer = always(200)
    enable_endpoint(endpoint=endpoint)
    desk.work()

    assert desk.states == ["delivered"]


def test_an_outage_is_probed_and_nothing_grows_old(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    desk.receiver.answer = always(500)
    for number in range(20):
        make_record(api, "person", f"Person {number}")

    desk.work(hours=2)

    assert desk.endpoint.state == "struggling"
    assert set(desk.states) == {"waiting"}
    assert max(one.failures for one in desk.deliveries) <= 2

    desk.receiver.answer = always(200)
    desk.receiver.received.clear()
    desk.work(minutes=7)

    assert set(desk.states) == {"delivered"}
    assert desk.endpoint.state == "active"
    assert desk.endpoint.failing_since is None
    assert len(desk.receiver.received) == 20


def test_five_days_of_outage_end_it(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    desk.receiver.answer = always(500)
    for number in range(6):
        make_record(api, "person", f"Person {number}")
    desk.work(minutes=30)
    assert desk.endpoint.state == "struggling"

    desk.now += timedelta(days=5)
    desk.work()

    endpoint = desk.endpoint
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "failing")
    assert set(desk.states) == {"waiting"}


def test_one_record_that_fails_is_no_outage(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    ada = make_record(api, "person", "Ada")
    make_changes(api, ada, 5)
    desk.receiver.answer = failing(ada["id"])

    desk.work(hours=12)

    assert desk.endpoint.state == "active"


def test_messages_that_fail_by_themselves_do_not_hold_up_an_outage(
    api: Api, desk_at: MakeDesk
) -> None:
    desk = desk_at()
    desk.receiver.answer = always(500)
    ada = make_record(api, "person", "Ada")
    for number in range(10):
        make_record(api, "person", f"Person {number}")
    desk.work(minutes=30)
    assert desk.endpoint.state == "struggling"

    desk.receiver.answer = failing(ada["id"])
    desk.work(minutes=20)

    assert (desk.endpoint.state, desk.states.count("delivered")) == ("active", 10)


def test_a_disabled_endpoint_goes_on_where_it_stopped(
    api: Api, desk_at: MakeDesk
) -> None:
    desk = desk_at()
    disable_endpoint(endpoint=desk.endpoint)
    make_record(api, "person", "Ada")
    desk.work(hours=1)
    assert desk.receiver.received == []

    enable_endpoint(endpoint=desk.endpoint)
    desk.work()

    assert desk.receiver.kinds == ["record.created"]


def test_it_can_leave_out_what_it_missed(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    disable_endpoint(endpoint=desk.endpoint)
    make_record(api, "person", "Ada")

    enable_endpoint(endpoint=desk.endpoint, skips=True)
    desk.work()

    assert desk.receiver.received == []


def test_so_many_wait_and_the_rest_stays_in_the_journal(
    api: Api, desk_at: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "MOST_WAITING", 3)
    desk = desk_at()
    desk.receiver.answer = always(500)
    for number in range(5):
        make_record(api, "person", f"Person {number}")

    desk.dispatcher.step()
    assert len(desk.deliveries) == 3

    desk.receiver.answer = always(200)
    desk.work(minutes=10)
    assert desk.states == ["delivered"] * 5


def test_a_journal_that_was_trimmed_leaves_a_gap(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    for number in range(3):
        make_record(api, "person", f"Person {number}")
    first = desk.endpoint.cursor + 1
    query("DELETE FROM records_change WHERE seq <= %(seq)s", seq=first)
    query("UPDATE records_journalhead SET first_seq = %(seq)s", seq=first + 1)

    desk.work()

    assert desk.receiver.kinds == ["webhook.gap", "record.created", "record.created"]
    gap = desk.receiver.received[0]
    oldest = api.get("changes?page[size]=1").data[0]
    assert gap.id.startswith("msg_")
    assert gap.json["data"]["workspace"] == "acme"
    assert api.get(f"changes?page[after]={gap.json['data']['to']}").data[0] == oldest


def test_a_resent_message_has_the_same_id(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.work()

    resend(delivery=desk.deliveries[0])
    desk.work(minutes=1)

    first, second = desk.receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert len(desk.deliveries[0].log) == 2


def test_a_replay_sends_a_part_of_the_journal_in_order(
    api: Api, desk_at: MakeDesk
) -> None:
    desk = desk_at()
    start = desk.endpoint.cursor
    ada = make_record(api, "person", "Ada")
    make_changes(api, ada, 3)
    desk.work()
    sent = [one.id for one in desk.receiver.received]
    desk.receiver.received.clear()

    by = Actor(api.workspace, "api-key:1", frozenset())
    job = begin_replay(by, desk.endpoint, start + 1, start + 3)
    while replay_more(job):
        pass
    desk.work(minutes=1)

    assert (job.total, job.done, job.result) == (2, 2, {"sent": 2})
    assert [one.id for one in desk.receiver.received] == sent[1:3]
    assert {one.headers["kith-replay"] for one in desk.receiver.received} == {"1"}


def test_a_dispatcher_takes_over_what_a_dead_one_had(
    api: Api, desk_at: MakeDesk
) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.work()
    query(
        "UPDATE webhooks_delivery SET state = 'waiting', claimed_by = 7, due = %(due)s",
        due=desk.now + timedelta(seconds=60),
    )

    release_orphans(desk.now)
    desk.work()

    assert len(desk.receiver.received) == 2


def test_it_leaves_alone_what_a_living_one_has(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.work()
    query(
        "UPDATE webhooks_delivery SET state = 'waiting', claimed_by = %(by)s, "
        "due = %(due)s",
        by=begin_dispatching(),
        due=desk.now + timedelta(seconds=60),
    )

    release_orphans(desk.now)
    desk.work()

    assert len(desk.receiver.received) == 1


def test_a_lease_that_is_over_lets_another_send(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.work()
    due = desk.now + timedelta(seconds=60)
    query("UPDATE webhooks_delivery SET state = 'waiting', due = %(due)s", due=due)

    desk.work(seconds=61)

    assert len(desk.receiver.received) == 2


def test_old_deliveries_are_forgotten(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    make_record(api, "person", "Ada")
    desk.work()
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=15))
    make_record(api, "person", "Bea")
    desk.work()

    desk.dispatcher.keep_house()

    assert len(desk.deliveries) == 1
