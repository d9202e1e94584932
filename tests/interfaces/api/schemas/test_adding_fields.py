"""Fields that are added: of which types, and which cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from crm.json_types import JSON
from objects.field_types import FIELD_TYPES
from tests.api_client import Api, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    create,
    create_object,
    ids,
    properties,
    schema_entries,
    version,
)

DEALS = "objects/deal/records"
VALUE_TYPES = sorted(FIELD_TYPES.keys() - {"relationship"})


@pytest.mark.parametrize("entity", ["deal", "core/deal", "entities/deal"])
def test_adds_fields(api: Api, entity: str) -> None:
    answer = add_fields(api, entity, colour={"type": "string", "title": "Colour"})

    assert answer.status == 201
    assert answer.headers["ETag"] == '"2"'
    assert answer.headers["Location"].endswith("/schemas/deal")
    shown = answer.data["attributes"]["properties"]["colour"]
    assert (shown["title"], shown["x-type"]) == ("Colour", "text")


def test_adds_fields_in_a_resource(api: Api) -> None:
    body = resource("schema-properties", colour={"type": "string"})

    answer = api.post("schemas/deal/properties", body)

    assert answer.status == 201
    assert properties(api, "deal")["colour"]["title"] == "Colour"


def test_several_fields_are_one_change(api: Api) -> None:
    fields = {"a": {"type": "string"}, "b": {"type": "boolean"}}

    answer = add_fields(api, "deal", **fields)

    shown = {slug: answer.data["attributes"]["properties"][slug] for slug in fields}
    assert version(api, "deal") == 2
    assert schema_entries() == [({"a": None, "b": None}, shown)]


TYPES: list[tuple[dict[str, Any], str]] = [
    ({"type": "string"}, "text"),
    ({"type": ["string", "null"]}, "text"),
    ({"type": "text"}, "text"),
    ({"type": "number"}, "number"),
    ({"type": "integer"}, "integer"),
    ({"type": "boolean"}, "checkbox"),
    ({"type": "date-time"}, "datetime"),
    ({"type": "collection"}, "text_collection"),
    ({"type": "object"}, "json"),
    ({"type": ["object", "array"]}, "json"),
    ({"type": "string", "format": "date"}, "date"),
    ({"type": "string", "format": "date-time"}, "datetime"),
    ({"type": "string", "format": "uri"}, "url"),
    ({"type": "string", "format": "email"}, "email"),
    ({"type": "string", "format": "hostname"}, "domain"),
    ({"type": "string", "format": "phone"}, "phone"),
    ({"type": "string", "enum": ["A", "B"]}, "select"),
    ({"type": ["string", "null"], "enum": ["A", None]}, "select"),
    ({"enum": ["A"]}, "select"),
    ({"type": "select", "options": ["A"]}, "select"),
    ({"x-type": "multi_select", "x-options": [{"label": "A"}]}, "multi_select"),
    ({"x-type": "tags"}, "tags"),
    ({"x-type": "date", "type": "string", "format": "date"}, "date"),
    ({"x-type": "agent"}, "agent"),
]
COLLECTIONS: list[tuple[dict[str, Any], str]] = [
    ({"type": "string"}, "text_collection"),
    ({"type": "string", "format": "email"}, "email_collection"),
    ({"type": "string", "format": "date"}, "date_collection"),
    ({"type": "string", "enum": ["A"]}, "multi_select"),
]


@pytest.mark.parametrize(("declared", "type_"), TYPES)
def test_the_type_follows_from_the_json_schema(
    api: Api, declared: dict[str, Any], type_: str
) -> None:
    add_fields(api, "deal", extra=declared)

    assert properties(api, "deal")["extra"]["x-type"] == type_


@pytest.mark.parametrize(("item", "type_"), COLLECTIONS)
def test_collections_are_known_by_their_items(
    api: Api, item: dict[str, Any], type_: str
) -> None:
    array = {"type": "array", "items": item}
    declared = {"type": "object", "properties": {"items": array}}

    add_fields(api, "deal", extra=declared)

    assert properties(api, "deal")["extra"]["x-type"] == type_


@pytest.mark.parametrize("entity", ["person", "company", "deal", "meeting", "task"])
def test_what_is_published_can_be_declared_again(api: Api, entity: str) -> None:
    published = {
        slug: property_
        for slug, property_ in properties(api, entity).items()
        if property_["x-type"] != "relationship"
    }

    answer = create_object(api, "Copy", properties=published)

    assert answer.status == 201
    assert answer.data["attributes"]["properties"] == published


def test_a_field_of_every_type_can_be_published_and_declared(api: Api) -> None:
    fields: dict[str, Any] = {f"f_{name}": {"x-type": name} for name in VALUE_TYPES}
    for name in ("f_select", "f_multi_select"):
        fields[name]["options"] = ["A", "B"]
    fields["f_json_collection"]["x-shape"] = {"name": "text"}
    first = create_object(api, "First", properties=fields)

    again = create_object(
        api, "Again", properties=first.data["attributes"]["properties"]
    )

    assert (first.status, again.status) == (201, 201)
    assert (
        again.data["attributes"]["properties"] == first.data["attributes"]["properties"]
    )


WRONG: list[tuple[str, Any, str, str]] = [
    ("Colour", {"type": "string"}, "invalid_value", "/Colour"),
    ("1st", {"type": "string"}, "invalid_value", "/1st"),
    ("a-b", {"type": "string"}, "invalid_value", "/a-b"),
    ("_a", {"type": "string"}, "invalid_value", "/_a"),
    ("a/b", {"type": "string"}, "invalid_value", "/a~1b"),
    ("", {"type": "string"}, "invalid_value", "/"),
    ("x" * 64, {"type": "string"}, "invalid_value", f"/{'x' * 64}"),
    ("farbe\n", {"type": "string"}, "invalid_value", "/farbe\n"),
    ("id", {"type": "string"}, "invalid_value", "/id"),
    ("type", {"type": "string"}, "invalid_value", "/type"),
    ("search", {"type": "string"}, "invalid_value", "/search"),
    ("and", {"type": "string"}, "invalid_value", "/and"),
    ("name", {"type": "string"}, "already_exists", "/name"),
    ("people", {"type": "string"}, "already_exists", "/people"),
    ("a", None, "invalid_value", "/a"),
    ("a", [], "invalid_value", "/a"),
    ("a", {}, "invalid_value", "/a"),
    ("a", {"title": "A"}, "invalid_value", "/a"),
    ("a", {"type": "colour"}, "invalid_value", "/a"),
    ("a", {"type": 5}, "invalid_value", "/a"),
    ("a", {"type": [{}]}, "invalid_value", "/a"),
    ("a", {"type": "string", "format": "ipv4"}, "invalid_value", "/a"),
    ("a", {"x-type": "colour"}, "invalid_value", "/a/x-type"),
    ("a", {"x-type": None}, "invalid_value", "/a/x-type"),
    ("a", {"type": "string", "title": 5}, "invalid_value", "/a/title"),
    ("a", {"type": "string", "title": ""}, "invalid_value", "/a/title"),
    ("a", {"type": "string", "title": "x" * 101}, "invalid_value", "/a/title"),
    ("a", {"type": "string", "description": 5}, "invalid_value", "/a/description"),
    ("a", {"type": "string", "unique": "yes"}, "invalid_value", "/a/unique"),
    ("a", {"type": "string", "x-unique": None}, "invalid_value", "/a/x-unique"),
    ("a", {"type": "boolean", "x-unique": True}, "invalid_value", "/a/x-unique"),
    ("a", {"type": "number", "searchable": True}, "invalid_value", "/a/searchable"),
    ("a", {"x-type": "json", "indexed": True}, "invalid_value", "/a/indexed"),
    ("a", {"type": "string", "position": -1}, "invalid_value", "/a/position"),
    ("a", {"type": "string", "position": True}, "invalid_value", "/a/position"),
    ("a", {"type": "string", "maxLength": 5}, "invalid_value", "/a/maxLength"),
    ("a", {"type": "string", "pattern": "x"}, "invalid_value", "/a/pattern"),
    ("a", {"type": "string", "enum": "A"}, "invalid_value", "/a/enum"),
    ("a", {"type": "string", "enum": []}, "invalid_value", "/a/enum"),
    ("a", {"type": "string", "enum": ["A", "A"]}, "invalid_value", "/a/enum/1"),
    ("a", {"type": "string", "enum": ["A", 5]}, "invalid_value", "/a/enum/1"),
    ("a", {"x-type": "select"}, "invalid_value", "/a"),
    ("a", {"x-type": "text", "options": ["A"]}, "invalid_value", "/a/options"),
    ("a", {"x-type": "text", "type": "number"}, "invalid_value", "/a/type"),
    (
        "a",
        {"x-type": "currency", "x-currency": "eur"},
        "invalid_value",
        "/a/x-currency",
    ),
    ("a", {"x-type": "text", "x-currency": "EUR"}, "invalid_value", "/a/x-currency"),
    ("a", {"type": "string", "colour": "red"}, "invalid_value", "/a/colour"),
]


@pytest.mark.parametrize(("slug", "declared", "code", "place"), WRONG)
def test_a_field_that_cannot_be(
    api: Api, slug: str, declared: object, code: str, place: str
) -> None:
    before = properties(api, "deal")

    flat = api.post("schemas/deal/properties", {"properties": {slug: declared}})
    body = resource("schema-properties", **{slug: declared})
    nested = api.post("schemas/deal/properties", body)

    status = 409 if code == "already_exists" else 422
    assert (flat.status, flat.errors) == (status, [(code, f"/properties{place}")])
    assert nested.errors == [(code, f"/data/attributes{place}")]
    assert (properties(api, "deal"), version(api, "deal")) == (before, 1)


@pytest.mark.parametrize(
    ("option", "place"),
    [
        ({}, ""),
        ({"color": "red"}, ""),
        ("", ""),
        ({"label": None}, "/label"),
        ({"label": ""}, "/label"),
        ({"label": "A", "id": ""}, "/id"),
        ({"label": "A", "color": 5}, "/color"),
        ({"label": "A", "color": "Not One"}, "/color"),
        ({"label": "A", "rank": 5}, "/rank"),
    ],
)
def test_an_option_that_cannot_be(api: Api, option: JSON, place: str) -> None:
    options = [{"label": "B"}, None, option]

    answer = add_fields(api, "deal", a={"x-type": "select", "x-options": options})

    expected = ("invalid_value", f"/properties/a/x-options/2{place}")
    assert (answer.status, answer.errors) == (422, [expected])


def test_all_fields_that_cannot_be_are_named_and_none_is_made(api: Api) -> None:
    answer = add_fields(
        api,
        "deal",
        good={"type": "string"},
        name={"type": "string"},
        flag={"type": "boolean", "unique": True},
    )

    assert answer.errors == [
        ("already_exists", "/properties/name"),
        ("invalid_value", "/properties/flag/unique"),
    ]
    assert "good" not in properties(api, "deal")


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 422, ("invalid_value", "")),
        ({"properties": {}}, 422, ("invalid_value", "/properties")),
        ({"properties": []}, 422, ("invalid_value", "/properties")),
        ({"fields": {}}, 422, ("unknown_field", "/fields")),
        ({"data": []}, 400, ("malformed_document", "/data")),
        ({"data": {"type": "schema-properties"}}, 400, ("malformed_document", "/data")),
        (resource("schema"), 409, ("type_mismatch", "/data/type")),
        (resource("schema-properties"), 422, ("invalid_value", "/data/attributes")),
    ],
)
def test_a_document_that_declares_no_fields(
    api: Api, body: object, status: int, error: tuple[str, str]
) -> None:
    answer = api.post("schemas/deal/properties", body)

    assert (answer.status, answer.errors) == (status, [error])


def test_records_that_are_there_have_no_value_of_a_new_field(api: Api) -> None:
    deal = create(api, "deal", name="Big")

    add_fields(api, "deal", colour={"type": "string"}, marks={"x-type": "tags"})

    shown = attributes(api, "deal", deal)
    assert (shown["colour"], shown["marks"]) == (None, {"items": []})


def test_records_are_sorted_by_a_new_field_that_is_indexed(api: Api) -> None:
    old = create(api, "deal", name="Old")
    add_fields(api, "deal", rank={"type": "integer", "x-indexed": True})
    new = create(api, "deal", name="New", rank=1)

    assert ids(api.get(f"{DEALS}?sort=rank")) == [new, old]
    assert ids(api.get(f"{DEALS}?sort=-rank")) == [new, old]


def test_a_new_field_cannot_be_required_of_records_that_are_there(api: Api) -> None:
    create(api, "deal", name="Big")

    answer = add_fields(api, "deal", colour={"type": "string", "required": True})

    place = "/properties/colour/required"
    assert (answer.status, answer.errors) == (422, [("required", place)])
