"""What the pages of the AgentClara and Inkbox APIs promise, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interfaces.compat.door_client import DoorClient

CLARA_FIELDS = {
    "id": str,
    "name": str,
    "email": str,
    "phone": str,
    "tags": list,
    "custom_fields": dict,
    "created_at": str,
    "updated_at": str,
    "last_conversation": type(None),
    "conversation_count": int,
}
NOOR: dict[str, Any] = {
    "preferred_name": "Noor",
    "emails": [{"value": "noor@alpen.test"}],
    "phones": [{"value_e164": "+436605550100"}],
}


def test_a_contact_of_agentclara_has_the_listed_fields(clara: DoorClient) -> None:
    sent = {
        "name": "Priya Nandi",
        "email": "priya@northwind.test",
        "phone": "+4315550100",
        "tags": ["vip", "frequent"],
        "custom_fields": {"company": "Acme"},
    }

    contact = clara.post("contacts", sent).data

    assert {name: type(value) for name, value in contact.items()} == CLARA_FIELDS


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "contacts?limit=25&offset=0&search=p&tag=vip&sort=created", None, 200),
        ("GET", "contacts?tag=vip", None, 200),
        ("GET", "contacts/search?q=priya&limit=10", None, 200),
        ("GET", "contacts/{id}", None, 200),
        ("POST", "contacts", {"name": "A", "custom_fields": {"company": "X"}}, 201),
        ("PUT", "contacts/{id}", {"tags": ["vip", "loyal"]}, 200),
        ("GET", "contacts/{id}/conversations?limit=25&offset=0", None, 200),
        ("DELETE", "contacts/{id}", None, 200),
    ],
)
def test_the_calls_of_agentclara(
    clara: DoorClient, method: str, path: str, body: object, status: int
) -> None:
    priya = clara.post("contacts", {"name": "Priya", "tags": ["vip"]}).id

    answer = clara.call(method, path.format(id=priya), body)

    assert answer.status == status
    assert answer.json["success"] is True


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "contacts", {"family_name": "Haas"}, 201),
        ("POST", "contacts", {"company_name": "A", "access_identity_ids": []}, 201),
        ("POST", "contacts", {"notes": "No name"}, 400),
        ("POST", "contacts", {"given_name": "A", "access_identity_ids": ["{x}"]}, 404),
        ("POST", "contacts", {"given_name": "A", "emails": [{"value": "a"}]}, 422),
        ("GET", "contacts?q=noor&order=recent&limit=200&offset=0", None, 200),
        ("GET", "contacts/lookup?email=NOOR@ALPEN.test", None, 200),
        ("GET", "contacts/lookup?email_contains=noor", None, 200),
        ("GET", "contacts/lookup?email_domain=@alpen.test", None, 200),
        ("GET", "contacts/lookup?phone=%2B436605550100", None, 200),
        ("GET", "contacts/lookup?phone_contains=5550", None, 200),
        ("GET", "contacts/lookup", None, 400),
        ("GET", "contacts/lookup?phone=0660", None, 400),
        ("GET", "contacts/{id}", None, 200),
        ("PATCH", "contacts/{id}", {"notes": None, "emails": []}, 200),
        ("PATCH", "contacts/{id}", {"preferred_name": None}, 400),
        ("DELETE", "contacts/{id}", None, 204),
    ],
)
def test_the_calls_of_inkbox(
    inkbox: DoorClient, method: str, path: str, body: Any, status: int
) -> None:
    noor = inkbox.post("contacts", NOOR).json["id"]
    if body and body.get("access_identity_ids"):
        body = body | {"access_identity_ids": [noor]}

    answer = inkbox.call(method, path.format(id=noor), body)

    assert answer.status == status
    if method == "GET" and status == 200 and "{id}" not in path:
        assert [contact["id"] for contact in answer.json] == [noor]
