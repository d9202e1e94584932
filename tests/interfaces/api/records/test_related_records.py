"""GET /objects/{object}/records/{id}/{relationship} answers the related records."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from tests.api_client import Answer, Api, make_record, resources

NOBODY = "01J2SC8Z8YFGX9Y0014D2PF2DB"
BASE = "http://testserver/v1/workspaces/acme"


def make(api: Api, type_: str, name: str = "", **linkage: object) -> str:
    """Create a record with a name and linkage, and return its id."""
    return make_record(api, type_, name, **linkage)["id"]


@pytest.fixture
def deals(api: Api) -> str:
    """The address of the deals of a person who has three of four."""
    rows: list[dict[str, object]] = [
        {"name": "Big", "amount": 300, "stage": "Won"},
        {"name": "Middle", "stage": "Lost"},
        {"name": "Small", "amount": 10, "stage": "Won"},
        {"name": "Other", "amount": 20, "stage": "Won"},
    ]
    made = api.post("objects/deal/records/bulk", resources("deal", *rows)).data
    linkage = [{"type": "deal", "id": deal["id"]} for deal in made[:3]]
    return f"objects/person/records/{make(api, 'person', deals=linkage)}/deals"


def names(answer: Answer) -> list[str]:
    assert answer.status == 200
    return [row["attributes"]["name"] for row in answer.data]


def test_answers_related_records_as_they_are_read_by_themselves(
    api: Api, deals: str
) -> None:
    answer = api.get(deals)

    assert answer.data == [
        api.get(f"objects/deal/records/{row['id']}").data for row in answer.data
    ]
    assert names(answer) == ["Small", "Middle", "Big"]


@pytest.mark.parametrize(
    ("query", "expected", "total"),
    [
        ("", ["Small", "Middle", "Big"], 3),
        ("?sort=name", ["Big", "Middle", "Small"], 3),
        ("?sort=-amount", ["Big", "Small", "Middle"], 3),
        ("?sortOrder[column]=name&sortOrder[dir]=DESC", ["Small", "Middle", "Big"], 3),
        ("?filter[stage]=Won", ["Small", "Big"], 2),
        ("?filter[stage][ne]=Won", ["Middle"], 1),
        ("?filter[amount][gt]=5&filter[amount][lt]=50", ["Small"], 1),
        ("?filter[search]=mid", ["Middle"], 1),
        ("?filter[name]=Other", [], 0),
        ("?sort=name&page[limit]=2", ["Big", "Middle"], 3),
        ("?sort=name&page[limit]=2&page[offset]=2", ["Small"], 3),
        ("?sort=name&page[number]=2&page[size]=1", ["Middle"], 3),
    ],
)
def test_pages_filters_and_sorts_by_their_own_type(
    api: Api, deals: str, query: str, expected: list[str], total: int
) -> None:
    answer = api.get(f"{deals}{query}")

    assert names(answer) == expected
    assert answer.json["meta"]["total_records"] == total
    assert answer.json["links"]["self"] == f"{BASE}/{deals}{query}"


def test_links_lead_through_all_pages(api: Api, deals: str) -> None:
    found, address = [], f"{BASE}/{deals}?sort=name&page[size]=1&page[total]=true"

    while address:
        page = api.client.get(address).json()
        found += [row["attributes"]["name"] for row in page["data"]]
        address = page["links"]["next"]

    assert found == ["Big", "Middle", "Small"]
    assert page["meta"] == {"page": {"total": 3}}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("sort=birthday", ("invalid_parameter", "sort")),
        ("filter[birthday]=x", ("unknown_parameter", "filter[birthday]")),
        ("include=conversations", ("invalid_parameter", "include")),
        ("fields[deal]=birthday", ("invalid_parameter", "fields[deal]")),
        ("page[limit]=0", ("invalid_parameter", "page[limit]")),
        ("foo=1", ("unknown_parameter", "foo")),
    ],
)
def test_refuses_what_their_type_does_not_have(
    api: Api, deals: str, query: str, error: tuple[str, str]
) -> None:
    answer = api.get(f"{deals}?{query}")

    assert (answer.status, answer.errors) == (400, [error])


def test_shows_fields_and_includes(api: Api, deals: str) -> None:
    query = "include=people&fields[deal]=name&fields[person]=title&sort=name"

    answer = api.get(f"{deals}?{query}")

    assert [row["attributes"] for row in answer.data] == [
        {"name": "Big"},
        {"name": "Middle"},
        {"name": "Small"},
    ]
    assert [row["attributes"] for row in answer.json["included"]] == [{"title": None}]


def test_the_other_side_is_related_too(api: Api) -> None:
    ada = make(api, "person", "Ada")
    deal = make(api, "deal", "Big", people=[{"type": "person", "id": ada}])

    answers = [
        api.get(f"objects/deal/records/{deal}/people"),
        api.get(f"objects/person/records/{ada}/deals"),
    ]

    assert [names(answer) for answer in answers] == [["Ada"], ["Big"]]


def test_answers_the_one_that_there_can_be(api: Api) -> None:
    ada = make(api, "person", "Ada")
    talk = make(api, "conversation", person={"type": "person", "id": ada})
    path = f"objects/conversation/records/{talk}/person"

    answer = api.get(f"{path}?fields[person]=name&include=companies")

    assert answer.status == 200
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": {
            "type": "person",
            "id": ada,
            "attributes": {"name": "Ada"},
            "relationships": {},
            "links": {"self": f"{BASE}/objects/person/records/{ada}"},
            "meta": {"version": 1},
        },
        "included": [],
        "links": {"self": f"{BASE}/{path}?fields[person]=name&include=companies"},
    }


@pytest.mark.parametrize("relationship", ["person", "owner"])
def test_answers_null_where_there_is_none(api: Api, relationship: str) -> None:
    path = f"objects/conversation/records/{make(api, 'conversation')}/{relationship}"

    answer = api.get(path)

    assert answer.status == 200
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": None,
        "links": {"self": f"{BASE}/{path}"},
    }


@pytest.mark.parametrize("query", ["page[limit]=1", "sort=name", "filter[name]=a"])
@pytest.mark.parametrize("relationship", ["person", "owner"])
def test_one_is_neither_paged_nor_sorted_nor_filtered(
    api: Api, relationship: str, query: str
) -> None:
    talk = make(api, "conversation")

    answer = api.get(f"objects/conversation/records/{talk}/{relationship}?{query}")

    name = query.partition("=")[0]
    assert (answer.status, answer.errors) == (400, [("unknown_parameter", name)])


@pytest.mark.parametrize(
    ("query", "attributes"),
    [
        ("", {"handle": "scout", "name": "", "is_active": True}),
        ("?fields[agent]=handle", {"handle": "scout"}),
        ("?fields[agent]=", {}),
        ("?fields[person]=name&fields[agent]=is_active", {"is_active": True}),
    ],
)
def test_answers_the_owner(
    api: Api, agent: Agent, query: str, attributes: dict[str, Any]
) -> None:
    ada = make(api, "person", owner={"type": "agent", "id": str(agent.id)})

    answer = api.get(f"objects/person/records/{ada}/owner{query}")

    assert answer.status == 200
    assert answer.data == {
        "type": "agent",
        "id": str(agent.id),
        "attributes": attributes,
        "links": {"self": f"{BASE}/agents/{agent.id}"},
    }


@pytest.mark.parametrize(
    "path",
    [
        f"objects/person/records/per_{NOBODY}/deals",
        f"objects/person/records/deal_{NOBODY}/deals",
        "objects/person/records/1/deals",
        "objects/unicorn/records/1/deals",
        "objects/person/records/{ada}/bogus",
        "objects/person/records/{ada}/name",
        "objects/person/records/{ada}/relationships",
        "objects/deal/records/{ada}/people",
    ],
)
def test_what_is_not_there_is_not_found(api: Api, path: str) -> None:
    answer = api.get(path.format(ada=make(api, "person")))

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


def test_another_workspace_is_not_found(api: Api, stranger: Api) -> None:
    ada = make(stranger, "person")

    answer = api.get(f"objects/person/records/{ada}/deals")

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


def test_has_two_addresses(api: Api, deals: str) -> None:
    other = api.get(deals.replace("records", "resources"))

    assert other.data == api.get(deals).data
