"""What a read does not understand is refused where it stands, with what is valid."""

from __future__ import annotations

import pytest

from tests.api_client import Api

PEOPLE = "objects/person/records"
TALKS = "objects/conversation/records"


@pytest.mark.parametrize(
    ("query", "error", "said"),
    [
        ("filter[bogus]=1", "unknown_parameter", "person has no 'bogus'. It has: name"),
        ("filter[Name]=1", "unknown_parameter", "person has no 'Name'. It has: name"),
        (
            "filter[companies.bogus]=1",
            "unknown_parameter",
            "company has no 'bogus'. It has: name, domains, ",
        ),
        (
            "filter[bogus.name]=1",
            "unknown_parameter",
            "person has no relationship 'bogus'. It has: companies, ",
        ),
        (
            "filter[name.first]=1",
            "unknown_parameter",
            "person has no relationship 'name'. It has: companies, ",
        ),
        (
            "filter[owner.handle]=1",
            "unknown_parameter",
            "person has no relationship 'owner'. It has: companies, ",
        ),
        (
            "filter[companies.deals.people.companies.name]=1",
            "invalid_parameter",
            "at most 3 relationships",
        ),
        ("filter[name][bogus]=1", "invalid_parameter", "name takes: eq, Is, ne, "),
        ("filter[name][GT]=1", "invalid_parameter", "name takes: eq, Is, ne, "),
        ("filter[name][]=1", "invalid_parameter", "name takes: eq, Is, ne, "),
        ("filter[name][a][b]=1", "unknown_parameter", "filter[field][operator]"),
        ("filter[tags][gt]=1", "invalid_parameter", "tags takes: eq, "),
        ("filter[companies][contains]=1", "invalid_parameter", "takes: eq, "),
        ("filter[search][eq]=1", "unknown_parameter", "person has no 'search'"),
        ("filter[deal_value]=much", "invalid_parameter", "Give a number"),
        ("filter[deal_value][in]=1,x", "invalid_parameter", "Give a number"),
        ("filter[deal_value]=>x", "invalid_parameter", "Give a number"),
        ("filter[birthday]=2026-13-01", "invalid_parameter", ""),
        ("filter[_created_at][gt]=soon", "invalid_parameter", ""),
        ("filter[companies]=acme", "invalid_parameter", "Give an id, such as com_"),
        ("filter[name][empty]=yes", "invalid_parameter", "Give true or false."),
        ("filter[custom_fields]={", "invalid_parameter", "JSON"),
        ("filter=1", "unknown_parameter", "filter[field]"),
        ("sort=bogus", "invalid_parameter", "Sort by: name, "),
        ("sort=name,bogus", "invalid_parameter", "Sort by: name, "),
        ("sort=companies", "invalid_parameter", "Sort by: name, "),
        ("sort=companies.name", "invalid_parameter", "Sort by: name, "),
        ("sort=name,-name", "invalid_parameter", "each once"),
        ("sort=", "invalid_parameter", "Sort by: name, "),
        ("sort[name]=asc", "unknown_parameter", "Use sort."),
        ("sort=name&sort=title", "invalid_parameter", "Send it once."),
        ("sortOrder=name", "unknown_parameter", "sortOrder[column] and sortOrder[dir]"),
        ("sortOrder[column]=bogus", "invalid_parameter", "Sort by: name, "),
        ("sortOrder[dir]=asc", "invalid_parameter", "sortOrder[column]"),
        ("sortOrder[x]=1", "unknown_parameter", "sortOrder[column] and sortOrder[dir]"),
        (
            "page[x]=1",
            "unknown_parameter",
            "page[limit], page[offset], page[number], page[size], ",
        ),
        (
            "page=1",
            "unknown_parameter",
            "page[limit], page[offset], page[number], page[size], ",
        ),
        ("include=bogus", "invalid_parameter", "It has: companies, "),
        ("fields[person]=bogus", "invalid_parameter", "There are: name, "),
        ("fields[bogus]=name", "unknown_parameter", "The types are: person, "),
    ],
)
def test_says_what_is_wrong_and_what_is_valid(
    api: Api, query: str, error: str, said: str
) -> None:
    answer = api.get(f"{PEOPLE}?{query}")

    name = query.partition("=")[0]
    assert (answer.status, answer.errors) == (400, [(error, name)])
    assert said in answer.json["errors"][0]["detail"]


def test_two_directions_of_an_order_are_told_apart(api: Api) -> None:
    answer = api.get(f"{PEOPLE}?sortOrder[column]=name&sortOrder[dir]=up")

    assert answer.errors == [("invalid_parameter", "sortOrder[dir]")]
    assert answer.json["errors"][0]["detail"] == "Use ASC or DESC."


def test_sort_and_sort_order_do_not_go_together(api: Api) -> None:
    answer = api.get(f"{PEOPLE}?sort=name&sortOrder[column]=name")

    assert answer.errors == [("invalid_parameter", "sort")]


def test_every_name_that_is_said_to_be_valid_is(api: Api) -> None:
    refused = {
        "filter[bogus]=1": ("It has: ", "filter[{}][empty]=true"),
        "sort=bogus": ("Sort by: ", "sort={}"),
        "include=bogus": ("It has: ", "include={}"),
        "fields[person]=bogus": ("There are: ", "fields[person]={}"),
        "fields[bogus]=x": ("The types are: ", "fields[{}]="),
    }

    for query, (mark, template) in refused.items():
        detail = api.get(f"{PEOPLE}?{query}").json["errors"][0]["detail"]
        names = detail.partition(mark)[2].rstrip(".").split(", ")
        found = {n: api.get(f"{PEOPLE}?{template.format(n)}").status for n in names}
        assert found == dict.fromkeys(names, 200)
        assert len(names) > 5
