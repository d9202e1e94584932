"""Relationships in a write link records, at both ends and by their cardinality."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from records.ids import encode_id
from records.models import Link, Record
from tests.api_client import Answer, Api, items
from tests.schemas import make_field, rename_field

NOBODY = "01J2SC8Z8YFGX9Y0014D2PF2DB"


def document(
    type_: str, attributes: object = None, **linkage: object
) -> dict[str, Any]:
    """Return a document with a resource that has linkage."""
    relationships = {name: {"data": data} for name, data in linkage.items()}
    data = {
        "type": type_,
        "attributes": attributes or {},
        "relationships": relationships,
    }
    return {"data": data}


def create(api: Api, type_: str, attributes: object = None, **linkage: object) -> str:
    body = document(type_, attributes, **linkage)
    answer = api.post(f"objects/{type_}/records", body)
    assert answer.status == 201
    return answer.id


def change(api: Api, type_: str, record: str, **linkage: object) -> Answer:
    return api.patch(f"objects/{type_}/records/{record}", document(type_, **linkage))


def ref(type_: str, record_id: str) -> dict[str, object]:
    return {"type": type_, "id": record_id}


def refs(type_: str, *ids: str) -> list[dict[str, object]]:
    return [ref(type_, record_id) for record_id in ids]


def match(type_: str, **values: object) -> dict[str, object]:
    return {"type": type_, "meta": {"match": values}}


def companies(api: Api, *domains: str) -> list[str]:
    return [create(api, "company", {"domains": items(domain)}) for domain in domains]


def links(forward: str) -> set[tuple[str, str]]:
    """Return the ids of both ends of each link of a forward field."""
    ids = {
        record.id: encode_id(record.object_type.prefix, record.id)
        for record in Record.objects.select_related("object_type")
    }
    found = Link.objects.filter(field__slug=forward, field__inverse_of=None)
    return {(ids[link.source_id], ids[link.target_id]) for link in found}


def versions(*records: str) -> list[int]:
    """Return the version of each record."""
    found = {
        encode_id(record.object_type.prefix, record.id): record.version
        for record in Record.objects.select_related("object_type")
    }
    return [found[record] for record in records]


def test_links_a_new_record_to_many(api: Api) -> None:
    acme, globex = companies(api, "acme.com", "globex.com")

    ada = create(api, "person", companies=refs("company", globex, acme))

    assert links("companies") == {(ada, acme), (ada, globex)}
    assert versions(ada, acme, globex) == [1, 1, 1]


def test_links_from_the_other_side(api: Api) -> None:
    ada, bea = create(api, "person"), create(api, "person")

    acme = create(api, "company", people=refs("person", ada, bea))

    assert links("companies") == {(ada, acme), (bea, acme)}
    assert versions(ada, bea, acme) == [1, 1, 1]


def test_finds_records_by_a_unique_value(api: Api) -> None:
    acme, globex = companies(api, "acme.com", "globex.com")
    by_value = match("company", domains="https://www.ACME.com/")

    ada = create(api, "person", companies=[by_value, ref("company", globex)])

    assert links("companies") == {(ada, acme), (ada, globex)}


def test_finds_a_record_by_text_as_a_match_would(api: Api) -> None:
    deal = create(api, "deal", {"name": "Acme Renewal Q1"})

    ada = create(api, "person", deals=[match("deal", name=" acme  RENEWAL q1")])

    assert links("people") == {(deal, ada)}


def test_links_what_is_named_twice_once(api: Api) -> None:
    (acme,) = companies(api, "acme.com")
    twice = [ref("company", acme), match("company", domains="acme.com")]

    ada = create(api, "person", companies=[*twice, ref("company", acme.lower())])

    assert links("companies") == {(ada, acme)}
    assert versions(ada, acme) == [1, 1]


def test_replaces_the_links_of_a_record(api: Api) -> None:
    acme, globex, initech = companies(api, "acme.com", "globex.com", "initech.com")
    ada = create(api, "person", companies=refs("company", acme, globex))

    answer = change(api, "person", ada, companies=refs("company", globex, initech))

    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert links("companies") == {(ada, globex), (ada, initech)}
    assert versions(acme, globex, initech) == [1, 1, 1]


def test_takes_all_links_away(api: Api) -> None:
    (acme,) = companies(api, "acme.com")
    ada = create(api, "person", companies=refs("company", acme))

    change(api, "person", ada, companies=[])

    assert links("companies") == set()
    assert versions(ada, acme) == [2, 1]


def test_links_that_are_omitted_stay(api: Api) -> None:
    (acme,) = companies(api, "acme.com")
    ada = create(api, "person", {"title": "Ms"}, companies=refs("company", acme))

    body = {"data": {"type": "person", "attributes": {"title": "Dr"}}}
    api.patch(f"objects/person/records/{ada}", body)

    assert links("companies") == {(ada, acme)}
    assert versions(ada, acme) == [2, 1]


def test_links_that_are_there_change_no_version(api: Api) -> None:
    acme, globex = companies(api, "acme.com", "globex.com")
    ada = create(api, "person", companies=refs("company", acme, globex))

    answer = change(api, "person", ada, companies=refs("company", globex, acme))

    assert answer.headers["ETag"] == '"1"'
    assert versions(ada, acme, globex) == [1, 1, 1]


def test_the_end_that_shows_a_link_says_who_linked_it(api: Api, scout: Api) -> None:
    talk, (acme,) = create(api, "conversation"), companies(api, "acme.com")
    before = api.get(f"objects/company/records/{acme}").data

    linkage = {
        "conversations": refs("conversation", talk),
        "companies": refs("company", acme),
    }
    created = scout.post("objects/person/records", document("person", **linkage))

    attributes = api.get(f"objects/conversation/records/{talk}").data["attributes"]
    assert attributes["_updated_by"] == created.data["attributes"]["_created_by"]
    assert attributes["_updated_at"] == created.data["attributes"]["_updated_at"]
    assert attributes["_created_by"] != attributes["_updated_by"]
    assert api.get(f"objects/company/records/{acme}").data == before


def test_links_to_one(api: Api) -> None:
    ada = create(api, "person", {"email_addresses": items("ada@example.com")})
    bea = create(api, "person")
    talk = create(api, "conversation", person=ref("person", bea))

    by_value = change(
        api,
        "conversation",
        talk,
        person=match("person", email_addresses="ADA@example.com"),
    )
    cleared = change(api, "conversation", talk, person=None)

    assert shown(by_value) == ref("person", ada)
    assert shown(cleared) is None
    assert versions(talk, ada, bea) == [3, 1, 1]


def shown(answer: Answer) -> object:
    """Return the person of a conversation."""
    return answer.data["relationships"]["person"]["data"]


def test_links_every_row_of_a_batch(api: Api) -> None:
    acme, globex = companies(api, "acme.com", "globex.com")
    rows = [
        document("person", companies=refs("company", acme))["data"],
        document("person", companies=[match("company", domains="acme.com")])["data"],
        document("person", companies=refs("company", globex, acme))["data"],
    ]

    answer = api.post("objects/person/records/bulk", {"data": rows})

    a, b, c = (row["id"] for row in answer.data)
    assert links("companies") == {(a, acme), (b, acme), (c, globex), (c, acme)}
    assert versions(acme, globex, a, b, c) == [1, 1, 1, 1, 1]


def test_links_a_record_that_matched(api: Api) -> None:
    acme, globex = companies(api, "acme.com", "globex.com")
    address = {"email_addresses": items("ada@example.com")}
    ada = create(api, "person", address, companies=refs("company", acme))

    body = document("person", address, companies=refs("company", globex))
    answer = api.post("objects/person/records", body)

    assert (answer.status, answer.id) == (200, ada)
    assert links("companies") == {(ada, globex)}


def test_a_field_may_be_matched_under_a_former_slug(
    api: Api, workspace: Workspace
) -> None:
    make_field(
        workspace, "company", "c_number", "text", unique=True, aliases=["c_code"]
    )
    acme = create(api, "company", {"c_number": "7"})

    ada = create(api, "person", companies=[match("company", c_code="7")])

    assert links("companies") == {(ada, acme)}


@pytest.mark.parametrize("linked", [["person"], ["company", "deal", "person"]])
def test_refuses_records_of_another_type(api: Api, linked: list[str]) -> None:
    (acme,) = companies(api, "acme.com")
    data = [ref(type_, acme) for type_ in linked]

    answer = api.post("objects/person/records", document("person", companies=data))

    assert answer.status == 409
    assert answer.errors == [
        ("type_mismatch", f"/data/relationships/companies/data/{place}/type")
        for place, type_ in enumerate(linked)
        if type_ != "company"
    ]


@pytest.mark.parametrize(
    "data",
    [
        [ref("company", f"com_{NOBODY}")],
        [ref("company", "nobody")],
        [ref("company", f"per_{NOBODY}")],
        [ref("company", "")],
        [ref("company", "\x00")],
        [match("company", domains="nowhere.example")],
        [ref("company", f"com_{NOBODY}"), match("company", domains="nowhere.example")],
        [ref("company", "nobody"), ref("company", "no one")],
        [ref("company", "nobody"), ref("company", f"com_{NOBODY}")],
    ],
)
def test_names_every_record_that_is_not_there(api: Api, data: list[object]) -> None:
    answer = api.post("objects/person/records", document("person", companies=data))

    assert answer.status == 404
    assert answer.errors == [
        ("not_found", f"/data/relationships/companies/data/{place}")
        for place in range(len(data))
    ]
    assert not Record.objects.exists()


def test_a_record_of_another_type_is_not_there(api: Api) -> None:
    ada = create(api, "person")
    disguised = ref("company", f"com_{ada[4:]}")

    answer = change(api, "person", ada, companies=[disguised])

    assert answer.errors == [("not_found", "/data/relationships/companies/data/0")]


def test_a_record_that_was_deleted_is_not_there(api: Api) -> None:
    (acme,) = companies(api, "acme.com")
    api.delete(f"objects/company/records/{acme}")

    for data in (ref("company", acme), match("company", domains="acme.com")):
        body = document("person", companies=[data])
        assert api.post("objects/person/records", body).status == 404


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (match("company", name="Acme"), ("unknown_field", "meta/match")),
        (match("company", shoe_size=1), ("unknown_field", "meta/match")),
        (match("company", domains="acme"), ("invalid_value", "meta/match/domains")),
        (match("company", domains=items()), ("invalid_value", "meta/match/domains")),
        (match("company", domains=None), ("invalid_value", "meta/match/domains")),
    ],
)
def test_refuses_values_that_match_nothing(
    api: Api, data: object, problem: tuple[str, str]
) -> None:
    code, place = problem

    answer = api.post("objects/person/records", document("person", companies=[data]))

    assert answer.status == 422
    assert answer.errors == [(code, f"/data/relationships/companies/data/0/{place}")]


@pytest.mark.parametrize(
    ("relationships", "places"),
    [
        ([], [""]),
        (None, [""]),
        ({"companies": None}, ["/companies"]),
        ({"companies": {}}, ["/companies"]),
        ({"companies": {"links": {}}}, ["/companies"]),
        ({"companies": {"data": "acme"}}, ["/companies/data"]),
        ({"companies": {"data": None}}, ["/companies/data"]),
        ({"companies": {"data": ref("company", "1")}}, ["/companies/data"]),
        ({"companies": {"data": [1, {}]}}, ["/companies/data/0", "/companies/data/1"]),
        ({"companies": {"data": [{"id": "1"}]}}, ["/companies/data/0"]),
        ({"companies": {"data": [{"type": "company"}]}}, ["/companies/data/0"]),
        (
            {"companies": {"data": [{"type": "company", "id": 1}]}},
            ["/companies/data/0/id"],
        ),
        (
            {"companies": {"data": [match("company")]}},
            ["/companies/data/0"],
        ),
        (
            {"companies": {"data": [match("company", name="a", domains="b.co")]}},
            ["/companies/data/0"],
        ),
        (
            {"companies": {"data": [{"type": "company", "meta": []}]}},
            ["/companies/data/0/meta", "/companies/data/0"],
        ),
    ],
)
def test_refuses_linkage_of_another_shape(
    api: Api, relationships: object, places: list[str]
) -> None:
    body = {"data": {"type": "person", "relationships": relationships}}

    answer = api.post("objects/person/records", body)

    assert answer.status == 400
    assert answer.errors == [
        ("malformed_document", f"/data/relationships{place}") for place in places
    ]


@pytest.mark.parametrize("data", [[], [ref("person", f"per_{NOBODY}")]])
def test_refuses_many_where_there_is_one(api: Api, data: object) -> None:
    body = document("conversation", person=data)

    answer = api.post("objects/conversation/records", body)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", "/data/relationships/person/data")]


@pytest.mark.parametrize("name", ["friends", "name", "tags", "_x", "a/b", "people"])
def test_refuses_relationships_that_it_does_not_know(api: Api, name: str) -> None:
    answer = api.post("objects/person/records", document("person", **{name: []}))

    assert answer.status == 422
    place = f"/data/relationships/{name.replace('/', '~1')}"
    assert answer.errors == [("unknown_field", place)]


def test_reports_problems_of_values_and_links_at_once(api: Api) -> None:
    body = document("person", {"title": 5}, companies=refs("company", "nobody"))

    answer = api.post("objects/person/records", body)

    assert answer.status == 400
    assert answer.errors == [
        ("invalid_value", "/data/attributes/title"),
        ("not_found", "/data/relationships/companies/data/0"),
    ]


def test_a_relationship_is_there_once(api: Api, workspace: Workspace) -> None:
    (acme,) = companies(api, "acme.com")
    rename_field(workspace, "person", "companies", "employers")

    answer = api.post(
        "objects/person/records",
        document("person", companies=[], employers=refs("company", acme)),
    )

    place = "/data/relationships/employers"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])
    assert versions(acme) == [1]


def test_one_row_that_links_nothing_refuses_all(api: Api) -> None:
    (acme,) = companies(api, "acme.com")
    rows = [
        document("person", companies=refs("company", acme))["data"],
        document("person", companies=refs("company", f"com_{NOBODY}"))["data"],
    ]

    answer = api.post("objects/person/records/bulk", {"data": rows})

    assert answer.status == 404
    assert answer.errors == [("not_found", "/data/1/relationships/companies/data/0")]
    assert versions(acme) == [1]
    assert links("companies") == set()
