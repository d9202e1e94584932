"""JSON:API 1.1, fetching resources and relationships: rows 47 to 54."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from crm.models import Agent
from tests.conformance.wire import (
    CONVERSATIONS,
    NOBODY,
    PEOPLE,
    address,
    create,
    data,
    errors,
    names,
    ref,
)


def links_in(value: Any) -> Iterator[str]:
    """Return every link in a document."""
    if isinstance(value, list):
        for item in value:
            yield from links_in(item)
    elif isinstance(value, dict):
        for link in filter(None, value.get("links", {}).values()):
            yield link["href"] if isinstance(link, dict) else link
        for member in value.values():
            yield from links_in(member)


def test_2c_47_every_link_that_is_handed_out_can_be_fetched(
    client: httpx.Client, agent: Agent
) -> None:
    acme = create(client, "company")
    owner = {"type": "agent", "id": str(agent.id)}
    ada = create(client, "person", companies=[ref(acme)], owner=owner)
    for _ in range(2):
        create(client, "conversation", person=ref(ada))
    found = {f"{client.base_url}{CONVERSATIONS}?page[limit]=1&include=person"}
    new = set(found)

    while new:
        answers = [client.get(link) for link in new]
        assert {answer.status_code for answer in answers} == {200}
        new = {link for a in answers for link in links_in(a.json())} - found
        found |= new

    assert len(found) > 40


def test_2c_48_fetches_a_collection_and_a_resource(client: httpx.Client) -> None:
    ada = create(client, "person")

    many, one = client.get(PEOPLE), client.get(address(ada))

    assert (many.status_code, data(many)) == (200, [ada])
    assert (one.status_code, data(one)) == (200, ada)


@pytest.mark.parametrize("name", [NOBODY, "99999", "abc"])
def test_2c_49_a_resource_that_is_not_there_is_not_found(
    client: httpx.Client, name: str
) -> None:
    assert errors(client.get(f"{PEOPLE}/{name}")) == (404, [("not_found", {})])


def test_2c_50_the_link_to_a_relationship_answers_linkage(client: httpx.Client) -> None:
    acme = create(client, "company")
    ada = create(client, "person", companies=[ref(acme)])

    full = client.get(ada["relationships"]["companies"]["links"]["self"])
    empty = client.get(ada["relationships"]["deals"]["links"]["self"])

    assert (full.status_code, data(full)) == (200, [ref(acme)])
    assert (empty.status_code, data(empty)) == (200, [])


@pytest.mark.parametrize("name", ["bogus", "name", "email_addresses", "_created_at"])
def test_2c_51_a_relationship_that_is_not_there_is_not_found(
    client: httpx.Client, name: str
) -> None:
    ada = create(client, "person")

    answer = client.get(address(ada, "relationships", name))

    assert errors(answer) == (404, [("not_found", {})])


def test_2c_51_a_relationship_of_a_record_that_is_not_there_is_not_found(
    client: httpx.Client,
) -> None:
    answer = client.get(f"{PEOPLE}/{NOBODY}/relationships/companies")

    assert errors(answer) == (404, [("not_found", {})])


@pytest.mark.parametrize("name", ["bogus", "name", "relationships"])
def test_2c_52_related_records_of_no_relationship_are_not_found(
    client: httpx.Client, name: str
) -> None:
    ada = create(client, "person")

    assert errors(client.get(address(ada, name))) == (404, [("not_found", {})])


def test_2c_52_related_records_of_what_is_not_there_are_not_found(
    client: httpx.Client,
) -> None:
    answer = client.get(f"{PEOPLE}/{NOBODY}/companies")

    assert errors(answer) == (404, [("not_found", {})])


@pytest.mark.parametrize(
    ("steps", "allowed"),
    [
        ((), {"GET", "HEAD", "OPTIONS", "PATCH", "DELETE"}),
        (("companies",), {"GET", "HEAD", "OPTIONS"}),
        (
            ("relationships", "companies"),
            {"GET", "HEAD", "OPTIONS", "PATCH", "POST", "DELETE"},
        ),
    ],
)
def test_2c_53_a_method_that_is_not_allowed_is_told_which_are(
    client: httpx.Client, steps: tuple[str, ...], allowed: set[str]
) -> None:
    ada = create(client, "person")

    answer = client.put(address(ada, *steps), json={})

    assert errors(answer) == (405, [("method_not_allowed", {})])
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("steps", [(), ("companies",), ("relationships", "companies")])
def test_2c_53_head_is_get_without_a_body(
    client: httpx.Client, steps: tuple[str, ...]
) -> None:
    path = address(create(client, "person"), *steps)

    head, get = client.head(path), client.get(path)

    assert (head.status_code, head.content) == (200, b"")
    changing = {"date", "x-request-id"}
    assert {n: v for n, v in head.headers.items() if n not in changing} == {
        n: v for n, v in get.headers.items() if n not in changing
    }


def test_2c_54_related_records_are_paged_sorted_and_filtered(
    client: httpx.Client,
) -> None:
    companies = [create(client, "company", {"name": name}) for name in "CABD"]
    ada = create(client, "person", companies=[ref(one) for one in companies])
    path = address(ada, "companies")

    page = client.get(f"{path}?sort=name&page[limit]=2&filter[name][ne]=B")

    assert names(page) == ["A", "C"]
    assert page.json()["meta"]["total_records"] == 3
