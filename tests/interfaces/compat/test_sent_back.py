"""What a door shows, sent back to it, changes nothing; the version included."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings

from crm.jsonapi.rendering import dumps
from crm.models import Agent
from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.records.test_generated_records import (
    exact,
    generated,
    records,
)
from tests.interfaces.compat.door_client import DoorClient
from tests.survival.rounds import rounds

EXAMPLES = len(rounds(short=3, long=60))
"""How many random records are sent back to each door."""
OBJECTS = [
    ("clarky", "contacts", "person"),
    ("clarky", "companies", "company"),
    ("clara", "contacts", "person"),
    ("inkbox", "contacts", "person"),
]
"""What has the same shape read and written: at which door, and of what record."""


def uuid_of(answer: Answer) -> UUID:
    """Return the UUID of the one record that is there, which was just made."""
    assert answer.status == 201, answer.json
    return Record.objects.latest("created_at").id


def shown(answer: Answer) -> Any:
    """Return the object in an answer of any door."""
    assert answer.status == 200, answer.content
    document = exact(answer)
    return document.get("data", document)


def make(api: Api, type_: str, links: object = None, **attributes: object) -> UUID:
    """Make a record over the JSON:API and return its UUID."""
    body = resource(type_, **attributes)
    body["data"]["relationships"] = links or {}
    return uuid_of(api.post(f"objects/{type_}/records", dumps(body)))


@pytest.mark.parametrize(("name", "path", "type_"), OBJECTS)
def test_an_object_as_it_is_read_changes_nothing(
    api: Api, secret: str, name: str, path: str, type_: str
) -> None:
    door = DoorClient(name, secret)
    published = exact(api.get(f"schemas/{type_}", accept="application/schema+json"))

    @settings(generated, max_examples=EXAMPLES)
    @given(records(published))
    def check(attributes: dict[str, Any]) -> None:
        body = {"data": {"type": type_, "attributes": attributes}}
        made = api.post(f"objects/{type_}/records", dumps(body))
        if made.status != 201:
            return  # Another example has its unique values.
        record = uuid_of(made)
        read = door.get(f"{path}/{record}")
        again = door.patch(f"{path}/{record}", dumps(shown(read)))
        assert shown(again) == shown(read), attributes
        assert Record.objects.get(id=record).version == 1

    check()


@pytest.fixture
def ada(api: Api, agent: Agent) -> UUID:
    """A person whom doors show in another form than she is kept in."""
    companies = []
    for name in ("Acme", "Globex"):
        body = resource("company", name=name)
        made = api.post("objects/company/records", body)
        companies.append({"type": "company", "id": made.id})
    return make(
        api,
        "person",
        {
            "companies": {"data": companies},
            "owner": {"data": {"type": "agent", "id": str(agent.pk)}},
        },
        email_addresses=items("ada@example.com", "ada@home.example"),
        phone_numbers=items("+14155550100"),
        addresses=items({"street": "1 Main St\n", "city": "Rome"}, {"city": "Bonn"}),
        title=" CTO ",
        custom_fields={"size": 5, "colour": "red"},
    )


@pytest.mark.parametrize("name", ["clarky", "clara", "inkbox"])
def test_what_is_kept_otherwise_than_shown_stays(
    api: Api, secret: str, ada: UUID, name: str
) -> None:
    door = DoorClient(name, secret)
    before = Record.objects.get(id=ada)
    path = f"contacts/{ada}"

    again = door.patch(path, dumps(shown(door.get(path))))

    assert again.status == 200, again.content
    after = Record.objects.get(id=ada)
    assert (after.version, after.attributes) == (before.version, before.attributes)
    linked = api.get("objects/company/records?filter[people][empty]=false").data
    assert len(linked) == 2


def test_what_is_changed_beside_it_is_changed(
    clarky: DoorClient, api: Api, ada: UUID
) -> None:
    whole = shown(clarky.get(f"contacts/{ada}"))

    answer = clarky.patch(f"contacts/{ada}", dumps(whole | {"city": "Paris"}))

    assert answer.data["city"] == "Paris"
    kept = Record.objects.get(id=ada).attributes
    assert kept["custom_fields"] == {"size": 5, "colour": "red"}
    assert [one["city"] for one in kept["addresses"]["items"]] == ["Paris", "Bonn"]
    linked = api.get("objects/company/records?filter[people][empty]=false").data
    assert len(linked) == 2


def test_a_name_goes_on_to_follow(clara: DoorClient, ada: UUID) -> None:
    whole = shown(clara.get(f"contacts/{ada}"))
    assert whole["name"] == "ada@example.com"

    clara.put(f"contacts/{ada}", dumps(whole | {"tags": ["vip"]}))

    person = Record.objects.get(id=ada)
    assert "name" not in person.attributes
    assert person.attributes["tags"] == items("vip")


def test_an_owner_may_be_repeated(clarky: DoorClient, ada: UUID, agent: Agent) -> None:
    answer = clarky.patch(f"contacts/{ada}", {"bot_id": str(agent.pk)})

    assert (answer.status, answer.data["bot_id"]) == (200, str(agent.pk))
