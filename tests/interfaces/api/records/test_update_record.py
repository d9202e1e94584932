"""PATCH /objects/{object}/records/{id} changes the given fields of a record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crm.models import Agent
from records.ids import decode_id
from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, resource

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"


def create(api: Api, **attributes: object) -> str:
    return api.post(PEOPLE, resource("person", **attributes)).id


def change(api: Api, person: str, **attributes: object) -> Answer:
    return api.patch(f"{PEOPLE}/{person}", resource("person", **attributes))


def read(api: Api, person: str) -> dict[str, Any]:
    attributes: dict[str, Any] = api.get(f"{PEOPLE}/{person}").data["attributes"]
    return attributes


def test_changes_the_given_fields_and_no_others(api: Api) -> None:
    ada = create(api, title="Ms", tags=items("vip"))
    Record.objects.update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    before = read(api, ada)

    answer = change(api, ada, title="Countess", notes="Poet")

    after = answer.data["attributes"]
    assert (answer.status, answer.shown) == (200, api.get(f"{PEOPLE}/{ada}").json)
    assert after["_updated_at"] > before["_updated_at"]
    assert after == before | {
        "title": "Countess",
        "notes": "Poet",
        "_updated_at": after["_updated_at"],
    }


def test_answers_with_the_next_version(api: Api) -> None:
    ada = create(api)

    answers = [change(api, ada, title=title) for title in ("A", "B")]

    assert [answer.headers["ETag"] for answer in answers] == ['"2"', '"3"']
    assert [answer.data["meta"]["version"] for answer in answers] == [2, 3]
    assert "Location" not in answers[0].headers


@pytest.mark.parametrize(
    ("field", "value", "empty", "blank"),
    [
        ("title", "Ms", None, None),
        ("deal_value", 5, None, None),
        ("birthday", "1815-12-10", None, None),
        ("custom_fields", {"a": 1}, None, None),
        ("email_addresses", items("a@b.co"), None, items()),
        ("email_addresses", items("a@b.co"), items(), items()),
        ("tags", items("vip"), items(), items()),
    ],
)
def test_clears_a_field(
    api: Api, field: str, value: object, empty: object, blank: object
) -> None:
    ada = create(api, **{field: value})

    answer = change(api, ada, **{field: empty})

    assert answer.data["attributes"][field] == read(api, ada)[field] == blank
    assert answer.headers["ETag"] == '"2"'


@pytest.mark.parametrize("name", ["records", "resources"])
def test_takes_every_spelling_of_the_address(api: Api, name: str) -> None:
    ada = create(api)
    record_id = str(decode_id("per", ada))

    answers = [
        api.patch(
            f"objects/person/{name}/{spelling}", resource("record", title=spelling)
        )
        for spelling in (ada, ada.lower(), record_id)
    ]

    assert [(answer.status, answer.id) for answer in answers] == [(200, ada)] * 3


def test_the_id_may_be_sent_again(api: Api) -> None:
    ada = create(api)
    spellings = [ada, ada.lower(), str(decode_id("per", ada))]

    for spelling in spellings:
        body = {"data": {"type": "person", "id": spelling}}
        assert api.patch(f"{PEOPLE}/{ada}", body).status == 200


@pytest.mark.parametrize("record_id", [NOBODY, "", "nobody", "com_" + NOBODY[4:]])
def test_refuses_another_id(api: Api, record_id: str) -> None:
    ada = create(api)
    body = {"data": {"type": "person", "id": record_id, "attributes": {"title": "A"}}}

    answer = api.patch(f"{PEOPLE}/{ada}", body)

    assert answer.status == 409
    assert answer.errors == [("id_mismatch", "/data/id")]
    assert read(api, ada)["title"] is None


def test_refuses_another_type(api: Api) -> None:
    ada = create(api)

    answer = api.patch(f"{PEOPLE}/{ada}", resource("company", title="A"))

    assert answer.status == 409
    assert answer.errors == [("type_mismatch", "/data/type")]


def test_reports_all_problems_at_once(api: Api) -> None:
    ada = create(api, title="Ms")

    answer = change(
        api, ada, title="Countess", notes=5, tags=["a"], shoe_size=42, _updated_at=None
    )

    assert answer.status == 422
    assert answer.errors == [
        ("invalid_value", "/data/attributes/notes"),
        ("wrong_shape", "/data/attributes/tags"),
        ("unknown_field", "/data/attributes/shoe_size"),
        ("read_only", "/data/attributes/_updated_at"),
    ]
    assert read(api, ada)["title"] == "Ms"


@pytest.mark.parametrize("value", [None, ""])
def test_keeps_what_is_required(api: Api, value: str | None) -> None:
    task = api.post("objects/task/records", resource("task", title="Call")).id
    path = f"objects/task/records/{task}"

    cleared = api.patch(path, resource("task", title=value))
    omitted = api.patch(path, resource("task", status="Done"))

    assert cleared.errors == [("required", "/data/attributes/title")]
    assert omitted.status == 200


def test_refuses_a_value_that_another_record_holds(api: Api) -> None:
    ada = create(api, email_addresses=items("ada@example.com"))
    bea = create(api, email_addresses=items("bea@example.com"))

    both = items("bea@example.com", "ADA@example.com")
    answer = change(api, bea, email_addresses=both, title="Ms")

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/attributes/email_addresses")]
    assert answer.json["errors"][0]["meta"] == {"matches": [ada]}
    assert read(api, bea)["title"] is None


def test_may_send_its_own_values_again(api: Api) -> None:
    ada = create(api, email_addresses=items("ada@example.com", "a@example.com"))

    answer = change(api, ada, email_addresses=items("A@example.com", "new@example.com"))

    assert answer.status == 200
    assert create(api, email_addresses=items("ada@example.com")) != ada


def test_a_write_that_changes_nothing_is_none(api: Api) -> None:
    created = api.post(PEOPLE, resource("person", title="Ms", tags=items("a", "b")))

    same = change(api, created.id, title="Ms", tags=items("a", "b", "A"))
    other = change(api, created.id, tags=items("b", "a"))

    assert (same.data, same.headers["ETag"]) == (created.data, '"1"')
    assert (other.headers["ETag"], JournalEntry.objects.count()) == ('"2"', 2)


def test_says_who_changed_it(api: Api, scout: Api, agent: Agent) -> None:
    created = api.post(PEOPLE, resource("person"))

    answer = change(scout, created.id, title="Ms")

    attributes = answer.data["attributes"]
    assert attributes["_updated_by"] == f"agent:{agent.id}"
    assert attributes["_created_by"] == created.data["attributes"]["_created_by"]


@pytest.mark.parametrize(
    "record_id", [NOBODY, "nobody", "com_" + NOBODY[4:], str(decode_id("per", NOBODY))]
)
@pytest.mark.parametrize("title", ["Ms", 5])
def test_what_is_not_there_is_not_found(
    api: Api, record_id: str, title: object
) -> None:
    answer = change(api, record_id, title=title)

    assert answer.status == 404
    assert answer.errors == [("not_found", "")]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, [""]),
        ({"data": None}, ["/data"]),
        ({"data": [{"type": "person"}]}, ["/data"]),
        ({"data": {"attributes": {}}}, ["/data"]),
        ({"data": {"type": "person", "id": None}}, ["/data/id"]),
        ({"data": {"type": "person", "attributes": []}}, ["/data/attributes"]),
        (
            {"data": {"type": "person", "relationships": {"companies": {}}}},
            ["/data/relationships/companies"],
        ),
        ({"data": {"type": "person"}, "match_on": "name"}, ["/match_on"]),
        (
            {"data": {"type": "person"}, "meta": {"on_match": "skip"}},
            ["/meta/on_match"],
        ),
    ],
)
def test_refuses_another_document(
    api: Api, body: dict[str, object], pointers: list[str]
) -> None:
    ada = create(api)

    answer = api.patch(f"{PEOPLE}/{ada}", body)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", pointer) for pointer in pointers]


def test_refuses_parameters_that_it_does_not_know(api: Api) -> None:
    ada = create(api)

    answer = api.patch(f"{PEOPLE}/{ada}?quiet=1", resource("person", title="Ms"))

    assert answer.errors == [("unknown_parameter", "quiet")]
    assert Record.objects.get().version == 1
