"""Webhooks are made, changed, tried and looked after over the API, by admins."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from crm.models import Agent
from tests.api_client import Answer, Api, make_record, resource
from tests.webhooks.receiver import Receiver, always, start_receiver
from webhooks.models import Delivery, Endpoint

HOOKS = "webhooks"
URL = "https://receiver.invalid/hooks"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    with start_receiver() as started:
        yield started


def make(api: Api, url: str = URL, **attributes: object) -> Answer:
    """Make a webhook."""
    return api.post(HOOKS, resource("webhook", url=url, **attributes))


def secret_of(answer: Answer) -> str:
    """Return the secret in an answer."""
    return str(answer.data["attributes"]["secret"])


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(api: Api) -> None:
    made = make(api, label="Ours", kinds=["record.created"], fields=None)

    attributes = made.data["attributes"]
    assert made.status == 201
    assert made.headers["Cache-Control"] == "no-store"
    assert attributes.pop("secret").startswith("whsec_")
    read = api.get(f"{HOOKS}/{made.id}").data["attributes"]
    assert read == attributes
    assert read.pop("created_at")
    assert read.pop("cursor").startswith("chg_")
    assert read == {
        "url": URL,
        "label": "Ours",
        "kinds": ["record.created"],
        "objects": None,
        "fields": None,
        "skip_actors": None,
        "silent": False,
        "payload": "full",
        "state": "active",
        "disabled_reason": None,
        "failing_since": None,
        "lag": 0,
        "last_success_at": None,
    }


def test_a_replayed_answer_has_no_secret(api: Api) -> None:
    body = resource("webhook", url=URL)

    first = api.post(HOOKS, body, Idempotency_Key="one")
    second = api.post(HOOKS, body, Idempotency_Key="one")

    assert secret_of(first)
    assert (second.id, second.data["attributes"]["secret"]) == (first.id, None)
    assert Endpoint.objects.count() == 1


REFUSED: list[tuple[dict[str, object], list[tuple[str, str]]]] = [
    ({"url": "http://a.example/"}, [("invalid_value", "/data/attributes/url")]),
    ({"url": "https://10.0.0.1/"}, [("invalid_value", "/data/attributes/url")]),
    ({"url": "https://u@a.example/"}, [("invalid_value", "/data/attributes/url")]),
    ({"kinds": ["x"]}, [("invalid_value", "/data/attributes/kinds")]),
    ({"objects": ["x"]}, [("invalid_value", "/data/attributes/objects")]),
    ({"fields": ["x"]}, [("invalid_value", "/data/attributes/fields")]),
    ({"kinds": "all"}, [("invalid_value", "/data/attributes/kinds")]),
    ({"payload": "fat"}, [("invalid_value", "/data/attributes/payload")]),
    ({"silent": "no"}, [("invalid_value", "/data/attributes/silent")]),
    ({"state": "active"}, [("read_only", "/data/attributes/state")]),
    (
        {"url": "x", "kinds": ["x"]},
        [
            ("invalid_value", "/data/attributes/kinds"),
            ("invalid_value", "/data/attributes/url"),
        ],
    ),
]


@pytest.mark.parametrize(("attributes", "errors"), REFUSED)
def test_refuses(
    api: Api, attributes: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    refused = make(api, **attributes)

    assert (refused.status, refused.errors) == (422, errors)


def test_the_51st_webhook_is_refused(api: Api) -> None:
    workspace = api.workspace
    Endpoint.objects.bulk_create(
        Endpoint(workspace=workspace, url=URL, cursor=0) for _ in range(50)
    )

    refused = make(api)

    assert (refused.status, refused.errors[0][0]) == (422, "too_many_rows")


def test_it_begins_where_it_is_told_to(api: Api) -> None:
    cursor = api.get("changes?page[after]=now").json["meta"]["cursor"]
    make_record(api, "person", "Ada")
    body = {**resource("webhook", url=URL), "meta": {"from": cursor}}

    made = api.post(HOOKS, body)

    shown = made.data["attributes"]
    assert (shown["cursor"], shown["lag"]) == (cursor, 1)


@pytest.mark.parametrize(
    ("meta", "place"),
    [
        ({"from": "chg_1"}, "/meta/from"),
        ({"from": 5}, "/meta/from"),
        ({"since": "now"}, "/meta/since"),
    ],
)
def test_a_beginning_that_is_none_is_refused(
    api: Api, meta: dict[str, object], place: str
) -> None:
    refused = api.post(HOOKS, {**resource("webhook", url=URL), "meta": meta})

    assert (refused.status, refused.errors) == (400, [("malformed_document", place)])


def test_it_is_changed_and_deleted(api: Api, agent: Agent) -> None:
    made = make(api)
    document = resource("webhook", label="Other", objects=["person"])
    document["data"]["relationships"] = {
        "agent": {"data": {"type": "agent", "id": str(agent.pk)}}
    }

    changed = api.patch(f"{HOOKS}/{made.id}", document)

    assert changed.data["attributes"]["objects"] == ["person"]
    assert changed.data["relationships"]["agent"]["data"]["id"] == str(agent.pk)
    assert api.delete(f"{HOOKS}/{made.id}").status == 204
    assert api.get(f"{HOOKS}/{made.id}").status == 404


def test_a_new_secret_signs_beside_the_old_one(api: Api, receiver: Receiver) -> None:
    made = make(api, receiver.url)
    rotated = api.post(f"{HOOKS}/{made.id}/rotate", {"meta": {"overlap_seconds": 3600}})

    assert api.post(f"{HOOKS}/{made.id}/test").status == 200

    (message,) = receiver.received
    for answer in (made, rotated):
        assert Webhook(secret_of(answer)).verify(message.body, message.headers)


@pytest.mark.parametrize(
    ("seconds", "status"), [(-1, 422), (604_801, 422), ("1", 400), (604_800, 200)]
)
def test_an_overlap_is_a_week_at_most(api: Api, seconds: object, status: int) -> None:
    made = make(api)

    answer = api.post(
        f"{HOOKS}/{made.id}/rotate", {"meta": {"overlap_seconds": seconds}}
    )

    assert answer.status == status
    if status != 200:
        assert answer.errors[0][1] == "/meta/overlap_seconds"


def test_a_test_says_what_came_of_it(api: Api, receiver: Receiver) -> None:
    made = make(api, receiver.url)
    receiver.answer = always(500)

    failed = api.post(f"{HOOKS}/{made.id}/test")
    receiver.answer = always(204)
    arrived = api.post(f"{HOOKS}/{made.id}/test")

    states = [one.data["attributes"]["state"] for one in (failed, arrived)]
    assert states == ["dead", "delivered"]
    assert failed.data["attributes"]["attempts"][0]["status"] == 500
    assert receiver.kinds == ["webhook.test", "webhook.test"]
    assert receiver.received[0].id.startswith("msg_")


def test_a_test_that_arrives_ends_an_outage(api: Api, receiver: Receiver) -> None:
    made = make(api, receiver.url)
    Endpoint.objects.update(state="struggling")

    api.post(f"{HOOKS}/{made.id}/test")

    assert api.get(f"{HOOKS}/{made.id}").data["attributes"]["state"] == "active"


def test_it_is_disabled_and_enabled(api: Api) -> None:
    made = make(api)

    disabled = api.post(f"{HOOKS}/{made.id}/disable").data["attributes"]
    make_record(api, "person", "Ada")
    enabled = api.post(f"{HOOKS}/{made.id}/enable").data["attributes"]
    now = api.post(f"{HOOKS}/{made.id}/enable", {"meta": {"from": "now"}})

    assert (disabled["state"], disabled["disabled_reason"]) == ("disabled", "manual")
    assert (enabled["state"], enabled["lag"]) == ("active", 1)
    assert now.data["attributes"]["lag"] == 0


def test_a_replay_is_a_job(api: Api) -> None:
    made = make(api)
    cursor = api.get("changes?page[after]=now").json["meta"]["cursor"]

    job = api.post(f"{HOOKS}/{made.id}/replay", {"meta": {"from": cursor}})

    assert (job.status, job.data["type"]) == (202, "job")
    assert job.data["attributes"]["kind"] == "replay"
    assert job.headers["Content-Location"].endswith(f"/jobs/{job.id}")


def test_a_replay_needs_a_beginning_and_a_webhook_that_is_enabled(api: Api) -> None:
    made = make(api)
    without = api.post(f"{HOOKS}/{made.id}/replay")
    api.post(f"{HOOKS}/{made.id}/disable")
    disabled = api.post(f"{HOOKS}/{made.id}/replay", {"meta": {"from": "now"}})

    assert without.errors == [("required", "/meta/from")]
    assert (disabled.status, disabled.errors[0][0]) == (409, "disabled")


def make_delivery(made: Answer, **values: Any) -> Delivery:
    """Make a delivery of a webhook, which is over."""
    endpoint = Endpoint.objects.get(id=made.id)
    values = {"kind": "record.created", "state": "dead", "seq": 1, **values}
    return Delivery.objects.create(
        workspace_id=endpoint.workspace_id, endpoint=endpoint, **values
    )


def test_deliveries_are_looked_through(api: Api) -> None:
    made = make(api)
    dead = make_delivery(made)
    make_delivery(made, state="delivered", kind="record.updated")
    other = make_delivery(make(api))
    place = f"{HOOKS}/{made.id}/deliveries"

    found = api.get(f"{place}?filter[state]=dead&page[size]=10").data

    (one,) = found
    assert (one["type"], one["id"]) == ("delivery", str(dead.pk))
    assert one["links"]["self"] == f"{api.base}/{place}/{dead.pk}"
    assert one["relationships"]["change"]["data"]["id"].startswith("chg_")
    assert len(api.get(place).data) == 2
    assert api.get(f"{place}/{other.pk}").status == 404
    assert api.get(f"{place}?filter[record]=nothing").status == 400


def test_a_delivery_is_sent_again(api: Api) -> None:
    made = make(api)
    dead = make_delivery(made)

    again = api.post(f"{HOOKS}/{made.id}/deliveries/{dead.pk}/resend")

    assert again.data["attributes"]["state"] == "waiting"
    assert again.data["attributes"]["next_attempt_at"]


def test_an_agent_takes_its_webhooks_with_it(api: Api, agent: Agent) -> None:
    make_delivery(make(api))
    Endpoint.objects.update(agent=agent)

    assert api.delete(f"agents/{agent.pk}").status == 204

    assert (Endpoint.objects.count(), Delivery.objects.count()) == (0, 0)
