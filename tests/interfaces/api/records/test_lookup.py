"""``POST /objects/{o}/records/lookup`` says which records are meant, and why."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import Record
from tests.api_client import Answer, Api, items, resource

PEOPLE = "objects/person/records"


def create(api: Api, type_: str = "person", **attributes: object) -> str:
    return api.post(f"objects/{type_}/records", resource(type_, **attributes)).id


def look_up(api: Api, *texts: object, type_: str = "person") -> Answer:
    return api.post(f"objects/{type_}/records/lookup", {"items": list(texts)})


def meant(answer: Answer) -> list[list[tuple[str, list[str]]]]:
    """Return the records that each item means, with the fields that say so."""
    assert answer.status == 200, answer.content
    return [
        [(match["id"], match["fields"]) for match in result["matches"]]
        for result in answer.json["meta"]["results"]
    ]


@pytest.fixture
def ada(api: Api) -> str:
    return create(
        api,
        name="Ada Lovelace",
        email_addresses=items("ada@example.com", "ada@home.example"),
        phone_numbers=items("+442079460958"),
    )


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("ada@example.com", "email_addresses"),
        (" ADA@home.example ", "email_addresses"),
        ("ada lovelace", "name"),
        ("+442079460958", "phone_numbers"),
        ("+44 (20) 7946-0958", "phone_numbers"),
        ("020 7946 0958", "phone_numbers"),
        ("0044 20 7946 0958", "phone_numbers"),
        ("tel:+44-20-7946-0958", "phone_numbers"),
        ("7946.0958", "phone_numbers"),
    ],
)
def test_finds_a_person_by_what_they_are_known_by(
    api: Api, ada: str, text: str, field: str
) -> None:
    create(api, name="Ada", phone_numbers=items("+442079460959"))

    answer = look_up(api, text)

    assert meant(answer) == [[(ada, [field])]]
    assert [row["id"] for row in answer.data] == [ada]


@pytest.mark.parametrize(
    "text", ["eve@example.com", "example.com", "Lovelace", "0958", "2079460", "%", "."]
)
def test_finds_nobody_by_a_part(api: Api, ada: str, text: str) -> None:
    answer = look_up(api, text)

    assert (meant(answer), answer.data) == ([[]], [])


def test_finds_a_company_by_its_domain(api: Api) -> None:
    acme = create(api, "company", name="Acme", domains=items("acme.example"))

    answer = look_up(
        api, "acme.example", "https://www.acme.example/about", "acme", type_="company"
    )

    assert meant(answer) == [
        [(acme, ["domains"])],
        [(acme, ["domains"])],
        [(acme, ["name"])],
    ]
    assert len(answer.data) == 1


def test_lists_all_who_share_a_value_the_oldest_first(api: Api) -> None:
    sharing = [create(api, phone_numbers=items("+442079460958")) for _ in range(3)]

    answer = look_up(api, "+442079460958")

    assert meant(answer) == [[(one, ["phone_numbers"]) for one in sharing]]


def test_keeps_the_order_of_the_items(api: Api, ada: str) -> None:
    eve = create(api, email_addresses=items("eve@example.com"))

    answer = look_up(api, "nobody@x.example", "eve@example.com", "ada@example.com")

    results = answer.json["meta"]["results"]
    assert [result["index"] for result in results] == [0, 1, 2]
    assert [row["id"] for row in answer.data] == [eve, ada]


def test_shows_what_is_asked_for(api: Api, ada: str) -> None:
    body = {"items": ["ada@example.com"]}

    answer = api.post(f"{PEOPLE}/lookup?fields[person]=name&include=companies", body)

    assert answer.data[0]["attributes"].keys() == {"name"}
    assert answer.json["included"] == []


def test_a_hidden_record_is_not_there(api: Api, scout: Api, ada: str) -> None:
    texts = ("ada@example.com", "+442079460958", "020 7946 0958", "Ada Lovelace")
    Record.objects.update(visible_to=[])

    answer = look_up(scout, *texts)

    assert (meant(answer), answer.data) == ([[]] * 4, [])
    assert len(meant(look_up(api, *texts))[0]) == 1


def test_another_workspace_is_not_there(stranger: Api, ada: str) -> None:
    assert meant(look_up(stranger, "ada@example.com")) == [[]]


def test_a_reading_key_may_look_up(reader: Api, ada: str) -> None:
    assert look_up(reader, "ada@example.com").status == 200


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, ("malformed_document", "")),
        ({"items": "ada"}, ("malformed_document", "/items")),
        ({"items": [7]}, ("malformed_document", "/items/0")),
        ({"items": ["ada", " "]}, ("malformed_document", "/items/1")),
        ({"items": ["ada", "\ud800"]}, ("malformed_document", "/items/1")),
        ({"items": ["ada"], "mode": "all"}, ("malformed_document", "/mode")),
        ({"items": []}, ("too_many_rows", "/items")),
        ({"items": ["ada"] * 501}, ("too_many_rows", "/items")),
    ],
)
def test_a_body_that_asks_for_nothing_is_refused(
    api: Api, body: dict[str, Any], error: tuple[str, str]
) -> None:
    assert api.post(f"{PEOPLE}/lookup", body).errors == [error]


def test_looks_up_five_hundred_in_few_statements(api: Api, ada: str) -> None:
    texts = [f"p{number}@example.com" for number in range(499)]
    look_up(api, "warm")

    with CaptureQueriesContext(connection) as statements:
        answer = look_up(api, *texts, "ada@example.com")

    assert meant(answer)[-1] == [(ada, ["email_addresses"])]
    assert len(statements) <= 3
