"""What fields are called, where they stand, and whether people see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Answer, Api, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    properties,
    remove_field,
    schema_entries,
    version,
)


def test_changes_a_label_and_a_description(api: Api) -> None:
    answer = change_field(api, "deal", "name", label="Titel ✨", description="Wie?")

    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    shown = answer.data["attributes"]["properties"]["name"]
    assert (shown["title"], shown["description"]) == ("Titel ✨", "Wie?")
    assert schema_entries() == [
        (
            {"name": {"label": "Name", "description": ""}},
            {"name": {"label": "Titel ✨", "description": "Wie?"}},
        )
    ]


def test_changes_a_field_by_a_flat_document(api: Api) -> None:
    answer = api.patch("schemas/core/deal/properties/name", {"label": "Title"})

    assert answer.data["attributes"]["properties"]["name"]["title"] == "Title"


CHANGES: list[tuple[dict[str, Any], str, str]] = [
    ({"label": None}, "invalid_value", "/label"),
    ({"label": "\ud800"}, "invalid_value", "/label"),
    ({"slug": "Colour"}, "invalid_value", "/slug"),
    ({"slug": "id"}, "invalid_value", "/slug"),
    ({"slug": None}, "invalid_value", "/slug"),
    ({"slug": "name"}, "already_exists", "/slug"),
    ({"slug": "people"}, "already_exists", "/slug"),
    ({"type": "colour"}, "invalid_value", "/type"),
    ({"type": "relationship"}, "invalid_value", "/type"),
    ({"type": "agent"}, "invalid_value", "/type"),
    ({"unique": 1}, "invalid_value", "/unique"),
    ({"options": ["A"]}, "invalid_value", "/options"),
    ({"position": 1.5}, "invalid_value", "/position"),
    ({"position": 10**30}, "invalid_value", "/position"),
    ({"colour": "red"}, "unknown_field", "/colour"),
    ({"is_custom": False}, "unknown_field", "/is_custom"),
]


@pytest.mark.parametrize(("said", "code", "place"), CHANGES)
def test_a_change_that_cannot_be(
    api: Api, said: dict[str, Any], code: str, place: str
) -> None:
    add_fields(api, "deal", colour={"type": "string"})
    before = properties(api, "deal")

    flat = api.patch("schemas/deal/properties/colour", said)
    nested = change_field(api, "deal", "colour", **said)

    status = 409 if code == "already_exists" else 422
    assert (flat.status, flat.errors) == (status, [(code, place)])
    assert nested.errors == [(code, f"/data/attributes{place}")]
    assert (properties(api, "deal"), version(api, "deal")) == (before, 2)


def test_a_field_is_named_in_the_resource_as_in_the_address(api: Api) -> None:
    data = {"type": "schema-properties", "id": "name", "attributes": {"label": "A"}}

    right = api.patch("schemas/deal/properties/name", {"data": data})
    wrong = api.patch("schemas/deal/properties/stage", {"data": data})

    assert right.status == 200
    assert (wrong.status, wrong.errors) == (409, [("id_mismatch", "/data/id")])


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_field_that_there_is_not(api: Api, method: str) -> None:
    answer = api.call(method, "schemas/deal/properties/colour", {"label": "A"})

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


@pytest.mark.parametrize("change", [{"slug": "title"}, {"type": "multiline_text"}])
def test_a_standard_field_keeps_its_name_and_its_type(
    api: Api, change: dict[str, str]
) -> None:
    answer = change_field(api, "deal", "name", **change)

    assert (answer.status, answer.errors) == (403, [("not_allowed", "")])


def test_a_standard_field_is_not_removed(api: Api) -> None:
    answer = remove_field(api, "deal", "name")

    assert (answer.status, answer.errors) == (403, [("not_allowed", "")])
    assert "name" in properties(api, "deal")


def order(api: Api, *slugs: object) -> Answer:
    """Put the fields of deal in an order."""
    body = resource("schema-property-order", order=list(slugs))
    return api.patch("schemas/deal/fields-order", body)


def test_puts_fields_first(api: Api) -> None:
    before = list(properties(api, "deal"))

    answer = order(api, "amount", "people", "name")

    after = list(answer.data["attributes"]["properties"])
    first = ["amount", "people", "name"]
    assert after == [*first, *(slug for slug in before if slug not in first)]
    assert schema_entries() == [({"order": before}, {"order": after})]


@pytest.mark.parametrize(
    ("slugs", "places"),
    [
        (["amount", "colour"], [1]),
        (["amount", "amount"], [0, 1]),
        (["amount", 5], [1]),
    ],
)
def test_an_order_that_cannot_be(
    api: Api, slugs: list[object], places: list[int]
) -> None:
    before = list(properties(api, "deal"))

    answer = order(api, *slugs)

    at = "/data/attributes/order"
    assert answer.status == 422
    assert answer.errors == [("invalid_value", f"{at}/{place}") for place in places]
    assert list(properties(api, "deal")) == before


def test_the_same_order_is_no_change(api: Api) -> None:
    answer = order(api, *properties(api, "deal"))

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')


@pytest.mark.parametrize(("position", "place"), [(0, 0), (2, 2), (999, -1)])
def test_moves_one_field(api: Api, position: int, place: int) -> None:
    answer = change_field(api, "deal", "stage", position=position)

    slugs = list(answer.data["attributes"]["properties"])
    assert slugs[place] == "stage"
    assert (answer.headers["ETag"], version(api, "deal")) == ('"2"', 2)


def test_a_new_field_stands_last_or_where_it_is_put(api: Api) -> None:
    add_fields(api, "deal", last={"type": "string"})
    add_fields(api, "deal", first={"type": "string", "position": 0})

    slugs = list(properties(api, "deal"))

    assert (slugs[0], slugs[-1]) == ("first", "last")


def test_a_new_field_stands_behind_others_when_one_was_removed(api: Api) -> None:
    for slug in ("m", "z"):
        add_fields(api, "deal", **{slug: {"type": "string"}})
    remove_field(api, "deal", "m")
    add_fields(api, "deal", a={"type": "string"})

    assert list(properties(api, "deal"))[-2:] == ["z", "a"]


def hide(api: Api, **hidden: object) -> Answer:
    """Hide fields of deal, or show them."""
    body = resource("schema-property-visibility", hiddenInDetails=hidden)
    return api.patch("schemas/deal/fields-visibility", body)


def test_hides_and_shows_fields(api: Api) -> None:
    hidden = hide(api, summary=True, people=True, amount=False)
    shown = hide(api, summary=False)

    assert hidden.data["attributes"]["properties"]["summary"]["x-hidden"] is True
    assert hidden.data["attributes"]["properties"]["people"]["x-hidden"] is True
    assert "x-hidden" not in shown.data["attributes"]["properties"]["summary"]
    assert schema_entries() == [
        (
            {"hidden": {"summary": False, "people": False}},
            {"hidden": {"summary": True, "people": True}},
        ),
        ({"hidden": {"summary": True}}, {"hidden": {"summary": False}}),
    ]


@pytest.mark.parametrize(
    ("hidden", "place"), [({"colour": True}, "/colour"), ({"name": 1}, "/name")]
)
def test_what_cannot_be_hidden(api: Api, hidden: dict[str, Any], place: str) -> None:
    answer = hide(api, **hidden)

    at = "/data/attributes/hiddenInDetails"
    assert (answer.status, answer.errors) == (422, [("invalid_value", at + place)])
