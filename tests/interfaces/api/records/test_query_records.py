"""POST /objects/{object}/records/query answers a list that a body asks for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Answer, Api, items, resource, resources

PEOPLE = "objects/person/records"
QUERY = f"{PEOPLE}/query"

ROWS: list[dict[str, object]] = [
    {"name": "Ada", "title": "Poet", "deal_value": 10, "tags": items("vip")},
    {"name": "Bea", "title": "Cook", "deal_value": 20, "tags": items("vip", "old")},
    {"name": "Cy", "title": "Poet", "deal_value": 30},
    {"name": "Di", "title": None, "deal_value": None},
]


@pytest.fixture
def people(api: Api) -> Api:
    """The API, with four people."""
    assert api.post(f"{PEOPLE}/bulk", resources("person", *ROWS)).status == 201
    return api


def initials(answer: Answer) -> str:
    """Return the first letters of the names of those who were found, in their order."""
    assert answer.status == 200, answer.json
    return "".join(row["attributes"]["name"][0] for row in answer.data)


def find(api: Api, condition: object) -> str:
    return initials(api.post(QUERY, {"filter": condition, "sort": "name"}))


POET, COOK, VIP = {"title": "poet"}, {"title": "cook"}, {"tags": "vip"}
RICH = {"deal_value": {"gte": 20}}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, "ABCD"),
        (POET, "AC"),
        ({"title": {"eq": "POET"}}, "AC"),
        ({"title": {"ne": "poet"}}, "BD"),
        ({"title": None}, "D"),
        ({"title": {"empty": False}}, "ABC"),
        ({"title": {"Is empty": True}}, "D"),
        ({"deal_value": 20}, "B"),
        ({"deal_value": {"gt": 10, "lt": 30}}, "B"),
        ({"deal_value": {"Greater than": 10}}, "BC"),
        ({"deal_value": {"in": [10, 30]}}, "AC"),
        ({"deal_value": {"in": []}}, ""),
        ({"deal_value": {"notin": [10, 30]}}, "BD"),
        ({"title": {"in": ["poet", "cook"]}}, "ABC"),
        ({"name": {"contains": "e"}}, "B"),
        ({"search": "CY"}, "C"),
        ({"title": "poet", "deal_value": 30}, "C"),
        ({"and": [POET, RICH]}, "C"),
        ({"and": []}, "ABCD"),
        ({"or": [COOK, {"name": "di"}]}, "BD"),
        ({"or": []}, ""),
        ({"not": POET}, "BD"),
        ({"not": {}}, ""),
        ({"not": {"and": [POET, RICH]}}, "ABD"),
        ({"not": {"or": [POET, COOK]}}, "D"),
        ({"not": {"not": POET}}, "AC"),
        ({"not": {"title": "poet", "deal_value": 30}}, "ABD"),
        ({"or": [{"and": [VIP, POET]}, {"and": [RICH, {"not": VIP}]}]}, "AC"),
        ({"and": [{"or": [POET, COOK]}, {"or": [VIP, RICH]}], "not": COOK}, "AC"),
        ({"or": [POET, COOK], "deal_value": {"lte": 20}}, "AB"),
        ({"name": "*y"}, ""),
        ({"deal_value": {"eq": 20.0}}, "B"),
        ({"deal_value": " 20.00"}, "B"),
    ],
)
def test_combines_conditions(people: Api, condition: object, expected: str) -> None:
    assert find(people, condition) == expected


def test_reaches_through_relationships(people: Api) -> None:
    ada = people.get(f"{PEOPLE}?filter[name]=ada").data[0]["id"]
    body = resource("company", name="Acme")
    linkage = {"people": {"data": [{"type": "person", "id": ada}]}}
    body["data"]["relationships"] = linkage
    acme = people.post("objects/company/records", body).id

    assert find(people, {"companies.name": "acme"}) == "A"
    assert find(people, {"not": {"companies.name": "acme"}}) == "BCD"
    assert find(people, {"companies": acme}) == "A"
    assert find(people, {"companies": {"in": [acme]}, "title": "cook"}) == ""


def test_an_empty_query_is_a_list(people: Api) -> None:
    answer = people.post(QUERY, {})

    whole = people.get(PEOPLE)
    assert answer.status == 200
    assert answer.data == whole.data
    assert answer.json["meta"] == whole.json["meta"]


def test_has_no_links_to_other_pages(people: Api) -> None:
    offset = people.post(QUERY, {"page": {"limit": 1}}).json["links"]
    cursor = people.post(QUERY, {"page": {"total": "true"}}).json["links"]

    assert set(offset.values()) == set(cursor.values()) == {None}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"sort": "-deal_value,name"}, "CBAD"),
        ({"sortOrder": {"column": "name", "dir": "DESC"}}, "DCBA"),
        ({"sort": "name", "page": {"limit": 2}}, "AB"),
        ({"sort": "name", "page": {"limit": "2", "offset": 1}}, "BC"),
        ({"sort": "name", "page": {"number": 2, "size": 3}}, "D"),
        ({"sort": "-name", "filter": POET}, "CA"),
    ],
)
def test_sorts_and_pages_as_an_address_does(
    people: Api, document: dict[str, Any], expected: str
) -> None:
    assert initials(people.post(QUERY, document)) == expected


def test_shows_fields_and_includes(people: Api) -> None:
    document = {
        "filter": {"name": "ada"},
        "include": "companies,deals.people",
        "fields": {"person": "name", "deal": "stage"},
    }

    answer = people.post(QUERY, document)

    assert [row["attributes"] for row in answer.data] == [{"name": "Ada"}]
    assert answer.json["included"] == []


def test_walks_by_the_cursors_in_meta(people: Api) -> None:
    page: dict[str, object] = {"size": 2, "total": "true"}
    document = {"sort": "name", "filter": {"not": COOK}, "page": page}

    first = people.post(QUERY, document)
    page["after"] = first.json["meta"]["page"]["after"]
    second = people.post(QUERY, document)
    del page["after"]
    page["before"] = second.json["meta"]["page"]["before"]
    back = people.post(QUERY, document)

    assert [initials(answer) for answer in (first, second, back)] == ["AC", "D", "AC"]
    metas = [answer.json["meta"]["page"] for answer in (first, second)]
    assert [meta["total"] for meta in metas] == [3, 3]
    assert (metas[0]["before"], metas[1]["after"]) == (None, None)


def test_reading_is_enough(people: Api, reader: Api) -> None:
    assert initials(reader.post(QUERY, {"sort": "name"})) == "ABCD"


def test_takes_no_parameters(people: Api) -> None:
    answer = people.post(f"{QUERY}?page[limit]=1", {})

    assert (answer.status, answer.errors) == (
        400,
        [("unknown_parameter", "page[limit]")],
    )


def test_a_name_for_the_request_is_not_needed_and_not_kept(people: Api) -> None:
    answers = [people.post(QUERY, {}, idempotency_key="one") for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert "Idempotency-Replayed" not in answers[1].headers


def nested(levels: int, name: str = "not") -> dict[str, Any]:
    """Return a filter that is so deep."""
    found: dict[str, Any] = POET
    for _ in range(levels):
        found = {name: found if name == "not" else [found]}
    return found


@pytest.mark.parametrize("name", ["not", "and", "or"])
def test_nests_eight_levels(people: Api, name: str) -> None:
    step = "" if name == "not" else "/0"

    deep = people.post(QUERY, {"filter": nested(9, name)})

    assert find(people, nested(8, name)) == "AC"
    assert (deep.status, deep.errors) == (
        400,
        [("malformed_document", "/filter" + f"/{name}{step}" * 9)],
    )


def test_takes_a_hundred_conditions(people: Api) -> None:
    most: list[object] = [{"name": str(n)} for n in range(99)]

    answer = people.post(QUERY, {"filter": {"or": [*most, POET, POET]}})

    assert find(people, {"or": [*most, POET]}) == "AC"
    assert (answer.status, answer.errors) == (
        400,
        [("malformed_document", "/filter/or/100/title")],
    )


@pytest.mark.parametrize(
    ("document", "pointer", "said"),
    [
        ({"bogus": 1}, "/bogus", "Use page, sort, sortOrder, filter, fields, include."),
        ({"data": []}, "/data", "Use page, sort,"),
        ({"filter": []}, "/filter", "must be an object"),
        ({"filter": "Ada"}, "/filter", "must be an object"),
        ({"filter": None}, "/filter", "must be an object"),
        ({"filter": {"bogus": 1}}, "/filter/bogus", "It has: name, "),
        ({"filter": {"a/b~c": 1}}, "/filter/a~1b~0c", "It has: name, "),
        ({"filter": {"": 1}}, "/filter/", "It has: name, "),
        (
            {"filter": {"companies.bogus": 1}},
            "/filter/companies.bogus",
            "It has: name, domains, ",
        ),
        (
            {"filter": {"bogus.name": 1}},
            "/filter/bogus.name",
            "It has: companies, ",
        ),
        (
            {"filter": {"companies.deals.people.companies.name": "a"}},
            "/filter/companies.deals.people.companies.name",
            "at most 3",
        ),
        ({"filter": {"title": {}}}, "/filter/title", "Name an operator."),
        ({"filter": {"title": {"gt": 1}}}, "/filter/title/gt", "title takes: eq, "),
        (
            {"filter": {"deal_value": {"bogus": 1}}},
            "/filter/deal_value/bogus",
            "deal_value takes: eq, ",
        ),
        ({"filter": {"deal_value": "20 EUR"}}, "/filter/deal_value", "Give a number"),
        ({"filter": {"deal_value": True}}, "/filter/deal_value", "Give a number"),
        ({"filter": {"deal_value": [1]}}, "/filter/deal_value", "Give a number"),
        (
            {"filter": {"deal_value": {"in": 5}}},
            "/filter/deal_value/in",
            "Give an array.",
        ),
        (
            {"filter": {"title": {"in": "a,b"}}},
            "/filter/title/in",
            "Give an array.",
        ),
        ({"filter": {"title": 5}}, "/filter/title", ""),
        ({"filter": {"title": ["a"]}}, "/filter/title", ""),
        ({"filter": {"title": {"empty": "true"}}}, "/filter/title/empty", "true or"),
        ({"filter": {"birthday": {"gt": "x"}}}, "/filter/birthday/gt", ""),
        ({"filter": {"companies": "x"}}, "/filter/companies", "Give an id"),
        ({"filter": {"search": 5}}, "/filter/search", ""),
        ({"filter": {"and": {}}}, "/filter/and", "Give an array of filters."),
        ({"filter": {"or": "x"}}, "/filter/or", "Give an array of filters."),
        ({"filter": {"or": [1]}}, "/filter/or/0", "must be an object"),
        ({"filter": {"not": []}}, "/filter/not", "must be an object"),
        (
            {"filter": {"or": [{}, {"not": {"bogus": 1}}]}},
            "/filter/or/1/not/bogus",
            "It has: name, ",
        ),
        ({"sort": "bogus"}, "/sort", "Sort by: name, "),
        ({"sort": ["name"]}, "/sort", "text or a number"),
        ({"sort": None}, "/sort", "text or a number"),
        ({"sort": "name", "sortOrder": {"column": "name"}}, "/sort", "not both"),
        ({"sortOrder": {"column": "bogus"}}, "/sortOrder/column", "Sort by: name, "),
        ({"sortOrder": {"dir": "asc"}}, "/sortOrder/dir", "column"),
        ({"sortOrder": {"column": "name", "dir": "up"}}, "/sortOrder/dir", "ASC"),
        ({"sortOrder": {"x": "y"}}, "/sortOrder/x", "sortOrder[column]"),
        ({"page": {"limit": 0}}, "/page/limit", "from 1 to 1000"),
        ({"page": {"limit": True}}, "/page/limit", "text or a number"),
        ({"page": {"limit": 1.5}}, "/page/limit", "text or a number"),
        ({"page": {"size": 1001}}, "/page/size", "from 1 to 1000"),
        ({"page": {"bogus": 1}}, "/page/bogus", "/page/limit"),
        ({"page": 5}, "/page", "/page/limit"),
        ({"page": {"after": "x"}}, "/page/after", "no cursor"),
        ({"page": {"limit": 1, "size": 1}}, "/page/limit", "one style"),
        ({"include": "bogus"}, "/include", "It has: companies, "),
        ({"include": ["companies"]}, "/include", "text or a number"),
        ({"fields": {"person": "bogus"}}, "/fields/person", "There are: name, "),
        ({"fields": {"bogus": "name"}}, "/fields/bogus", "The types are: person, "),
        ({"fields": {"person": ["name"]}}, "/fields/person", "text or a number"),
        ({"fields": "name"}, "/fields", "fields"),
    ],
)
def test_refuses_what_it_does_not_understand_and_says_what_it_would(
    people: Api, document: dict[str, Any], pointer: str, said: str
) -> None:
    answer = people.post(QUERY, document)

    assert (answer.status, answer.errors) == (400, [("malformed_document", pointer)])
    assert said in answer.json["errors"][0]["detail"]


def test_names_every_member_that_it_does_not_know_in_order(people: Api) -> None:
    names = ["d", "c", "b/~", "a", "e", ""]

    answer = people.post(QUERY, dict.fromkeys(names, 1) | {"sort": "name"})

    pointers = ["/d", "/c", "/b~1~0", "/a", "/e", "/"]
    assert answer.errors == [("malformed_document", where) for where in pointers]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"a"', b'{"a":1,"a":2}'])
def test_needs_a_document(people: Api, body: bytes) -> None:
    answer = people.post(QUERY, body)

    assert (answer.status, answer.errors) == (400, [("malformed_document", "")])


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "PUT"])
def test_is_asked_in_a_body_alone(people: Api, method: str) -> None:
    answer = people.call(method, QUERY)

    assert (answer.status, answer.errors) == (405, [("method_not_allowed", "")])
    assert answer.headers["Allow"] == "POST, OPTIONS, QUERY"


def test_an_object_that_is_not_there_is_not_found(api: Api) -> None:
    answer = api.post("objects/unicorn/records/query", {})

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


def test_another_workspace_is_not_seen(people: Api, stranger: Api) -> None:
    assert stranger.post(QUERY, {}).data == []
