"""What an upsert takes for the same value, everything else does too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from objects.field_types import FIELD_TYPES
from objects.field_types.collection import Collection
from tests.api_client import Answer, Api, items
from tests.interfaces.api.schemas.schema_calls import add_fields, create_object, relate
from tests.objects.test_unique_keys import DIFFERENT, SAME

THINGS, DEALS = "objects/c_thing/records", "objects/deal/records"
LOOKED_UP = frozenset({"text", "email", "phone", "domain"})
A, U = "xn--mx-xka.example", "müx.example"
"""The two forms of one domain: in ASCII, and as people read it."""

Ask = Callable[[Api, JSON], list[str]]


def ids(answer: Answer) -> list[str]:
    """Return the ids of the records in an answer."""
    assert answer.status == 200, answer.json
    return [row["id"] for row in answer.data]


def send(api: Api, path: str, type_: str, **members: object) -> Answer:
    """Send a record, whose values may be more exact than Python writes them."""
    return api.post(path, dumps({"data": {"type": type_, **members}}))


def asks(path: str, field: str, operator: str) -> Ask:
    """Return how records are asked for by a field and an operator."""

    def ask(api: Api, value: JSON) -> list[str]:
        operand = [value] if operator in {"in", "notin"} else value
        filter_ = {"filter": {field: {operator: operand}}}
        return ids(api.post(f"{path}/query", dumps(filter_)))

    return ask


WAYS = {
    "equality": asks(THINGS, "known_by", "eq"),
    "in": asks(THINGS, "known_by", "in"),
    "a hop": asks(DEALS, "things.known_by", "eq"),
    "in over a hop": asks(DEALS, "things.known_by", "in"),
}
NOT_WAYS = {
    "not equal": asks(THINGS, "known_by", "ne"),
    "not in": asks(THINGS, "known_by", "notin"),
    "not over a hop": asks(DEALS, "things.known_by", "ne"),
}


@pytest.fixture
def make(api: Api) -> Callable[[str, JSON], dict[str, str]]:
    """Make a thing that is known by a value of some type, linked to a deal."""

    def make(type_: str, value: JSON) -> dict[str, str]:
        flags = {"x-unique": True}
        if type_ == "text":
            flags |= {"x-indexed": True, "x-searchable": True}
        field = {"x-type": type_, "title": "Known by", **flags}
        create_object(
            api, "Thing", properties={"known_by": field}, match_fields=["known_by"]
        )
        kind = {"kind": "many-to-many", "entity": "deal", "field": "things"}
        relate(api, "c_thing", c_thing={"deals": {"x-relationship": kind}})
        thing = send(api, THINGS, "c_thing", attributes={"known_by": value})
        assert thing.status == 201, thing.json
        return {"type": "c_thing", "id": thing.id}

    return make


def link_by(api: Api, value: JSON) -> Answer:
    """Link a deal to the thing that is known by a value."""
    match = {"type": "c_thing", "meta": {"match": {"known_by": value}}}
    linked = {"things": {"data": [match]}}
    return send(api, DEALS, "deal", attributes={"name": "Big"}, relationships=linked)


def item_of(type_: str, value: Any) -> JSON:
    """Return one value that can be asked for: of several, the first."""
    is_many = isinstance(FIELD_TYPES[type_], Collection)
    item: JSON = value["items"][0] if is_many else value
    return item


@pytest.mark.parametrize(("type_", "one", "other"), SAME)
def test_everything_finds_the_same_value(
    api: Api,
    make: Callable[[str, JSON], dict[str, str]],
    type_: str,
    one: JSON,
    other: JSON,
) -> None:
    thing = make(type_, one)
    asked = item_of(type_, other)

    again = send(api, THINGS, "c_thing", attributes={"known_by": other})
    deal = link_by(api, asked)

    assert (again.status, again.id) == (200, thing["id"])
    assert deal.status == 201, deal.json
    expected = {THINGS: [thing["id"]], DEALS: [deal.id]}
    for way, ask in WAYS.items():
        assert ask(api, asked) == expected[DEALS if "hop" in way else THINGS], way
    for way, ask in NOT_WAYS.items():
        assert ask(api, asked) == [], way
    if type_ in LOOKED_UP:
        found = api.post(f"{THINGS}/lookup", {"items": [asked]})
        assert ids(found) == [thing["id"]]


@pytest.mark.parametrize(("type_", "one", "other"), DIFFERENT)
def test_nothing_finds_another_value(
    api: Api,
    make: Callable[[str, JSON], dict[str, str]],
    type_: str,
    one: JSON,
    other: JSON,
) -> None:
    thing = make(type_, one)

    link = link_by(api, other)

    assert link.status == 404
    assert WAYS["equality"](api, other) == WAYS["in"](api, other) == []
    assert NOT_WAYS["not equal"](api, other) == [thing["id"]]


DOMAIN_WAYS = [
    "filter[domains]={}",
    "filter[domains][in]={},other.example",
    "filter[domains][contains]={}",
    "filter[domains][icontains]={}",
    "filter[seen_at]=shop.{}",
    "filter[seen_at][contains]={}",
    "filter[seen_at][endswith]=.{}",
    "filter[search]={}",
    "filter[people.email_addresses][icontains]=@{}",
    "filter[people.email_addresses]=ada@{}",
]


@pytest.mark.parametrize(("stored", "asked"), [(A, U), (U, A), (U.upper(), A.upper())])
def test_domains_are_found_in_either_form(api: Api, stored: str, asked: str) -> None:
    add_fields(api, "company", seen_at={"x-type": "domain"})
    values = {"domains": items(stored), "seen_at": f"shop.{stored}"}
    company = send(api, "objects/company/records", "company", attributes=values)
    linked = {"companies": {"data": [{"type": "company", "id": company.id}]}}
    emails = {"email_addresses": items(f"ada@{stored}")}
    person = "objects/person/records"
    send(api, person, "person", attributes=emails, relationships=linked)

    for way in DOMAIN_WAYS:
        found = api.get(f"objects/company/records?{way.format(asked)}")
        assert ids(found) == [company.id], way


@pytest.mark.parametrize(("stored", "asked"), [(A, U), (U, A)])
def test_a_web_address_is_searched_in_either_form(
    api: Api, stored: str, asked: str
) -> None:
    add_fields(api, "person", site={"x-type": "url", "x-searchable": True})
    site = {"site": f"https://www.{stored}/about"}
    person = send(api, "objects/person/records", "person", attributes=site)

    found = api.get(f"objects/person/records?filter[search]={asked}")

    assert ids(found) == [person.id]


def test_a_domain_reads_as_people_write_it(api: Api) -> None:
    path = "objects/company/records"
    names = items(A, "xn--zzzzzz.example", "WWW.www.plain.example")

    company = send(api, path, "company", attributes={"domains": names})

    read = company.data["attributes"]["domains"]["items"]
    assert read == [U, "xn--zzzzzz.example", "plain.example"]
