"""The examples of the Clarky API's page, sent as they are written there."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from records.models import Record
from tests.api_client import Answer, Api, resource
from tests.interfaces.compat.door_client import DoorClient, some

ADA: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "emails": [{"email": "ada@example.com", "is_primary": True}],
    "phone_numbers": [],
    "company": "Analytical Engines Inc.",
    "company_id": None,
    "job_title": "Founder",
    "lead_source": "website",
    "tags": ["vip"],
    "deal_value": 25000,
    "pipeline_stage_id": "ps_01HGHI...",
    "contact_type": "lead",
    "address_line1": None,
    "address_line2": None,
    "city": "London",
    "state": None,
    "postal_code": None,
    "country": "UK",
    "linkedin_url": None,
    "notes": None,
    "custom_fields": {},
}
LAST = "2026-04-29T14:00:00.000Z"


@pytest.fixture
def ada(clarky: DoorClient, api: Api, agent: Agent) -> str:
    """The id of the contact of the examples."""
    answer = clarky.post("contacts", ADA | {"bot_id": str(agent.id)})
    body = resource("person", last_contacted_at=LAST)
    api.patch(f"objects/person/records/{answer.id}", body)
    return answer.id


def times(contact: dict[str, Any]) -> list[bool]:
    """Whether the moments look as they do in the examples."""
    return [
        len(contact[name]) == len(LAST) and contact[name].endswith("Z")
        for name in ("created_at", "updated_at")
    ]


def test_the_list(clarky: DoorClient, agent: Agent, ada: str) -> None:
    answer = clarky.get("contacts?search=ada&page_size=10")

    (contact,) = answer.json["data"]
    own = {"id", "workspace_id", "bot_id", "created_at", "updated_at"}
    assert answer.status == 200
    assert {n: v for n, v in contact.items() if n not in own} == ADA | {
        "last_contacted_at": LAST
    }
    assert (contact["id"], contact["bot_id"]) == (ada, str(agent.id))
    assert contact["workspace_id"] == str(agent.workspace_id)
    assert times(contact) == [True, True]
    pagination = {"page": 1, "page_size": 10, "total": 1, "total_pages": 1}
    assert answer.json["pagination"] == pagination


@pytest.mark.parametrize("path", ["by-email?email=ada@example.com", "{id}"])
def test_one(clarky: DoorClient, ada: str, path: str) -> None:
    answer = clarky.get(f"contacts/{path.format(id=ada)}")

    shown = ("first_name", "last_name", "emails", "phone_numbers", "company", "tags")
    part = {name: ADA[name] for name in shown}
    assert answer.status == 200
    assert some(answer.data, part) == part
    assert answer.data["id"] == ada
    assert times(answer.data) == [True, True]


def test_a_creation(clarky: DoorClient, agent: Agent) -> None:
    sent = {
        "bot_id": str(agent.id),
        "first_name": "Ada",
        "last_name": "Lovelace",
        "emails": [{"email": "ada@example.com", "is_primary": True}],
        "company": "Analytical Engines Inc.",
        "tags": ["vip"],
    }

    answer = clarky.post("contacts", sent)

    assert answer.status == 201
    assert some(answer.data, sent) == sent
    assert times(answer.data) == [True, True]


def test_a_change(clarky: DoorClient, ada: str) -> None:
    sent = {"tags": ["vip", "newsletter"], "deal_value": 30000}

    answer = clarky.patch(f"contacts/{ada}", sent)

    assert answer.status == 200
    assert some(answer.data, ADA) == ADA | sent
    assert answer.data["id"] == ada


def test_a_deletion(clarky: DoorClient, ada: str) -> None:
    answer = clarky.delete(f"contacts/{ada}")

    assert (answer.status, answer.content) == (204, b"")
    assert not Record.objects.exists()


def upsert(clarky: DoorClient, agent: Agent) -> Answer:
    contacts = [
        {
            "first_name": "Ada",
            "emails": [{"email": "ada@example.com", "is_primary": True}],
        },
        {
            "first_name": "Grace",
            "emails": [{"email": "grace@example.com", "is_primary": True}],
        },
    ]
    body = {"bot_id": str(agent.id), "contacts": contacts}
    return clarky.post("contacts/upsert", body)


def test_an_upsert(clarky: DoorClient, agent: Agent, ada: str) -> None:
    answer = upsert(clarky, agent)

    (created,), (updated,) = answer.data["created"], answer.data["updated"]
    assert answer.status == 200
    assert answer.data.keys() == {"created", "updated", "errors"}
    assert answer.data["errors"] == []
    assert (created["first_name"], updated["first_name"]) == ("Grace", "Ada")
    assert updated["id"] == ada
    assert created["emails"] == [{"email": "grace@example.com", "is_primary": True}]
