"""DELETE /objects/{object}/records/{id} deletes a record."""

from __future__ import annotations

import pytest

from records.ids import decode_id
from records.models import JournalEntry, Record
from tests.api_client import Api, items, resource

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"


def create(api: Api, *addresses: str) -> str:
    body = resource("person", email_addresses=items(*addresses))
    return api.post(PEOPLE, body).id


def test_deletes_the_record(api: Api) -> None:
    ada, bea = create(api), create(api)

    answer = api.delete(f"{PEOPLE}/{ada}")

    assert (answer.status, answer.content) == (204, b"")
    assert api.get(f"{PEOPLE}/{ada}").status == 404
    assert [row["id"] for row in api.get(PEOPLE).data] == [bea]


def test_takes_every_spelling_of_the_address(api: Api) -> None:
    ada, bea, cy = create(api), create(api), create(api)

    answers = [
        api.delete(f"objects/person/resources/{ada}"),
        api.delete(f"{PEOPLE}/{bea.lower()}"),
        api.delete(f"{PEOPLE}/{decode_id('per', cy)}"),
    ]

    assert [answer.status for answer in answers] == [204] * 3
    assert not Record.objects.exists()


def test_needs_no_body_and_reads_none(api: Api) -> None:
    ada, bea = create(api), create(api)

    answer = api.delete(f"{PEOPLE}/{ada}", {"items": [bea]})

    assert answer.status == 204
    assert [row["id"] for row in api.get(PEOPLE).data] == [bea]


def test_an_address_of_a_deleted_record_can_be_used_at_once(api: Api) -> None:
    ada = create(api, "ada@example.com", "a@example.com")
    api.delete(f"{PEOPLE}/{ada}")

    again = api.post(PEOPLE, resource("person", email_addresses=items("a@example.com")))

    assert again.status == 201
    assert again.id != ada
    assert again.data["attributes"]["email_addresses"] == items("a@example.com")


def test_a_record_can_be_deleted_once(api: Api) -> None:
    ada = create(api)

    answers = [api.delete(f"{PEOPLE}/{ada}") for _ in range(2)]

    assert [answer.status for answer in answers] == [204, 404]
    assert answers[1].errors == [("not_found", "")]
    assert JournalEntry.objects.count() == 2


@pytest.mark.parametrize(
    "record_id", [NOBODY, "nobody", "com_" + NOBODY[4:], str(decode_id("per", NOBODY))]
)
def test_what_is_not_there_is_not_found(api: Api, record_id: str) -> None:
    answer = api.delete(f"{PEOPLE}/{record_id}")

    assert answer.status == 404
    assert answer.errors == [("not_found", "")]


def test_a_record_of_another_type_is_not_found(api: Api) -> None:
    ada = create(api)

    answer = api.delete(f"objects/company/records/{decode_id('per', ada)}")

    assert answer.status == 404
    assert api.get(f"{PEOPLE}/{ada}").status == 200


def test_refuses_parameters_that_it_does_not_know(api: Api) -> None:
    ada = create(api)

    answer = api.delete(f"{PEOPLE}/{ada}?force=true")

    assert answer.status == 400
    assert answer.errors == [("unknown_parameter", "force")]
    assert api.get(f"{PEOPLE}/{ada}").status == 200
