"""Contacts are merged at Inkbox's door, and every door shows the survivor."""

from __future__ import annotations

from typing import Any

import pytest

from records.ids import decode_id
from records.models import Record
from tests.api_client import Api
from tests.interfaces.api.merging.merging import merge, person
from tests.interfaces.compat.door_client import DoorClient
from tests.interfaces.compat.test_inkbox_contacts import create


def plain(person_id: str) -> str:
    """Return an id as doors have it."""
    return str(decode_id("per", person_id))


def test_contacts_go_into_another(inkbox: DoorClient) -> None:
    ada = create(inkbox, given_name="Ada", job_title="Countess")
    bea = create(
        inkbox,
        family_name="King",
        job_title="Engineer",
        emails=[{"value": "bea@x.example", "label": "work"}],
    )
    body = {
        "losing_contact_ids": [bea["id"]],
        "field_sources": {"job_title": bea["id"]},
    }

    answer = inkbox.post(f"contacts/{ada['id']}/merge", body)

    assert answer.status == 200, answer.json
    contact = answer.json
    assert contact["id"] == ada["id"]
    assert (contact["given_name"], contact["family_name"]) == ("Ada", "King")
    assert contact["job_title"] == "Engineer"
    (email,) = contact["emails"]
    assert (email["value"], email["label"]) == ("bea@x.example", "work")
    assert contact["merged_into_contact_id"] is None
    assert "X-Change-Id" in answer.headers


@pytest.mark.parametrize(
    ("body", "status", "loc"),
    [
        ({}, 422, ["losing_contact_ids"]),
        ({"losing_contact_ids": []}, 422, ["losing_contact_ids"]),
        ({"losing_contact_ids": ["x"]}, 422, ["losing_contact_ids", 0]),
        ({"losing_contact_ids": ["{ada}"]}, 422, ["losing_contact_ids"]),
        ({"losing_contact_ids": ["{bea}", "{bea}"]}, 422, ["losing_contact_ids"]),
        ({"losing_contact_ids": ["{bea}"], "x": 1}, 422, ["x"]),
        (
            {"losing_contact_ids": ["{bea}"], "field_sources": {"x": "{bea}"}},
            422,
            ["field_sources", "x"],
        ),
        (
            {"losing_contact_ids": ["{bea}"], "field_sources": {"job_title": "keep"}},
            422,
            ["field_sources", "job_title"],
        ),
        (
            {"losing_contact_ids": ["{bea}"], "field_sources": {"job_title": "{cid}"}},
            422,
            ["field_sources", "job_title"],
        ),
        ({"losing_contact_ids": ["0" * 8 + "-0000" * 3 + "-" + "0" * 12]}, 404, None),
    ],
)
def test_what_makes_no_sense_is_refused(
    inkbox: DoorClient, body: dict[str, Any], status: int, loc: list[Any] | None
) -> None:
    ids = {n: create(inkbox, given_name=n)["id"] for n in ("ada", "bea", "cid")}
    losers = body.get("losing_contact_ids", [])
    sources = body.get("field_sources", {})
    sent = dict(body)
    if losers:
        sent["losing_contact_ids"] = [one.format(**ids) for one in losers]
    if sources:
        sent["field_sources"] = {n: v.format(**ids) for n, v in sources.items()}

    answer = inkbox.post(f"contacts/{ids['ada']}/merge", sent)

    assert answer.status == status, answer.json
    if loc is not None:
        assert answer.json["detail"][0]["loc"] == ["body", *loc]
    assert Record.objects.count() == 3


def test_every_door_shows_the_survivor(
    api: Api, inkbox: DoorClient, clarky: DoorClient, clara: DoorClient
) -> None:
    ada, bea = person(api, first_name="Ada"), person(api, first_name="Bea")
    assert merge(api, ada, bea).status == 200

    for door in (inkbox, clarky, clara):
        answer = door.get(f"contacts/{plain(bea)}")
        assert answer.status == 200
        assert plain(ada) in str(answer.json)


def test_no_door_writes_by_an_old_id(
    api: Api, inkbox: DoorClient, clarky: DoorClient, clara: DoorClient
) -> None:
    ada, bea = person(api, first_name="Ada"), person(api, first_name="Bea")
    assert merge(api, ada, bea).status == 200
    path = f"contacts/{plain(bea)}"

    assert inkbox.patch(path, {"given_name": "X"}).status == 404
    assert inkbox.patch(path, {"emails": []}).status == 404
    assert clarky.patch(path, {"first_name": "X"}).status == 404
    assert clara.patch(path, {"name": "X"}).status == 404
    assert [door.delete(path).status for door in (inkbox, clarky, clara)] == [404] * 3
    gone = inkbox.post("contacts/bulk-delete", {"contact_ids": [plain(bea)]}).json
    assert (gone["deleted_count"], gone["error_count"]) == (0, 1)
    assert api.get(f"objects/person/records/{ada}").data["meta"]["version"] == 2
