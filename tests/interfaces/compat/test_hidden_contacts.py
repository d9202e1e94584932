"""A contact that an agent may not see is exactly like one that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from records.models import Record
from tests.api_client import Api
from tests.interfaces.compat.door_client import DoorClient
from tests.interfaces.compat.test_inkbox_contacts import create

NOBODY = "019abf2e-0000-7000-8000-000000000000"


@pytest.fixture
def hidden(inkbox: DoorClient) -> str:
    """A contact that no agent may see."""
    contact = create(
        inkbox,
        given_name="Ada",
        notes="Countess",
        emails=[{"value": "ada@example.com"}],
        phones=[{"value_e164": "+442079460958"}],
        access_identity_ids=[],
    )
    return str(contact["id"])


CALLS: list[tuple[str, str, str, Any]] = [
    ("clarky", "GET", "contacts/{id}", None),
    ("clarky", "PATCH", "contacts/{id}", {"tags": ["x"]}),
    ("clarky", "DELETE", "contacts/{id}", None),
    ("clara", "GET", "contacts/{id}", None),
    ("clara", "PUT", "contacts/{id}", {"name": "x"}),
    ("clara", "PATCH", "contacts/{id}", {"name": "x"}),
    ("clara", "DELETE", "contacts/{id}", None),
    ("clara", "GET", "contacts/{id}/conversations", None),
    ("inkbox", "GET", "contacts/{id}", None),
    ("inkbox", "PATCH", "contacts/{id}", {"notes": "x"}),
    ("inkbox", "DELETE", "contacts/{id}", None),
    ("inkbox", "GET", "contacts/{id}.vcf", None),
    ("inkbox", "GET", "contacts/{id}/access", None),
    ("inkbox", "POST", "contacts/{id}/access", {"identity_id": None}),
    ("inkbox", "DELETE", "contacts/{id}/access/{agent}", None),
    ("inkbox", "POST", "contacts/vcard-export", {"contact_ids": ["{id}"]}),
]


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_is_not_found(
    agent_secret: str, agent: Agent, hidden: str, call: tuple[str, str, str, Any]
) -> None:
    name, method, path, body = call
    door = DoorClient(name, agent_secret)

    def knock(record_id: str) -> tuple[int, bytes]:
        sent = body
        if body and "contact_ids" in body:
            sent = {"contact_ids": [record_id]}
        address = path.format(id=record_id, agent=agent.id)
        answer = door.call(method, address, sent, x_request_id="same")
        return answer.status, answer.content

    assert knock(hidden) == knock(NOBODY)
    assert knock(hidden)[0] == 404
    assert Record.objects.get().version == 1


LISTS: list[tuple[str, str]] = [
    ("clarky", "contacts"),
    ("clarky", "contacts?search=ada"),
    ("clara", "contacts"),
    ("clara", "contacts?search=ada"),
    ("clara", "contacts/search?q=ada"),
    ("inkbox", "contacts"),
    ("inkbox", "contacts?q=countess"),
    ("inkbox", "contacts/lookup?email=ada@example.com"),
    ("inkbox", "contacts/lookup?email_contains=ada"),
    ("inkbox", "contacts/lookup?email_domain=example.com"),
    ("inkbox", "contacts/lookup?phone=%2B442079460958"),
    ("inkbox", "contacts/lookup?phone_contains=0958"),
]


@pytest.mark.parametrize(("name", "path"), LISTS)
def test_is_in_no_list_and_no_count(
    agent_secret: str, secret: str, hidden: str, name: str, path: str
) -> None:
    seen = DoorClient(name, secret).get(path)
    before = DoorClient(name, agent_secret).get(path)
    Record.objects.all().delete()
    after = DoorClient(name, agent_secret).get(path)

    assert hidden.encode() in seen.content
    assert before.content == after.content
    assert before.headers.get("X-Total-Count") == after.headers.get("X-Total-Count")


def test_is_not_found_by_email(agent_secret: str, hidden: str) -> None:
    door = DoorClient("clarky", agent_secret)

    answers = [
        door.get(f"contacts/by-email?email={name}@example.com") for name in ("ada", "x")
    ]

    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_is_not_updated_by_an_upsert(
    agent_secret: str, agent: Agent, hidden: str
) -> None:
    door = DoorClient("clarky", agent_secret)
    rows = [{"emails": ["ada@example.com"]}, {"phone_numbers": ["+442079460958"]}]

    body = {"bot_id": str(agent.id), "contacts": rows}
    data = door.post("contacts/upsert", body).data

    assert [error["index"] for error in data["errors"]] == [0]
    assert (len(data["created"]), data["updated"]) == (1, [])
    assert hidden not in str(data)
    assert Record.objects.get(id=hidden).version == 1


def test_its_address_is_taken_at_every_door(
    agent_secret: str, agent: Agent, hidden: str
) -> None:
    card = b"BEGIN:VCARD\nVERSION:3.0\nFN:X\nEMAIL:ada@example.com\nEND:VCARD\n"
    clarky, clara, inkbox = (
        DoorClient(name, agent_secret) for name in ("clarky", "clara", "inkbox")
    )
    body = {"bot_id": str(agent.id), "emails": ["ada@example.com"]}
    emails = [{"value": "ada@example.com"}]

    answers = [
        clarky.post("contacts", body),
        clara.post("contacts", {"name": "X", "email": "ada@example.com"}),
        inkbox.post("contacts", {"given_name": "X", "emails": emails}),
        inkbox.post("contacts/import", card, content_type="text/vcard"),
    ]

    assert [answer.status for answer in answers] == [409, 400, 422, 200]
    assert answers[3].json["error_count"] == 1
    assert not any(hidden.encode() in answer.content for answer in answers)
    assert Record.objects.count() == 1


def test_is_not_deleted_in_bulk(agent_secret: str, hidden: str) -> None:
    inkbox = DoorClient("inkbox", agent_secret)

    answer = inkbox.post("contacts/bulk-delete", {"contact_ids": [hidden, NOBODY]})

    statuses = [result["status"] for result in answer.json["results"]]
    assert statuses == ["error", "error"]
    assert Record.objects.exists()


def test_a_hidden_company_is_not_shown(
    clarky: DoorClient, agent: Agent, agent_secret: str
) -> None:
    bot = {"bot_id": str(agent.id)}
    company = clarky.post("companies", bot | {"name": "Engines"}).data
    linked = bot | {"company_id": company["id"], "deal_value": 5}
    contact = clarky.post("contacts", linked).data
    Record.objects.filter(id=company["id"]).update(visible_to=[])
    scout = DoorClient("clarky", agent_secret)

    assert scout.get(f"contacts/{contact['id']}").data["company_id"] is None
    assert scout.post("contacts", linked).status == 422
    assert scout.get(f"companies/{company['id']}").status == 404


def test_hidden_conversations_and_people_do_not_count(
    api: Api, clara: DoorClient, clarky: DoorClient, agent: Agent, agent_secret: str
) -> None:
    bot = {"bot_id": str(agent.id)}
    company = clarky.post("companies", bot | {"name": "Engines"}).data
    linked = bot | {"company_id": company["id"], "deal_value": 5}
    contact = clarky.post("contacts", linked).data
    person = {"data": {"type": "person", "id": contact["id"]}}
    talk = {"type": "conversation", "relationships": {"person": person}}
    api.post("objects/conversation/records", {"data": talk})
    Record.objects.exclude(id=company["id"]).exclude(id=contact["id"]).update(
        visible_to=[]
    )
    scout = DoorClient("clara", agent_secret)

    seen = scout.get(f"contacts/{contact['id']}").data
    talks = scout.get(f"contacts/{contact['id']}/conversations").data
    Record.objects.filter(id=contact["id"]).update(visible_to=[])
    engines = DoorClient("clarky", agent_secret).get(f"companies/{company['id']}").data

    assert (seen["conversation_count"], talks) == (0, [])
    assert engines["total_deal_value"] == 0
