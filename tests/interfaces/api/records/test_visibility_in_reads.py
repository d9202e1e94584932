"""No way of reading shows an agent a record, or a link to one, that it may not see."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from records.ids import decode_id
from records.models import JournalEntry, Link, Record
from tests.api_client import Answer, Api, make_record

Identifier = dict[str, Any]

NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"


def home(record: Identifier) -> str:
    return f"objects/{record['type']}/records/{record['id']}"


def hide(record: Identifier, *but_from: Agent) -> None:
    """Let no agents see a record but these."""
    record_id = decode_id(record["id"].partition("_")[0], record["id"])
    assert record_id
    found = Record.objects.filter(id=record_id)
    assert found.update(visible_to=[agent.id for agent in but_from]) == 1


class Cast:
    """Two people with a company and a deal. Ada and her conversation are linked."""

    def __init__(self, api: Api) -> None:
        self.acme = make_record(api, "company", "Acme")
        self.deal = make_record(api, "deal", "Big")
        both = {"companies": [self.acme], "deals": [self.deal]}
        self.ada = make_record(api, "person", "Ada", **both)
        self.bea = make_record(api, "person", "Bea", **both)
        self.talk = make_record(api, "conversation", person=self.ada)


@pytest.fixture
def cast(api: Api) -> Cast:
    """The cast, of whom no agent may see Ada."""
    cast = Cast(api)
    hide(cast.ada)
    return cast


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.json
    return [row["id"] for row in answer.data]


def included(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.json
    return sorted(row["id"] for row in answer.json["included"])


@pytest.mark.parametrize("steps", ["people", "relationships/people"])
@pytest.mark.parametrize("query", ["", "?page[limit]=1"])
def test_related_records_and_linkage_leave_it_out_and_do_not_count_it(
    api: Api, scout: Api, cast: Cast, steps: str, query: str
) -> None:
    answer = scout.get(f"{home(cast.acme)}/{steps}{query}")

    assert ids(answer) == [cast.bea["id"]]
    assert answer.json["meta"]["total_records"] == 1
    assert answer.json["links"]["next"] is None
    assert len(ids(api.get(f"{home(cast.acme)}/{steps}"))) == 2


@pytest.mark.parametrize("steps", ["person", "relationships/person"])
def test_a_to_one_leads_to_nothing(
    api: Api, scout: Api, cast: Cast, steps: str
) -> None:
    path = f"{home(cast.talk)}/{steps}"

    assert (scout.get(path).status, scout.get(path).data) == (200, None)
    assert api.get(path).id == cast.ada["id"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("objects/company/records?include=people", ["bea"]),
        ("objects/deal/records?include=people.companies", ["acme", "bea"]),
        ("objects/conversation/records?include=person.companies", []),
        ("{acme}?include=people.deals.people", ["bea", "deal"]),
        ("{talk}?include=person", []),
        ("{acme}/people?include=companies.people", ["acme"]),
    ],
)
def test_includes_leave_it_out_and_what_lies_behind_it(
    scout: Api, cast: Cast, path: str, shown: list[str]
) -> None:
    answer = scout.get(path.format(acme=home(cast.acme), talk=home(cast.talk)))

    assert included(answer) == sorted(getattr(cast, name)["id"] for name in shown)
    assert cast.ada["id"] not in answer.content.decode()


def test_an_answer_to_a_write_leaves_it_out(scout: Api, cast: Cast) -> None:
    body = {"data": {"type": "company", "attributes": {"industry": "Steel"}}}

    answer = scout.patch(f"{home(cast.acme)}?include=people", body)

    assert included(answer) == [cast.bea["id"]]
    linkage = answer.data["relationships"]["people"]["data"]
    assert linkage == [cast.bea]


@pytest.mark.parametrize(
    ("type_", "filter_", "total"),
    [
        ("company", "filter[people.name]=Ada", 0),
        ("company", "filter[people.name][ne]=Ada", 1),
        ("company", "filter[people.name][ne]=Bea", 0),
        ("company", "filter[people]={ada}", 0),
        ("company", "filter[people][in]={ada},{ada}", 0),
        ("company", "filter[people][ne]={ada}", 1),
        ("company", "filter[people.deals.people.name][contains]=ad", 0),
        ("conversation", "filter[person][empty]=true", 1),
        ("conversation", "filter[person][Is not empty]=true", 0),
        ("conversation", "filter[person.companies.name]=Acme", 0),
        ("conversation", "filter[person.name][ne]=Ada", 1),
        ("person", "filter[companies.name]=Acme", 1),
        ("person", "filter[search]=ada", 0),
    ],
)
def test_filters_do_not_reach_it(
    scout: Api, cast: Cast, type_: str, filter_: str, total: int
) -> None:
    query = filter_.format(ada=cast.ada["id"])

    answer = scout.get(f"objects/{type_}/records?{query}")

    assert len(ids(answer)) == answer.json["meta"]["total_records"] == total


@pytest.mark.parametrize(
    "filter_",
    [{"name": "Ada"}, {"search": "ada"}, {"not": {"name": "Bea"}}, {"id": "{ada}"}],
)
def test_queries_do_not_find_it(
    api: Api, scout: Api, cast: Cast, filter_: dict[str, Any]
) -> None:
    text = {k: cast.ada["id"] if v == "{ada}" else v for k, v in filter_.items()}
    body = {"filter": text}
    path = "objects/person/records/query"

    assert ids(scout.post(path, body)) == []
    assert ids(api.post(path, body)) == [cast.ada["id"]]


@pytest.mark.parametrize(
    ("method", "steps"),
    [
        ("GET", "companies"),
        ("GET", "owner"),
        ("GET", "relationships/companies"),
        ("PATCH", "relationships/companies"),
        ("POST", "relationships/companies"),
        ("DELETE", "relationships/companies"),
        ("PATCH", "relationships/owner"),
        ("POST", "relationships/owner"),
    ],
)
def test_what_lies_below_it_is_as_if_it_were_not_there(
    scout: Api, cast: Cast, method: str, steps: str
) -> None:
    linkage: object = None if "owner" in steps else []
    body = None if method == "GET" else {"data": linkage}
    changes = JournalEntry.objects.count()

    answers = [
        scout.call(method, f"{home(person)}/{steps}", body, x_request_id="same")
        for person in (cast.ada, {"type": "person", "id": NOBODY})
    ]

    assert answers[0].status == answers[1].status
    assert answers[0].content == answers[1].content
    assert answers[0].status in {403, 404}
    assert JournalEntry.objects.count() == changes


@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
def test_it_is_linked_and_unlinked_as_if_it_were_not_there(
    api: Api, scout: Api, cast: Cast, method: str
) -> None:
    globex = make_record(api, "company", "Globex", people=[cast.ada])
    path = f"{home(globex)}/relationships/people"

    answers = [
        scout.call(method, path, {"data": [one]}, x_request_id="same")
        for one in (cast.ada, {"type": "person", "id": NOBODY})
    ]

    assert answers[0].status == (204 if method == "DELETE" else 404)
    named = cast.ada["id"].encode()
    assert answers[0].content.replace(named, NOBODY.encode()) == answers[1].content
    assert ids(api.get(path)) == [cast.ada["id"]]


@pytest.mark.parametrize("is_at_its_own_address", [True, False])
def test_replacing_what_is_seen_leaves_what_is_not(
    api: Api, scout: Api, cast: Cast, is_at_its_own_address: bool
) -> None:
    path = f"{home(cast.acme)}/relationships/people"
    before = Link.objects.count()

    if is_at_its_own_address:
        answer = scout.patch(path, {"data": [cast.bea]})
    else:
        relationships = {"people": {"data": [cast.bea]}}
        body = {"data": {"type": "company", "relationships": relationships}}
        answer = scout.patch(home(cast.acme), body)

    assert answer.status == 200
    assert Link.objects.count() == before
    assert len(ids(api.get(path))) == 2


def test_those_who_may_see_it_do(scout: Api, agent: Agent, cast: Cast) -> None:
    hide(cast.ada, agent)

    people = scout.get(f"{home(cast.acme)}/people?sort=name")
    talk = scout.get(f"{home(cast.talk)}?include=person")

    assert ids(people) == [cast.ada["id"], cast.bea["id"]]
    assert included(talk) == [cast.ada["id"]]


def test_its_value_does_not_say_where_it_stands(
    api: Api, scout: Api, cast: Cast
) -> None:
    first = scout.get("objects/person/records?sort=name&page[size]=1&page[total]=true")

    assert ids(first) == [cast.bea["id"]]
    assert first.json["meta"] == {"page": {"total": 1}}
    assert (first.json["links"]["prev"], first.json["links"]["next"]) == (None, None)
