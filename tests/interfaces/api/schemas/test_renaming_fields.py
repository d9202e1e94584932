"""A field that got another slug answers to both."""

from __future__ import annotations

import pytest

from tests.api_client import Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    change_field,
    create,
    create_object,
    ids,
    properties,
)

DEALS = "objects/deal/records"


@pytest.fixture
def renamed(api: Api) -> str:
    """A deal that had a colour before the field was renamed to paint."""
    paint = {"type": "string", "x-unique": True, "x-indexed": True}
    add_fields(api, "deal", colour={**paint, "x-searchable": True})
    deal = create(api, "deal", name="Big", colour="Red")
    change_field(api, "deal", "colour", slug="paint")
    return deal


def test_a_renamed_field_keeps_its_values(api: Api, renamed: str) -> None:
    shown = attributes(api, "deal", renamed)

    assert shown["paint"] == "Red"
    assert "colour" not in shown
    assert properties(api, "deal")["paint"]["x-aliases"] == ["colour"]
    assert api.get(f"{DEALS}/{renamed}").headers["ETag"] == '"1"'


@pytest.mark.parametrize("name", ["colour", "paint"])
def test_a_renamed_field_is_read_by_both_names(
    api: Api, renamed: str, name: str
) -> None:
    paths = [
        f"filter[{name}]=red",
        f"filter[{name}][contains]=e",
        f"filter[{name}][empty]=false",
        f"sort={name}",
        f"sortOrder[column]={name}",
        "filter[search]=red",
    ]
    query_ = {"filter": {name: "red"}, "sort": [name]}

    found = [ids(api.get(f"{DEALS}?{path}")) for path in paths]
    queried = api.post(f"{DEALS}/query", {**query_, "sort": name})
    sparse = api.get(f"{DEALS}/{renamed}?fields[deal]={name}")

    assert found == [[renamed]] * len(paths)
    assert ids(queried) == [renamed]
    assert sparse.data["attributes"] == {"paint": "Red"}


@pytest.mark.parametrize("name", ["colour", "paint"])
def test_a_renamed_field_is_written_by_both_names(
    api: Api, renamed: str, name: str
) -> None:
    answer = api.patch(f"{DEALS}/{renamed}", resource("deal", **{name: "Blue"}))

    assert answer.data["attributes"]["paint"] == "Blue"
    assert ids(api.get(f"{DEALS}?filter[paint]=blue")) == [renamed]
    assert ids(api.get(f"{DEALS}?filter[paint]=red")) == []


@pytest.mark.parametrize("name", ["colour", "paint"])
def test_a_renamed_field_is_matched_by_both_names(
    api: Api, renamed: str, name: str
) -> None:
    body = resource("deal", name="Bigger", **{name: "RED"}) | {"match_on": name}
    reference = {"type": "deal", "meta": {"match": {name: "red"}}}
    links = {"deals": {"data": [reference]}}

    upserted = api.post(DEALS, body)
    linked = api.post(
        "objects/person/records", {"data": {"type": "person", "relationships": links}}
    )

    assert (upserted.status, upserted.id) == (200, renamed)
    person = f"objects/person/records/{linked.id}"
    assert ids(api.get(f"{person}/deals")) == [renamed]


def test_a_value_is_not_sent_under_both_names(api: Api, renamed: str) -> None:
    body = resource("deal", colour="a", paint="b")
    answer = api.patch(f"{DEALS}/{renamed}", body)

    assert (answer.status, answer.errors[0][0]) == (422, "invalid_value")


def test_a_former_name_is_not_free(api: Api, renamed: str) -> None:
    answer = add_fields(api, "deal", colour={"type": "string"})

    expected = [("already_exists", "/properties/colour")]
    assert (answer.status, answer.errors) == (409, expected)


def test_a_field_may_have_its_former_name_back(api: Api, renamed: str) -> None:
    answer = change_field(api, "deal", "paint", slug="colour")

    assert answer.data["attributes"]["properties"]["colour"]["x-aliases"] == ["paint"]
    assert attributes(api, "deal", renamed)["colour"] == "Red"


def test_a_field_is_changed_by_its_former_name(api: Api, renamed: str) -> None:
    answer = change_field(api, "deal", "colour", label="Lack")

    assert answer.data["attributes"]["properties"]["paint"]["title"] == "Lack"


def test_match_fields_follow_a_renaming(api: Api) -> None:
    number = {"type": "string", "x-unique": True}
    create_object(api, "Ship", properties={"imo": number}, match_fields=["imo"])
    ship = create(api, "c_ship", imo="9074729")

    answer = change_field(api, "c_ship", "imo", slug="imo_number")

    body = resource("c_ship", imo_number="9074729")
    again = api.post("objects/c_ship/records", body)
    assert answer.data["attributes"]["match_fields"] == ["imo_number"]
    assert (again.status, again.id) == (200, ship)


def test_values_are_kept_apart_by_field(api: Api) -> None:
    add_fields(api, "deal", colour={"x-type": "tags"}, shade={"x-type": "tags"})
    change_field(api, "deal", "colour", slug="paint")

    deal = create(api, "deal", name="Big", paint=items("a"), shade=items("b"))

    shown = attributes(api, "deal", deal)
    assert (shown["paint"], shown["shade"]) == (items("a"), items("b"))
