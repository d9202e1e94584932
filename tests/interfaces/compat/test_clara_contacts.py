"""Contacts as the AgentClara API has them."""

from __future__ import annotations

from typing import Any

import pytest

from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.compat.door_client import DoorClient, some

NOBODY = "019abf2e-0000-7000-8000-000000000000"
PEOPLE = "objects/person/records"
PRIYA: dict[str, Any] = {
    "name": "Priya van Nandi",
    "email": "priya@northwind.test",
    "phone": "+4315550100",
    "tags": ["vip", "frequent"],
    "custom_fields": {"company": "Acme", "age": 7},
}


def create(clara: DoorClient, **members: object) -> dict[str, Any]:
    """Create a contact and return it."""
    answer = clara.post("contacts", members)
    assert answer.status == 201, answer.content
    assert answer.json["success"] is True
    contact: dict[str, Any] = answer.data
    return contact


def failed(answer: Answer) -> int:
    """Return the status of an answer that says in one sentence what is wrong."""
    assert answer.json["success"] is False
    assert answer.json.keys() == {"success", "error"}
    assert isinstance(answer.json["error"], str)
    return answer.status


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.content
    return [contact["name"] for contact in answer.data]


def talk(api: Api, person: str, at: str | None, **attributes: object) -> str:
    """Make a conversation of a person and return its id."""
    body = resource("conversation", last_message_at=at, **attributes)
    one = {"type": "person", "id": person}
    body["data"]["relationships"] = {"person": {"data": one}}
    return api.post("objects/conversation/records", body).id


def test_a_contact_has_all_that_was_sent(clara: DoorClient) -> None:
    contact = create(clara, **PRIYA)

    assert some(contact, PRIYA) == PRIYA
    assert (contact["last_conversation"], contact["conversation_count"]) == (None, 0)
    assert clara.get(f"contacts/{contact['id']}").data == contact
    assert clara.get("contacts").data == [contact]


def test_the_name_is_split_at_its_last_space(clara: DoorClient, api: Api) -> None:
    create(clara, **PRIYA)
    create(clara, name="Cher")

    people = [row["attributes"] for row in api.get(PEOPLE).data]

    assert [(p["first_name"], p["last_name"]) for p in people] == [
        ("Cher", None),
        ("Priya van", "Nandi"),
    ]


def test_a_name_leaves_parts_that_are_there(clara: DoorClient, api: Api) -> None:
    person = api.post(PEOPLE, resource("person", first_name="Priya")).id
    (contact,) = clara.get("contacts").data

    changed = clara.patch(f"contacts/{contact['id']}", {"name": "P. Nandi"}).data

    attributes = api.get(f"{PEOPLE}/{person}").data["attributes"]
    assert changed["name"] == attributes["name"] == "P. Nandi"
    assert (attributes["first_name"], attributes["last_name"]) == ("Priya", None)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_leaves_what_it_does_not_name(clara: DoorClient, method: str) -> None:
    contact = create(clara, **PRIYA)

    changes = {"tags": ["new"], "custom_fields": {"b": 1, "a": 2}, "phone": None}
    answer = clara.call(method, f"contacts/{contact['id']}", changes)

    assert answer.status == 200
    assert some(answer.data, PRIYA) == PRIYA | changes


def test_what_was_read_may_be_sent_back(clara: DoorClient) -> None:
    contact = create(clara, **PRIYA)

    answer = clara.put(f"contacts/{contact['id']}", contact)

    assert answer.data == contact
    assert Record.objects.get().version == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": None},
        {"name": 1},
        PRIYA | {"email": "priya"},
        PRIYA | {"email": ["priya@northwind.test"]},
        PRIYA | {"phone": "5550100"},
        PRIYA | {"tags": "vip"},
        PRIYA | {"custom_fields": []},
        PRIYA | {"colour": "red"},
    ],
)
def test_bad_input_is_a_bad_request(clara: DoorClient, body: object) -> None:
    assert failed(clara.post("contacts", body)) == 400
    assert not Record.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_a_bad_request(
    clara: DoorClient, body: bytes
) -> None:
    assert failed(clara.post("contacts", body)) == 400


def test_an_address_that_another_contact_has_is_a_bad_request(
    clara: DoorClient,
) -> None:
    create(clara, **PRIYA)

    answer = clara.post("contacts", {"name": "P", "email": "PRIYA@northwind.test"})

    assert failed(answer) == 400
    assert "email" in answer.json["error"]
    assert Record.objects.count() == 1


def test_a_phone_is_brought_into_one_form(clara: DoorClient) -> None:
    assert create(clara, name="P", phone="+43 1 555-01 00")["phone"] == "+4315550100"


def test_only_the_primary_address_changes(clara: DoorClient, api: Api) -> None:
    sent = {
        "email_addresses": items("a@b.co", "c@d.co", "e@f.co"),
        "phone_numbers": items("+4315550100", "+4315550101"),
    }
    person = api.post(PEOPLE, resource("person", name="P", **sent)).id
    path = f"contacts/{clara.get('contacts').data[0]['id']}"

    def addresses(email: str | None) -> list[str]:
        clara.patch(path, {"email": email})
        found = api.get(f"{PEOPLE}/{person}").data["attributes"]
        assert found["phone_numbers"] == sent["phone_numbers"]
        return list(found["email_addresses"]["items"])

    assert addresses("new@b.co") == ["new@b.co", "c@d.co", "e@f.co"]
    assert addresses("e@f.co") == ["e@f.co", "c@d.co"]
    assert addresses(None) == ["c@d.co"]


def test_a_contact_without_a_name_is_called_by_what_it_has(
    clara: DoorClient, api: Api
) -> None:
    for attributes in (
        {"email_addresses": items("a@b.co"), "phone_numbers": items("+4315550100")},
        {"phone_numbers": items("+4315550100")},
        {},
    ):
        api.post(PEOPLE, resource("person", **attributes))

    assert names(clara.get("contacts")) == ["", "+4315550100", "a@b.co"]


def test_a_deleted_contact_is_gone(clara: DoorClient) -> None:
    contact = create(clara, **PRIYA)
    path = f"contacts/{contact['id']}"

    answers = [clara.delete(path), clara.delete(path), clara.get(path)]

    deleted = {"id": contact["id"], "deleted": True}
    assert answers[0].json == {"success": True, "data": deleted}
    assert [failed(answer) for answer in answers[1:]] == [404, 404]


@pytest.mark.parametrize("record_id", [NOBODY, "cust_9k2fd1"])
def test_what_is_not_there_is_not_found(clara: DoorClient, record_id: str) -> None:
    path = f"contacts/{record_id}"

    answers = [
        clara.get(path),
        clara.put(path, {"name": "P"}),
        clara.delete(path),
        clara.get(f"{path}/conversations"),
    ]

    assert [failed(answer) for answer in answers] == [404] * 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bea", "Priya van Nandi"]),
        ("sort=created", ["Bea", "Priya van Nandi"]),
        ("sort=updated", ["Priya van Nandi", "Bea"]),
        ("sort=name", ["Bea", "Priya van Nandi"]),
        ("tag=VIP", ["Priya van Nandi"]),
        ("tag=vi", []),
        ("search=NANDI", ["Priya van Nandi"]),
        ("search=northwind", ["Priya van Nandi"]),
        ("search=nandi+príya+northwind", ["Priya van Nandi"]),
        ("search=items", []),
        ("search=555", []),
        ("limit=1&offset=1", ["Priya van Nandi"]),
    ],
)
def test_lists_what_fits(clara: DoorClient, query: str, found: list[str]) -> None:
    priya = create(clara, **PRIYA)
    create(clara, name="Bea", phone="+4315550199")
    clara.patch(f"contacts/{priya['id']}", {"custom_fields": None})

    assert names(clara.get(f"contacts?{query}")) == found


def test_a_list_says_how_many_there_are(clara: DoorClient) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        create(clara, name=name)

    answer = clara.get("contacts?limit=2")

    assert (len(answer.data), answer.headers["X-Total-Count"]) == (2, "3")


@pytest.mark.parametrize(
    "path",
    [
        "contacts?limit=0",
        "contacts?limit=101",
        "contacts?limit=x",
        "contacts?offset=-1",
        "contacts?sort=age",
        "contacts?colour=red",
        "contacts/search",
        "contacts/search?q=",
        "contacts/search?q=a&limit=101",
    ],
)
def test_parameters_that_mean_nothing_are_refused(clara: DoorClient, path: str) -> None:
    assert failed(clara.get(path)) == 400


def test_a_search_finds_names_and_addresses(clara: DoorClient) -> None:
    create(clara, **PRIYA)
    create(clara, name="Bea")

    assert names(clara.get("contacts/search?q=nandi")) == ["Priya van Nandi"]
    assert names(clara.get("contacts/search?q=nándi+PRIYA")) == ["Priya van Nandi"]
    assert names(clara.get("contacts/search?q=northwind")) == ["Priya van Nandi"]
    assert names(clara.get("contacts/search?q=e&limit=1")) == ["Bea"]


def test_a_contact_counts_its_conversations(clara: DoorClient, api: Api) -> None:
    contact = create(clara, **PRIYA)
    for at in ("2026-02-01T08:00:00.000Z", "2026-03-01T08:00:00.000Z", None):
        talk(api, contact["id"], at)

    seen = clara.get(f"contacts/{contact['id']}").data

    assert seen["last_conversation"] == "2026-03-01T08:00:00.000Z"
    assert seen["conversation_count"] == 3


def test_the_latest_conversations_of_a_contact_come_first(
    clara: DoorClient, api: Api
) -> None:
    contact = create(clara, **PRIYA)
    other = create(clara, name="Bea")
    talk(api, other["id"], None, subject="Not hers")
    for day, subject in ((1, "Old"), (3, "New"), (2, "Mid")):
        at = f"2026-03-0{day}T08:00:00.000Z"
        talk(api, contact["id"], at, subject=subject, channel="sms", status="open")

    path = f"contacts/{contact['id']}/conversations"
    found = clara.get(path).data
    part = clara.get(f"{path}?limit=1&offset=1").data

    assert [one["subject"] for one in found] == ["New", "Mid", "Old"]
    assert part == found[1:2]
    assert found[0] == {
        "id": found[0]["id"],
        "customer_id": contact["id"],
        "customer_name": PRIYA["name"],
        "customer_email": PRIYA["email"],
        "customer_phone": PRIYA["phone"],
        "channel": "sms",
        "subject": "New",
        "last_message": None,
        "timestamp": "2026-03-03T08:00:00.000Z",
        "status": "open",
        "unread": False,
    }
