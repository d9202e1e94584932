"""``meta`` says how a value of a PATCH is combined with the one that is there."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from tests.api_client import Answer, Api, items, resource
from tests.schemas import make_field

PEOPLE = "objects/person/records"

APPEND = {"collection": "append"}
REMOVE = {"collection": "remove"}
REPLACE = {"collection": "replace"}
ARRAY = {"array": "append"}
MERGE = {"object": "merge"}


def create(api: Api, **attributes: object) -> str:
    return api.post(PEOPLE, resource("person", **attributes)).id


def change(
    api: Api, person: str, attributes: dict[str, Any], meta: dict[str, object]
) -> Answer:
    body = resource("person", **attributes) | {"meta": meta}
    return api.patch(f"{PEOPLE}/{person}", body)


@pytest.mark.parametrize(
    ("strategy", "sent", "expected"),
    [
        (APPEND, ["c", "B"], ["a", "b", "c"]),
        (APPEND, ["a"], ["a", "b"]),
        (APPEND, [], ["a", "b"]),
        (REMOVE, ["B", "x"], ["a"]),
        (REMOVE, ["b", "a"], []),
        (REMOVE, [], ["a", "b"]),
        (REPLACE, ["c", "a"], ["c", "a"]),
        (REPLACE, [], []),
        ({}, ["c"], ["c"]),
    ],
)
def test_combines_a_collection(
    api: Api, strategy: dict[str, str], sent: list[str], expected: list[str]
) -> None:
    ada = create(api, tags=items("a", "b"))

    answer = change(api, ada, {"tags": items(*sent)}, {"tags": strategy})

    assert answer.status == 200
    assert answer.data["attributes"]["tags"] == items(*expected)
    assert api.get(f"{PEOPLE}/{ada}").data == answer.data


@pytest.mark.parametrize(("strategy", "expected"), [(APPEND, ["a"]), (REMOVE, [])])
def test_combines_with_an_empty_collection(
    api: Api, strategy: dict[str, str], expected: list[str]
) -> None:
    ada = create(api)

    answer = change(api, ada, {"tags": items("a")}, {"tags": strategy})

    assert answer.data["attributes"]["tags"] == items(*expected)


@pytest.mark.parametrize(
    ("strategy", "old", "sent", "expected"),
    [
        (ARRAY, [1, 2], [2, 3], [1, 2, 2, 3]),
        (ARRAY, [1], [], [1]),
        (ARRAY, None, [1], [1]),
        (ARRAY, [[1]], [{"a": 1}], [[1], {"a": 1}]),
        ({"array": "replace"}, [1], [2], [2]),
        (MERGE, {"a": 1, "b": {"c": 1}}, {"b": {"d": 2}}, {"a": 1, "b": {"d": 2}}),
        (MERGE, {"a": 1}, {"a": None, "z": 2}, {"a": None, "z": 2}),
        (MERGE, {"a": 1}, {}, {"a": 1}),
        (MERGE, None, {"a": 1}, {"a": 1}),
        ({"object": "replace"}, {"a": 1}, {"b": 2}, {"b": 2}),
        ({}, {"a": 1}, [1], [1]),
    ],
)
def test_combines_json(
    api: Api, strategy: dict[str, str], old: object, sent: object, expected: object
) -> None:
    ada = create(api, custom_fields=old)

    answer = change(api, ada, {"custom_fields": sent}, {"custom_fields": strategy})

    assert answer.status == 200
    assert answer.data["attributes"]["custom_fields"] == expected


@pytest.mark.parametrize(
    ("strategy", "old", "sent"), [(ARRAY, {"a": 1}, [1]), (MERGE, [1], {"a": 1})]
)
def test_an_array_and_an_object_do_not_combine(
    api: Api, strategy: dict[str, str], old: object, sent: object
) -> None:
    ada = create(api, custom_fields=old)

    answer = change(api, ada, {"custom_fields": sent}, {"custom_fields": strategy})

    assert answer.status == 422
    assert answer.errors == [("invalid_value", "/data/attributes/custom_fields")]
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["custom_fields"] == old


@pytest.mark.parametrize(
    ("strategy", "old", "sent"),
    [
        (ARRAY, {"a": 1}, {"b": 1}),
        (ARRAY, None, {"b": 1}),
        (MERGE, [1], [2]),
        (MERGE, None, [2]),
    ],
)
def test_a_strategy_is_for_the_kind_of_value_that_is_sent(
    api: Api, strategy: dict[str, str], old: object, sent: object
) -> None:
    ada = create(api, custom_fields=old)

    answer = change(api, ada, {"custom_fields": sent}, {"custom_fields": strategy})

    assert answer.status in {400, 422}
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["custom_fields"] == old


def test_each_field_has_its_own_strategy(api: Api) -> None:
    ada = create(
        api, tags=items("a"), websites=items("a.co"), email_addresses=items("a@a.co")
    )

    attributes = {
        "tags": items("b"),
        "websites": items("https://A.co"),
        "email_addresses": items("b@a.co"),
    }
    answer = change(api, ada, attributes, {"tags": APPEND, "websites": REMOVE})

    changed = {name: answer.data["attributes"][name] for name in attributes}
    assert changed == {
        "tags": items("a", "b"),
        "websites": items(),
        "email_addresses": items("b@a.co"),
    }


def test_an_address_that_is_removed_is_free(api: Api) -> None:
    ada = create(api, email_addresses=items("ada@example.com", "a@example.com"))

    removed = {"email_addresses": items("ADA@example.com")}
    change(api, ada, removed, {"email_addresses": REMOVE})

    assert create(api, email_addresses=items("ada@example.com")) != ada


def test_an_address_of_another_record_cannot_be_appended(api: Api) -> None:
    ada = create(api, email_addresses=items("ada@example.com"))
    bea = create(api, email_addresses=items("bea@example.com"))

    taken = {"email_addresses": items("ada@example.com")}
    answer = change(api, bea, taken, {"email_addresses": APPEND})

    assert answer.errors == [("value_taken", "/data/attributes/email_addresses")]
    assert answer.json["errors"][0]["meta"] == {"matches": [ada]}


def test_an_address_of_another_record_can_be_named_to_be_removed(api: Api) -> None:
    create(api, email_addresses=items("ada@example.com"))
    bea = create(api, email_addresses=items("bea@example.com"))

    other = {"email_addresses": items("ada@example.com")}
    answer = change(api, bea, other, {"email_addresses": REMOVE})

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')


def test_a_required_collection_keeps_an_item(api: Api, workspace: Workspace) -> None:
    make_field(workspace, "person", "c_pages", "url_collection", required=True)
    ada = create(api, c_pages=items("a.co", "b.co"))

    one, both = (
        change(api, ada, {"c_pages": items(*pages)}, {"c_pages": REMOVE})
        for pages in (["a.co"], ["a.co", "b.co"])
    )

    assert one.data["attributes"]["c_pages"] == items("https://b.co")
    assert both.errors == [("required", "/data/attributes/c_pages")]


@pytest.mark.parametrize(
    ("field", "old", "more"),
    [
        ("tags", items(*map(str, range(100))), items("one more")),
        ("custom_fields", ["x" * 40_000], ["x" * 40_000]),
        ("custom_fields", {"a": "x" * 40_000}, {"b": "x" * 40_000}),
    ],
    ids=["collection", "array", "object"],
)
def test_the_whole_is_no_larger_than_a_value_may_be(
    api: Api, field: str, old: object, more: object
) -> None:
    strategy = APPEND if field == "tags" else ARRAY if isinstance(more, list) else MERGE
    ada = create(api, **{field: old})

    answer = change(api, ada, {field: more}, {field: strategy})

    assert answer.status == 422
    assert answer.errors == [("invalid_value", f"/data/attributes/{field}")]
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"][field] == old


@pytest.mark.parametrize(
    ("field", "strategy"),
    [
        ("tags", {"collection": "merge"}),
        ("tags", {"collection": "Append"}),
        ("tags", {"collection": None}),
        ("tags", {"collection": ["append"]}),
        ("tags", {"array": "append"}),
        ("tags", {"collection": "append", "array": "append"}),
        ("tags", "append"),
        ("tags", []),
        ("tags", None),
        ("title", {"collection": "append"}),
        ("title", {"object": "merge"}),
        ("custom_fields", {"collection": "append"}),
        ("custom_fields", {"array": "remove"}),
        ("custom_fields", {"object": "append"}),
        ("notes", APPEND),
        ("phone_numbers", APPEND),
        ("shoe_size", APPEND),
        ("companies", APPEND),
        ("owner", REPLACE),
        ("_created_at", REPLACE),
    ],
)
def test_refuses_a_strategy_that_does_not_fit(
    api: Api, field: str, strategy: object
) -> None:
    ada = create(api)
    sent = {"tags": items("a"), "title": "Ms", "custom_fields": {}}

    answer = change(api, ada, sent, {field: strategy})

    assert answer.status == 400
    assert answer.errors == [("malformed_document", f"/meta/{field}")]
    assert api.get(f"{PEOPLE}/{ada}").headers["ETag"] == '"1"'


def test_reports_every_strategy_that_does_not_fit(api: Api) -> None:
    ada = create(api)

    meta: dict[str, object] = {"tags": ARRAY, "mode": "fast", "a/b": 1}
    answer = change(api, ada, {"tags": items("a")}, meta)

    assert answer.errors == [
        ("malformed_document", "/meta/tags"),
        ("malformed_document", "/meta/mode"),
        ("malformed_document", "/meta/a~1b"),
    ]
