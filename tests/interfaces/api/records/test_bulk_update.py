"""PATCH /objects/{object}/records changes many records, or none."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from records.ids import decode_id, encode_id
from records.models import JournalEntry, UniqueValue
from tests.api_client import Answer, Api, items, resource, resources

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"
Row = tuple[str, dict[str, Any]]


def create(api: Api, *rows: dict[str, Any]) -> list[str]:
    """Create people and return their ids."""
    answer = api.post(f"{PEOPLE}/bulk", resources("person", *rows))
    return [row["id"] for row in answer.data]


def send(api: Api, *rows: Row, **more: object) -> Answer:
    """Change people, each by an id and attributes."""
    data = [
        {"type": "person", "id": record_id, "attributes": attributes}
        for record_id, attributes in rows
    ]
    return api.patch(PEOPLE, {"data": data} | more)


def address(*addresses: str) -> dict[str, object]:
    return {"email_addresses": items(*addresses)}


def held() -> dict[str, str]:
    """Return which person holds each unique value."""
    values = UniqueValue.objects.values_list("key", "record_id")
    return {key: encode_id("per", record) for key, record in values}


def all_of(api: Api, field: str) -> list[object]:
    """Return a field of everybody, the oldest first."""
    return [row["attributes"][field] for row in api.get(PEOPLE).data[::-1]]


def test_changes_the_records_and_answers_in_order(api: Api) -> None:
    ada, _, cy = create(api, {"notes": "A"}, {"notes": "B"}, {"notes": "C"})

    answer = send(api, (cy, {"title": "Z"}), (ada, {"title": "X"}))

    assert answer.status == 200
    assert [row["id"] for row in answer.data] == [cy, ada]
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": [api.get(f"{PEOPLE}/{one}").data for one in (cy, ada)],
        "meta": answer.change,
    }
    assert all_of(api, "title") == ["X", None, "Z"]
    assert all_of(api, "notes") == ["A", "B", "C"]


def test_takes_every_spelling_of_an_id(api: Api) -> None:
    ada, bea, cy = create(api, {}, {}, {})

    spellings = [ada, bea.lower(), str(decode_id("per", cy))]
    answer = send(api, *((spelling, {}) for spelling in spellings))

    assert [row["id"] for row in answer.data] == [ada, bea, cy]


def test_what_changes_nothing_is_none(api: Api) -> None:
    ada, bea = create(api, {"title": "A"}, {"title": "B"})

    answer = send(api, (ada, {"title": "A"}), (bea, {"title": "Z"}))

    assert [row["meta"]["version"] for row in answer.data] == [1, 2]
    assert JournalEntry.objects.count() == 3


def test_every_missing_record_is_named_and_nothing_changes(api: Api) -> None:
    (ada,) = create(api, {"title": "A"})
    (acme,) = (api.post("objects/company/records", resource("company")).id,)

    answer = send(
        api,
        (ada, {"title": "Z"}),
        (NOBODY, {"title": "Z"}),
        ("nobody", {"title": "Z"}),
        (acme, {"title": "Z"}),
        (ada, {"title": 5, "shoe_size": 42}),
    )

    assert answer.status == 404
    assert answer.errors == [
        ("not_found", "/data/1/id"),
        ("not_found", "/data/2/id"),
        ("not_found", "/data/3/id"),
    ]
    assert all_of(api, "title") == ["A"]


def test_every_bad_row_is_reported_and_nothing_changes(api: Api) -> None:
    ada, bea, cy = create(api, {"title": "A"}, {"title": "B"}, {"title": "C"})

    answer = send(
        api,
        (ada, {"title": "Z"}),
        (bea, {"title": 5, "shoe_size": 42}),
        (cy, {"tags": ["vip"]}),
    )

    assert answer.status == 422
    assert answer.errors == [
        ("invalid_value", "/data/1/attributes/title"),
        ("unknown_field", "/data/1/attributes/shoe_size"),
        ("wrong_shape", "/data/2/attributes/tags"),
    ]
    assert all_of(api, "title") == ["A", "B", "C"]


def test_a_record_may_be_named_once(api: Api) -> None:
    ada, bea = create(api, {"title": "A"}, {"title": "B"})

    rows = [(ada, {"title": "X"}), (bea, {}), (ada.lower(), {"title": "Y"})]
    answer = send(api, *rows)

    assert answer.status == 422
    assert answer.errors == [("repeated_in_batch", "/data/2/id")]
    assert all_of(api, "title") == ["A", "B"]


def test_a_value_that_an_earlier_row_gives_up_can_be_taken(api: Api) -> None:
    ada, bea = create(api, address("a@b.co"), address("b@b.co"))

    answer = send(api, (ada, address("c@b.co")), (bea, address("a@b.co")))

    assert answer.status == 200
    assert all_of(api, "email_addresses") == [items("c@b.co"), items("a@b.co")]
    assert held() == {"c@b.co": ada, "a@b.co": bea}


def test_a_value_that_only_a_later_row_gives_up_is_taken(api: Api) -> None:
    ada, bea = create(api, address("a@b.co"), address("b@b.co"))

    answer = send(api, (bea, address("a@b.co")), (ada, address("c@b.co")))

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/0/attributes/email_addresses")]
    assert answer.json["errors"][0]["meta"] == {"matches": [ada]}
    assert all_of(api, "email_addresses") == [items("a@b.co"), items("b@b.co")]


def test_values_may_go_round_in_order(api: Api) -> None:
    ada, bea, cy = create(api, address("a@b.co"), address("b@b.co"), address("c@b.co"))

    answer = send(
        api,
        (ada, address("d@b.co")),
        (cy, address("a@b.co")),
        (bea, address("c@b.co")),
    )

    assert answer.status == 200
    assert all_of(api, "email_addresses") == [
        items("d@b.co"),
        items("c@b.co"),
        items("a@b.co"),
    ]
    assert api.post(PEOPLE, resource("person", **address("b@b.co"))).status == 201


def test_two_rows_that_want_the_same_new_value_are_refused(api: Api) -> None:
    ada, bea = create(api, {}, {})

    answer = send(api, (ada, address("new@b.co")), (bea, address("NEW@b.co")))

    assert answer.status == 422
    assert answer.errors == [
        ("repeated_in_batch", "/data/1/attributes/email_addresses")
    ]
    assert all_of(api, "email_addresses") == [items(), items()]


def test_a_value_that_an_earlier_row_gives_up_can_be_taken_once(api: Api) -> None:
    ada, bea, cy = create(api, address("a@b.co"), {}, {})

    answer = send(
        api,
        (ada, {"email_addresses": None}),
        (bea, address("a@b.co")),
        (cy, address("a@b.co")),
    )

    assert answer.status == 422
    assert answer.errors == [
        ("repeated_in_batch", "/data/2/attributes/email_addresses")
    ]
    assert held() == {"a@b.co": ada}


@pytest.mark.parametrize("many", [2, 3])
def test_a_record_may_be_named_once_with_the_same_new_value(
    api: Api, many: int
) -> None:
    (ada,) = create(api, {})

    answer = send(api, *[(ada, address("new@b.co"))] * many)

    assert answer.status == 422
    assert answer.errors == [
        ("repeated_in_batch", f"/data/{row}/id") for row in range(1, many)
    ]
    assert held() == {}


def test_a_strategy_counts_for_every_row(api: Api) -> None:
    ada, bea = create(api, {"tags": items("a")}, {"tags": items("b")})

    meta = {"tags": {"collection": "append"}}
    send(api, (ada, {"tags": items("z")}), (bea, {"title": "B"}), meta=meta)

    assert all_of(api, "tags") == [items("a", "z"), items("b")]


def test_types_are_checked_in_every_row(api: Api) -> None:
    ada, bea = create(api, {}, {})
    data = [{"type": "record", "id": ada}, {"type": "company", "id": bea}]

    answer = api.patch(PEOPLE, {"data": data})

    assert answer.status == 409
    assert answer.errors == [("type_mismatch", "/data/1/type")]


def test_every_row_has_an_id(api: Api) -> None:
    (ada,) = create(api, {})
    rows: list[dict[str, object]] = [{}, {"id": ada}, {"id": None}, {"id": 1}, {}]

    answer = api.patch(PEOPLE, {"data": [{"type": "person"} | row for row in rows]})

    assert answer.status == 400
    assert answer.errors == [
        ("malformed_document", "/data/2/id"),
        ("malformed_document", "/data/3/id"),
    ]
    assert api.patch(PEOPLE, resources("person", {}, {})).errors == [
        ("malformed_document", "/data/0"),
        ("malformed_document", "/data/1"),
    ]


@pytest.mark.parametrize("many", [0, 26])
def test_takes_so_many_rows_and_not_none(api: Api, many: int) -> None:
    answer = send(api, *[(NOBODY, {})] * many)

    assert answer.status == 422
    assert answer.errors == [("too_many_rows", "/data")]


def test_a_workspace_may_set_the_limit(api: Api) -> None:
    ids = create(api, *[{}] * 3)
    Workspace.objects.update(settings={"bulk_limit": 2})

    assert send(api, *[(one, {}) for one in ids]).errors == [("too_many_rows", "/data")]
    assert send(api, *[(one, {}) for one in ids[:2]]).status == 200


def test_is_there_under_both_names(api: Api) -> None:
    (ada,) = create(api, {})
    data = [{"type": "person", "id": ada, "attributes": {"title": "Ms"}}]

    answer = api.patch("objects/person/resources", {"data": data})

    assert answer.status == 200
    assert all_of(api, "title") == ["Ms"]


def test_refuses_parameters_that_it_does_not_know(api: Api) -> None:
    (ada,) = create(api, {"title": "A"})
    data = [{"type": "person", "id": ada, "attributes": {"title": "Z"}}]

    answer = api.patch(f"{PEOPLE}?quiet=1", {"data": data})

    assert answer.errors == [("unknown_parameter", "quiet")]
    assert all_of(api, "title") == ["A"]


def test_nothing_can_be_matched(api: Api) -> None:
    (ada,) = create(api, address("a@b.co"))

    answer = send(api, (ada, address("a@b.co")), match_on="email_addresses")

    assert answer.errors == [("malformed_document", "/match_on")]
