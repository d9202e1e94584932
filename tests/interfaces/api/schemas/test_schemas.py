"""Schemas as they are read: as resources, and as JSON Schema."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from tests.api_client import Api
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    create,
    version,
)

STANDARD = ["person", "company", "deal", "meeting", "task", "conversation"]
JSON_SCHEMA = "application/schema+json"
EVERY_TYPE = {
    "line": {"x-type": "text", "unique": True, "indexed": True},
    "stage": {"x-type": "select", "options": ["Open", "Won"]},
    "extra": {"x-type": "json"},
    "lead": {"x-type": "agent"},
    "links": {"x-type": "url_collection"},
}


def test_lists_the_schemas_of_all_object_types(api: Api) -> None:
    answer = api.get("schemas")

    assert answer.status == 200
    assert [(row["type"], row["id"]) for row in answer.data] == [
        ("schema", slug) for slug in STANDARD
    ]
    assert answer.json["meta"]["total_records"] == 6


def test_lists_a_page_of_them(api: Api) -> None:
    answer = api.get("schemas?page[limit]=2&page[offset]=2")

    assert [row["id"] for row in answer.data] == ["deal", "meeting"]
    assert "page%5Boffset%5D=4" in answer.json["links"]["next"]


def test_a_schema_says_all_about_its_object_type(api: Api) -> None:
    answer = api.get("schemas/deal")

    attributes = answer.data["attributes"]
    stage = attributes.pop("properties")["stage"]
    stage["x-options"] = stage["x-options"][:1]
    assert attributes == {
        "title": "Deal",
        "description": "",
        "plural": "Deals",
        "prefix": "deal",
        "match_fields": ["name"],
        "version": 1,
        "is_custom": False,
        "required": [],
    }
    labels = ["Prospecting", "Discovery", "Proposal", "Negotiation", "Won", "Lost"]
    assert stage == {
        "title": "Stage",
        "x-type": "select",
        "type": ["string", "null"],
        "enum": [*labels, None],
        "x-indexed": True,
        "x-options": [{"id": "prospecting", "label": "Prospecting", "color": "gray"}],
    }


def test_a_schema_lists_relationships_among_its_properties(api: Api) -> None:
    answer = api.get("schemas/conversation")

    assert answer.data["attributes"]["properties"]["person"] == {
        "title": "Person",
        "x-type": "relationship",
        "x-relationship": {
            "kind": "many-to-one",
            "entity": "person",
            "field": "conversations",
        },
        "not": {},
    }


def test_a_schema_links_to_its_json_schema(api: Api) -> None:
    answer = api.get("schemas/deal")

    address = "http://testserver/v1/workspaces/acme/schemas/deal"
    links = {
        "self": address,
        "describedby": {"href": address, "type": JSON_SCHEMA},
    }
    assert (answer.json["links"], answer.data["links"]) == (links, links)


@pytest.mark.parametrize("name", ["person", "core/person", "entities/person"])
def test_a_schema_has_three_names(api: Api, name: str) -> None:
    answer = api.get(f"schemas/{name}")

    assert (answer.status, answer.id) == (200, "person")


@pytest.mark.parametrize("name", ["unicorn", "core/unicorn", "Person", "x/person"])
def test_a_schema_that_there_is_not(api: Api, name: str) -> None:
    assert api.get(f"schemas/{name}").status == 404


def test_a_version_that_is_known_is_not_sent_again(api: Api) -> None:
    tag = api.get("schemas/deal").headers["ETag"]

    known = api.get("schemas/deal", if_none_match=tag)
    change_field(api, "deal", "name", label="Title")
    changed = api.get("schemas/deal", if_none_match=tag)

    assert (known.status, known.content, known.headers["ETag"]) == (304, b"", '"1"')
    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize("slug", [*STANDARD, "c_ship"])
def test_a_json_schema_is_one_by_the_metaschema(api: Api, slug: str) -> None:
    api.post("schemas/objects", {"name": "Ship", "properties": EVERY_TYPE})

    answer = api.get(f"schemas/{slug}", accept=JSON_SCHEMA)

    Draft202012Validator.check_schema(answer.json)
    assert answer.headers["Content-Type"] == JSON_SCHEMA
    assert answer.json["$id"].endswith(f"/v1/workspaces/acme/schemas/{slug}")
    assert answer.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_json_schema_is_not_sent_again_either(api: Api) -> None:
    answer = api.get("schemas/deal", accept=JSON_SCHEMA, if_none_match='"1"')

    assert (answer.status, answer.headers["Vary"]) == (304, "Accept")


def test_a_json_schema_is_of_one_object_type_only(api: Api) -> None:
    answer = api.get("schemas", accept=JSON_SCHEMA)

    assert answer.status == 406
    assert answer.errors == [("not_acceptable", "Accept")]


def test_errors_are_no_json_schema(api: Api) -> None:
    answer = api.get("schemas/unicorn", accept=JSON_SCHEMA)

    assert answer.status == 404
    assert answer.errors == [("not_found", "")]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (JSON_SCHEMA, JSON_SCHEMA),
        ("*/*", "application/vnd.api+json"),
        (f"{JSON_SCHEMA};q=0.5, application/json", "application/json"),
        (f"application/json;q=0.5, {JSON_SCHEMA}", JSON_SCHEMA),
    ],
)
def test_the_client_chooses_by_accept(api: Api, accept: str, media_type: str) -> None:
    answer = api.get("schemas/deal", accept=accept)

    assert answer.headers["Content-Type"] == media_type


def test_an_agent_that_is_required_is_no_required_attribute(api: Api) -> None:
    add_fields(api, "deal", lead={"x-type": "agent", "required": True})

    answer = api.get("schemas/deal", accept=JSON_SCHEMA)

    assert answer.json["required"] == []
    assert api.get("schemas/deal").data["attributes"]["required"] == ["lead"]


def test_lists_the_object_types(api: Api) -> None:
    create(api, "deal", name="Big")

    answer = api.get("objects")

    assert [(row["type"], row["id"]) for row in answer.data] == [
        ("object", slug) for slug in STANDARD
    ]
    counts = [row["attributes"]["record_count"] for row in answer.data]
    assert counts == [0, 0, 1, 0, 0, 0]


def test_reads_one_object_type(api: Api) -> None:
    answer = api.get("objects/person")

    address = "http://testserver/v1/workspaces/acme"
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": {
            "type": "object",
            "id": "person",
            "attributes": {
                "name": "Person",
                "plural": "People",
                "description": "",
                "prefix": "per",
                "match_fields": ["email_addresses"],
                "is_custom": False,
                "version": 1,
                "record_count": 0,
            },
            "links": {
                "self": f"{address}/objects/person",
                "records": f"{address}/objects/person/records",
                "schema": f"{address}/schemas/person",
            },
        },
        "links": {"self": f"{address}/objects/person"},
    }


@pytest.mark.parametrize("path", ["objects", "objects/deal", "schemas", "schemas/deal"])
def test_any_key_reads_them(reader: Api, path: str) -> None:
    assert reader.get(path).status == 200


@pytest.mark.parametrize("path", ["objects", "objects/deal", "schemas", "schemas/deal"])
def test_parameters_that_are_not_known_are_refused(api: Api, path: str) -> None:
    answer = api.get(f"{path}?sort=name")

    assert (answer.status, answer.errors) == (400, [("unknown_parameter", "sort")])


def test_changes_count_up_the_version(api: Api) -> None:
    change_field(api, "deal", "name", label="Title")
    change_field(api, "deal", "name", label="Title")

    assert (version(api, "deal"), version(api, "person")) == (2, 1)
