"""JSON:API 1.1, inclusion of related resources: rows 55 to 61."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conformance.wire import (
    CONVERSATIONS,
    DEALS,
    PEOPLE,
    Resource,
    address,
    create,
    data,
    document,
    errors,
    ref,
)


@pytest.fixture
def talk(client: httpx.Client, ada: Resource) -> Resource:
    return create(client, "conversation", {"subject": "Hi"}, person=ref(ada))


def included(answer: httpx.Response) -> list[Resource]:
    """Return the identifiers of what was included."""
    assert answer.status_code in {200, 201}
    return [ref(resource) for resource in answer.json()["included"]]


@pytest.mark.parametrize(
    ("method", "steps"),
    [
        ("GET", ("relationships", "companies")),
        ("PATCH", ("relationships", "companies")),
        ("POST", ("relationships", "companies")),
        ("DELETE", ("relationships", "companies")),
        ("GET", ("relationships", "owner")),
        ("GET", ("owner",)),
        ("DELETE", ()),
    ],
)
def test_2d_55_refuses_to_include_where_nothing_can_be_included(
    client: httpx.Client, ada: Resource, method: str, steps: tuple[str, ...]
) -> None:
    path = f"{address(ada, *steps)}?include=companies"

    answer = client.request(method, path, json={"data": []})

    where = {"parameter": "include"}
    assert errors(answer) == (400, [("unknown_parameter", where)])
    assert client.get(address(ada)).status_code == 200


@pytest.mark.parametrize("include", ["", "deals", "owner", "deals.people"])
def test_2d_56_what_is_asked_for_is_there_also_if_it_is_empty(
    client: httpx.Client, ada: Resource, include: str
) -> None:
    answer = client.get(f"{address(ada)}?include={include}")

    assert (answer.status_code, answer.json()["included"]) == (200, [])


def test_2d_57_nothing_is_included_that_was_not_asked_for(
    client: httpx.Client, ada: Resource, talk: Resource
) -> None:
    plain = client.get(CONVERSATIONS)
    one = client.get(f"{CONVERSATIONS}?include=person")

    assert "included" not in plain.json()
    assert included(one) == [ref(ada)]


def test_2d_58_paths_lead_through_what_is_between(
    client: httpx.Client, acme: Resource, ada: Resource, talk: Resource
) -> None:
    deal = create(client, "deal", {"name": "Big"}, people=[ref(ada)])

    answer = client.get(f"{address(talk)}?include=person.companies,person.deals")

    both = sorted(included(answer), key=lambda one: str(one["id"]))
    assert both == sorted([ref(acme), ref(deal), ref(ada)], key=lambda r: str(r["id"]))


@pytest.mark.parametrize(
    "include",
    [
        "bogus",
        "companies.bogus",
        "companies.name",
        "name",
        "companies,bogus",
        "companies..people",
        ".",
        ",",
        "Companies",
        "companies.people.companies.people",
    ],
)
def test_2d_59_refuses_a_path_that_leads_nowhere(
    client: httpx.Client, ada: Resource, include: str
) -> None:
    where = {"parameter": "include"}

    for path in (PEOPLE, address(ada)):
        answer = client.get(f"{path}?include={include}")
        assert errors(answer) == (400, [("invalid_parameter", where)])


def test_2d_60_answers_to_writes_include(client: httpx.Client, acme: Resource) -> None:
    body = document("person", {"name": "Bea"}, companies=[ref(acme)])

    created = client.post(f"{PEOPLE}?include=companies", json=body)
    path = address(data(created))
    changed = client.patch(f"{path}?include=companies", json=document("person", {}))

    assert included(created) == included(changed) == [ref(acme)]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_2d_60_a_write_with_a_bad_path_writes_nothing(
    client: httpx.Client, ada: Resource, method: str
) -> None:
    path = PEOPLE if method == "POST" else address(ada)

    answer = client.request(
        method, f"{path}?include=bogus", json=document("person", {"name": "Eve"})
    )

    assert answer.status_code == 400
    assert data(client.get(PEOPLE)) == [ada]


def test_2d_60_related_records_include(
    client: httpx.Client, acme: Resource, ada: Resource, talk: Resource
) -> None:
    many = client.get(f"{address(acme, 'people')}?include=conversations")
    one = client.get(f"{address(talk, 'person')}?include=companies")

    assert (included(many), included(one)) == ([ref(talk)], [ref(acme)])


def test_2d_61_a_fieldset_without_a_relationship_does_not_hide_what_it_includes(
    client: httpx.Client, ada: Resource, talk: Resource
) -> None:
    sparse = "fields[conversation]=subject&fields[person]=name"

    answer = client.get(f"{address(talk)}?include=person&{sparse}")

    def shown(resource: dict[str, Any]) -> object:
        return resource["attributes"], resource.get("relationships", {})

    (person,) = answer.json()["included"]
    assert shown(data(answer)) == ({"subject": "Hi"}, {})
    assert shown(person) == ({"name": "Ada"}, {})


def test_2d_61_what_is_included_may_come_from_several_records(
    client: httpx.Client, ada: Resource
) -> None:
    for name in ("Big", "Small"):
        create(client, "deal", {"name": name}, people=[ref(ada)])

    answer = client.get(f"{DEALS}?include=people&fields[deal]=name")

    assert included(answer) == [ref(ada)]
