"""A person was contacted last when the latest message of a conversation was written."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from objects.models import Kind
from records.ids import decode_id
from records.models import JournalEntry
from tests.api_client import Api, resource
from tests.schemas import make_relationship

PEOPLE = "objects/person/records"
TALKS = "objects/conversation/records"
MARCH, APRIL, MAY = (f"2026-0{month}-01T08:00:00.000Z" for month in (3, 4, 5))


@pytest.fixture
def ada(api: Api) -> str:
    return api.post(PEOPLE, resource("person")).id


def talk(api: Api, person: str | None, at: str | None) -> str:
    """Make a conversation and return its address."""
    body = resource("conversation", last_message_at=at) | {}
    if person:
        body["data"]["relationships"] = with_person(person)
    return f"{TALKS}/{api.post(TALKS, body).id}"


def with_person(person: str) -> dict[str, Any]:
    return {"person": {"data": {"type": "person", "id": person}}}


def contacted(api: Api, person: str) -> object:
    return api.get(f"{PEOPLE}/{person}").data["attributes"]["last_contacted_at"]


def test_moves_on_with_a_new_conversation(api: Api, ada: str) -> None:
    seen = []
    for at in (APRIL, MARCH, None, MAY):
        talk(api, ada, at)
        seen.append(contacted(api, ada))

    assert seen == [APRIL, APRIL, APRIL, MAY]


def test_moves_on_with_a_new_message(api: Api, ada: str) -> None:
    path = talk(api, ada, MARCH)

    api.patch(path, resource("conversation", last_message_at=MAY))

    assert contacted(api, ada) == MAY


def test_moves_on_where_another_link_comes_at_the_same_time(
    api: Api, workspace: Workspace, ada: str
) -> None:
    sides = ("conversation", "c_about"), ("person", "c_mentions")
    make_relationship(workspace, sides[0], Kind.MANY_TO_MANY, sides[1])
    path = talk(api, ada, MARCH)

    body = resource("conversation", last_message_at=MAY)
    body["data"]["relationships"] = {
        "c_about": {"data": [{"type": "person", "id": ada}]}
    }
    api.patch(path, body)

    entry = JournalEntry.objects.filter(record_id=decode_id("per", ada)).latest("seq")
    assert contacted(api, ada) == MAY
    assert (entry.action, entry.after.keys()) == (
        "updated",
        {"last_contacted_at", "c_mentions"},
    )


def test_moves_on_with_a_new_link(api: Api, ada: str) -> None:
    path = talk(api, None, APRIL)

    api.patch(
        path, {"data": {"type": "conversation", "relationships": with_person(ada)}}
    )

    assert contacted(api, ada) == APRIL


def test_can_be_set_and_moves_on_from_there(api: Api, ada: str) -> None:
    api.patch(f"{PEOPLE}/{ada}", resource("person", last_contacted_at=APRIL))
    talk(api, ada, MARCH)
    before = contacted(api, ada)

    talk(api, ada, MAY)

    assert (before, contacted(api, ada)) == (APRIL, MAY)


def test_a_change_of_something_else_leaves_the_person_alone(api: Api, ada: str) -> None:
    path = talk(api, ada, MARCH)
    before = api.get(f"{PEOPLE}/{ada}").data

    api.patch(path, resource("conversation", subject="Hello"))

    assert api.get(f"{PEOPLE}/{ada}").data == before


def test_an_earlier_message_leaves_the_person_alone(api: Api, ada: str) -> None:
    path = talk(api, ada, APRIL)
    before = api.get(f"{PEOPLE}/{ada}").data

    api.patch(path, resource("conversation", last_message_at=MARCH))

    assert api.get(f"{PEOPLE}/{ada}").data == before
