"""``GET /objects/{object}/records/{id}/duplicates``: what is like one record now."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent, Workspace
from objects.models import ObjectType
from records.models import Record
from tests.api_client import Api, items, make_record
from tests.interfaces.api.duplicates.finding import (
    COMPANIES,
    PEOPLE,
    company,
    duplicates,
    make,
    others,
    person,
    told,
)
from tests.schemas import make_field

EMAIL, PHONE = "email_addresses", "phone_numbers"
SAME_NAME = ("name", "same")


def emails(*addresses: str) -> dict[str, Any]:
    return {EMAIL: items(*addresses)}


def phone(number: str = "+14155550100") -> dict[str, Any]:
    return {PHONE: items(number)}


ALIKE = [
    (
        {"name": "Ada Lovelace", **emails("ada@x.example")},
        {"name": "A. King", **emails("ada+crm@x.example")},
        (0.9, [(EMAIL, "variant")]),
    ),
    (
        {"name": "Ada Lovelace", **emails("ada.lovelace@gmail.com")},
        {"name": "Countess", **emails("adalovelace+x@googlemail.com")},
        (0.9, [(EMAIL, "variant")]),
    ),
    (
        {"name": "Ada Lovelace", "linkedin_url": "https://www.linkedin.com/in/ada/"},
        {"name": "Countess", "linkedin_url": "http://linkedin.com/in/Ada"},
        (0.9, [("linkedin_url", "variant")]),
    ),
    (
        {"name": "Ada Lovelace", **phone()},
        {"name": "Ada Lovelace", **phone()},
        (0.88, [(PHONE, "same"), SAME_NAME]),
    ),
    (
        {"name": "Zoë Müller"},
        {"name": "Muller, Zoe"},
        (0.6, [("name", "variant")]),
    ),
    (
        {"name": "Ada Lovelace", "company_name": "Analytical Engines"},
        {"name": "Ada Lovelace", "company_name": "analytical  Engines"},
        (0.64, [SAME_NAME, ("company_name", "variant")]),
    ),
]


@pytest.mark.parametrize(("one", "other", "expected"), ALIKE)
def test_people_who_may_be_the_same(
    api: Api, one: dict[str, Any], other: dict[str, Any], expected: object
) -> None:
    ada, also = make(api, "person", **one), make(api, "person", **other)

    (pair,) = duplicates(api, ada)
    (back,) = duplicates(api, also)

    assert others([pair], ada) == [also]
    assert told(pair) == told(back) == expected
    assert pair["id"] == back["id"] == f"{ada}-{also}"


UNLIKE = [
    (
        {"name": "John Featherstone", **phone()},
        {"name": "Paul Featherstone", **phone()},
    ),
    ({"name": "Ada Lovelace", **phone()}, {"name": "Charles Babbage", **phone()}),
    ({"name": "Ada Lovelace"}, {"name": "Ada Lovelock"}),
    ({"name": "", **phone()}, {"name": "", **phone()}),
    (
        {"name": "Ada", "linkedin_url": "https://x.example"},
        {"name": "Bea", "linkedin_url": "https://x.example"},
    ),
    ({**emails("ada@x.example")}, {**emails("ada@y.example")}),
]


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_people_who_are_not(
    api: Api, one: dict[str, Any], other: dict[str, Any]
) -> None:
    ada = make(api, "person", **one)
    make(api, "person", **other)

    assert duplicates(api, ada) == []


def test_companies_of_one_registered_domain(api: Api) -> None:
    acme = company(api, "Acme Tools", domains=items("acme.co.uk"))
    shop = company(api, "Acme Tools Shop", domains=items("shop.acme.co.uk"))
    company(api, "Acme Germany", domains=items("acme.de"))
    company(api, "Bolt Limited", domains=items("bolt.co.uk"))

    pairs = duplicates(api, acme, "company")

    assert others(pairs, acme) == [shop]
    assert told(pairs[0])[1] == [("domains", "variant"), ("name", "similar")]


def test_two_branches_of_a_company_are_two(api: Api) -> None:
    berlin = company(api, "Northwind Traders Berlin", domains=items("b.northwind.com"))
    company(api, "Northwind Traders Munich", domains=items("m.northwind.com"))

    assert duplicates(api, berlin, "company") == []


def test_a_company_that_both_are_linked_to_is_a_reason(api: Api) -> None:
    engines = make_record(api, "company", "Engines")
    ada, _ = (
        make_record(api, "person", "Ada Lovelace", companies=[engines])["id"]
        for _ in range(2)
    )

    (pair,) = duplicates(api, ada)

    assert told(pair) == (0.64, [SAME_NAME, ("companies", "same")])


def test_a_pair_as_it_is_told(api: Api) -> None:
    ada, also = person(api, "Ada Lovelace"), person(api, "Ada Lovelace")

    answer = api.get(f"{PEOPLE}/{also}/duplicates")

    both = [{"type": "person", "id": one} for one in (ada, also)]
    assert answer.data == [
        {
            "type": "duplicate",
            "id": f"{ada}-{also}",
            "attributes": {
                "score": 0.6,
                "reasons": [{"field": "name", "kind": "same", "similarity": 1.0}],
                "state": "open",
            },
            "relationships": {"records": {"data": both}},
            "links": {"self": f"{api.base}/objects/person/duplicates/{ada}-{also}"},
        }
    ]


def test_the_surest_come_first_and_25_at_most(api: Api) -> None:
    ada = person(api, "Ada Lovelace", **emails("ada@x.example"))
    for number in range(30):
        person(api, "Ada Lovelace", **emails(f"other{number}@y.example"))
    sure = person(api, "Ada Lovelace", **emails("ada+x@x.example"))

    pairs = duplicates(api, ada)

    assert len(pairs) == 25
    assert others(pairs[:1], ada) == [sure]


def test_a_workspaces_own_type_is_served_by_the_types_of_its_fields(
    api: Api, workspace: Workspace
) -> None:
    named = {"slug": "supplier", "label": "Supplier"}
    ObjectType.objects.create(workspace=workspace, plural="S", prefix="sup", **named)
    make_field(workspace, "supplier", "handle", "text", searchable=True)
    make_field(workspace, "supplier", "mail", "email", searchable=True)
    make_field(workspace, "supplier", "line", "phone")
    first = make(
        api, "supplier", handle="Bolt", mail="b.o@gmail.com", line="+14155550100"
    )
    line = make(api, "supplier", handle="Bolt", line="+14155550100")
    mail = make(api, "supplier", handle="Nuts", mail="bo+x@gmail.com")

    assert others(duplicates(api, line, "supplier"), line) == [first]
    assert others(duplicates(api, mail, "supplier"), mail) == []


def test_a_type_without_anything_to_reach_by_has_none(api: Api) -> None:
    call, also = (make(api, "task", title="Call back") for _ in range(2))

    assert duplicates(api, call, "task") == []
    assert api.get(f"objects/task/duplicates/{call}-{also}").status == 404


@pytest.mark.parametrize(
    ("name", "many"), [("!", 0), ("%_", 0), ("a " * 5000, 1), ("李 明", 1)]
)
def test_any_name_can_be_asked_for(api: Api, name: str, many: int) -> None:
    ada, _ = person(api, name), person(api, name)

    assert len(duplicates(api, ada)) == many


def test_what_an_agent_may_not_see_is_absent(
    api: Api, scout: Api, agent: Agent
) -> None:
    engines = make_record(api, "company", "Engines")
    ada = make_record(api, "person", "Ada Lovelace", companies=[engines])["id"]
    seen = make_record(api, "person", "Ada Lovelace", companies=[engines])["id"]
    hidden = [person(api, "Ada Lovelace") for _ in range(60)]
    for record in [f"{PEOPLE}/{one}" for one in hidden] + [
        f"{COMPANIES}/{engines['id']}"
    ]:
        assert api.delete(f"{record}/access/*").status == 204

    pairs = duplicates(scout, ada)

    assert others(pairs, ada) == [seen]
    assert told(pairs[0]) == (0.6, [SAME_NAME])
    assert scout.get(f"{PEOPLE}/{hidden[0]}/duplicates").status == 404


def test_a_merged_record_leads_on(api: Api) -> None:
    ada, also = person(api, "Ada Lovelace"), person(api, "Ada Lovelace")
    body = {"data": [{"type": "person", "id": also}]}
    assert api.post(f"{PEOPLE}/{ada}/merge", body).status == 200

    answer = api.get(f"{PEOPLE}/{also}/duplicates")

    assert answer.status == 308
    assert answer.headers["Location"] == f"{api.base}/{PEOPLE}/{ada}/duplicates"
    assert duplicates(api, ada) == []


@pytest.mark.parametrize("many", [0, 30])
def test_takes_two_statements_however_many_there_are(api: Api, many: int) -> None:
    ada = person(api, "Ada Lovelace", **phone())
    for _ in range(many):
        person(api, "Ada Lovelace", **phone())

    with CaptureQueriesContext(connection) as statements:
        duplicates(api, ada)

    assert len(statements) == 2
    assert Record.objects.count() == many + 1


def test_refuses_parameters_and_what_is_not_there(api: Api, stranger: Api) -> None:
    ada = person(api, "Ada Lovelace")

    assert api.get(f"{PEOPLE}/{ada}/duplicates?filter[state]=open").status == 400
    assert api.get(f"{PEOPLE}/per_01HX9Z2K3M4N5P6Q7R8S9T0V1W/duplicates").status == 404
    assert api.get(f"objects/nothing/records/{ada}/duplicates").status == 404
    assert stranger.get(f"{PEOPLE}/{ada}/duplicates").status == 404
