"""A person's name may be sent as an object of its parts, as other systems keep it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Answer, Api, items, resource, resources

PEOPLE = "objects/person/records"
ADA = {"first_name": "Ada", "last_name": "Lovelace"}
NAMES = ("name", "first_name", "last_name")


def create(api: Api, name: object, **attributes: object) -> Answer:
    return api.post(PEOPLE, resource("person", name=name, **attributes))


def names(answer: Answer) -> list[str | None]:
    """Return the name, the first name and the last one."""
    assert answer.status in {200, 201}, answer.json
    attributes: dict[str, Any] = answer.data["attributes"]
    return [attributes[name] for name in NAMES]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (ADA, ["Ada Lovelace", "Ada", "Lovelace"]),
        ({"first_name": "Ada"}, ["Ada", "Ada", None]),
        (ADA | {"full_name": "Ada Lovelace"}, ["Ada Lovelace", "Ada", "Lovelace"]),
        (ADA | {"full_name": "The Countess"}, ["The Countess", "Ada", "Lovelace"]),
        ({"full_name": "Ada Lovelace"}, ["Ada Lovelace", None, None]),
        ({"first_name": None, "last_name": None}, [None, None, None]),
        ({}, [None, None, None]),
    ],
)
def test_is_taken_for_its_parts(
    api: Api, name: object, shown: list[str | None]
) -> None:
    assert names(create(api, name)) == shown


def test_is_taken_so_in_every_row(api: Api) -> None:
    rows: list[dict[str, object]] = [{"name": ADA}, {"name": "Grace Hopper"}]

    answer = api.post(f"{PEOPLE}/bulk", resources("person", *rows))

    shown = [row["attributes"]["name"] for row in answer.data]
    assert shown == ["Ada Lovelace", "Grace Hopper"]


def test_goes_before_a_name_that_was_set_by_hand(api: Api) -> None:
    person = create(api, "The Countess", first_name="Augusta", last_name="Byron").id

    body = resource("person", name={"first_name": "Ada"})
    answer = api.patch(f"{PEOPLE}/{person}", body)

    assert names(answer) == ["Ada Byron", "Ada", "Byron"]


def test_names_what_is_wrong_where_it_stands(api: Api) -> None:
    wrong = {"first_name": 7, "last_name": "Byron", "nick_name": "Ada"}

    answer = create(api, wrong, last_name="Lovelace")
    whole = create(api, {"full_name": 7})

    at = "/data/attributes/name"
    assert sorted(answer.errors) == [
        ("invalid_value", f"{at}/first_name"),
        ("invalid_value", f"{at}/last_name"),
        ("unknown_field", f"{at}/nick_name"),
    ]
    assert whole.errors == [("invalid_value", at)]


def test_names_a_part_that_is_taken_where_it_stands(api: Api) -> None:
    path = "schemas/person/properties/last_name"
    assert api.patch(path, {"unique": True}).status == 200
    create(api, ADA)

    answer = create(api, ADA, email_addresses=items("ada@example.com"))

    place = "/data/attributes/name/last_name"
    assert answer.errors == [("value_taken", place)]


def test_stands_for_a_required_name_only_if_it_has_one(api: Api) -> None:
    api.patch("schemas/person/properties/name", {"required": True})

    answers = [create(api, ADA), create(api, {"first_name": None})]

    assert [answer.status for answer in answers] == [201, 422]
    assert answers[1].errors == [("required", "/data/attributes/name")]


def test_is_no_value_of_other_fields(api: Api) -> None:
    answer = api.post(PEOPLE, resource("person", title=ADA))

    assert answer.errors == [("invalid_value", "/data/attributes/title")]
