"""The shape of a field's objects is declared, published and stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    properties,
)

SHAPE = {"name": "text", "age": "integer"}
AT = "/properties/children"


def test_is_published_and_can_be_sent_to_another_type(api: Api) -> None:
    add_fields(api, "person", children={"x-type": "json_collection", "x-shape": SHAPE})
    published = properties(api, "person")["children"]

    answer = add_fields(api, "company", children=published)

    assert answer.status == 201, answer.json
    assert properties(api, "company")["children"]["x-shape"] == SHAPE
    described = published["properties"]["items"]["items"]["properties"]
    assert described.keys() == SHAPE.keys()


def test_follows_from_a_json_schema(api: Api) -> None:
    member = {"name": {"type": "string"}, "mail": {"type": "string", "format": "email"}}
    item = {"type": "object", "properties": member}
    array = {"type": "array", "items": item}

    add_fields(
        api, "person", children={"type": "object", "properties": {"items": array}}
    )

    published = properties(api, "person")["children"]
    assert published["x-type"] == "json_collection"
    assert published["x-shape"] == {"name": "text", "mail": "email"}


@pytest.mark.parametrize(
    ("declared", "place"),
    [
        ({"x-type": "json_collection"}, ""),
        ({"x-type": "json_collection", "x-shape": {}}, "/x-shape"),
        ({"x-type": "json_collection", "x-shape": ["name"]}, "/x-shape"),
        ({"x-type": "json_collection", "x-shape": {"a": "json"}}, "/x-shape/a"),
        ({"x-type": "json_collection", "x-shape": {"a": ["text"]}}, "/x-shape/a"),
        ({"x-type": "json_collection", "x-shape": {"A": "text"}}, "/x-shape/A"),
        ({"x-type": "text", "x-shape": SHAPE}, "/x-shape"),
    ],
)
def test_that_cannot_be_is_refused(
    api: Api, declared: dict[str, Any], place: str
) -> None:
    answer = add_fields(api, "person", children=declared)

    assert answer.errors == [("invalid_value", f"{AT}{place}")]


def test_stays_as_it_is(api: Api) -> None:
    add_fields(api, "person", children={"x-type": "json_collection", "x-shape": SHAPE})

    same = change_field(api, "person", "children", **{"x-shape": SHAPE})
    other = change_field(api, "person", "children", **{"x-shape": {"name": "text"}})

    assert same.status == 200, same.json
    place = "/data/attributes/x-shape"
    assert other.errors == [("invalid_value", place)]


def test_may_be_given_to_values_that_have_it(api: Api) -> None:
    add_fields(api, "person", child={"x-type": "json"})
    api.post("objects/person/records", resource("person", child={"name": "Ada"}))

    change_field(
        api, "person", "child", **{"x-type": "json_collection", "x-shape": SHAPE}
    )

    (person,) = api.get("objects/person/records").data
    assert person["attributes"]["child"] == items({"name": "Ada"})
