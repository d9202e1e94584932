"""After an erasure no value of the record is found anywhere that Kith keeps things."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from config.postgres.programs import run_program
from crm.keys import create_key
from crm.models import Agent, IdempotentRequest, Scope
from tests.api_client import Api, items, resource
from tests.interfaces.api.erasing.erasing import erase
from tests.interfaces.api.journal.reading import PEOPLE, walk
from tests.interfaces.api.merging.merging import merge
from tests.interfaces.api.schemas.schema_calls import add_fields
from tests.interfaces.cast import create, ref
from tests.interfaces.compat.door_client import DoorClient
from tests.live_server import LiveServer, database_url
from tests.replica import Replica
from tests.webhooks.conftest import MakeDesk
from tests.webhooks.receiver import Received, reply
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

FIRST: dict[str, Any] = {
    "given_name": "Canaryalba",
    "family_name": "Canarybree",
    "job_title": "canarycora",
    "notes": "canarydora",
    "emails": [{"label": "canarytess", "value": "canaryelsa@canaryfaye.example"}],
    "phones": [{"label": None, "value_e164": "+14155550131"}],
    "websites": [{"label": None, "url": "https://canarygwen.example/canaryhope"}],
    "addresses": [{"label": None, "street": "canaryvera", "city": "canarywilma"}],
    "custom_fields": [{"label": "canaryxena", "value": "canaryyara"}],
}
MORE: dict[str, Any] = {
    "c_motto": "canaryiris",
    "c_marks": {"canaryjune": ["canarykate"]},
    "c_tags": items("canarylena"),
}
THEN: dict[str, Any] = {
    "title": "canarymona",
    "notes": "canarynina",
    "email_addresses": items("canaryolga@canaryfaye.example"),
    "phone_numbers": items("+14155550132"),
}
OTHER: dict[str, Any] = {
    "first_name": "canarypola",
    "c_motto": "canaryrita",
    "email_addresses": items("canarysara@example.com"),
    "phone_numbers": items("+14155550133"),
}
CANARIES = [
    *("canaryalba", "canarybree", "canarycora", "canarydora", "canaryelsa"),
    *("canaryfaye", "canarygwen", "canaryhope", "canaryiris", "canaryjune"),
    *("canarykate", "canarylena", "canarymona", "canarynina", "canaryolga"),
    *("canarypola", "canaryrita", "canarysara", "canarytess", "canaryuma"),
    *("canaryvera", "canarywilma", "canaryxena", "canaryyara"),
    *("4155550131", "4155550132", "4155550133"),
]
FIELDS = {
    "c_motto": {"type": "string", "x-indexed": True},
    "c_marks": {"x-type": "json"},
    "c_tags": {"x-type": "tags"},
}


def found_in(text: str) -> list[str]:
    """Return the canaries that a text has, in whatever case."""
    return [one for one in CANARIES if one in text.lower()]


def dump() -> str:
    """Return the whole database as text, with bytes made readable."""
    text = run_program("pg_dump", "--dbname", database_url())
    answers = [bytes(one.body) for one in IdempotentRequest.objects.all()]
    return text + b"".join(answers).decode()


def echo(received: Received, handler: Any) -> None:
    """Answer with what was sent."""
    reply(handler, 200, received.body)


def fill(api: Api, inkbox: DoorClient) -> tuple[str, str]:
    """Make a person with a past, and one who went into it, and return their ids."""
    add_fields(api, "person", **FIELDS)
    acme = create(api, "company", name="Acme")
    contact = inkbox.post("contacts", FIRST, Idempotency_Key="first").json
    (row,) = api.get(PEOPLE).data
    ada = str(row["id"])
    assert contact["id"] in str(row["links"]) or ada
    for body in (MORE, THEN):
        sent = resource("person", **body)
        answer = api.patch(f"{PEOPLE}/{ada}", sent, X_Request_Id="canaryuma")
        assert answer.status == 200, answer.json
    linkage = {"companies": [ref("company", acme)]}
    bea = create(api, "person", linkage, **OTHER)
    named = resource("company", notes="Met them")
    named["data"]["relationships"] = {"people": {"data": [ref("person", ada)]}}
    path = f"objects/company/records/{acme}?include=people"
    assert api.patch(path, named, Idempotency_Key="linked").status == 200
    assert merge(api, ada, bea).status == 200
    return ada, bea


@pytest.fixture
def replicas(server: LiveServer, api: Api, tmp_path: Path) -> list[Replica]:
    """The copies of a key that sees all, and of an agent's."""
    agent = Agent.objects.create(workspace=api.workspace, handle="watcher")
    scopes = [Scope.READ]
    key = create_key(workspace=api.workspace, scopes=scopes, agent=agent)
    readers = {"all": api, "some": Api(api.workspace, key.secret)}
    return [Replica(server, one, tmp_path / name) for name, one in readers.items()]


def test_no_canary_is_found_anywhere(
    api: Api,
    inkbox: DoorClient,
    desk_at: MakeDesk,
    replicas: list[Replica],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    desk = desk_at()
    desk.receiver.answer = echo
    ada, bea = fill(api, inkbox)
    desk.work()
    for replica in replicas:
        replica.run()
    excerpts = str([*Delivery.objects.values_list("log", flat=True)])
    assert found_in(dump()) == CANARIES
    assert found_in(excerpts)

    answer = erase(api, ada)

    assert answer.status == 201
    assert found_in(dump()) == []
    assert found_in(str([*walk(api)])) == []
    assert found_in(caplog.text) == []
    (record, *_), lines = [ada, bea], dump().splitlines()
    assert [one for one in lines if record in one and "erasure" not in one][1:] == []
    desk.receiver.received.clear()
    desk.work()
    sent = [(one.kind, one.record) for one in desk.receiver.received]
    assert sorted(sent) == sorted(("record.erased", one) for one in (ada, bea))
    for replica in replicas:
        replica.run()
        assert found_in(replica.file.read_text()) == []
        assert replica.shown() == replica.anew()
