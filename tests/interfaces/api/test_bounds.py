"""Nothing that a request can have many of is without a bound."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from pytest_django import Settings

from tests.api_client import Api, items, resource

PEOPLE = "objects/person/records"
QUERY = f"{PEOPLE}/query"
SCHEMA = "schemas/person"


def filtered(filter_: object) -> dict[str, Any]:
    return {"filter": filter_}


def commas(item: str, many: int) -> str:
    return ",".join([item] * many)


def ask(item: str, many: int) -> str:
    return "&".join([item] * many)


def linked(many: int) -> dict[str, Any]:
    companies = [{"type": "company", "id": "com_0"}] * many
    body = resource("person", name="Ada")
    body["data"]["relationships"] = {"companies": {"data": companies}}
    return body


def edits(rows: int, fields: int) -> dict[str, Any]:
    attributes = {f"f{number}": {"enum": ["A"]} for number in range(fields)}
    row = {"type": "schema-properties", "id": "person", "attributes": attributes}
    return {"data": [row] * rows}


PARAMETERS = [
    ("values of in", PEOPLE, f"filter[name][in]={commas('a', 11)}"),
    ("values of notin", PEOPLE, f"filter[name][notin]={commas('a', 11)}"),
    ("values by comma", "objects/deal/records", f"filter[stage]={commas('Won', 11)}"),
    ("values over a hop", PEOPLE, f"filter[companies.name][in]={commas('a', 11)}"),
    ("ids", PEOPLE, f"filter[companies][in]={commas('com_0', 11)}"),
    ("values of rows", "agents", f"filter[handle][in]={commas('a', 11)}"),
    ("scopes of rows", "api-keys", f"filter[scopes][in]={commas('read', 11)}"),
    ("hops", PEOPLE, f"filter[{'.'.join(['companies', 'people'] * 9)}]=a"),
    ("sorts", PEOPLE, f"sort={commas('name', 9)}"),
    ("sorts of rows", "users", f"sort={commas('name', 9)}"),
    ("includes", PEOPLE, f"include={commas('companies', 101)}"),
    ("includes of rows", "api-keys", f"include={commas('agent', 101)}"),
    ("fields", PEOPLE, f"fields[person]={commas('name', 11)}"),
    ("fields of rows", "users", f"fields[user]={commas('name', 11)}"),
    ("conditions", PEOPLE, ask("filter[name]=a", 101)),
    ("searches", PEOPLE, ask("filter[search]=a", 101)),
    ("conditions of rows", "users", ask("filter[name]=a", 101)),
    ("lists", PEOPLE, ask("filter[name][in]=a,b,c", 4)),
    ("lists of rows", "users", ask("filter[name][in]=a,b,c", 4)),
]


@pytest.mark.parametrize(
    ("path", "query"), [case[1:] for case in PARAMETERS], ids=[c[0] for c in PARAMETERS]
)
def test_parameters(api: Api, settings: Settings, path: str, query: str) -> None:
    settings.LIST_LIMIT = 10

    answer = api.get(f"{path}?{query}")

    assert answer.status == 400
    assert answer.errors == [("invalid_parameter", query.partition("=")[0])]


class Case(NamedTuple):
    """A body with too many of something, and where it is refused."""

    name: str
    method: str
    path: str
    body: Any
    status: int
    place: str


BODIES = [
    Case(*case)
    for case in [
        (
            "in",
            "POST",
            QUERY,
            filtered({"name": {"in": ["a"] * 11}}),
            400,
            "/filter/name/in",
        ),
        (
            "conditions",
            *("POST", QUERY, filtered({"or": [{"name": "a"}] * 101})),
            *(400, "/filter/or/100/name"),
        ),
        (
            "searches",
            *("POST", QUERY, filtered({"or": [{"search": "a"}] * 101})),
            *(400, "/filter/or/100/search"),
        ),
        (
            "branches",
            "POST",
            QUERY,
            filtered({"and": [{}] * 1000}),
            400,
            "/filter/and/999",
        ),
        ("sorts", "POST", QUERY, {"sort": commas("name", 9)}, 400, "/sort"),
        ("includes", "POST", QUERY, {"include": commas("deals", 101)}, 400, "/include"),
        (
            "fields",
            *("POST", QUERY, {"fields": {"person": commas("name", 11)}}),
            *(400, "/fields/person"),
        ),
        ("lookups", "POST", f"{PEOPLE}/lookup", {"items": ["a"] * 501}, 422, "/items"),
        (
            "rows",
            "POST",
            f"{PEOPLE}/bulk",
            {"data": [linked(1)["data"]] * 26},
            422,
            "/data",
        ),
        ("deletes", "DELETE", PEOPLE, {"items": ["per_0"] * 26}, 422, "/items"),
        (
            "links",
            "POST",
            PEOPLE,
            linked(11),
            400,
            "/data/relationships/companies/data",
        ),
        (
            "items",
            *("POST", PEOPLE, resource("person", tags=items(*map(str, range(101))))),
            *(422, "/data/attributes/tags"),
        ),
        (
            "options",
            *("POST", f"{SCHEMA}/properties"),
            {
                "properties": {
                    "a": {"x-type": "select", "enum": [*map(str, range(501))]}
                }
            },
            *(422, "/properties/a/enum"),
        ),
        (
            "declarations",
            *("POST", f"{SCHEMA}/properties"),
            {"properties": {f"f{number}": {"type": "string"} for number in range(501)}},
            *(422, "/properties"),
        ),
        (
            "match fields",
            *(
                "POST",
                "schemas/objects",
                {"name": "Ship", "match_fields": ["imo"] * 501},
            ),
            *(422, "/match_fields"),
        ),
        (
            "orders",
            "PATCH",
            f"{SCHEMA}/fields-order",
            {"order": ["a"] * 501},
            422,
            "/order",
        ),
        (
            "visibilities",
            *("PATCH", f"{SCHEMA}/fields-visibility"),
            {"hiddenInDetails": {f"f{number}": True for number in range(501)}},
            *(422, "/hiddenInDetails"),
        ),
        ("schemas", "PATCH", "schemas", edits(101, 1), 400, "/data"),
        ("edits", "PATCH", "schemas", edits(1, 101), 422, "/data/0/attributes"),
        (
            "types",
            *("POST", f"{SCHEMA}/relationships"),
            resource("relationship", **{f"t{number}": {} for number in range(101)}),
            *(422, "/data/attributes"),
        ),
        (
            "scopes",
            *(
                "POST",
                "api-keys",
                resource("api-key", label="a", scopes=["read"] * 101),
            ),
            *(422, "/data/attributes/scopes"),
        ),
    ]
]


@pytest.mark.parametrize("case", BODIES, ids=[case.name for case in BODIES])
def test_bodies(api: Api, settings: Settings, case: Case) -> None:
    settings.LIST_LIMIT = 10

    answer = api.call(case.method, case.path, case.body)

    assert answer.status == case.status
    assert [place for _, place in answer.errors] == [case.place]


@pytest.mark.parametrize("path", [f"{PEOPLE}?filter[name]", "users?filter[name]"])
def test_a_list_of_a_thousand_is_answered(api: Api, path: str) -> None:
    assert api.get(f"{path}[in]={commas('a', 1000)}").status == 200
    assert api.get(f"{path}[in]={commas('a', 1001)}").status == 400


def test_a_hundred_conditions_in_a_thousand_filters_are_answered(api: Api) -> None:
    branches = [{"name": "a"}] * 99 + [{}] * 899

    answer = api.post(QUERY, filtered({"search": "a", "or": branches}))

    assert answer.status == 200
