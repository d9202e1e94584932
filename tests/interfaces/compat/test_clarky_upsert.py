"""Upserting contacts as the Clarky API has it."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.compat.door_client import DoorClient

PEOPLE = "objects/person/records"
Row = dict[str, Any]


def upsert(clarky: DoorClient, agent: Agent, *rows: object) -> Row:
    """Upsert rows and return what became of them."""
    answer = send(clarky, agent, list(rows))
    assert answer.status == 200, answer.content
    data: Row = answer.data
    return data


def send(clarky: DoorClient, agent: Agent, rows: object) -> Answer:
    return clarky.post("contacts/upsert", {"bot_id": str(agent.id), "contacts": rows})


def indexes(data: Row) -> list[int]:
    return [error["index"] for error in data["errors"]]


def ids(contacts: list[Row]) -> list[str]:
    return [contact["id"] for contact in contacts]


def phone(number: int) -> str:
    return f"+43660555{number:04}"


def test_created_updated_and_errors_add_up(clarky: DoorClient, agent: Agent) -> None:
    by_email = [{"emails": [f"a{n}@b.co"]} for n in range(20)]
    by_phone = [{"phone_numbers": [phone(n)]} for n in range(20)]
    known = ids(upsert(clarky, agent, *by_email, *by_phone)["created"])
    fresh = [{"emails": [f"new{n}@b.co"], "phone_numbers": []} for n in range(155)]
    bad: list[object] = [
        {"emails": ["nobody"]},
        {"phone_numbers": ["12"]},
        7,
        {"tags": "vip"},
        {"bot_id": "another"},
    ]

    rows = [*by_email, bad[0], *by_phone, *bad[1:], *fresh]
    data = upsert(clarky, agent, *rows)

    assert len(rows) == 200
    assert ids(data["updated"]) == known
    assert len(data["created"]) == 155
    assert indexes(data) == [20, 41, 42, 43, 44]
    assert data["errors"][0]["message"].startswith("emails[0].email: ")
    assert Record.objects.count() == 195


def test_the_primary_address_matches_any_address(
    clarky: DoorClient, agent: Agent
) -> None:
    (ada,) = upsert(clarky, agent, {"emails": ["a@b.co", "c@d.co"]})["created"]

    row = {"first_name": "Ada", "emails": ["C@d.co"]}
    (updated,) = upsert(clarky, agent, row)["updated"]

    assert (updated["id"], updated["first_name"]) == (ada["id"], "Ada")
    assert updated["emails"] == [
        {"email": "c@d.co", "is_primary": True},
        {"email": "a@b.co", "is_primary": False},
    ]


def test_addresses_of_a_row_come_first_and_none_is_lost(
    clarky: DoorClient, agent: Agent
) -> None:
    known = {"emails": ["a@b.co", "c@d.co"], "phone_numbers": [phone(1), phone(2)]}
    upsert(clarky, agent, known)

    row = {"emails": ["c@d.co", "e@f.co"], "phone_numbers": [phone(3)], "tags": ["new"]}
    for _ in range(2):
        (ada,) = upsert(clarky, agent, row)["updated"]

    assert [one["email"] for one in ada["emails"]] == ["c@d.co", "e@f.co", "a@b.co"]
    numbers = [one["phone_number"] for one in ada["phone_numbers"]]
    assert numbers == [phone(3), phone(1), phone(2)]
    assert ada["tags"] == ["new"]


@pytest.mark.parametrize("nothing", [[], None])
def test_a_row_without_addresses_leaves_them(
    clarky: DoorClient, agent: Agent, nothing: object
) -> None:
    upsert(clarky, agent, {"emails": ["a@b.co"], "phone_numbers": [phone(1)]})

    row = {"emails": nothing, "phone_numbers": [phone(1)], "first_name": "Ada"}
    (ada,) = upsert(clarky, agent, row)["updated"]

    assert ada["emails"] == [{"email": "a@b.co", "is_primary": True}]


def test_a_patch_replaces_addresses(clarky: DoorClient, agent: Agent) -> None:
    (ada,) = upsert(clarky, agent, {"emails": ["a@b.co", "c@d.co"]})["created"]

    patched = clarky.patch(f"contacts/{ada['id']}", {"emails": ["c@d.co"]})

    assert patched.data["emails"] == [{"email": "c@d.co", "is_primary": True}]


def test_only_the_primary_address_matches(clarky: DoorClient, agent: Agent) -> None:
    upsert(clarky, agent, {"emails": ["a@b.co"]})

    data = upsert(clarky, agent, {"emails": ["new@b.co", "a@b.co"]})

    assert (data["created"], data["updated"], indexes(data)) == ([], [], [0])


def test_a_phone_matches_when_no_address_does(clarky: DoorClient, agent: Agent) -> None:
    rows = [{"phone_numbers": [phone(1), phone(2)]}, {"emails": ["a@b.co"]}]
    by_phone, by_email = ids(upsert(clarky, agent, *rows)["created"])

    data = upsert(
        clarky,
        agent,
        {"emails": ["a@b.co"], "phone_numbers": [phone(2)]},
        {"emails": ["new@b.co"], "phone_numbers": ["+43 660 555-0001"]},
    )

    assert ids(data["updated"]) == [by_email, by_phone]


def test_the_oldest_of_several_that_share_a_phone_is_meant(
    clarky: DoorClient, agent: Agent, api: Api
) -> None:
    for name in ("Ada", "Bea"):
        body = resource("person", first_name=name, phone_numbers=items(phone(1)))
        api.post(PEOPLE, body)

    row = {"phone_numbers": [phone(1)], "job_title": "CTO"}
    (updated,) = upsert(clarky, agent, row)["updated"]

    assert updated["first_name"] == "Ada"


def test_rows_with_one_address_fold_into_one_contact(
    clarky: DoorClient, agent: Agent
) -> None:
    data = upsert(
        clarky,
        agent,
        {"first_name": "Ada", "emails": ["ada@b.co"], "phone_numbers": [phone(1)]},
        {"last_name": "Lovelace", "emails": ["ADA@b.co"]},
        {"city": "London", "phone_numbers": [phone(1)]},
    )

    (created,) = data["created"]
    assert ids(data["updated"]) == [created["id"]] * 2
    assert (created["first_name"], created["last_name"]) == ("Ada", "Lovelace")
    assert created["city"] == "London"
    assert Record.objects.get().version == 1


def test_a_row_knows_a_contact_by_what_an_earlier_row_gave_it(
    clarky: DoorClient, agent: Agent
) -> None:
    (ada,) = upsert(clarky, agent, {"emails": ["ada@b.co"]})["created"]

    data = upsert(
        clarky,
        agent,
        {"emails": ["ada@b.co"], "phone_numbers": [phone(1)]},
        {"phone_numbers": [phone(1)], "city": "London"},
    )

    assert ids(data["updated"]) == [ada["id"]] * 2
    assert Record.objects.count() == 1


def test_a_row_that_nothing_is_known_by_is_created(
    clarky: DoorClient, agent: Agent
) -> None:
    row = {"first_name": "Ada"}

    data = upsert(clarky, agent, row, row)

    assert len(data["created"]) == 2


def test_what_a_row_leaves_out_stays(clarky: DoorClient, agent: Agent) -> None:
    row = {"emails": ["a@b.co"], "phone_numbers": [phone(1)], "tags": ["vip"]}
    upsert(clarky, agent, row | {"address_line1": "1 Rue", "city": "Paris"})

    (updated,) = upsert(clarky, agent, {"emails": ["a@b.co"], "city": "Lyon"})[
        "updated"
    ]

    assert updated["tags"] == ["vip"]
    assert (updated["address_line1"], updated["city"]) == ("1 Rue", "Lyon")
    assert updated["phone_numbers"][0]["phone_number"] == phone(1)


def test_only_new_contacts_belong_to_the_agent(
    clarky: DoorClient, agent: Agent
) -> None:
    other = Agent.objects.create(workspace=agent.workspace, handle="other")
    upsert(clarky, other, {"emails": ["a@b.co"]})

    data = upsert(clarky, agent, {"emails": ["a@b.co"]}, {"emails": ["c@d.co"]})

    assert data["updated"][0]["bot_id"] == str(other.id)
    assert data["created"][0]["bot_id"] == str(agent.id)


def test_no_rows_change_nothing(clarky: DoorClient, agent: Agent) -> None:
    assert upsert(clarky, agent) == {"created": [], "updated": [], "errors": []}


@pytest.mark.parametrize("rows", [None, {}, "x", [{}] * 201])
def test_rows_that_are_none_or_too_many_are_refused(
    clarky: DoorClient, agent: Agent, rows: object
) -> None:
    answer = send(clarky, agent, rows)

    assert answer.status == 422
    assert answer.json["error"]["details"] == {"field": "contacts"}
    assert not Record.objects.exists()


@pytest.mark.parametrize("bot", [None, 7, "me", "019abf2e-0000-7000-8000-000000000000"])
def test_an_agent_is_needed(clarky: DoorClient, agent: Agent, bot: object) -> None:
    body = {"bot_id": bot, "contacts": [{"emails": ["a@b.co"]}]}

    answer = clarky.post("contacts/upsert", body)

    assert answer.status == 422
    assert answer.json["error"]["details"] == {"field": "bot_id"}
    assert not Record.objects.exists()


def test_it_is_one_write_of_the_budget(clarky: DoorClient, agent: Agent) -> None:
    answer = send(clarky, agent, [{"first_name": "A"}] * 50)

    assert answer.headers["X-RateLimit-Limit"] == "60"
    assert answer.headers["X-RateLimit-Remaining"] == "59"
