"""Relationships between object types, made and removed on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from objects.models import Field
from records.models import Link
from tests.api_client import Answer, Api
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    create,
    create_object,
    properties,
    relate,
    remove_field,
    schema_entries,
    version,
)

KINDS = {
    "many-to-many": "many-to-many",
    "many-to-one": "one-to-many",
    "one-to-many": "many-to-one",
    "one-to-one": "one-to-one",
}


@pytest.fixture
def api(api: Api) -> Api:
    """The API, where there are ships."""
    create_object(api, "Ship")
    return api


def related(
    kind: str = "many-to-many",
    entity: str = "person",
    field: str = "ships",
    **more: object,
) -> dict[str, Any]:
    """Return the property of a relationship."""
    described = {"kind": kind, "entity": entity, "field": field}
    return {"x-relationship": described, **more}


def link(api: Api, ship: str, *people: str) -> Answer:
    """Give a ship its crew."""
    data: Any = [{"type": "person", "id": person} for person in people]
    is_to_one = properties(api, "c_ship")["crew"]["x-relationship"]["kind"] in {
        "many-to-one",
        "one-to-one",
    }
    body = {"data": data[0] if is_to_one else data}
    return api.patch(f"objects/c_ship/records/{ship}/relationships/crew", body)


def linked(api: Api, entity: str, record_id: str, slug: str) -> list[str]:
    """Return the ids that a relationship leads to."""
    path = f"objects/{entity}/records/{record_id}/relationships/{slug}"
    data = api.get(path).data
    rows = data if isinstance(data, list) else [data]
    return [row["id"] for row in rows if row]


@pytest.mark.parametrize(("kind", "inverse"), KINDS.items())
def test_relates_both_sides(api: Api, kind: str, inverse: str) -> None:
    answer = relate(
        api,
        "c_ship",
        c_ship={"crew": related(kind, title="Crew")},
        person={"ships": related(inverse, "c_ship", "crew", title="Vessels")},
    )

    assert (answer.status, answer.id) == (201, "c_ship")
    assert properties(api, "c_ship")["crew"] == {
        "title": "Crew",
        "x-type": "relationship",
        **related(kind),
        "not": {},
    }
    assert properties(api, "person")["ships"] == {
        "title": "Vessels",
        "x-type": "relationship",
        **related(inverse, "c_ship", "crew"),
        "not": {},
    }


@pytest.mark.parametrize(("kind", "inverse"), KINDS.items())
def test_one_side_is_enough(api: Api, kind: str, inverse: str) -> None:
    relate(api, "c_ship", c_ship={"crew": related(kind)})

    assert properties(api, "person")["ships"] == {
        "title": "Ships",
        "x-type": "relationship",
        **related(inverse, "c_ship", "crew"),
        "not": {},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_links_are_made_read_and_followed(api: Api, kind: str) -> None:
    relate(api, "c_ship", c_ship={"crew": related(kind)})
    ship, ada = create(api, "c_ship"), create(api, "person", name="Ada")

    answer = link(api, ship, ada)

    assert answer.status in (200, 204)
    assert linked(api, "c_ship", ship, "crew") == [ada]
    assert linked(api, "person", ada, "ships") == [ship]
    found = api.get("objects/c_ship/records?filter[crew.name]=ada&include=crew")
    assert [row["id"] for row in found.data] == [ship]
    assert [row["id"] for row in found.json["included"]] == [ada]


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("many-to-many", 4), ("many-to-one", 2), ("one-to-many", 2), ("one-to-one", 1)],
)
def test_the_kind_says_how_many_there_may_be(api: Api, kind: str, kept: int) -> None:
    relate(api, "c_ship", c_ship={"crew": related(kind)})
    ships = [create(api, "c_ship") for _ in range(2)]
    people = [create(api, "person") for _ in range(2)]

    for ship in ships:
        link(api, ship, *people)

    assert Link.objects.count() == kept


def test_relationships_come_with_fields_too(api: Api) -> None:
    answer = add_fields(api, "c_ship", imo={"type": "string"}, crew=related())

    assert answer.status == 201
    assert list(properties(api, "c_ship")) == ["imo", "crew"]
    assert "ships" in properties(api, "person")


def test_relationships_come_with_a_new_object_type(api: Api) -> None:
    answer = create_object(
        api, "Port", properties={"ships": related("one-to-many", "c_ship", "port")}
    )

    assert answer.status == 201
    assert properties(api, "c_ship")["port"]["x-relationship"]["kind"] == "many-to-one"


@pytest.mark.parametrize("entity", ["person", "core/person", "entities/person"])
def test_object_types_have_several_names(api: Api, entity: str) -> None:
    body = {"entities/c_ship": {"crew": related("many-to-one", entity)}}

    answer = relate(api, "entities/c_ship", **body)

    assert answer.status == 201
    shown = properties(api, "c_ship")["crew"]["x-relationship"]
    assert shown["entity"] == "person"


@pytest.mark.parametrize("with_other_side", [True, False])
def test_an_object_type_is_related_to_itself(api: Api, with_other_side: bool) -> None:
    sides = {"manager": related("many-to-one", "person", "reports")}
    if with_other_side:
        sides["reports"] = related("one-to-many", "person", "manager")

    answer = relate(api, "person", person=sides)

    assert answer.status == 201
    ada, eve = create(api, "person"), create(api, "person")
    path = f"objects/person/records/{ada}/relationships/manager"
    api.patch(path, {"data": {"type": "person", "id": eve}})
    assert linked(api, "person", eve, "reports") == [ada]
    assert linked(api, "person", eve, "manager") == []


def test_several_relationships_at_once(api: Api) -> None:
    answer = relate(
        api,
        "c_ship",
        c_ship={
            "crew": related(),
            "captain": related("many-to-one", "person", "commands"),
            "owner_company": related("many-to-one", "company", "fleet"),
        },
        company={"fleet": related("one-to-many", "c_ship", "owner_company")},
    )

    assert answer.status == 201
    assert list(properties(api, "c_ship")) == ["crew", "captain", "owner_company"]


WRONG: list[tuple[dict[str, Any], int, str, str]] = [
    ({"crew": {}}, 422, "invalid_value", "/crew"),
    ({"crew": {"type": "string"}}, 422, "invalid_value", "/crew"),
    ({"crew": {"x-relationship": 5}}, 422, "invalid_value", "/crew/x-relationship"),
    ({"crew": related("some")}, 422, "invalid_value", "/crew/x-relationship/kind"),
    ({"crew": related(field="A")}, 422, "invalid_value", "/crew/x-relationship/field"),
    ({"crew": related(field="id")}, 422, "invalid_value", "/crew/x-relationship/field"),
    ({"crew": related(entity="unicorn")}, 404, "not_found", ""),
    ({"crew": related(entity="\0")}, 404, "not_found", ""),
    ({"crew": related(entity="\ud800")}, 404, "not_found", ""),
    ({"crew": related(field="name")}, 409, "already_exists", "/crew/x-relationship"),
    ({"Crew": related()}, 422, "invalid_value", "/Crew"),
    ({"crew": related(unique=True)}, 422, "invalid_value", "/crew/unique"),
    ({"crew": related(options=["A"])}, 422, "invalid_value", "/crew/options"),
    ({"crew": related(maxItems=5)}, 422, "invalid_value", "/crew/maxItems"),
    ({"crew": related(**{"x-type": "text"})}, 422, "invalid_value", "/crew/x-type"),
    ({"imo": related()}, 409, "already_exists", "/imo"),
    (
        {"self": related("one-to-one", "c_ship", "self")},
        409,
        "already_exists",
        "/self/x-relationship",
    ),
]


@pytest.mark.parametrize(("fields", "status", "code", "place"), WRONG)
def test_a_relationship_that_cannot_be(
    api: Api, fields: dict[str, Any], status: int, code: str, place: str
) -> None:
    add_fields(api, "c_ship", imo={"type": "string"})
    many = Field.objects.count()

    answer = relate(api, "c_ship", c_ship=fields)

    expected = (code, place and f"/data/attributes/c_ship{place}")
    assert (answer.status, answer.errors) == (status, [expected])
    assert Field.objects.count() == many


@pytest.mark.parametrize("member", ["kind", "entity", "field"])
def test_a_relationship_says_all_three(api: Api, member: str) -> None:
    declared = related()
    del declared["x-relationship"][member]

    answer = relate(api, "c_ship", c_ship={"crew": declared})

    place = "/data/attributes/c_ship/crew/x-relationship"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])


@pytest.mark.parametrize(
    "other",
    [
        related("many-to-one", "c_ship", "crew"),
        related("many-to-many", "company", "crew"),
        related("many-to-many", "c_ship", "captain"),
    ],
)
def test_sides_that_contradict_each_other(api: Api, other: dict[str, Any]) -> None:
    answer = relate(api, "c_ship", c_ship={"crew": related()}, person={"ships": other})

    place = "/data/attributes/person/ships/x-relationship"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])
    assert "crew" not in properties(api, "c_ship")


@pytest.mark.parametrize(
    ("body", "status", "code", "place"),
    [
        ({}, 422, "invalid_value", ""),
        ({"data": None}, 400, "malformed_document", "/data"),
        (
            {"data": {"type": "relationship", "attributes": {}}},
            422,
            "invalid_value",
            "/data/attributes",
        ),
        (
            {"data": {"type": "relation", "attributes": {}}},
            409,
            "type_mismatch",
            "/data/type",
        ),
    ],
)
def test_a_document_without_relationships(
    api: Api, body: object, status: int, code: str, place: str
) -> None:
    answer = api.post("schemas/c_ship/relationships", body)

    assert (answer.status, answer.errors) == (status, [(code, place)])


def test_a_label_and_visibility_can_be_changed(api: Api) -> None:
    relate(api, "c_ship", c_ship={"crew": related()})

    answer = change_field(api, "c_ship", "crew", label="Sailors", hidden=True)

    shown = answer.data["attributes"]["properties"]["crew"]
    assert (shown["title"], shown["x-hidden"]) == ("Sailors", True)


def test_a_relationship_that_is_renamed_keeps_its_links(api: Api) -> None:
    relate(api, "c_ship", c_ship={"crew": related()})
    ship, ada = create(api, "c_ship"), create(api, "person")
    link(api, ship, ada)

    change_field(api, "c_ship", "crew", slug="sailors")

    assert linked(api, "c_ship", ship, "sailors") == [ada]
    assert properties(api, "person")["ships"]["x-relationship"]["field"] == "sailors"


@pytest.mark.parametrize("name", ["crew", "sailors"])
def test_a_renamed_relationship_answers_to_both_names(api: Api, name: str) -> None:
    relate(api, "c_ship", c_ship={"crew": related()})
    ship, ada = create(api, "c_ship"), create(api, "person", name="Ada")
    change_field(api, "c_ship", "crew", slug="sailors")

    linkage = {name: {"data": [{"type": "person", "id": ada}]}}
    body = {"data": {"type": "c_ship", "relationships": linkage}}
    written = api.patch(f"objects/c_ship/records/{ship}", body)

    assert written.status == 200
    assert linked(api, "c_ship", ship, name) == [ada]
    paths = [f"filter[{name}.name]=ada", f"include={name}", f"fields[c_ship]={name}"]
    found = [api.get(f"objects/c_ship/records?{path}") for path in paths]
    assert [len(answer.data) for answer in found] == [1, 1, 1]
    assert api.get(f"objects/c_ship/records/{ship}/{name}").data[0]["id"] == ada


@pytest.mark.parametrize(
    ("entity", "slug"),
    [("c_ship", "crew"), ("person", "ships"), ("core/person", "ships")],
)
@pytest.mark.parametrize("address", ["relationships", "properties"])
def test_removes_both_sides_and_all_links(
    api: Api, entity: str, slug: str, address: str
) -> None:
    relate(api, "c_ship", c_ship={"crew": related()})
    ship, ada = create(api, "c_ship"), create(api, "person")
    link(api, ship, ada)
    versions = version(api, "c_ship"), version(api, "person")

    answer = api.delete(f"schemas/{entity}/{address}/{slug}")

    assert (answer.status, answer.content) == (204, b"")
    assert "crew" not in properties(api, "c_ship")
    assert "ships" not in properties(api, "person")
    assert not Link.objects.exists()
    assert version(api, "c_ship") > versions[0]
    assert version(api, "person") > versions[1]
    shown = api.get(f"objects/c_ship/records/{ship}").data
    assert "crew" not in shown["relationships"]


def test_the_journal_tells_of_both_sides(api: Api) -> None:
    before = len(schema_entries())

    relate(api, "c_ship", c_ship={"crew": related()})
    api.delete("schemas/c_ship/relationships/crew")

    shown = {"title": "Crew", "x-type": "relationship", **related()}
    back = {
        "title": "Ships",
        "x-type": "relationship",
        **related("many-to-many", "c_ship", "crew"),
    }
    assert schema_entries()[before:] == [
        ({"crew": None}, {"crew": shown}),
        ({"ships": None}, {"ships": back}),
        ({"crew": shown}, {"crew": None}),
        ({"ships": back}, {"ships": None}),
    ]


def test_a_standard_relationship_stays(api: Api) -> None:
    answer = api.delete("schemas/deal/relationships/people")

    assert (answer.status, answer.errors) == (403, [("not_allowed", "")])
    assert "people" in properties(api, "deal")


@pytest.mark.parametrize("slug", ["name", "crew"])
def test_what_is_no_relationship_is_not_removed_as_one(api: Api, slug: str) -> None:
    answer = api.delete(f"schemas/deal/relationships/{slug}")

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


def test_the_names_are_free_again(api: Api) -> None:
    relate(api, "c_ship", c_ship={"crew": related()})
    api.delete("schemas/c_ship/relationships/crew")

    answer = relate(api, "c_ship", c_ship={"crew": related("one-to-one")})
    field = add_fields(api, "person", vessels={"type": "string"})

    assert (answer.status, field.status) == (201, 201)


def test_a_field_and_a_relationship_do_not_share_a_name(api: Api) -> None:
    relate(api, "c_ship", c_ship={"crew": related()})

    answer = add_fields(api, "c_ship", crew={"type": "string"})

    expected = [("already_exists", "/properties/crew")]
    assert (answer.status, answer.errors) == (409, expected)


def test_a_field_takes_the_name_of_a_relationship_that_was(api: Api) -> None:
    relate(api, "c_ship", c_ship={"crew": related()})
    ship = create(api, "c_ship")
    remove_field(api, "c_ship", "crew")

    add_fields(api, "c_ship", crew={"type": "integer"})

    shown = api.get(f"objects/c_ship/records/{ship}").data
    assert shown["attributes"]["crew"] is None
    assert "crew" not in shown["relationships"]
