"""A person's name follows its parts until somebody sets it by hand."""

from __future__ import annotations

import pytest

from records.models import IndexedValue, Record
from tests.api_client import Api, items, resource

PEOPLE = "objects/person/records"
ADA = {"first_name": "Ada", "last_name": "Lovelace"}


def create(api: Api, **attributes: object) -> str:
    return api.post(PEOPLE, resource("person", **attributes)).id


def change(api: Api, person: str, **attributes: object) -> str | None:
    """Change a person and return the name that comes of it."""
    answer = api.patch(f"{PEOPLE}/{person}", resource("person", **attributes))
    assert answer.status == 200
    assert api.get(f"{PEOPLE}/{person}").data == answer.data
    name: str | None = answer.data["attributes"]["name"]
    return name


def name_of(api: Api, person: str) -> str | None:
    name: str | None = api.get(f"{PEOPLE}/{person}").data["attributes"]["name"]
    return name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (ADA, "Ada Lovelace"),
        ({"first_name": "Ada"}, "Ada"),
        ({"last_name": "Lovelace"}, "Lovelace"),
        (ADA | {"name_prefix": "Lady", "middle_name": "K."}, "Lady Ada K. Lovelace"),
        (ADA | {"name_suffix": "FRS", "name": None}, "Ada Lovelace FRS"),
        (ADA | {"name": "The Countess"}, "The Countess"),
        (ADA | {"first_name": None}, "Lovelace"),
        (ADA | {"first_name": ""}, "Lovelace"),
        ({"first_name": " Ada ", "last_name": " Lovelace"}, "Ada Lovelace"),
        (ADA | {"middle_name": " \t"}, "Ada Lovelace"),
        ({"company_name": " Engines\u00a0"}, "Engines"),
        ({"first_name": None}, None),
        ({"title": "Countess"}, None),
    ],
)
def test_a_new_name_is_made_of_its_parts(
    api: Api, parts: dict[str, object], name: str | None
) -> None:
    person = create(api, **parts)

    assert name_of(api, person) == name


def test_follows_a_part_that_changes(api: Api) -> None:
    person = create(api, **ADA)

    assert change(api, person, last_name="Byron") == "Ada Byron"
    assert change(api, person, first_name=None) == "Byron"
    assert change(api, person, last_name=None) is None


def test_stays_as_it_was_set_by_hand(api: Api) -> None:
    person = create(api, **ADA)

    assert change(api, person, name="The Countess") == "The Countess"
    assert change(api, person, last_name="Byron") == "The Countess"


def test_stays_when_it_was_created_by_hand(api: Api) -> None:
    person = create(api, name="The Countess")

    assert change(api, person, **ADA) == "The Countess"


def test_stays_when_set_together_with_its_parts(api: Api) -> None:
    person = create(api, **ADA)

    assert change(api, person, name="Ada B.", last_name="Byron") == "Ada B."
    assert change(api, person, last_name="King") == "Ada B."


def test_follows_on_when_given_the_value_that_it_has(api: Api) -> None:
    person = create(api, **ADA)

    assert change(api, person, name="Ada Lovelace") == "Ada Lovelace"
    assert change(api, person, last_name="Byron") == "Ada Byron"
    assert change(api, person, name="Ada Byron", last_name="King") == "Ada King"


@pytest.mark.parametrize("cleared", [None, ""])
def test_follows_again_once_it_is_cleared(api: Api, cleared: str | None) -> None:
    person = create(api, name="The Countess", **ADA)

    assert change(api, person, name=cleared) == "Ada Lovelace"
    assert change(api, person, last_name="Byron") == "Ada Byron"


def test_stays_when_the_person_is_sent_again(api: Api) -> None:
    address = items("ada@example.com")
    person = create(api, name="The Countess", email_addresses=address)

    again = create(api, email_addresses=address, **ADA)

    assert again == person
    assert name_of(api, person) == "The Countess"


def test_follows_when_the_person_is_sent_again(api: Api) -> None:
    address = items("ada@example.com")
    person = create(api, email_addresses=address, **ADA)

    create(api, email_addresses=address, last_name="Byron")

    assert name_of(api, person) == "Ada Byron"


def test_is_searched_and_sorted_as_it_reads(api: Api) -> None:
    person = create(api, **ADA)

    change(api, person, last_name="Byron")

    record = Record.objects.get()
    keys = IndexedValue.objects.filter(record_id=record.id, field__slug="name")
    assert record.search == "ada byron"
    assert [value.key for value in keys] == ["ada byron"]


def test_the_name_of_a_company_follows_nothing(api: Api) -> None:
    acme = api.post("objects/company/records", resource("company", name="Acme"))

    body = resource("company", name=None)
    cleared = api.patch(f"objects/company/records/{acme.id}", body)

    assert cleared.data["attributes"]["name"] is None
