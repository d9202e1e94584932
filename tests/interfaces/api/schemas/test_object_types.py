"""Object types of a workspace's own: made, changed and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from objects.models import Field, ObjectType
from records.models import Link, Record
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    create,
    create_object,
    properties,
    relate,
    schema_entries,
    version,
)

SHIP = {
    "name": "Sales Order",
    "plural": "Sales Orders",
    "description": "What is sold.",
    "properties": {"number": {"type": "string"}, "paid": {"type": "boolean"}},
}


def change(api: Api, slug: str, **attributes: object) -> Answer:
    """Change an object type."""
    return api.patch(f"schemas/objects/{slug}", resource("object", **attributes))


def shown(answer: Answer) -> dict[str, Any]:
    """Return what a schema says of the object type itself."""
    names = ("title", "plural", "description", "match_fields", "is_custom")
    return {name: answer.data["attributes"][name] for name in names}


@pytest.mark.parametrize("body", [SHIP, resource("object", **SHIP)])
def test_makes_an_object_type_with_its_fields(api: Api, body: object) -> None:
    answer = api.post("schemas/objects", body)

    assert (answer.status, answer.id) == (201, "c_sales_order")
    assert answer.headers["Location"].endswith("/schemas/c_sales_order")
    assert shown(answer) == {
        "title": "Sales Order",
        "plural": "Sales Orders",
        "description": "What is sold.",
        "match_fields": [],
        "is_custom": True,
    }
    assert list(answer.data["attributes"]["properties"]) == ["number", "paid"]


def test_its_records_are_like_all_others(api: Api) -> None:
    create_object(api, "Sales Order", properties=SHIP["properties"])

    record = create(api, "c_sales_order", number="A-1", paid=True)

    found = api.get("objects/c_sales_order/records?filter[number]=a-1").data
    assert [row["id"] for row in found] == [record]
    assert record.startswith("saleso_")


def test_a_name_is_enough(api: Api) -> None:
    answer = create_object(api, "Ship")

    assert answer.status == 201
    assert shown(answer) == {
        "title": "Ship",
        "plural": "Ships",
        "description": "",
        "match_fields": [],
        "is_custom": True,
    }


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sales Order", "c_sales_order"),
        ("  Sales   Order ", "c_sales_order"),
        ("c_ship", "c_ship"),
        ("Überseefähre", "c_uberseefahre"),
        ("R&D / Lab-2", "c_r_d_lab_2"),
        ("7", "c_7"),
        ("x" * 32, f"c_{'x' * 32}"),
        ("Person", "c_person"),
    ],
)
def test_the_slug_follows_from_the_name(api: Api, name: str, slug: str) -> None:
    assert create_object(api, name).id == slug


def test_prefixes_of_ids_are_free(api: Api) -> None:
    names = ["Shipment", "Shipments", "Shipmen T", "Per", "Deal"]

    answers = [create_object(api, name) for name in names]

    assert [answer.data["attributes"]["prefix"] for answer in answers] == [
        "shipme",
        "shipme1",
        "shipme2",
        "per1",
        "deal1",
    ]


def test_a_name_that_gives_a_slug_that_is_taken(api: Api) -> None:
    create_object(api, "Sales Order")

    flat = create_object(api, "sales-order")
    nested = api.post("schemas/objects", resource("object", name="SALES ORDER"))

    assert (flat.status, flat.errors) == (409, [("already_exists", "/name")])
    assert nested.errors == [("already_exists", "/data/attributes/name")]


def test_records_that_match_are_updated(api: Api) -> None:
    number = {"type": "string", "x-unique": True}
    create_object(api, "Ship", properties={"imo": number}, match_fields=["imo"])

    first = create(api, "c_ship", imo="9074729")
    again = api.post("objects/c_ship/records", resource("c_ship", imo="9074729"))

    assert (again.status, again.id) == (200, first)


MALFORMED: list[tuple[dict[str, Any], str, str]] = [
    ({"name": None}, "invalid_value", "/name"),
    ({"name": ""}, "invalid_value", "/name"),
    ({"name": " "}, "invalid_value", "/name"),
    ({"name": "x" * 33}, "invalid_value", "/name"),
    ({"name": 5}, "invalid_value", "/name"),
    ({"name": "契約"}, "invalid_value", "/name"),
    ({"name": "㎢" * 32}, "invalid_value", "/name"),
    ({"plural": ""}, "invalid_value", "/plural"),
    ({"plural": "x" * 33}, "invalid_value", "/plural"),
    ({"description": "x" * 257}, "invalid_value", "/description"),
    ({"description": None}, "invalid_value", "/description"),
    ({"properties": []}, "invalid_value", "/properties"),
    ({"properties": {"Name": {"type": "string"}}}, "invalid_value", "/properties/Name"),
    ({"properties": {"a": 5}}, "invalid_value", "/properties/a"),
    ({"match_fields": "imo"}, "invalid_value", "/match_fields"),
    ({"match_fields": [5]}, "invalid_value", "/match_fields/0"),
    ({"match_fields": ["imo"]}, "invalid_value", "/match_fields/0"),
    ({"icon": "ship"}, "unknown_field", "/icon"),
]


@pytest.mark.parametrize(("members", "code", "place"), MALFORMED)
def test_a_declaration_that_cannot_be(
    api: Api, members: dict[str, Any], code: str, place: str
) -> None:
    body = {"name": "Ship", **members}

    flat = api.post("schemas/objects", body)
    nested = api.post("schemas/objects", resource("object", **body))

    assert (flat.status, flat.errors) == (422, [(code, place)])
    assert nested.errors == [(code, f"/data/attributes{place}")]
    assert not ObjectType.objects.filter(is_custom=True).exists()


@pytest.mark.parametrize("character", ["\a", "\ud800", "\u202e"])
def test_characters_that_no_name_has(api: Api, character: str) -> None:
    answer = create_object(api, f"a{character}b", plural="b")

    assert (answer.status, answer.errors) == (422, [("invalid_value", "/name")])


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 422, ("invalid_value", "")),
        ({"data": None}, 400, ("malformed_document", "/data")),
        ({"data": {"type": "object"}}, 400, ("malformed_document", "/data")),
        (resource("person"), 409, ("type_mismatch", "/data/type")),
        (
            {"data": {"type": "object", "id": "c_x", "attributes": {"name": "X"}}},
            422,
            ("client_id", "/data/id"),
        ),
        ([], 400, ("malformed_document", "")),
    ],
)
def test_a_document_that_is_none(
    api: Api, body: object, status: int, error: tuple[str, str]
) -> None:
    answer = api.post("schemas/objects", body)

    assert (answer.status, answer.errors[0]) == (status, error)


def test_attributes_have_no_meta(api: Api) -> None:
    answer = api.post("schemas/objects", resource("object", name="Ship", meta=1))

    place = "/data/attributes/meta"
    assert (answer.status, answer.errors) == (422, [("unknown_field", place)])


def test_all_that_is_wrong_is_said_at_once(api: Api) -> None:
    answer = create_object(
        api, "", plural=5, properties={"a": {"x-type": "colour"}, "B": {}}
    )

    assert answer.errors == [
        ("invalid_value", "/name"),
        ("invalid_value", "/plural"),
        ("invalid_value", "/properties/a/x-type"),
        ("invalid_value", "/properties/B"),
    ]


def test_changes_what_an_object_type_is_called(api: Api) -> None:
    create_object(api, "Ship")

    answer = change(api, "c_ship", name="Vessel", description="Floats.")

    assert answer.status == 200
    assert shown(answer) == {
        "title": "Vessel",
        "plural": "Ships",
        "description": "Floats.",
        "match_fields": [],
        "is_custom": True,
    }
    assert schema_entries()[-1] == (
        {"label": "Ship", "description": ""},
        {"label": "Vessel", "description": "Floats."},
    )


def test_what_is_put_is_all_there_is(api: Api) -> None:
    create_object(api, "Ship", description="Floats.")

    answer = api.call("PUT", "schemas/objects/c_ship", {"name": "Vessel"})

    assert answer.status == 200
    assert (shown(answer)["plural"], shown(answer)["description"]) == ("Vessels", "")


def test_a_change_of_nothing_is_none(api: Api) -> None:
    create_object(api, "Ship")
    before = schema_entries()

    answer = change(api, "c_ship", name="Ship", plural="Ships", match_fields=[])

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert schema_entries() == before


def test_records_match_by_unique_fields_only(api: Api) -> None:
    create_object(api, "Ship", properties={"imo": {"type": "string"}})

    refused = change(api, "c_ship", match_fields=["imo"])
    change_field(api, "c_ship", "imo", unique=True)
    accepted = change(api, "c_ship", match_fields=["imo"])

    place = "/data/attributes/match_fields/0"
    assert (refused.status, refused.errors) == (422, [("invalid_value", place)])
    assert shown(accepted)["match_fields"] == ["imo"]


def test_records_match_by_a_field_once(api: Api) -> None:
    number = {"type": "string", "x-unique": True}
    create_object(api, "Ship", properties={"imo": number})

    answer = change(api, "c_ship", match_fields=["imo", "imo"])

    place = "/data/attributes/match_fields/1"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])


def test_a_field_that_records_match_by_stays_unique(api: Api) -> None:
    number = {"type": "string", "x-unique": True}
    create_object(api, "Ship", properties={"imo": number}, match_fields=["imo"])

    answer = change_field(api, "c_ship", "imo", unique=False)

    place = "/data/attributes/unique"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])


def test_a_resource_with_another_id_is_refused(api: Api) -> None:
    create_object(api, "Ship")
    body = {"data": {"type": "object", "id": "c_boat", "attributes": {"name": "B"}}}

    answer = api.patch("schemas/objects/c_ship", body)

    assert (answer.status, answer.errors) == (409, [("id_mismatch", "/data/id")])


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_standard_object_types_stay(api: Api, method: str) -> None:
    answer = api.call(method, "schemas/objects/person", {"name": "Human"})

    assert (answer.status, answer.errors) == (403, [("not_allowed", "")])
    assert ObjectType.objects.get(slug="person").label == "Person"


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_an_object_type_that_there_is_not(api: Api, method: str) -> None:
    answer = api.call(method, "schemas/objects/c_x", {"name": "X"})

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_another_version_than_the_one_wanted(api: Api, method: str) -> None:
    create_object(api, "Ship")

    answer = api.call(method, "schemas/objects/c_ship", {"name": "X"}, if_match='"7"')

    assert (answer.status, answer.errors) == (412, [("version_mismatch", "If-Match")])
    assert ObjectType.objects.get(slug="c_ship").label == "Ship"


def test_deletes_an_object_type(api: Api) -> None:
    create_object(api, "Ship", properties={"imo": {"type": "string"}})

    answer = api.delete("schemas/objects/c_ship", if_match='"2"')

    assert (answer.status, answer.content) == (204, b"")
    assert api.get("schemas/c_ship").status == 404
    assert api.get("objects/c_ship/records").status == 404
    assert not Field.objects.filter(slug="imo").exists()
    assert schema_entries()[-1] == ({"slug": "c_ship"}, {})


def test_one_with_records_is_not_deleted(api: Api) -> None:
    create_object(api, "Ship")
    create(api, "c_ship")

    answer = api.delete("schemas/objects/c_ship")

    assert (answer.status, answer.errors) == (409, [("in_use", "")])
    assert "1 record" in answer.json["errors"][0]["detail"]
    assert Record.objects.count() == 1


def test_one_with_records_is_deleted_by_force(api: Api) -> None:
    create_object(api, "Ship")
    body = {"data": [{"type": "c_ship"}] * 25}
    for _ in range(21):
        api.post("objects/c_ship/records/bulk", body)

    answer = api.delete("schemas/objects/c_ship?force=true")

    assert answer.status == 204
    assert not Record.objects.exists()
    assert api.get("schemas/c_ship").status == 404


def test_records_that_only_agents_see_go_too(api: Api, agent: Agent) -> None:
    create_object(api, "Ship")
    create(api, "c_ship")
    Record.objects.update(visible_to=[agent.id])

    answer = api.delete("schemas/objects/c_ship?force=true")

    assert answer.status == 204
    assert not Record.objects.exists()


@pytest.mark.parametrize("query", ["force=1", "force=", "force=yes"])
def test_force_is_true_or_false(api: Api, query: str) -> None:
    create_object(api, "Ship")

    answer = api.delete(f"schemas/objects/c_ship?{query}")

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", "force")])


def test_deleting_one_takes_its_relationships_from_others(api: Api) -> None:
    create_object(api, "Ship")
    crew = {"kind": "many-to-many", "entity": "c_ship", "field": "crew"}
    relate(api, "person", person={"ships": {"x-relationship": crew}})
    ship = create(api, "c_ship")
    linkage = {"data": [{"type": "c_ship", "id": ship}]}
    api.post(
        "objects/person/records",
        {"data": {"type": "person", "relationships": {"ships": linkage}}},
    )
    before = version(api, "person")

    answer = api.delete("schemas/objects/c_ship?force=true")

    assert answer.status == 204
    assert "ships" not in properties(api, "person")
    assert version(api, "person") > before
    assert not Link.objects.exists()
    assert api.get("objects/person/records").status == 200
    assert "ships" in schema_entries()[-2][0]


def test_a_new_one_of_the_same_name_begins_empty(api: Api) -> None:
    create_object(api, "Ship", properties={"imo": {"type": "string"}})
    create(api, "c_ship", imo="9074729")
    api.delete("schemas/objects/c_ship?force=true")

    answer = create_object(api, "Ship")

    assert answer.data["attributes"]["properties"] == {}
    assert api.get("objects/c_ship").data["attributes"]["record_count"] == 0


def test_the_journal_tells_what_was_made(api: Api) -> None:
    create_object(api, "Ship", properties={"imo": {"type": "string"}})

    assert schema_entries() == [
        ({}, {"slug": "c_ship", "label": "Ship", "plural": "Ships"}),
        ({"imo": None}, {"imo": properties(api, "c_ship")["imo"]}),
    ]


def test_an_object_type_has_so_many_fields_and_no_more(api: Api) -> None:
    fields = {f"f{number}": {"type": "string"} for number in range(500)}

    many = create_object(api, "Wide", properties=fields)
    more = add_fields(api, "c_wide", f500={"type": "string"})

    assert (many.status, more.status) == (201, 422)
    assert more.errors == [("too_many_fields", "/properties/f500")]
    assert create(api, "c_wide", **dict.fromkeys(fields, "x"))


def test_too_many_fields_at_once_are_refused_unread(api: Api) -> None:
    fields = {f"f{number}": 5 for number in range(501)}

    answer = create_object(api, "Wide", properties=fields)

    assert (answer.status, answer.errors) == (422, [("invalid_value", "/properties")])


def test_a_request_that_names_itself_makes_one(api: Api) -> None:
    body = {"name": "Ship"}

    first = api.post("schemas/objects", body, idempotency_key="k")
    again = api.post("schemas/objects", body, idempotency_key="k")

    assert (again.status, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ObjectType.objects.filter(slug="c_ship").count() == 1


def test_search_filters_and_collections_work_on_it(api: Api) -> None:
    fields = {
        "name": {"type": "string", "x-searchable": True},
        "tags": {"x-type": "tags"},
    }
    create_object(api, "Ship", properties=fields)
    ever = create(api, "c_ship", name="Ever Given", tags=items("stuck"))
    create(api, "c_ship", name="Titanic", tags=items("sunk"))

    paths = ["filter[search]=given", "filter[tags]=stuck", "sort=name&page[limit]=1"]
    found = [api.get(f"objects/c_ship/records?{path}").data for path in paths]

    assert [[row["id"] for row in rows] for rows in found] == [[ever]] * 3
