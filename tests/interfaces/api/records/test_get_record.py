"""GET /objects/{object}/records/{id} answers one record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm.models import Agent, Workspace
from records.ids import decode_id
from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, resource
from tests.schemas import make_field

DEALS = "objects/deal/records"
NOBODY = "01J2SC8Z8YFGX9Y0014D2PF2DB"

WHOLE: list[tuple[str, dict[str, Any]]] = [
    (
        "person",
        {
            "name": 'Zoë 👩‍🚀 "\\\u2028/',
            "first_name": "Zoë",
            "email_addresses": items("zoe@example.com"),
            "phone_numbers": items("+14155550100"),
            "tags": items("vip", "ÉÉ"),
            "addresses": items({"city": "London", "country": "UK"}),
            "websites": items("https://example.com"),
            "birthday": "1815-12-10",
            "dates": items("2026-03-01"),
            "notes": "one\ntwo\ttabs",
            "custom_fields": {"b": [1, 0.1, -1e-7, 1e20], "a": {"": None}, "ä": True},
            "deal_value": 999999999999.9999,
            "last_contacted_at": "2026-03-01T12:00:00.000Z",
        },
    ),
    (
        "company",
        {
            "domains": items("acme.com", "münchen.de"),
            "employee_count": 2**63 - 1,
            "annual_revenue": -0.0001,
            "custom_fields": [{"label": "a", "value": 9007199254740993}],
        },
    ),
    ("deal", {"name": "", "stage": "Won", "amount": 0, "close_date": "0001-01-01"}),
    ("meeting", {"start": "9999-12-31T23:59:59.999Z", "all_day": False}),
    ("task", {"title": " ", "status": "To Do", "priority": "Low"}),
    ("conversation", {"channel": "web", "unread": True}),
]


def make_deal(api: Api, **attributes: object) -> Answer:
    answer = api.post(DEALS, resource("deal", **attributes))
    assert answer.status == 201
    return answer


def test_answers_the_record(api: Api) -> None:
    created = make_deal(api, name="Big")

    answer = api.get(f"{DEALS}/{created.id}")

    assert answer.status == 200
    assert answer.json == created.shown
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize(("type_", "attributes"), WHOLE)
def test_reads_what_the_write_answered(
    api: Api, type_: str, attributes: dict[str, Any]
) -> None:
    path = f"objects/{type_}/records"
    created = api.post(path, resource(type_, **attributes))

    read = api.get(f"{path}/{created.id}")

    assert created.status == 201
    assert read.data == created.data
    assert read.data["attributes"] == read.data["attributes"] | attributes


@pytest.mark.parametrize("number", ["-0.0", "-0", "0.10", "1e2", "1E-7", "0e5"])
def test_reads_every_number_as_the_write_answered(api: Api, number: str) -> None:
    body = json.dumps(resource("deal", custom_fields=["NUMBER"]))
    created = api.post(DEALS, body.replace('"NUMBER"', number).encode())

    read = api.get(f"{DEALS}/{created.id}")

    assert digits(read) == digits(created)


def digits(answer: Answer) -> object:
    """Return the custom fields with numbers as they are written."""
    document = json.loads(answer.content, parse_float=str, parse_int=str)
    return document["data"]["attributes"]["custom_fields"]


@pytest.mark.parametrize("name", ["records", "resources"])
def test_has_two_addresses(api: Api, name: str) -> None:
    created = make_deal(api, name="Big")

    answer = api.get(f"objects/deal/{name}/{created.id}")

    assert answer.json == created.shown


def test_takes_the_plain_uuid_and_either_case(api: Api) -> None:
    created = make_deal(api, name="Big")
    record_id = decode_id("deal", created.id)

    spellings = [str(record_id), str(record_id).upper(), created.id.lower()]
    answers = [api.get(f"{DEALS}/{spelling}") for spelling in spellings]

    assert [answer.json for answer in answers] == [created.shown] * 3


def test_links_lead_to_the_record(api: Api) -> None:
    created = make_deal(api, name="Big")
    address = created.data["links"]["self"]

    answer = api.client.get(address)

    assert json.loads(answer.content) == created.shown


def test_shows_links_to_one_record(api: Api) -> None:
    ada = api.post("objects/person/records", resource("person")).id
    person = {"data": {"type": "person", "id": ada}}
    body = resource("conversation", subject="Hi")
    body["data"]["relationships"] = {"person": person}
    created = api.post("objects/conversation/records", body)

    answer = api.get(f"objects/conversation/records/{created.id}")

    assert answer.data["relationships"]["person"]["data"] == person["data"]
    assert answer.data == created.data


def test_the_version_is_the_etag(api: Api) -> None:
    deal = make_deal(api, name="Big").id
    api.patch(f"{DEALS}/{deal}", resource("deal", name="Bigger"))

    answer = api.get(f"{DEALS}/{deal}")

    assert answer.headers["ETag"] == '"2"'
    assert answer.data["meta"] == {"version": 2}


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"0", "1"', '"0",W/"1"', "*"])
def test_answers_304_to_a_client_that_has_it(api: Api, known: str) -> None:
    deal = make_deal(api, name="Big").id

    answer = api.get(f"{DEALS}/{deal}", if_none_match=known)

    assert (answer.status, answer.content) == (304, b"")
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize("known", ['"2"', '"0", "2"', "1", '"11"', '""', "", "x"])
def test_answers_the_record_to_one_that_has_another(api: Api, known: str) -> None:
    created = make_deal(api, name="Big")

    answer = api.get(f"{DEALS}/{created.id}", if_none_match=known)

    assert (answer.status, answer.json) == (200, created.shown)


@pytest.mark.parametrize(
    "record_id",
    [
        f"deal_{NOBODY}",
        f"per_{NOBODY}",
        NOBODY,
        "0190b2c4-7d1e-7c3a-9f00-0123456789ab",
        "nothing",
        "1",
        "deal_",
        "%00",
        "\u017f",
        "a" * 1000,
    ],
)
def test_what_is_not_there_is_not_found(api: Api, record_id: str) -> None:
    answer = api.get(f"{DEALS}/{record_id}")

    assert answer.status == 404
    assert answer.errors == [("not_found", "")]


def test_a_record_of_another_type_is_not_found(api: Api) -> None:
    deal = make_deal(api, name="Big").id

    answers = [
        api.get(f"objects/person/records/{spelling}")
        for spelling in (deal, str(decode_id("deal", deal)), f"per_{deal[5:]}")
    ]

    assert [answer.status for answer in answers] == [404] * 3


def test_a_record_that_was_deleted_is_not_found(api: Api) -> None:
    deal = make_deal(api, name="Big").id
    api.delete(f"{DEALS}/{deal}")

    assert api.get(f"{DEALS}/{deal}").status == 404
    assert api.get(f"{DEALS}/{deal}", if_none_match="*").status == 404


def test_an_object_that_is_not_there_is_not_found(api: Api) -> None:
    deal = make_deal(api, name="Big").id

    assert api.get(f"objects/unicorn/records/{deal}").status == 404


def test_refuses_parameters_that_it_does_not_know(api: Api) -> None:
    deal = make_deal(api, name="Big").id

    answer = api.get(f"{DEALS}/{deal}?page[limit]=1&verbose=1")

    assert answer.status == 400
    assert answer.errors == [
        ("unknown_parameter", "page[limit]"),
        ("unknown_parameter", "verbose"),
    ]


def test_a_new_field_reads_as_blank(api: Api, workspace: Workspace) -> None:
    deal = make_deal(api, name="Big").id
    make_field(workspace, "deal", "c_region", "text")
    make_field(workspace, "deal", "c_links", "url_collection")

    attributes = api.get(f"{DEALS}/{deal}").data["attributes"]

    assert (attributes["c_region"], attributes["c_links"]) == (None, items())


def test_reading_changes_nothing(api: Api, agent: Agent) -> None:
    deal = make_deal(api, name="Big").id
    before = Record.objects.values().get()

    api.get(f"{DEALS}/{deal}")

    assert Record.objects.values().get() == before
    assert JournalEntry.objects.count() == 1
