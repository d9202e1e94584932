"""JSON:API 1.1, the structure of documents: rows 18 to 46 of the checklist.

Every answer in these tests is checked by the client, against a JSON Schema of the
specification and for what a schema cannot say: rows 18 to 21, 26, 29, 32, 35, 38 to 41
and 43. What is below shows the cases that no other test would meet. Attributes that
begin with an underscore are a deliberate departure.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.conformance.checks import typed_id
from tests.conformance.wire import (
    CONVERSATIONS,
    CURSORS,
    DEALS,
    JSONAPI,
    NOBODY,
    PEOPLE,
    WITH_CURSORS,
    address,
    create,
    data,
    document,
    errors,
    ref,
)


@pytest.mark.parametrize(
    ("method", "path", "body", "members"),
    [
        ("GET", PEOPLE, None, {"data", "links", "meta", "jsonapi"}),
        ("GET", f"{PEOPLE}/{NOBODY}", None, {"errors", "jsonapi"}),
        ("GET", f"{PEOPLE}?include=bogus", None, {"errors", "jsonapi"}),
        ("POST", PEOPLE, document("person"), {"data", "links", "meta", "jsonapi"}),
        (
            "POST",
            PEOPLE,
            document("person") | {"meta": {"mode": "dry_run"}},
            {"meta", "jsonapi"},
        ),
        (
            "GET",
            f"{PEOPLE}?include=companies",
            None,
            {"data", "included", "links", "meta", "jsonapi"},
        ),
        (
            "POST",
            f"{PEOPLE}/query",
            {"filter": {"name": "Ada"}},
            {"data", "links", "meta", "jsonapi"},
        ),
    ],
)
def test_2b_18_to_21_a_document_has_only_members_that_belong_together(
    client: httpx.Client, method: str, path: str, body: Any, members: set[str]
) -> None:
    answer = client.request(method, path, json=body)

    assert set(answer.json()) == members


def test_2b_20_an_error_includes_nothing(client: httpx.Client) -> None:
    answer = client.get(f"{PEOPLE}/{NOBODY}?include=companies")

    assert answer.status_code == 404
    assert set(answer.json()) == {"errors", "jsonapi"}


def test_2b_22_unknown_members_of_a_request_are_ignored(client: httpx.Client) -> None:
    body = document("person", {"name": "Ada"})
    body |= {"zzz": 1}
    body["data"] |= {"zzz": 1, "links": 5}

    answer = client.post(PEOPLE, json=body)

    assert answer.status_code == 201
    assert "zzz" not in answer.text


def test_2b_23_the_link_to_itself_repeats_the_request(client: httpx.Client) -> None:
    address = f"{client.base_url}{PEOPLE}?sort=name&page%5Blimit%5D=2"

    answer = client.get(address)

    assert answer.json()["links"]["self"] == address


def test_2b_23_the_link_to_itself_names_a_profile(client: httpx.Client) -> None:
    answer = client.get(f"{PEOPLE}?page[size]=1", headers=WITH_CURSORS)

    link = answer.json()["links"]["self"]
    assert link == {
        "href": str(answer.request.url),
        "type": f'{JSONAPI};profile="{CURSORS}"',
    }


@pytest.mark.parametrize("relationship", ["person", "owner"])
def test_2b_24_one_target_is_a_resource_or_null(
    client: httpx.Client, relationship: str
) -> None:
    talk = create(client, "conversation")

    answer = client.get(address(talk, relationship))

    assert (answer.status_code, data(answer)) == (200, None)


@pytest.mark.parametrize("many", [0, 1])
def test_2b_25_a_collection_is_an_array(client: httpx.Client, many: int) -> None:
    for _ in range(many):
        create(client, "person")

    assert isinstance(data(client.get(PEOPLE)), list)
    assert len(data(client.get(PEOPLE))) == many


def test_2b_26_types_and_ids_are_strings(client: httpx.Client) -> None:
    ada = create(client, "person")

    found = data(client.get(PEOPLE))

    assert [typed_id(row) for row in found] == [("person", ada["id"])]
    assert re.fullmatch(r"per_[0-9A-Z]{26}", ada["id"])


def test_2b_27_an_identity_names_one_resource_everywhere(client: httpx.Client) -> None:
    ada, acme = create(client, "person"), create(client, "company")

    wrong = client.get(address(ada | {"type": "company"}))
    right = client.get(address(acme))

    assert (wrong.status_code, right.status_code) == (404, 200)
    assert ada["id"] != acme["id"]


@pytest.mark.parametrize("attributes", [[1], 1, "a", None])
def test_2b_30_attributes_must_be_an_object(
    client: httpx.Client, attributes: object
) -> None:
    body = {"data": {"type": "person", "attributes": attributes}}

    answer = client.post(PEOPLE, json=body)

    where = {"pointer": "/data/attributes"}
    assert errors(answer) == (400, [("malformed_document", where)])


def test_2b_31_foreign_keys_are_no_attributes(client: httpx.Client) -> None:
    ada = create(client, "person")

    talk = create(client, "conversation", person=ref(ada))

    assert {"person", "owner"} <= talk["relationships"].keys()
    assert not {"person", "person_id", "owner", "owner_id"} & talk["attributes"].keys()


@pytest.mark.parametrize(
    ("relationships", "pointer"),
    [
        ([1], "/data/relationships"),
        ("companies", "/data/relationships"),
        (None, "/data/relationships"),
        ({"companies": "a"}, "/data/relationships/companies"),
        ({"companies": [1]}, "/data/relationships/companies"),
        ({"companies": None}, "/data/relationships/companies"),
    ],
)
def test_2b_32_relationships_must_be_an_object_of_objects(
    client: httpx.Client, relationships: object, pointer: str
) -> None:
    body = {"data": {"type": "person", "relationships": relationships}}

    answer = client.post(PEOPLE, json=body)

    assert errors(answer) == (400, [("malformed_document", {"pointer": pointer})])


def test_2b_33_relationships_link_to_their_linkage_and_their_records(
    client: httpx.Client,
) -> None:
    ada = create(client, "person")

    home = f"{client.base_url}{address(ada)}"
    assert ada["relationships"]["companies"] == {
        "links": {
            "self": f"{home}/relationships/companies",
            "related": f"{home}/companies",
        }
    }


def test_2b_34_the_link_to_related_records_is_valid_also_if_there_are_none(
    client: httpx.Client,
) -> None:
    talk = create(client, "conversation")

    links = [r["links"]["related"] for r in talk["relationships"].values()]

    assert links
    assert {client.get(link).status_code for link in links} == {200}


def test_2b_35_linkage_has_the_form_of_its_relationship(client: httpx.Client) -> None:
    ada, acme = create(client, "person"), create(client, "company")
    alone = create(client, "conversation")
    talk = create(client, "conversation", person=ref(ada))
    client.patch(address(ada), json=document("person", companies=[ref(acme)]))

    linkages = [
        data(client.get(address(record, "relationships", name)))
        for record, name in [
            (alone, "person"),
            (talk, "person"),
            (acme, "deals"),
            (ada, "companies"),
        ]
    ]

    assert linkages == [None, ref(ada), [], [ref(acme)]]


def test_2b_36_the_link_to_itself_of_a_resource_answers_it(
    client: httpx.Client,
) -> None:
    ada = create(client, "person", {"name": "Ada"})

    assert data(client.get(ada["links"]["self"])) == ada


@pytest.mark.parametrize(
    ("identifier", "pointer"),
    [
        ({"type": "company", "id": 7}, "/data/0/id"),
        ({"type": "company", "id": None}, "/data/0/id"),
        ({"type": "company"}, "/data/0"),
        ({"type": "company", "lid": "x"}, "/data/0"),
        ({"type": 7, "id": "7"}, "/data/0/type"),
        ({"id": "7"}, "/data/0"),
        ("com_1", "/data/0"),
    ],
)
def test_2b_37_an_identifier_has_a_type_and_an_id_that_are_strings(
    client: httpx.Client, identifier: object, pointer: str
) -> None:
    path = address(create(client, "person"), "relationships", "companies")

    answer = client.post(path, json={"data": [identifier]})

    assert errors(answer) == (400, [("malformed_document", {"pointer": pointer})])


def test_2b_38_a_resource_is_included_once(client: httpx.Client) -> None:
    ada = create(client, "person")
    for _ in range(2):
        create(client, "conversation", person=ref(ada))

    answer = client.get(f"{CONVERSATIONS}?include=person")

    assert len(data(answer)) == 2
    assert [ref(resource) for resource in answer.json()["included"]] == [ref(ada)]


def test_2b_38_what_is_primary_is_not_included_again(client: httpx.Client) -> None:
    ada = create(client, "person")
    deal = create(client, "deal", {"name": "Big"}, people=[ref(ada)])

    answer = client.get(f"{DEALS}?include=people.deals")

    assert [ref(resource) for resource in data(answer)] == [ref(deal)]
    assert [ref(resource) for resource in answer.json()["included"]] == [ref(ada)]


def test_2b_39_what_is_included_is_linked(client: httpx.Client) -> None:
    acme = create(client, "company")
    ada = create(client, "person", companies=[ref(acme)])
    create(client, "conversation", person=ref(ada))

    answer = client.get(f"{CONVERSATIONS}?include=person.companies")

    linked = {resource["id"]: resource for resource in answer.json()["included"]}
    shown = linked[ada["id"]]["relationships"]["companies"]["data"]
    assert linked.keys() == {ada["id"], acme["id"]}
    assert shown == [ref(acme)]


@pytest.mark.parametrize("path", [PEOPLE, f"{PEOPLE}?nonsense=1", "nowhere"])
def test_2b_42_every_document_names_the_version(
    client: httpx.Client, path: str
) -> None:
    assert client.get(path).json()["jsonapi"] == {"version": "1.1"}


def test_2b_44_names_are_case_sensitive(client: httpx.Client) -> None:
    ada = create(client, "person", {"name": "Ada"})

    answer = client.patch(address(ada), json=document("person", {"Name": "Eve"}))

    where = {"pointer": "/data/attributes/Name"}
    assert errors(answer) == (422, [("unknown_field", where)])


def test_2b_45_at_members_are_ignored_everywhere(client: httpx.Client) -> None:
    body = document("person", {"name": "Ada", "@x": 1})
    body["@x"] = 1
    body["data"] |= {"@x": 1, "relationships": {"@x": 1}}

    answer = client.post(PEOPLE, json=body)

    assert answer.status_code == 201
    assert "@x" not in answer.text


@pytest.mark.parametrize(
    "type_", ["person", "company", "deal", "meeting", "conversation"]
)
def test_2b_46_names_are_safe_in_addresses(client: httpx.Client, type_: str) -> None:
    record = create(client, type_, {})

    fields = [*record["attributes"], *record["relationships"]]

    assert [name for name in fields if not re.fullmatch(r"[a-z_]+", name)] == []


@pytest.mark.parametrize("name", ["type", "id", "a.b", "a b", "_x", "x_", "a/b", ""])
def test_2b_28_29_and_43_a_field_has_a_name_that_a_member_may_have(
    client: httpx.Client, name: str
) -> None:
    body = {"properties": {name: {"type": "string", "title": "X"}}}

    answer = client.post("schemas/person/properties", json=body)

    assert answer.status_code in {400, 409, 422}
    assert name not in create(client, "person")["attributes"]


def test_2b_29_attributes_and_relationships_share_their_names(
    client: httpx.Client,
) -> None:
    body = {"properties": {"companies": {"type": "string", "title": "Companies"}}}

    answer = client.post("schemas/person/properties", json=body)

    assert answer.status_code == 409
    assert "companies" not in create(client, "person")["attributes"]
