"""What one door knows of a contact survives what another does to it."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent, Workspace
from tests.api_client import Api, items, resource
from tests.interfaces.compat.door_client import DoorClient
from tests.interfaces.compat.test_inkbox_contacts import NOOR, create
from tests.schemas import rename_field


@pytest.fixture
def noor(inkbox: DoorClient) -> dict[str, Any]:
    """A contact with labels, several of everything, and ordered custom fields."""
    return create(inkbox, **NOOR)


def changed(inkbox: DoorClient, before: dict[str, Any]) -> dict[str, Any]:
    """Return the members of a contact that are not what they were."""
    after = inkbox.get(f"contacts/{before['id']}").json
    kept = {"updated_at"}
    return {n: v for n, v in after.items() if v != before[n] and n not in kept}


def test_clarky_sends_everything_back(
    inkbox: DoorClient, clarky: DoorClient, noor: dict[str, Any]
) -> None:
    path = f"contacts/{noor['id']}"
    read = clarky.get(path).data
    lossy = {"bot_id", "custom_fields"}

    answer = clarky.patch(path, {n: v for n, v in read.items() if n not in lossy})

    assert answer.status == 200
    assert answer.data == read
    assert changed(inkbox, noor) == {}


def test_clarky_changes_one_part_of_the_first_address(
    inkbox: DoorClient, clarky: DoorClient, noor: dict[str, Any]
) -> None:
    clarky.patch(f"contacts/{noor['id']}", {"city": "Linz"})

    first, *others = noor["addresses"]
    assert changed(inkbox, noor) == {"addresses": [{**first, "city": "Linz"}, *others]}


def test_clarky_replaces_the_addresses_that_it_lists(
    inkbox: DoorClient, clarky: DoorClient, noor: dict[str, Any]
) -> None:
    emails = [{"email": "NEW@b.co"}, {"email": "noor@alpen.test", "is_primary": True}]

    clarky.patch(f"contacts/{noor['id']}", {"emails": emails})

    assert changed(inkbox, noor) == {
        "emails": [
            {"label": "work", "value": "noor@alpen.test", "is_primary": True},
            {"label": None, "value": "new@b.co", "is_primary": False},
        ]
    }


def test_clarky_upserts_what_it_knows(
    inkbox: DoorClient, clarky: DoorClient, agent: Agent, noor: dict[str, Any]
) -> None:
    row = {"phone_numbers": ["+43 660 5550100"], "job_title": "CEO"}

    body = {"bot_id": str(agent.id), "contacts": [row]}
    assert clarky.post("contacts/upsert", body).data["updated"]

    assert changed(inkbox, noor) == {"job_title": "CEO"}


def test_clara_sends_everything_back(
    inkbox: DoorClient, clara: DoorClient, noor: dict[str, Any]
) -> None:
    path = f"contacts/{noor['id']}"
    read = clara.get(path).data
    del read["custom_fields"]

    answer = clara.put(path, read)

    assert answer.status == 200
    assert changed(inkbox, noor) == {}


def test_clara_changes_the_primary_address(
    inkbox: DoorClient, clara: DoorClient, noor: dict[str, Any]
) -> None:
    clara.patch(f"contacts/{noor['id']}", {"email": "new@alpen.test"})

    first, *others = noor["emails"]
    assert changed(inkbox, noor) == {
        "emails": [{**first, "value": "new@alpen.test"}, *others]
    }


def test_the_json_api_sends_items_again(
    inkbox: DoorClient, api: Api, noor: dict[str, Any]
) -> None:
    path = f"objects/person/records/{noor['id']}"
    addresses = items("noor@home.test", "NOOR@alpen.test", "third@alpen.test")

    api.patch(path, resource("person", email_addresses=addresses))

    first, second = noor["emails"]
    third = {"label": None, "value": "third@alpen.test", "is_primary": False}
    assert changed(inkbox, noor) == {
        "emails": [
            {**second, "is_primary": True},
            {**first, "is_primary": False},
            third,
        ]
    }


def test_a_label_goes_with_its_item(
    inkbox: DoorClient, api: Api, noor: dict[str, Any]
) -> None:
    path = f"objects/person/records/{noor['id']}"
    for addresses in (items(), items("noor@alpen.test")):
        api.patch(path, resource("person", email_addresses=addresses))

    (email,) = changed(inkbox, noor)["emails"]

    assert email["label"] is None


def test_custom_fields_keep_their_order_at_every_door(
    inkbox: DoorClient, clarky: DoorClient, clara: DoorClient
) -> None:
    path = f"contacts/{create(inkbox, given_name='Noor')['id']}"
    sent = {"zebra": "1", "apple": {"deep": [2]}, "mango": 3}

    clarky.patch(path, {"custom_fields": sent})
    clarky.patch(path, {"notes": "x"})
    clara.patch(path, {"tags": ["x"]})

    shown = clara.get(path).data["custom_fields"]
    assert list(clarky.get(path).data["custom_fields"].items()) == list(sent.items())
    assert list(shown.items()) == list(sent.items())
    assert inkbox.get(path).json["custom_fields"] == [
        {"label": "zebra", "value": "1"},
        {"label": "apple", "value": '{"deep":[2]}'},
        {"label": "mango", "value": "3"},
    ]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({"tier": "gold"}, {"tier": "gold"}),
        ([1, {"a": 2}], {"1": 1, "2": {"a": 2}}),
        (None, {}),
    ],
)
def test_custom_fields_of_the_json_api_are_shown(
    api: Api, clarky: DoorClient, inkbox: DoorClient, stored: object, shown: object
) -> None:
    api.post("objects/person/records", resource("person", custom_fields=stored))

    assert clarky.get("contacts").data[0]["custom_fields"] == shown
    assert inkbox.get("contacts").status == 200


def test_a_field_that_was_renamed_is_still_the_contacts(
    workspace: Workspace, inkbox: DoorClient, clarky: DoorClient, noor: dict[str, Any]
) -> None:
    for slug in ("email_addresses", "first_name", "addresses", "title", "companies"):
        rename_field(workspace, "person", slug, f"their_{slug}")
    untouched = changed(inkbox, noor)

    clarky.patch(f"contacts/{noor['id']}", {"city": "Linz", "job_title": "CEO"})
    inkbox.patch(f"contacts/{noor['id']}", {"given_name": "Nora"})

    first, *others = noor["addresses"]
    assert untouched == {}
    assert changed(inkbox, noor) == {
        "preferred_name": "Dr. Nora Q. Haas FRS",
        "given_name": "Nora",
        "job_title": "CEO",
        "addresses": [{**first, "city": "Linz"}, *others],
    }
