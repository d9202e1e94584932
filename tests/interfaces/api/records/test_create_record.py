"""POST /objects/{object}/records creates a record, or updates the one that matches."""

from __future__ import annotations

import json

import pytest

from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, resource

DEALS = "objects/deal/records"

BLANK_DEAL = {
    "name": None,
    "stage": None,
    "amount": None,
    "close_date": None,
    "description": None,
    "summary": None,
    "tags": items(),
    "custom_fields": None,
}


def create(api: Api, type_: str, **attributes: object) -> Answer:
    return api.post(f"objects/{type_}/records", resource(type_, **attributes))


def test_creates_a_record(api: Api) -> None:
    answer = create(api, "person", name="Ada")

    assert answer.status == 201
    assert answer.data["type"] == "person"
    assert answer.data["attributes"]["name"] == "Ada"
    assert answer.headers["Location"] == answer.data["links"]["self"]
    assert answer.headers["ETag"] == '"1"'


def test_updates_the_record_that_shares_an_address(api: Api) -> None:
    address = items("taylor@example.com")
    body = resource("person", name="Taylor", email_addresses=address)
    first = api.post("objects/person/records", body)

    both = items("TAYLOR@example.com", "taylor@home.example")
    body = resource("record", title="VP", email_addresses=both)
    second = api.post("objects/person/records", body)

    assert (second.status, second.id) == (200, first.id)
    assert second.data["attributes"]["name"] == "Taylor"
    assert second.data["attributes"]["email_addresses"] == items(
        "taylor@example.com", "taylor@home.example"
    )


def test_answers_with_the_whole_document(api: Api) -> None:
    answer = create(api, "deal", name="Big", amount=0.5, tags=items("b", "a", "B"))

    attributes = answer.data["attributes"]
    system = {name for name in attributes if name.startswith("_")}
    address = f"http://testserver/v1/workspaces/acme/objects/deal/records/{answer.id}"
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": {
            "type": "deal",
            "id": answer.id,
            "attributes": BLANK_DEAL
            | {name: attributes[name] for name in system}
            | {"name": "Big", "amount": 0.5, "tags": items("b", "a")},
            "relationships": {
                "companies": {"links": links(address, "companies")},
                "people": {"links": links(address, "people")},
                "tasks": {"links": links(address, "tasks")},
                "owner": {"links": links(address, "owner"), "data": None},
            },
            "links": {"self": address},
            "meta": {"version": 1},
        },
        "links": {"self": address},
        "meta": answer.change,
    }
    assert system == {"_created_at", "_updated_at", "_created_by", "_updated_by"}


def links(address: str, relationship: str) -> dict[str, str]:
    return {
        "self": f"{address}/relationships/{relationship}",
        "related": f"{address}/{relationship}",
    }


@pytest.mark.parametrize("name", ["records", "resources"])
@pytest.mark.parametrize("type_", ["deal", "record"])
def test_has_two_addresses_and_takes_two_types(api: Api, name: str, type_: str) -> None:
    answer = api.post(f"objects/deal/{name}", resource(type_, name="Big"))

    assert (answer.status, answer.data["type"]) == (201, "deal")
    assert answer.headers["Location"].endswith(f"/objects/deal/records/{answer.id}")


@pytest.mark.parametrize(
    "type_", ["person", "company", "deal", "meeting", "conversation"]
)
def test_needs_no_attributes(api: Api, type_: str) -> None:
    answer = api.post(f"objects/{type_}/records", {"data": {"type": type_}})

    assert answer.status == 201


def test_ignores_members_that_nobody_defined(api: Api) -> None:
    data = {"type": "deal", "lid": "1", "x": 1, "meta": {}, "links": {}, "@a": 1}

    answer = api.post(DEALS, {"data": data, "x": 1, "jsonapi": {}})

    assert answer.status == 201


@pytest.mark.parametrize("type_", ["company", "Deal", "deals", "", "records"])
def test_refuses_another_type(api: Api, type_: str) -> None:
    answer = api.post(DEALS, resource(type_))

    assert answer.status == 409
    assert answer.errors == [("type_mismatch", "/data/type")]


@pytest.mark.parametrize("record_id", ["", "1", "deal_01J2SC8Z8YFGX9Y0014D2PF2DB"])
def test_makes_the_ids_itself(api: Api, record_id: str) -> None:
    body = {"data": {"type": "deal", "id": record_id}}

    answer = api.post(DEALS, body)

    assert answer.status == 422
    assert answer.errors == [("client_id", "/data/id")]


def test_reports_all_problems_at_once(api: Api) -> None:
    body = resource(
        "deal",
        name=5,
        stage="won",
        amount="5 euros",
        close_date="tomorrow",
        tags=["vip"],
        summary="\ud800",
        colour="red",
        _created_by="me",
        people=[],
    )
    body["data"]["relationships"] = {"friends": {"data": []}}

    answer = api.post(DEALS, body)

    assert answer.status == 422
    assert answer.errors == [
        ("invalid_value", "/data/attributes/name"),
        ("invalid_value", "/data/attributes/stage"),
        ("invalid_value", "/data/attributes/amount"),
        ("invalid_value", "/data/attributes/close_date"),
        ("wrong_shape", "/data/attributes/tags"),
        ("invalid_value", "/data/attributes/summary"),
        ("unknown_field", "/data/attributes/colour"),
        ("read_only", "/data/attributes/_created_by"),
        ("unknown_field", "/data/attributes/people"),
        ("unknown_field", "/data/relationships/friends"),
    ]
    assert not Record.objects.exists()


def test_problems_that_disagree_have_the_general_status(api: Api) -> None:
    answer = api.post(DEALS, resource("company", name=5))

    assert answer.status == 400
    assert answer.errors == [
        ("type_mismatch", "/data/type"),
        ("invalid_value", "/data/attributes/name"),
    ]
    assert [error["status"] for error in answer.json["errors"]] == ["409", "422"]


def test_shows_the_form_of_a_collection(api: Api) -> None:
    answer = create(api, "person", email_addresses=["ada@example.com"])

    assert answer.errors == [("wrong_shape", "/data/attributes/email_addresses")]
    assert '{"items": [...]}' in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"type": "task"}, "/data"),
        ({"type": "task", "attributes": {}}, "/data/attributes"),
        ({"type": "task", "attributes": {"title": None}}, "/data/attributes/title"),
        ({"type": "task", "attributes": {"title": ""}}, "/data/attributes/title"),
    ],
)
def test_requires_a_value(api: Api, data: object, pointer: str) -> None:
    answer = api.post("objects/task/records", {"data": data})

    assert answer.status == 422
    assert answer.errors == [("required", pointer)]


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [({}, "/data/attributes"), ({"title": None}, "/data/attributes/title")],
)
def test_reports_what_is_missing_with_the_other_problems(
    api: Api, attributes: dict[str, object], pointer: str
) -> None:
    answer = create(api, "task", **attributes, status="nope")

    assert answer.status == 422
    assert sorted(answer.errors) == [
        ("invalid_value", "/data/attributes/status"),
        ("required", pointer),
    ]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, [""]),
        ({"items": []}, [""]),
        ({"data": None}, ["/data"]),
        ({"data": []}, ["/data"]),
        ({"data": [{"type": "deal"}]}, ["/data"]),
        ({"data": {}}, ["/data"]),
        ({"data": {"type": 1}}, ["/data/type"]),
        ({"data": {"type": "deal", "id": 1}}, ["/data/id"]),
        ({"data": {"type": "deal", "attributes": []}}, ["/data/attributes"]),
        ({"data": {"type": "deal", "attributes": None}}, ["/data/attributes"]),
        ({"data": {"type": "deal", "relationships": []}}, ["/data/relationships"]),
        (
            {"data": {"type": 1, "attributes": 1, "relationships": {"people": []}}},
            ["/data/type", "/data/attributes", "/data/relationships/people"],
        ),
    ],
)
def test_refuses_another_document(
    api: Api, body: dict[str, object], pointers: list[str]
) -> None:
    answer = api.post(DEALS, body)

    assert answer.status == 400
    assert sorted(answer.errors) == [
        ("malformed_document", pointer) for pointer in sorted(pointers)
    ]


@pytest.mark.parametrize("exponent", ["+13", "+99999", "+9999999", "+" + "9" * 30])
@pytest.mark.parametrize("sign", ["", "-"])
def test_refuses_a_number_that_is_too_large(api: Api, sign: str, exponent: str) -> None:
    body = json.dumps(resource("deal", name="Big", amount="AMOUNT"))
    number = f"{sign}1E{exponent}"

    answer = api.post(DEALS, body.replace('"AMOUNT"', number).encode())

    assert answer.status in {400, 422}
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"meta": {"on_mtach": "skip"}}, "/meta/on_mtach"),
        ({"meta": {"mode": "fast"}}, "/meta/mode"),
        ({"meta": {"mode": None}}, "/meta/mode"),
        ({"meta": {"silent": True}}, "/meta/silent"),
        ({"meta": []}, "/meta"),
        ({"meta": None}, "/meta"),
    ],
)
def test_refuses_directions_that_it_does_not_know(
    api: Api, body: dict[str, object], pointer: str
) -> None:
    answer = api.post(DEALS, resource("deal", name="Big") | body)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", pointer)]
    assert not Record.objects.exists()


def test_refuses_parameters_that_it_does_not_know(api: Api) -> None:
    body = resource("deal", name="Big")

    answer = api.post("objects/deal/records?quiet=1&page[limit]=1", body)

    assert answer.status == 400
    assert answer.errors == [
        ("unknown_parameter", "quiet"),
        ("unknown_parameter", "page[limit]"),
    ]
    assert not Record.objects.exists()


def test_an_object_that_is_not_there_is_not_found(api: Api) -> None:
    answer = create(api, "unicorn", name="Big")

    assert answer.status == 404
    assert answer.errors == [("not_found", "")]


def test_a_refusal_leaves_nothing(api: Api) -> None:
    create(api, "task", title=None)

    assert not Record.objects.exists()
    assert not JournalEntry.objects.exists()
