"""What is unique, sorted or searched of a record is kept beside it."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from crm.models import Workspace
from records.ids import decode_id
from records.models import IndexedValue, JournalEntry, Link, Record, UniqueValue
from tests.api_client import Api, items, resource
from tests.schemas import make_field

DEALS = "objects/deal/records"
PEOPLE = "objects/person/records"


def create(api: Api, type_: str, **attributes: object) -> UUID:
    answer = api.post(f"objects/{type_}/records", resource(type_, **attributes))
    assert answer.status == 201
    return uuid_of(answer.id)


def uuid_of(record: str) -> UUID:
    record_id = decode_id(record.partition("_")[0], record)
    assert record_id
    return record_id


def unique_values(record: UUID) -> set[str]:
    return {value.key for value in UniqueValue.objects.filter(record_id=record)}


def indexed_values(record: UUID) -> dict[str, str | None]:
    values = IndexedValue.objects.filter(record_id=record).select_related("field")
    return {value.field.slug: value.key for value in values}


def test_every_indexed_field_has_a_sort_key(api: Api) -> None:
    deal = create(api, "deal", name="Big Deal", stage="Discovery")

    assert indexed_values(deal) == {
        "name": "big deal",
        "stage": "00001",
        "amount": None,
        "close_date": None,
    }


def test_sort_keys_follow_the_values(api: Api) -> None:
    deal = create(api, "deal", name="Big Deal", close_date="2026-03-01")

    body = resource("deal", name="Bigger", close_date=None, stage="Won")
    api.patch(f"{DEALS}/{deal}", body)

    assert indexed_values(deal) == {
        "name": "bigger",
        "stage": "00004",
        "amount": None,
        "close_date": None,
    }


def test_every_unique_value_is_held(api: Api) -> None:
    addresses = items("Ada@example.com", "ada@home.example")

    person = create(api, "person", email_addresses=addresses)

    assert unique_values(person) == {"ada@example.com", "ada@home.example"}


def test_unique_values_follow_the_values(api: Api) -> None:
    addresses = items("ada@example.com", "ada@home.example")
    person = create(api, "person", email_addresses=addresses)

    moved = items("ada@work.example", "ada@home.example")
    api.patch(f"{PEOPLE}/{person}", resource("person", email_addresses=moved))

    assert unique_values(person) == {"ada@work.example", "ada@home.example"}


def test_nothing_is_held_for_a_write_that_is_refused(api: Api) -> None:
    ada = create(api, "person", email_addresses=items("ada@example.com"))
    create(api, "person", email_addresses=items("bea@example.com"))

    all_three = items("ada@example.com", "bea@example.com", "new@example.com")
    body = resource("person", email_addresses=all_three)
    api.patch(f"{PEOPLE}/{ada}", body)

    assert not UniqueValue.objects.filter(key="new@example.com").exists()


def test_search_looks_through_every_searchable_field(api: Api) -> None:
    create(
        api,
        "person",
        name="Zoë ÉCLAIR",
        email_addresses=items("zoe@example.com", "z@example.com"),
        phone_numbers=items("+14155550100"),
        company_name="ACME",
        notes="not this",
    )

    assert Record.objects.get().search.split("\x1f") == [
        "zoe eclair",
        "zoe@example.com",
        "z@example.com",
        "+14155550100",
        "acme",
    ]


def test_all_goes_with_the_record(api: Api) -> None:
    acme = api.post("objects/company/records", resource("company", name="Acme")).id
    companies = {"data": [{"type": "company", "id": acme}]}
    body = resource("person", email_addresses=items("ada@example.com"))
    body["data"]["relationships"] = {"companies": companies}
    ada = api.post(PEOPLE, body).id
    assert Link.objects.count() == 1

    api.delete(f"{PEOPLE}/{ada}")

    assert unique_values(uuid_of(ada)) == set()
    assert indexed_values(uuid_of(ada)) == {}
    assert not Link.objects.exists()


@pytest.mark.parametrize("length", [401, 9_000])
def test_long_text_can_be_unique_and_sorted(api: Api, length: int) -> None:
    deal = create(api, "deal", name="👩" * length)

    again = api.post(DEALS, resource("deal", name="👩" * length))

    assert (again.status, uuid_of(again.id)) == (200, deal)


def test_a_long_web_address_can_be_unique(api: Api, workspace: Workspace) -> None:
    make_field(workspace, "deal", "c_page", "url", unique=True, indexed=True)

    deal = create(api, "deal", c_page="https://a.co/" + "é" * 2000)

    assert len(unique_values(deal)) == 1


def test_satellites_belong_to_a_record(api: Api, workspace: Workspace) -> None:
    deal = create(api, "deal", name="Big Deal")
    field = UniqueValue.objects.get(record_id=deal).field
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with (
        pytest.raises(IntegrityError, match="records_uniquevalue_record_id"),
        transaction.atomic(),
    ):
        UniqueValue.objects.create(
            workspace=workspace, field=field, key="nobody", record_id=field.id
        )


def test_an_action_is_one_that_is_known(api: Api) -> None:
    create(api, "deal", name="Big Deal")

    with pytest.raises(IntegrityError, match="change_is_of_record_or_schema"):
        JournalEntry.objects.update(action="eaten")
