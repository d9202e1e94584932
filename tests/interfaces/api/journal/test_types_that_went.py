"""What there was of records whose object type is gone went with it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from records.models import JournalEntry, Record, Tombstone
from tests.api_client import Api, make_record, resource
from tests.interfaces.api.journal.reading import PEOPLE, changes, now, told
from tests.interfaces.api.schemas.schema_calls import create_object, relate

SHIPS = "objects/c_ship"


class Fleet(NamedTuple):
    """Ships of a type that is to go, and a person who sails one."""

    ships: list[str]
    """One that sails, and one that was deleted."""
    ada: str
    past: str
    """The cursor of when both were there."""
    change: str
    """The change of one of them."""


@pytest.fixture
def fleet(api: Api) -> Fleet:
    create_object(api, "Ship", properties={"code": {"type": "string"}})
    crew = {"kind": "many-to-many", "entity": "person", "field": "ships"}
    relate(api, "c_ship", c_ship={"crew": {"x-relationship": crew}})
    ada = make_record(api, "person", "Ada")
    ships = [make_record(api, "c_ship", crew=[ada])["id"] for _ in "ab"]
    body = resource("c_ship", code="secret")
    change = api.patch(f"{SHIPS}/records/{ships[0]}", body).headers["X-Change-Id"]
    past = now(api)
    api.delete(f"{SHIPS}/records/{ships[1]}")
    return Fleet(ships, ada["id"], past, change)


def remove(api: Api) -> None:
    """Remove the type of the ships."""
    assert api.delete("schemas/objects/c_ship?force=true").status == 204


def removed(change: dict[str, Any]) -> tuple[str, bool]:
    """Return the type that a change is of, and whether it is gone."""
    return change["attributes"]["object"], change["attributes"]["removed"]


def test_one_change_tells_of_the_type_and_none_of_its_records(
    api: Api, scout: Api, fleet: Fleet
) -> None:
    before = now(api)

    remove(api)

    for reader in (api, scout):
        found = changes(reader, f"page[after]={before}")
        assert [told(one) for one in found] == [("schema.changed", None)] * 2
        assert [removed(one) for one in found] == [("person", False), ("c_ship", True)]
    assert not Tombstone.objects.exists()
    assert Record.objects.count() == 1


@pytest.mark.parametrize("is_made_again", [False, True])
def test_nothing_of_its_records_is_found_any_more(
    api: Api, fleet: Fleet, *, is_made_again: bool
) -> None:
    remove(api)
    if is_made_again:
        create_object(api, "Ship", properties={"code": {"type": "string"}})

    for ship in fleet.ships:
        for path in (
            f"{SHIPS}/records/{ship}",
            f"{SHIPS}/records/{ship}?as_of={fleet.past}",
            f"{SHIPS}/records/{ship}/history",
            f"{SHIPS}/deleted/{ship}",
        ):
            assert api.get(path).errors == [("not_found", "")]
        assert api.post(f"{SHIPS}/deleted/{ship}/restore").status == 404
    found: tuple[int, object] = (200, []) if is_made_again else (404, None)
    past = f"records?as_of={fleet.past}"
    for path in ("records", past, "deleted", "deleted-resources"):
        answer = api.get(f"{SHIPS}/{path}")
        assert (answer.status, answer.json.get("data")) == found


def test_what_was_done_to_them_stays(api: Api, fleet: Fleet) -> None:
    remove(api)

    answer = api.post(f"changes/{fleet.change}/undo")

    assert (answer.status, answer.errors) == (422, [("not_undoable", "")])
    assert JournalEntry.objects.filter(action="created").count() == 3
    assert b"secret" not in api.get("changes").content


def test_others_are_as_they_were_without_them(
    api: Api, scout: Api, fleet: Fleet
) -> None:
    remove(api)

    for reader in (api, scout):
        then = reader.get(f"{PEOPLE}/{fleet.ada}?as_of={fleet.past}")
        assert then.data["attributes"]["name"] == "Ada"
        assert "ships" not in then.data["relationships"]
        assert not any(one.encode() in then.content for one in fleet.ships)
        assert reader.get(f"{PEOPLE}/{fleet.ada}/history").status == 200
    named = [told(one)[1] for one in changes(scout)]
    assert not {*fleet.ships} & {*named}
