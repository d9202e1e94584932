"""A schema knows its fields, and cleans attributes by them."""

from __future__ import annotations

import pytest

from crm.errors import Refusal
from crm.json_types import JSON, JSONObject
from crm.models import Workspace
from objects.catalog import Catalog
from objects.models import Kind
from objects.schema import Schema
from tests.schemas import make_field, make_relationship


@pytest.fixture
def person(workspace: Workspace) -> Schema:
    return Catalog.of(workspace).schema("person")


def refused(refusals: list[Refusal]) -> list[tuple[str, str]]:
    """Return the code and the place of each problem."""
    return [(refusal.code, place) for refusal in refusals for place in refusal.problems]


def test_cleans_each_value_by_its_type(person: Schema) -> None:
    sent: JSONObject = {
        "name": "Ada",
        "email_addresses": {"items": [" ADA@example.com"]},
        "deal_value": 25000,
    }

    values, refusals = person.clean(sent)

    assert refusals == []
    assert values == sent | {"email_addresses": {"items": ["ada@example.com"]}}


def test_finds_all_problems_at_once(person: Schema) -> None:
    values, refusals = person.clean(
        {
            "name": 1,
            "title": "Countess",
            "email_addresses": {"items": ["ada@example.com", "nobody", "no one"]},
            "phone_numbers": ["+14155550100"],
            "shoe/size": 42,
            "_created_at": "2026-03-01T12:00:00Z",
            "companies": [],
            "owner": "scout",
        }
    )

    assert values == {"title": "Countess"}
    assert refused(refusals) == [
        ("invalid_value", "/attributes/name"),
        ("invalid_value", "/attributes/email_addresses/items/1"),
        ("invalid_value", "/attributes/email_addresses/items/2"),
        ("wrong_shape", "/attributes/phone_numbers"),
        ("unknown_field", "/attributes/shoe~1size"),
        ("read_only", "/attributes/_created_at"),
        ("unknown_field", "/attributes/companies"),
        ("unknown_field", "/attributes/owner"),
    ]


@pytest.mark.parametrize(
    "name", ["_created_at", "_updated_at", "_created_by", "_updated_by", "_x", "_id"]
)
def test_what_begins_with_an_underscore_is_read_only(person: Schema, name: str) -> None:
    values, refusals = person.clean({name: None})

    assert values == {}
    assert refused(refusals) == [("read_only", f"/attributes/{name}")]


@pytest.mark.parametrize("name", ["", "Name", "name ", "n~me", "\ud800", "id", "type"])
def test_other_names_are_unknown(person: Schema, name: str) -> None:
    place = f"/attributes/{name.replace('~', '~0')}"

    values, refusals = person.clean({name: "Ada"})

    assert values == {}
    assert refused(refusals) == [("unknown_field", place)]


def test_says_where_to_send_a_relationship(person: Schema) -> None:
    _, (refusal,) = person.clean({"companies": []})

    assert refusal.problems == {
        "/attributes/companies": "Send this one under relationships."
    }


@pytest.mark.parametrize(
    ("name", "blank"),
    [
        ("name", None),
        ("deal_value", None),
        ("custom_fields", None),
        ("email_addresses", {"items": []}),
        ("tags", {"items": []}),
    ],
)
def test_null_means_no_value(person: Schema, name: str, blank: JSON) -> None:
    assert person.clean({name: None}) == ({name: blank}, [])
    assert person.blank[name] == blank


def test_a_field_may_be_named_by_a_former_slug(workspace: Workspace) -> None:
    make_field(workspace, "person", "shoe_size", "integer", aliases=["size", "shoes"])
    person = Catalog.of(workspace).schema("person")

    assert person.clean({"size": 42}) == ({"shoe_size": 42}, [])
    assert refused(person.clean({"shoes": "big"})[1]) == [
        ("invalid_value", "/attributes/shoes")
    ]


def test_a_field_may_not_be_named_twice(workspace: Workspace) -> None:
    make_field(workspace, "person", "shoe_size", "integer", aliases=["size"])
    person = Catalog.of(workspace).schema("person")

    _, refusals = person.clean({"shoe_size": 42, "size": 43})

    assert refused(refusals) == [("invalid_value", "/attributes/size")]


def test_a_slug_is_stronger_than_a_former_one(workspace: Workspace) -> None:
    make_field(workspace, "person", "shoe_size", "integer", aliases=["title"])
    person = Catalog.of(workspace).schema("person")

    assert person.clean({"title": "Countess"}) == ({"title": "Countess"}, [])


def test_fields_and_relationships_keep_their_order(workspace: Workspace) -> None:
    make_field(workspace, "deal", "c_last", "text", position=900)
    make_field(workspace, "deal", "c_first", "text", position=0)

    deal = Catalog.of(workspace).schema("deal")

    assert list(deal.attributes)[:2] == ["c_first", "name"]
    assert list(deal.attributes)[-1] == "c_last"
    assert list(deal.agents) == ["owner"]


def test_match_fields_are_unique_and_in_order_of_preference(
    workspace: Workspace,
) -> None:
    number = make_field(workspace, "person", "c_number", "text", unique=True)
    number.object_type.match_fields = ["c_number", "title", "email_addresses"]
    number.object_type.save(update_fields=["match_fields"])

    person = Catalog.of(workspace).schema("person")

    assert [f.slug for f in person.match_fields] == ["c_number", "email_addresses"]


@pytest.mark.parametrize(
    ("kind", "is_to_one", "is_from_one"),
    [
        (Kind.MANY_TO_MANY, False, False),
        (Kind.MANY_TO_ONE, True, False),
        (Kind.ONE_TO_MANY, False, True),
        (Kind.ONE_TO_ONE, True, True),
    ],
)
def test_a_relationship_knows_how_many_each_side_has(
    workspace: Workspace, kind: Kind, is_to_one: bool, is_from_one: bool
) -> None:
    make_relationship(workspace, ("deal", "pitch"), kind, ("meeting", "deal"))
    catalog = Catalog.of(workspace)

    side = catalog.schema("deal").relationships["pitch"]
    back = catalog.schema("meeting").relationships["deal"]

    assert (side.is_to_one, side.is_from_one) == (is_to_one, is_from_one)
    assert (back.is_to_one, back.is_from_one) == (is_from_one, is_to_one)


def test_an_option_belongs_to_its_field(workspace: Workspace) -> None:
    options = {"options": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]}
    make_field(workspace, "person", "c_grade", "select", options=options)
    person = Catalog.of(workspace).schema("person")

    assert person.clean({"c_grade": "A"}) == ({"c_grade": "A"}, [])
    assert refused(person.clean({"c_grade": "Won"})[1]) == [
        ("invalid_value", "/attributes/c_grade")
    ]
