"""``include`` brings related records along, up to three levels, each of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent, Workspace
from objects.models import Kind
from tests.api_client import Answer, Api, make_record
from tests.schemas import make_relationship

Identifier = dict[str, str]

TALKS = "objects/conversation/records"
DEEP = "person.companies.deals"


class Cast:
    """A conversation with Ada, whom a company employs, which has a deal."""

    def __init__(self, api: Api) -> None:
        self.deal = make_record(api, "deal", "Big")
        self.acme = make_record(api, "company", "Acme", deals=[self.deal])
        self.ada = make_record(api, "person", "Ada", companies=[self.acme])
        self.talk = make_record(api, "conversation", person=self.ada)

    @property
    def levels(self) -> list[Identifier]:
        return by_id(self.ada, self.acme, self.deal)


@pytest.fixture
def cast(api: Api) -> Cast:
    return Cast(api)


def by_id(*identifiers: Identifier) -> list[Identifier]:
    return sorted(identifiers, key=lambda one: one["id"])


def included(answer: Answer) -> list[Identifier]:
    """Return what was included, by id."""
    assert answer.status in {200, 201}, answer.json
    found = answer.json["included"]
    return by_id(*({"type": one["type"], "id": one["id"]} for one in found))


def home(record: Identifier) -> str:
    return f"objects/{record['type']}/records/{record['id']}"


def routes(cast: Cast) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Return a request of each kind that answers the conversation."""
    talk = {"type": "conversation", "attributes": {"subject": "Hi"}}
    yield "GET", f"{TALKS}?include={DEEP}", None
    yield "GET", f"{home(cast.talk)}?include={DEEP}", None
    yield "GET", f"{home(cast.ada)}/conversations?include={DEEP}", None
    yield "POST", f"{TALKS}/query", {"include": DEEP}
    yield "PATCH", f"{home(cast.talk)}?include={DEEP}", {"data": talk}
    row = talk | {"id": cast.talk["id"]}
    yield "PATCH", f"{TALKS}?include={DEEP}", {"data": [row]}


@pytest.mark.parametrize("number", range(6))
def test_goes_three_levels_deep_everywhere(api: Api, cast: Cast, number: int) -> None:
    answer = api.call(*list(routes(cast))[number])

    assert included(answer) == cast.levels


@pytest.mark.parametrize("path", [TALKS, f"{TALKS}/bulk"])
def test_answers_to_what_creates_include_too(api: Api, cast: Cast, path: str) -> None:
    row = {"type": "conversation", "relationships": {"person": {"data": cast.ada}}}

    answer = api.post(
        f"{path}?include={DEEP}", {"data": row if path == TALKS else [row]}
    )

    assert answer.status == 201
    assert included(answer) == cast.levels


def test_related_records_include_from_their_own_type(api: Api, cast: Cast) -> None:
    one = api.get(f"{home(cast.talk)}/person?include=companies.deals")
    many = api.get(f"{home(cast.ada)}/companies?include=deals,people.conversations")

    assert included(one) == by_id(cast.acme, cast.deal)
    assert included(many) == by_id(cast.deal, cast.ada, cast.talk)


def test_what_is_included_reads_as_by_itself_but_for_linkage(
    api: Api, cast: Cast
) -> None:
    answer = api.get(f"{home(cast.talk)}?include=person.companies")

    for resource in answer.json["included"]:
        alone = api.get(home(resource)).data
        for relationship in resource["relationships"].values():
            relationship.pop("data", None)
        for relationship in alone["relationships"].values():
            relationship.pop("data", None)
        assert resource == alone


def test_what_is_followed_shows_its_linkage_and_nothing_else_does(
    api: Api, cast: Cast
) -> None:
    answer = api.get(f"{home(cast.ada)}?include=companies,deals")

    shown = {
        slug: relationship["data"]
        for slug, relationship in answer.data["relationships"].items()
        if "data" in relationship
    }
    assert shown == {"companies": [cast.acme], "deals": [], "owner": None}


def test_linkage_is_in_the_order_in_which_it_was_made(api: Api) -> None:
    companies = [make_record(api, "company", name) for name in "CAB"]
    ada = make_record(api, "person", companies=companies[::-1])

    answer = api.get(f"{home(ada)}?include=companies")

    shown = answer.data["relationships"]["companies"]["data"]
    assert shown == companies[::-1]


def test_each_record_comes_once_whatever_leads_to_it(api: Api, cast: Cast) -> None:
    bea = make_record(api, "person", "Bea", companies=[cast.acme], deals=[cast.deal])

    answer = api.get("objects/person/records?include=companies.deals,deals.companies")

    assert len(answer.data) == 2
    assert included(answer) == by_id(cast.acme, cast.deal)
    assert bea["id"] in {row["id"] for row in answer.data}


def test_primary_data_is_not_included_but_linked(api: Api, cast: Cast) -> None:
    answer = api.get(f"{home(cast.ada)}?include=companies.people")

    (acme,) = answer.json["included"]
    assert acme["relationships"]["people"]["data"] == [cast.ada]


def test_an_owner_can_be_included(api: Api, agent: Agent, cast: Cast) -> None:
    owner = {"type": "agent", "id": str(agent.id)}
    bea = make_record(api, "person", owner=owner)
    talk = make_record(api, "conversation", person=bea, owner=owner)

    answer = api.get(f"{home(talk)}?include=owner,person.owner&fields[agent]=handle")

    assert included(answer) == by_id(owner, bea)
    (resource,) = [r for r in answer.json["included"] if r["type"] == "agent"]
    assert resource["attributes"] == {"handle": "scout"}


def test_records_may_include_their_own_type(api: Api, workspace: Workspace) -> None:
    sides = ("person", "boss"), ("person", "reports")
    make_relationship(workspace, sides[0], Kind.MANY_TO_ONE, sides[1])
    ada = make_record(api, "person", "Ada")
    bea = make_record(api, "person", "Bea", boss=ada)
    cy = make_record(api, "person", "Cy", boss=bea)

    answer = api.get(f"{home(cy)}?include=boss.boss.reports")

    assert included(answer) == by_id(ada, bea)
    found = {one["id"]: one["relationships"] for one in answer.json["included"]}
    assert found[ada["id"]]["reports"]["data"] == [bea]
    assert found[bea["id"]]["boss"]["data"] == ada


def test_only_the_page_brings_others_along(api: Api) -> None:
    acme, globex = (
        make_record(api, "company", "Acme"),
        make_record(api, "company", "Globex"),
    )
    make_record(api, "person", "Ada", companies=[acme])
    make_record(api, "person", "Bea", companies=[globex])

    answer = api.get("objects/person/records?include=companies&sort=name&page[limit]=1")

    assert included(answer) == [acme]


def statements(request: Callable[[], Answer]) -> int:
    """Return how many statements a request makes."""
    with CaptureQueriesContext(connection) as queries:
        assert request().status == 200
    return len(queries)


@pytest.mark.parametrize("path", [TALKS, f"{TALKS}/{{id}}"])
def test_each_level_takes_one_statement(api: Api, cast: Cast, path: str) -> None:
    others = [make_record(api, "company", str(n)) for n in range(3)]
    make_record(
        api, "conversation", person=make_record(api, "person", companies=others)
    )
    address = path.format(id=cast.talk["id"])
    paths = ["", "person", "person.companies,person.deals", f"{DEEP},person.deals"]
    api.get(address)

    counts = [
        statements(partial(api.get, f"{address}?include={path}")) for path in paths
    ]

    assert [count - counts[0] for count in counts] == [0, 1, 2, 3]


REFUSED = [
    ("bogus", "'bogus'"),
    ("companies.bogus", "'bogus'"),
    ("name", "'name'"),
    ("owner.companies", "'owner'"),
    ("companies,,deals", "''"),
    (" companies", "' companies'"),
    ("companies.people.deals.tasks", "3 levels"),
]


@pytest.mark.parametrize(("include", "said"), REFUSED)
def test_refuses_a_path_that_leads_nowhere_and_says_where_it_could(
    api: Api, cast: Cast, include: str, said: str
) -> None:
    answer = api.get(f"{home(cast.ada)}?include={include}")

    (error,) = answer.json["errors"]
    assert (answer.status, answer.errors) == (400, [("invalid_parameter", "include")])
    assert said in error["detail"]
    assert "levels" in said or "It has: " in error["detail"]


@pytest.mark.parametrize(
    "query", ["include=deals&include=companies", "include[x]=deals"]
)
def test_is_sent_once_and_by_its_own_name(api: Api, cast: Cast, query: str) -> None:
    answer = api.get(f"{home(cast.ada)}?{query}")

    assert answer.status == 400
    assert answer.json["errors"][0]["source"]["parameter"] in query


def test_refuses_to_include_where_it_cannot_and_writes_nothing(
    api: Api, cast: Cast
) -> None:
    before = api.get(home(cast.ada)).json
    body = {"data": {"type": "person", "attributes": {"name": "Eve"}}}

    answers = [
        api.post("objects/person/records?include=bogus", body),
        api.patch(f"{home(cast.ada)}?include=bogus", body),
        api.delete(f"{home(cast.ada)}?include=companies"),
    ]

    assert [answer.status for answer in answers] == [400] * 3
    assert api.get(home(cast.ada)).json == before
    assert api.get("objects/person/records").json["meta"]["total_records"] == 1
