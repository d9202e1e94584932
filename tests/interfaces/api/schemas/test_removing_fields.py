"""Fields that are removed, with all that records had there."""

from __future__ import annotations

import pytest

from crm.sql import query
from objects.models import ObjectType
from records.models import IndexedValue, Record, UniqueValue
from tests.api_client import Api, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    create,
    create_object,
    ids,
    properties,
    remove_field,
    schema_entries,
)

DEALS = "objects/deal/records"


@pytest.fixture
def coloured(api: Api) -> str:
    """A deal with a colour, which is unique, indexed and searchable."""
    flags = dict.fromkeys(("unique", "indexed", "searchable"), True)
    add_fields(api, "deal", colour={"type": "string", **flags})
    return create(api, "deal", name="Big", colour="Crimson")


def test_removes_a_field_with_its_values(api: Api, coloured: str) -> None:
    answer = remove_field(api, "deal", "colour")

    assert (answer.status, answer.content) == (204, b"")
    assert "colour" not in attributes(api, "deal", coloured)
    assert ids(api.get(f"{DEALS}?filter[search]=crimson")) == []
    assert api.get(f"{DEALS}?filter[colour]=crimson").status == 400
    record = Record.objects.get()
    assert (record.attributes, record.folded) == ({"name": "Big"}, {"name": "big"})
    assert [value.key for value in UniqueValue.objects.all()] == ["big"]
    assert not IndexedValue.objects.filter(key="crimson").exists()
    assert ObjectType.objects.get(slug="deal").removed_members == []


def test_the_journal_tells_what_was_removed(api: Api, coloured: str) -> None:
    before = properties(api, "deal")["colour"]

    remove_field(api, "deal", "colour")

    assert schema_entries()[-1] == ({"colour": before}, {"colour": None})


def test_removing_a_field_leaves_the_versions_of_records(
    api: Api, coloured: str
) -> None:
    remove_field(api, "deal", "colour")

    assert api.get(f"{DEALS}/{coloured}").headers["ETag"] == '"1"'


def test_a_new_field_of_the_same_name_begins_empty(api: Api, coloured: str) -> None:
    remove_field(api, "deal", "colour")
    add_fields(api, "deal", colour={"type": "string", "unique": True})

    assert attributes(api, "deal", coloured)["colour"] is None
    assert create(api, "deal", name="Other", colour="Crimson")


@pytest.fixture
def half_removed(api: Api, coloured: str) -> str:
    """A deal whose colour's field is gone, but not yet the colour."""
    deals = ObjectType.objects.get(slug="deal")
    deals.fields.get(slug="colour").delete()
    deals.removed_members = ["colour"]
    deals.save()
    query("UPDATE crm_workspace SET schema_version = nextval('objects_schema_version')")
    assert Record.objects.get().attributes["colour"] == "Crimson"
    return coloured


def test_what_is_left_of_a_field_is_not_shown(api: Api, half_removed: str) -> None:
    assert "colour" not in attributes(api, "deal", half_removed)


def test_what_is_left_of_a_field_is_not_taken_for_a_new_one(
    api: Api, half_removed: str
) -> None:
    add_fields(api, "deal", colour={"type": "string", "indexed": True})
    before = attributes(api, "deal", half_removed)["colour"]
    api.patch(f"{DEALS}/{half_removed}", resource("deal", colour="Blue"))

    assert before is None
    assert attributes(api, "deal", half_removed)["colour"] == "Blue"
    assert ids(api.get(f"{DEALS}?filter[colour]=blue")) == [half_removed]
    assert ids(api.get(f"{DEALS}?filter[colour]=crimson")) == []


def test_who_asks_again_removes_what_is_left(api: Api, half_removed: str) -> None:
    answer = remove_field(api, "deal", "colour")

    assert answer.status == 404
    assert Record.objects.get().attributes == {"name": "Big"}
    assert ObjectType.objects.get(slug="deal").removed_members == []


def test_the_new_field_stays_when_what_is_left_goes(
    api: Api, half_removed: str
) -> None:
    add_fields(api, "deal", colour={"type": "string"}, other={"type": "string"})
    api.patch(f"{DEALS}/{half_removed}", resource("deal", colour="Blue"))

    remove_field(api, "deal", "other")

    assert attributes(api, "deal", half_removed)["colour"] == "Blue"
    assert Record.objects.get().attributes == {"name": "Big", "colour:2": "Blue"}


def test_removing_a_field_that_records_match_by(api: Api) -> None:
    number = {"type": "string", "x-unique": True}
    create_object(api, "Ship", properties={"imo": number}, match_fields=["imo"])

    remove_field(api, "c_ship", "imo")

    assert api.get("schemas/c_ship").data["attributes"]["match_fields"] == []
    assert create(api, "c_ship")
