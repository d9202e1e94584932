"""JSON:API 1.1, sparse fieldsets: rows 62 to 65."""

from __future__ import annotations

import httpx
import pytest

from tests.conformance.wire import (
    CONVERSATIONS,
    PEOPLE,
    Resource,
    address,
    create,
    data,
    document,
    errors,
    ref,
)


def shown(resource: Resource) -> set[str]:
    """Return the names of the fields that a resource shows."""
    return set(resource["attributes"]) | set(resource["relationships"])


def test_2e_62_shows_the_fields_that_are_listed_and_no_others(
    client: httpx.Client, ada: Resource
) -> None:
    answer = client.get(f"{PEOPLE}?fields[person]=name,companies,_updated_at")

    (person,) = data(answer)
    assert shown(person) == {"name", "companies", "_updated_at"}
    assert person["attributes"]["name"] == "Ada"


def test_2e_62_holds_for_what_is_included_too(
    client: httpx.Client, ada: Resource
) -> None:
    create(client, "conversation", {"subject": "Hi"}, person=ref(ada))
    fields = "fields[conversation]=person&fields[person]=title"

    answer = client.get(f"{CONVERSATIONS}?include=person&{fields}")

    assert [shown(resource) for resource in data(answer)] == [{"person"}]
    assert [shown(r) for r in answer.json()["included"]] == [{"title"}]


def test_2e_63_an_empty_list_shows_no_fields(
    client: httpx.Client, ada: Resource
) -> None:
    answer = client.get(f"{address(ada)}?fields[person]=")

    assert shown(data(answer)) == set()
    assert ref(data(answer)) == ref(ada)


def test_2e_64_holds_for_answers_to_writes(client: httpx.Client, ada: Resource) -> None:
    body = document("person", {"title": "Countess"})
    fields = "fields[person]=title"

    created = client.post(f"{PEOPLE}?{fields}", json=body)
    changed = client.patch(f"{address(ada)}?{fields}", json=body)

    expected = {"title": "Countess"}
    assert data(created)["attributes"] == data(changed)["attributes"] == expected


@pytest.mark.parametrize(
    ("parameter", "code", "value"),
    [
        ("fields[person]", "invalid_parameter", "bogus"),
        ("fields[person]", "invalid_parameter", "name,bogus"),
        ("fields[company]", "invalid_parameter", "first_name"),
        ("fields[bogus]", "unknown_parameter", "name"),
        ("fields", "unknown_parameter", "name"),
        ("fields[]", "unknown_parameter", "name"),
        ("fields[person][name]", "unknown_parameter", "name"),
    ],
)
def test_2e_65_refuses_names_that_do_not_exist(
    client: httpx.Client, parameter: str, code: str, value: str
) -> None:
    answer = client.get(f"{PEOPLE}?{parameter}={value}")

    assert errors(answer) == (400, [(code, {"parameter": parameter})])
