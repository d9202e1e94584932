"""Messages say what the feed says, signed, and only what their reader may know."""

from __future__ import annotations

from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from crm.models import Agent
from tests.api_client import Api, make_record, resource
from tests.webhooks.conftest import MakeDesk
from tests.webhooks.desk import Desk
from tests.webhooks.receiver import always
from webhooks.endpoints import rotate_secret

PEOPLE = "objects/person/records"


def rename(api: Api, person: dict[str, str], name: str, query: str = "") -> None:
    """Give a person another name."""
    body = resource("person", name=name)
    assert api.patch(f"{PEOPLE}/{person['id']}{query}", body).status == 200


def test_a_message_holds_the_change_and_the_record(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    ada = make_record(api, "person", "Ada")

    desk.work()

    (message,) = desk.receiver.received
    *_, change = api.get("changes?page[size]=100").data
    change["links"]["self"] = f"/v1/workspaces/acme/changes/{change['id']}"
    told = message.json
    record = told["data"].pop("record")
    assert told == {
        "type": "record.created",
        "timestamp": change["attributes"]["at"],
        "data": {"workspace": "acme", "change": change},
    }
    assert message.id == change["id"]
    assert (record["id"], record["attributes"]["name"]) == (ada["id"], "Ada")
    assert record["links"]["self"] == f"/v1/workspaces/acme/{PEOPLE}/{ada['id']}"
    assert Webhook(desk.secret).verify(message.body, message.headers)


def test_a_thin_message_names_what_changed(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at(payload="thin")
    make_record(api, "person", "Ada")

    desk.work()

    (message,) = desk.receiver.received
    assert b"Ada" not in message.body
    assert "name" in message.change["fields"]
    assert message.change.keys() & {"before", "after", "details"} == set()
    assert "record" not in message.json["data"]


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"kinds": ["record.created"]}, ["Ada", "Bea", "Acme"]),
    ({"object_slugs": ["company"]}, ["Acme"]),
    ({"fields": ["title"]}, ["Bea"]),
    ({"kinds": ["record.updated"], "silent": True}, ["Bea", "Silence"]),
    ({"kinds": ["record.updated"]}, ["Bea"]),
    ({"kinds": []}, []),
]


@pytest.mark.parametrize(("values", "told"), FILTERS)
def test_an_endpoint_is_told_of_what_it_asks_for(
    api: Api, desk_at: MakeDesk, values: dict[str, Any], told: list[str]
) -> None:
    desk = desk_at(**values)
    ada = make_record(api, "person", "Ada")
    bea = make_record(api, "person", "Bea")
    make_record(api, "company", "Acme")
    api.patch(f"{PEOPLE}/{bea['id']}", resource("person", title="Countess"))
    rename(api, ada, "Silence", "?silent=true")

    desk.work()

    names = [one.json["data"]["record"]["attributes"] for one in desk.receiver.received]
    found = [one["name"].replace("Silence", "Ada") for one in names]
    assert found == [name.replace("Silence", "Ada") for name in told]


def test_an_endpoint_skips_what_some_have_done(
    api: Api, scout: Api, agent: Agent, desk_at: MakeDesk
) -> None:
    desk = desk_at(skip_actors=[f"agent:{agent.pk}"])
    make_record(scout, "person", "By the agent")
    make_record(api, "person", "By a key")

    desk.work()

    (message,) = desk.receiver.received
    assert message.change["after"]["name"] == "By a key"


def test_a_schema_that_changes_is_told(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at(kinds=["schema.changed"])
    api.post("schemas/objects", {"data": {"type": "x"}})
    field = {"properties": {"motto": {"type": "string"}}}
    assert api.post("schemas/person/properties", field).status in {200, 201}

    desk.work()

    assert desk.receiver.kinds == ["schema.changed"]


def test_what_an_agent_does_not_see_is_not_in_its_messages(
    api: Api, agent: Agent, desk_at: MakeDesk
) -> None:
    desk = desk_at(agent=agent)
    seen = make_record(api, "person", "Seen")
    hidden = make_record(api, "person", "Secret")
    api.delete(f"{PEOPLE}/{hidden['id']}/access/{agent.pk}")

    desk.work()

    told = [(one.kind, one.record) for one in desk.receiver.received]
    assert ("record.created", seen["id"]) in told
    assert ("record.hidden", hidden["id"]) in told
    assert not [one for one in desk.receiver.received if b"Secret" in one.body]


def test_what_is_hidden_before_a_late_delivery_is_skipped(
    api: Api, agent: Agent, desk_at: MakeDesk
) -> None:
    desk = desk_at(agent=agent)
    desk.receiver.answer = always(500)
    ada = make_record(api, "person", "Secret")
    desk.work()
    assert desk.receiver.kinds == ["record.created"]

    api.delete(f"{PEOPLE}/{ada['id']}/access/{agent.pk}")
    desk.receiver.received.clear()
    desk.receiver.answer = always(200)
    desk.work(hours=1)

    assert desk.states == ["skipped", "delivered"]
    assert not [one for one in desk.receiver.received if b"Secret" in one.body]


def keep_waiting(desk: Desk) -> None:
    """Let what is told now be refused, and what is told later be taken."""
    desk.receiver.answer = always(500)
    desk.work()
    desk.receiver.received.clear()
    desk.receiver.answer = always(200)


@pytest.mark.parametrize("payload", ["full", "thin"])
def test_nothing_is_told_late_of_what_was_erased_but_that_it_was(
    api: Api, desk_at: MakeDesk, payload: str
) -> None:
    desk = desk_at(payload=payload)
    ada = make_record(api, "person", "Secret")
    keep_waiting(desk)
    record = {"data": {"type": "erasure", "relationships": {"record": {"data": ada}}}}
    assert api.post("erasures", record).status == 201

    desk.work(hours=1)

    assert desk.receiver.kinds == ["record.erased"]
    assert desk.states == ["skipped", "delivered"]


def test_who_sees_the_loser_of_a_merge_does_not_hear_of_a_hidden_survivor(
    api: Api, agent: Agent, desk_at: MakeDesk
) -> None:
    desk = desk_at(agent=agent)
    loser, survivor = (make_record(api, "person", n) for n in ("Seen", "Secret"))
    api.delete(f"{PEOPLE}/{survivor['id']}/access/{agent.pk}")
    keep_waiting(desk)
    losers = {"data": [loser], "meta": {"access": "keep"}}
    assert api.post(f"{PEOPLE}/{survivor['id']}/merge", losers).status == 200

    desk.work(hours=1)

    told = [(one.kind, one.record) for one in desk.receiver.received]
    assert ("record.merged", loser["id"]) in told
    assert {kind for kind, record in told if record == survivor["id"]} <= {
        "record.hidden"
    }
    of_the_loser = [o.body for o in desk.receiver.received if o.record == loser["id"]]
    assert not [body for body in of_the_loser if survivor["id"].encode() in body]
    assert {o.json["data"]["record"] for o in desk.receiver.received} == {None}


def test_an_agent_that_rests_is_told_when_it_is_active_again(
    api: Api, agent: Agent, desk_at: MakeDesk
) -> None:
    desk = desk_at(agent=agent)
    make_record(api, "person", "Ada")
    Agent.objects.update(is_active=False)
    desk.work()
    assert desk.receiver.received == []

    Agent.objects.update(is_active=True)
    desk.work()

    assert desk.receiver.kinds == ["record.created"]


def test_during_an_overlap_both_secrets_verify(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at()
    new = rotate_secret(endpoint=desk.endpoint)
    make_record(api, "person", "Ada")

    desk.work()

    (message,) = desk.receiver.received
    for secret in (new.secret, desk.secret):
        assert Webhook(secret).verify(message.body, message.headers)
