"""``meta.mode`` says what one refused row means for the others."""

from __future__ import annotations

from typing import Any

import pytest

from records.ids import decode_id
from records.models import JournalEntry, JournalHead, Record, UniqueValue
from tests.api_client import Answer, Api, items, resource, resources

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"


def send(api: Api, mode: str, *rows: dict[str, Any]) -> Answer:
    """Send people to be created or updated, each by its attributes."""
    body = resources("person", *rows) | {"meta": {"mode": mode}}
    return api.post(f"{PEOPLE}/bulk", body)


def change(api: Api, mode: str, *rows: dict[str, Any]) -> Answer:
    """Send resources to be changed."""
    data = [{"type": "person"} | row for row in rows]
    return api.patch(PEOPLE, {"data": data, "meta": {"mode": mode}})


def delete(api: Api, mode: str, *ids: str) -> Answer:
    return api.delete(PEOPLE, {"items": ids, "meta": {"mode": mode}})


def person(*addresses: str, **attributes: object) -> dict[str, Any]:
    return {"email_addresses": items(*addresses)} | attributes


def create(api: Api, *addresses: str, **attributes: object) -> str:
    return api.post(PEOPLE, resource("person", **person(*addresses, **attributes))).id


def results(answer: Answer) -> list[tuple[str, object]]:
    """Return the outcome of each row, with its record or its errors."""
    rows = answer.json["meta"]["results"]
    assert [row["index"] for row in rows] == list(range(len(rows)))
    return [(row["outcome"], row.get("id") or errors(row)) for row in rows]


def errors(row: dict[str, Any]) -> list[tuple[str, str]] | None:
    if "errors" not in row:
        return None
    return sorted((e["code"], e["source"]["pointer"]) for e in row["errors"])


def test_atomic_is_the_default(api: Api) -> None:
    rows: list[dict[str, object]] = [{"title": "A"}, {"title": 5}]

    named = send(api, "atomic", *rows)
    default = api.post(f"{PEOPLE}/bulk", resources("person", *rows))

    assert named.status == default.status == 422
    assert named.errors == default.errors
    assert not Record.objects.exists()


def test_atomic_answers_without_results(api: Api) -> None:
    answer = send(api, "atomic", {"title": "A"})

    assert answer.status == 201
    assert answer.json["meta"] == answer.change


def test_partial_writes_the_good_rows(api: Api) -> None:
    ada = create(api, "ada@example.com", title="Countess")

    answer = send(
        api,
        "partial",
        person("new@example.com"),
        {"title": 5, "shoe_size": 42},
        person("ADA@example.com", title="Ms"),
        person("ADA@example.com"),
    )

    new = answer.data[0]["id"]
    assert answer.status == 200
    assert results(answer) == [
        ("created", new),
        (
            "refused",
            [
                ("invalid_value", "/data/1/attributes/title"),
                ("unknown_field", "/data/1/attributes/shoe_size"),
            ],
        ),
        ("updated", ada),
        ("refused", [("repeated_in_batch", "/data/3/attributes/email_addresses")]),
    ]
    assert answer.data == [api.get(f"{PEOPLE}/{one}").data for one in (new, ada)]


def test_partial_shows_whole_errors(api: Api) -> None:
    answer = send(api, "partial", {"title": 5})

    (result,) = answer.json["meta"]["results"]
    assert result == {
        "index": 0,
        "outcome": "refused",
        "errors": [
            {
                "id": answer.headers["X-Request-Id"],
                "status": "422",
                "code": "invalid_value",
                "title": "Invalid value",
                "detail": "Enter text.",
                "source": {"pointer": "/data/0/attributes/title"},
            }
        ],
    }
    assert answer.data == []


def test_partial_writes_nothing_of_a_refused_row(api: Api) -> None:
    create(api, "ada@example.com")
    create(api, "bea@example.com")

    all_three = person("ada@example.com", "bea@example.com", "new@example.com")
    send(api, "partial", all_three)

    assert not UniqueValue.objects.filter(key="new@example.com").exists()
    assert JournalEntry.objects.count() == JournalHead.objects.get().last_seq == 2


def test_partial_gives_what_a_refused_row_wanted_to_a_later_one(api: Api) -> None:
    create(api, "ada@example.com")
    create(api, "bea@example.com")

    answer = send(
        api,
        "partial",
        person("new@example.com", "ada@example.com", "bea@example.com"),
        person("new@example.com"),
        person("new@example.com"),
    )

    assert [outcome for outcome, _ in results(answer)] == [
        "refused",
        "created",
        "refused",
    ]
    assert results(answer)[2][1] == [
        ("repeated_in_batch", "/data/2/attributes/email_addresses")
    ]
    assert Record.objects.count() == 3


def test_partial_changes_the_records_that_are_there(api: Api) -> None:
    ada, bea = create(api, title="A"), create(api, title="B")

    answer = change(
        api,
        "partial",
        {"id": ada, "attributes": {"title": "Z"}},
        {"id": NOBODY, "attributes": {"title": "Z"}},
        {"id": bea, "attributes": {"title": "B"}},
        {"id": ada, "attributes": {"title": "Y"}},
        {"id": "nobody", "attributes": {"title": 5}},
    )

    assert answer.status == 200
    assert results(answer) == [
        ("updated", ada),
        ("refused", [("not_found", "/data/1/id")]),
        ("unchanged", bea),
        ("refused", [("repeated_in_batch", "/data/3/id")]),
        (
            "refused",
            [
                ("invalid_value", "/data/4/attributes/title"),
                ("not_found", "/data/4/id"),
            ],
        ),
    ]
    assert [row["attributes"]["title"] for row in answer.data] == ["Z", "B"]


def test_partial_deletes_the_records_that_are_there(api: Api) -> None:
    ada, bea = create(api), create(api)

    answer = delete(api, "partial", NOBODY, ada, ada, "nobody")

    assert answer.status == 200
    assert results(answer) == [
        ("refused", [("not_found", "/items/0")]),
        ("deleted", ada),
        ("refused", [("repeated_in_batch", "/items/2")]),
        ("refused", [("not_found", "/items/3")]),
    ]
    assert answer.data == []
    assert [row["id"] for row in api.get(PEOPLE).data] == [bea]


def test_partial_frees_values_for_later_rows(api: Api) -> None:
    ada, bea = create(api, "ada@example.com"), create(api)

    answer = change(
        api,
        "partial",
        {"id": ada, "attributes": person("new@example.com")},
        {"id": bea, "attributes": person("ada@example.com")},
    )

    assert results(answer) == [("updated", ada), ("updated", bea)]
    held = dict(UniqueValue.objects.values_list("key", "record_id"))
    assert held.keys() == {"new@example.com", "ada@example.com"}
    assert len(set(held.values())) == 2


def test_partial_gives_a_value_to_one_record(api: Api) -> None:
    ada, bea = create(api), create(api)

    answer = change(
        api,
        "partial",
        {"id": ada, "attributes": person("new@example.com")},
        {"id": ada, "attributes": person("new@example.com")},
        {"id": bea, "attributes": person("new@example.com")},
    )

    assert results(answer) == [
        ("updated", ada),
        ("refused", [("repeated_in_batch", "/data/1/id")]),
        ("refused", [("repeated_in_batch", "/data/2/attributes/email_addresses")]),
    ]
    assert UniqueValue.objects.get().record_id == decode_id("per", ada)


def test_a_dry_run_tells_what_would_become_of_new_rows(api: Api) -> None:
    ada = create(api, "ada@example.com", title="Countess")
    before = api.get(PEOPLE).json

    answer = send(
        api,
        "dry_run",
        person("new@example.com"),
        person("ada@example.com", title="Ms"),
        {"title": 5},
        person("new@example.com"),
    )

    assert answer.status == 200
    assert answer.json.keys() == {"jsonapi", "meta"}
    assert results(answer) == [
        ("created", None),
        ("updated", ada),
        ("refused", [("invalid_value", "/data/2/attributes/title")]),
        ("refused", [("repeated_in_batch", "/data/3/attributes/email_addresses")]),
    ]
    assert api.get(PEOPLE).json == before


def test_a_dry_run_leaves_no_trace(api: Api) -> None:
    ada = create(api, "ada@example.com")

    send(
        api, "dry_run", person("new@example.com"), person("ada@example.com", title="Ms")
    )
    change(api, "dry_run", {"id": ada, "attributes": person("b@example.com")})
    delete(api, "dry_run", ada)

    assert [value.key for value in UniqueValue.objects.all()] == ["ada@example.com"]
    assert JournalEntry.objects.count() == JournalHead.objects.get().last_seq == 1
    assert send(api, "atomic", person("new@example.com")).status == 201


def test_a_dry_run_tells_what_would_become_of_changes(api: Api) -> None:
    ada, bea = create(api, title="A"), create(api, title="B")
    before = api.get(PEOPLE).json

    answer = change(
        api,
        "dry_run",
        {"id": ada, "attributes": {"title": "Z"}},
        {"id": bea, "attributes": {"title": "B"}},
        {"id": NOBODY},
    )

    assert results(answer) == [
        ("updated", ada),
        ("unchanged", bea),
        ("refused", [("not_found", "/data/2/id")]),
    ]
    assert api.get(PEOPLE).json == before


def test_a_dry_run_tells_what_would_be_deleted(api: Api) -> None:
    ada = create(api)

    answer = delete(api, "dry_run", ada, NOBODY)

    assert answer.status == 200
    assert results(answer) == [
        ("deleted", ada),
        ("refused", [("not_found", "/items/1")]),
    ]
    assert api.get(f"{PEOPLE}/{ada}").status == 200


def test_a_single_record_may_be_tried_out(api: Api) -> None:
    ada = create(api, "ada@example.com")
    meta = {"meta": {"mode": "dry_run"}}

    new = api.post(PEOPLE, resource("person", title="Ms") | meta)
    known = api.post(PEOPLE, resource("person", **person("ada@example.com")) | meta)
    changed = api.patch(f"{PEOPLE}/{ada}", resource("person", title="Ms") | meta)
    refused = api.patch(f"{PEOPLE}/{ada}", resource("person", title=5) | meta)

    assert [answer.status for answer in (new, known, changed, refused)] == [200] * 4
    assert results(new) == [("created", None)]
    assert results(known) == [("unchanged", ada)]
    assert results(changed) == [("updated", ada)]
    assert results(refused) == [
        ("refused", [("invalid_value", "/data/attributes/title")])
    ]
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("mode", ["Atomic", "", "all", None, 1, True, ["partial"], {}])
def test_there_are_no_other_modes(api: Api, mode: Any) -> None:
    ada = create(api)

    answers = [
        send(api, mode, {}),
        change(api, mode, {"id": ada}),
        delete(api, mode, ada),
        api.post(PEOPLE, resource("person") | {"meta": {"mode": mode}}),
        api.patch(f"{PEOPLE}/{ada}", resource("person") | {"meta": {"mode": mode}}),
    ]

    assert [answer.errors for answer in answers] == [
        [("malformed_document", "/meta/mode")]
    ] * len(answers)
    assert Record.objects.count() == 1


@pytest.mark.parametrize("mode", ["partial", "dry_run"])
def test_what_is_no_row_is_refused_in_every_mode(api: Api, mode: str) -> None:
    assert send(api, mode).errors == [("too_many_rows", "/data")]
    assert send(api, mode, *[{}] * 26).errors == [("too_many_rows", "/data")]
    assert delete(api, mode).errors == [("too_many_rows", "/items")]
    assert change(api, mode, {}).errors == [("malformed_document", "/data/0")]


@pytest.mark.parametrize("mode", ["partial", "dry_run"])
def test_matches_may_be_left_or_refused_in_every_mode(api: Api, mode: str) -> None:
    ada = create(api, "ada@example.com", title="Countess")
    body = resources("person", person("ada@example.com", title="Ms"))

    skipped, refused = (
        api.post(
            f"{PEOPLE}/bulk", body | {"meta": {"mode": mode, "on_match": on_match}}
        )
        for on_match in ("skip", "refuse")
    )

    assert results(skipped) == [("unchanged", ada)]
    assert results(refused) == [
        ("refused", [("value_taken", "/data/0/attributes/email_addresses")])
    ]
