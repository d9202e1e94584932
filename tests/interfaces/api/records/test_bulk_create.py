"""POST /objects/{object}/records/bulk creates or updates many records, or none."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from records.models import JournalEntry, Record, UniqueValue
from tests.api_client import Answer, Api, items, resource, resources

PEOPLE = "objects/person/records"
BULK = f"{PEOPLE}/bulk"


def send(api: Api, *rows: dict[str, Any], **more: object) -> Answer:
    """Send people, each by its attributes."""
    return api.post(BULK, resources("person", *rows) | more)


def person(*addresses: str, **attributes: object) -> dict[str, Any]:
    return {"email_addresses": items(*addresses)} | attributes


def fields(answer: Answer, field: str) -> list[object]:
    return [row["attributes"][field] for row in answer.data]


def test_creates_the_records_in_order(api: Api) -> None:
    rows = [person(f"p{n}@example.com", title=f"No. {n}") for n in range(25)]

    answer = send(api, *rows)

    assert answer.status == 201
    assert fields(answer, "title") == [row["title"] for row in rows]
    ids = [row["id"] for row in answer.data]
    assert ids == sorted(set(ids))
    assert Record.objects.count() == 25


def test_answers_with_the_records_as_they_are_read(api: Api) -> None:
    answer = send(api, person("ada@example.com", tags=items("vip")), {})

    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": [api.get(f"{PEOPLE}/{row['id']}").data for row in answer.data],
        "meta": answer.change,
    }


def test_answers_in_order_whichever_are_new(api: Api) -> None:
    (known,) = send(api, person("b@example.com")).data

    answer = send(
        api,
        person("c@example.com", title="C"),
        person("B@example.com", title="B"),
        person("a@example.com", title="A"),
    )

    assert answer.status == 201
    assert fields(answer, "title") == ["C", "B", "A"]
    assert answer.data[1]["id"] == known["id"]


def test_answers_200_if_none_is_new(api: Api) -> None:
    rows = [person("a@example.com"), person("b@example.com")]
    first = send(api, *rows)

    again = send(api, *rows)

    assert (again.status, again.data) == (200, first.data)
    assert JournalEntry.objects.count() == 2


def test_matches_each_row_as_a_single_one(api: Api) -> None:
    send(api, person("a@example.com", title="A", notes="kept"))

    answer = send(api, person("a@home.example", "A@example.com", title="Z"))

    assert fields(answer, "notes") == ["kept"]
    assert fields(answer, "title") == ["Z"]
    assert fields(answer, "email_addresses") == [
        items("a@example.com", "a@home.example")
    ]


def test_one_bad_row_in_25_stores_nothing(api: Api) -> None:
    rows = [person(f"p{n}@example.com") for n in range(25)]
    rows[17]["title"] = 5

    answer = send(api, *rows)

    assert answer.status == 422
    assert answer.errors == [("invalid_value", "/data/17/attributes/title")]
    assert not Record.objects.exists()
    assert not UniqueValue.objects.exists()
    assert not JournalEntry.objects.exists()


def test_every_bad_row_is_reported(api: Api) -> None:
    send(api, person("ada@example.com"), person("bea@example.com"))

    answer = send(
        api,
        person("new@example.com"),
        person("nobody", title=5),
        person("ada@example.com", "bea@example.com"),
        {"shoe_size": 42},
        {"_id": 1},
    )

    assert answer.status == 400
    assert answer.errors == [
        ("invalid_value", "/data/1/attributes/email_addresses/items/0"),
        ("invalid_value", "/data/1/attributes/title"),
        ("multiple_matches", "/data/2/attributes/email_addresses"),
        ("unknown_field", "/data/3/attributes/shoe_size"),
        ("read_only", "/data/4/attributes/_id"),
    ]
    assert Record.objects.count() == 2


def test_every_row_that_lacks_a_value_is_reported(api: Api) -> None:
    rows = resources("task", {"title": "A"}, {}, {"title": None}, {"status": "nope"})

    answer = api.post("objects/task/records/bulk", rows)

    assert answer.status == 422
    assert sorted(answer.errors) == [
        ("invalid_value", "/data/3/attributes/status"),
        ("required", "/data/1/attributes"),
        ("required", "/data/2/attributes/title"),
        ("required", "/data/3/attributes"),
    ]


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize(
    "second",
    [["ada@example.com"], ["ADA@example.com"], ["b@example.com", "ada@example.com"]],
)
def test_two_rows_may_not_mean_the_same_record(
    api: Api, is_known: bool, second: list[str]
) -> None:
    if is_known:
        send(api, person("ada@example.com"))

    answer = send(api, person("ada@example.com"), {}, person(*second))

    assert answer.status == 422
    assert answer.errors == [
        ("repeated_in_batch", "/data/2/attributes/email_addresses")
    ]
    assert Record.objects.count() == is_known


def test_every_repetition_is_reported(api: Api) -> None:
    answer = send(api, *[person("ada@example.com")] * 3, person("nobody"))

    assert answer.status == 422
    assert answer.errors == [
        ("repeated_in_batch", "/data/1/attributes/email_addresses"),
        ("repeated_in_batch", "/data/2/attributes/email_addresses"),
        ("invalid_value", "/data/3/attributes/email_addresses/items/0"),
    ]


def test_two_rows_that_meet_in_one_record_are_a_repetition(api: Api) -> None:
    send(api, person("ada@example.com", "ada@home.example"))

    answer = send(api, person("ada@example.com"), person("ada@home.example"))

    assert answer.errors == [
        ("repeated_in_batch", "/data/1/attributes/email_addresses")
    ]


def test_rows_that_match_may_all_be_left_as_they_are(api: Api) -> None:
    first = send(api, person("ada@example.com", title="Countess"))

    meta = {"on_match": "skip"}
    answer = send(
        api,
        person("ada@example.com", title="A"),
        person("ada@example.com", title="B"),
        meta=meta,
    )

    assert answer.status == 200
    assert answer.data == first.data * 2


def test_a_value_of_a_skipped_row_is_given_out_once(api: Api) -> None:
    send(api, person("ada@example.com"))

    answer = send(
        api,
        person("ada@example.com", "new@example.com"),
        person("new@example.com"),
        person("new@example.com"),
        meta={"on_match": "skip"},
    )

    assert answer.errors == [
        ("repeated_in_batch", "/data/2/attributes/email_addresses")
    ]
    assert Record.objects.count() == 1


def test_every_match_may_be_refused(api: Api) -> None:
    send(api, person("ada@example.com"), person("bea@example.com"))

    answer = send(
        api,
        person("ada@example.com"),
        person("new@example.com"),
        person("bea@example.com"),
        meta={"on_match": "refuse"},
    )

    assert answer.status == 409
    assert answer.errors == [
        ("value_taken", "/data/0/attributes/email_addresses"),
        ("value_taken", "/data/2/attributes/email_addresses"),
    ]
    assert Record.objects.count() == 2


def test_types_and_ids_are_checked_in_every_row(api: Api) -> None:
    body = resources("person", {}, {}, {})
    body["data"][1]["type"] = "company"
    body["data"][2]["id"] = "per_1"

    answer = api.post(BULK, body)

    assert answer.status == 400
    assert answer.errors == [
        ("type_mismatch", "/data/1/type"),
        ("client_id", "/data/2/id"),
    ]


@pytest.mark.parametrize(("many", "limit"), [(0, 25), (26, 25), (1001, 25)])
def test_takes_so_many_rows_and_not_none(api: Api, many: int, limit: int) -> None:
    answer = send(api, *[{}] * many)

    assert answer.status == 422
    assert answer.errors == [("too_many_rows", "/data")]
    assert str(limit) in answer.json["errors"][0]["detail"]
    assert not Record.objects.exists()


@pytest.mark.parametrize("limit", [1, 30])
def test_a_workspace_may_set_the_limit(api: Api, limit: int) -> None:
    Workspace.objects.update(settings={"bulk_limit": limit})

    assert send(api, *[{}] * limit).status == 201
    assert send(api, *[{}] * (limit + 1)).errors == [("too_many_rows", "/data")]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, [""]),
        ({"items": []}, [""]),
        (resource("person"), ["/data"]),
        ({"data": "person"}, ["/data"]),
        ({"data": [{"type": "person"}, None, []]}, ["/data/1", "/data/2"]),
        (
            {"data": [{}, {"type": "person", "attributes": []}]},
            ["/data/0", "/data/1/attributes"],
        ),
    ],
)
def test_refuses_another_document(
    api: Api, body: dict[str, object], pointers: list[str]
) -> None:
    answer = api.post(BULK, body)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", place) for place in pointers]


def test_is_there_under_both_names(api: Api) -> None:
    body = resources("deal", {"name": "Big"}, {"name": "Small"})

    answer = api.post("objects/deal/resources/bulk", body)

    assert answer.status == 201
    assert fields(answer, "name") == ["Big", "Small"]


def test_if_match_fits_no_bulk_request(api: Api) -> None:
    answer = api.post(BULK, resources("person", {}), if_match='"1"')

    assert answer.status == 400
    assert answer.errors == [("invalid_header", "If-Match")]
    assert not Record.objects.exists()
