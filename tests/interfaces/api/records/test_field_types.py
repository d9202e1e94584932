"""Fields that get another type, which all of their values must survive."""

from __future__ import annotations

from typing import Any

import pytest

from records.models import JournalEntry
from records.schema_changes import walking
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    change_field,
    create,
    properties,
    schema_entries,
    version,
)

DEALS = "objects/deal/records"
OPTIONS = {"options": ["Red", "Blue"]}


def retype(api: Api, type_: str, **said: object) -> Answer:
    """Give the field in question another type."""
    return change_field(api, "deal", "extra", type=type_, **said)


SURVIVING: list[tuple[str, str, Any, Any]] = [
    ("text", "multiline_text", "Red", "Red"),
    ("multiline_text", "text", "Red", "Red"),
    ("text", "select", "Red", "Red"),
    ("select", "text", "Red", "Red"),
    ("text", "email", "Ada@Example.com", "ada@example.com"),
    ("text", "domain", "https://www.acme.com/about", "acme.com"),
    ("text", "url", "acme.com", "https://acme.com"),
    ("text", "phone", "+1 415 555 0100", "+14155550100"),
    ("text", "date", "2026-03-01", "2026-03-01"),
    ("text", "datetime", "2026-03-01T12:00:00+01:00", "2026-03-01T11:00:00.000Z"),
    ("text", "number", " 12.50 ", 12.5),
    ("text", "integer", "-7", -7),
    ("text", "currency", "-0.10", -0.1),
    ("text", "text_collection", "Red", items("Red")),
    ("text", "tags", "Red", items("Red")),
    ("text", "multi_select", "Red", items("Red")),
    ("number", "text", 12.5, "12.5"),
    ("integer", "text", 10**15, "1000000000000000"),
    ("number", "integer", 12, 12),
    ("integer", "number", 12, 12),
    ("number", "currency", 12.5, 12.5),
    ("number", "text_collection", 5, items("5")),
    ("date", "text", "2026-03-01", "2026-03-01"),
    ("select", "multi_select", "Red", items("Red")),
    ("multi_select", "select", items("Red"), "Red"),
    ("multi_select", "tags", items("Red", "Blue"), items("Red", "Blue")),
    ("tags", "multi_select", items("Red", "Blue"), items("Red", "Blue")),
    ("tags", "text", items("Red"), "Red"),
    ("email", "email_collection", "a@b.co", items("a@b.co")),
    ("email_collection", "email", items("a@b.co"), "a@b.co"),
    ("email_collection", "text_collection", items("a@b.co"), items("a@b.co")),
    ("date", "date_collection", "2026-03-01", items("2026-03-01")),
    ("location", "location_collection", {"city": "Rome"}, items({"city": "Rome"})),
    ("location", "json", {"city": "Rome"}, {"city": "Rome"}),
    ("json", "location", {"city": "Rome"}, {"city": "Rome"}),
]
LOST: list[tuple[str, str, Any]] = [
    ("text", "number", "twelve"),
    ("text", "number", "NaN"),
    ("text", "number", "1_000"),
    ("text", "currency", "1e3"),
    ("text", "number", "1.23456"),
    ("text", "integer", "1.5"),
    ("text", "date", "1.3.2026"),
    ("text", "email", "ada"),
    ("text", "select", "Green"),
    ("text", "checkbox", "true"),
    ("text", "json", "{}"),
    ("text", "location", "Rome"),
    ("multiline_text", "text", "x" * 10_001),
    ("number", "integer", 1.5),
    ("number", "checkbox", 1),
    ("number", "date", 20260301),
    ("checkbox", "text", True),
    ("tags", "text", items("Red", "Blue")),
    ("multi_select", "select", items("Red", "Blue")),
    ("json", "text", {"a": 1}),
    ("json", "location", {"planet": "Mars"}),
]
WITH_OPTIONS = ("select", "multi_select")


def declare(api: Api, type_: str) -> None:
    """Give deals a field of a type."""
    options = OPTIONS if type_ in WITH_OPTIONS else {}
    assert add_fields(api, "deal", extra={"x-type": type_, **options}).status == 201


@pytest.mark.parametrize(("old", "new", "value", "kept"), SURVIVING)
def test_values_survive(api: Api, old: str, new: str, value: Any, kept: Any) -> None:
    declare(api, old)
    deal = create(api, "deal", name="Big", extra=value)
    blank = create(api, "deal", name="Blank")

    answer = retype(api, new, **(OPTIONS if new in WITH_OPTIONS else {}))

    assert answer.status == 200
    assert answer.data["attributes"]["properties"]["extra"]["x-type"] == new
    nothing = attributes(api, "deal", blank)["extra"]
    assert attributes(api, "deal", deal)["extra"] == kept
    assert nothing in (None, items())


@pytest.mark.parametrize(("old", "new", "value"), LOST)
def test_values_that_would_be_lost_are_named(
    api: Api, old: str, new: str, value: Any
) -> None:
    declare(api, old)
    create(api, "deal", name="Blank")
    deal = create(api, "deal", name="Big", extra=value)
    before = properties(api, "deal"), version(api, "deal"), JournalEntry.objects.count()

    answer = retype(api, new, **(OPTIONS if new in WITH_OPTIONS else {}))

    place = "/data/attributes/type"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])
    assert answer.json["errors"][0]["meta"] == {"matches": [deal]}
    assert attributes(api, "deal", deal)["extra"] == value
    after = properties(api, "deal"), version(api, "deal"), JournalEntry.objects.count()
    assert after == before


@pytest.mark.parametrize("new", ["number", "email", "phone", "url", "domain"])
def test_blank_text_is_no_value_of_another_type(api: Api, new: str) -> None:
    declare(api, "text")
    deal = create(api, "deal", name="Big", extra="")

    answer = retype(api, new)

    assert answer.status == 200
    assert attributes(api, "deal", deal)["extra"] is None


def test_choices_keep_their_options(api: Api) -> None:
    declare(api, "select")

    answer = retype(api, "multi_select")

    labels = answer.data["attributes"]["properties"]["extra"]["x-options"]
    assert [option["label"] for option in labels] == ["Red", "Blue"]


def test_choices_need_options(api: Api) -> None:
    declare(api, "text")

    answer = retype(api, "select")

    expected = [("invalid_value", "/data/attributes")]
    assert (answer.status, answer.errors) == (422, expected)


@pytest.mark.parametrize(
    ("old", "new"),
    [("text", "agent"), ("agent", "text")],
)
def test_references_are_no_values(api: Api, old: str, new: str) -> None:
    declare(api, old)

    answer = retype(api, new)

    place = "/data/attributes/type"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])


@pytest.mark.parametrize(
    ("flag", "new"),
    [("unique", "email"), ("searchable", "number"), ("indexed", "json")],
)
def test_flags_that_are_in_the_way(api: Api, flag: str, new: str) -> None:
    declare(api, "text")
    change_field(api, "deal", "extra", **{flag: True})

    answer = retype(api, new)

    place = "/data/attributes/type"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])
    assert flag in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize("batch", [2000, 1])
def test_values_are_found_as_what_they_are_now(
    api: Api, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(walking, "BATCH", batch)
    declare(api, "text")
    change_field(api, "deal", "extra", indexed=True)
    deals = [create(api, "deal", name=v, extra=v) for v in ("10", "9", "200")]

    retype(api, "integer")

    found = api.get(f"{DEALS}?sort=extra").data
    assert [row["id"] for row in found] == [deals[1], deals[0], deals[2]]
    assert properties(api, "deal")["extra"]["x-indexed"] is True
    larger = api.get(f"{DEALS}?filter[extra][gt]=9&sort=-extra").data
    assert [row["id"] for row in larger] == [deals[2], deals[0]]


def test_text_is_searched_still(api: Api) -> None:
    declare(api, "text")
    change_field(api, "deal", "extra", searchable=True)
    deal = create(api, "deal", name="Big", extra="Ada@Example.com")

    retype(api, "email_collection")

    found = api.get(f"{DEALS}?filter[search]=ada@ex").data
    assert [row["id"] for row in found] == [deal]


@pytest.mark.parametrize(("old", "new"), [("json", "location"), ("location", "json")])
def test_documents_are_found_as_what_they_are_now(api: Api, old: str, new: str) -> None:
    declare(api, old)
    deal = create(api, "deal", name="Big", extra={"city": "Rome"})

    retype(api, new)

    found = api.get(f'{DEALS}?filter[extra]={{"city":"Rome"}}').data
    assert [row["id"] for row in found] == [deal]
    assert api.get(f"{DEALS}/{deal}").headers["ETag"] == '"1"'


def test_values_that_read_otherwise_are_journalled(api: Api) -> None:
    declare(api, "text")
    deal = create(api, "deal", name="Big", extra="12")
    same = create(api, "deal", name="Small")

    retype(api, "number")

    entries = JournalEntry.objects.filter(action="updated")
    assert [(entry.before["extra"], entry.after) for entry in entries] == [
        ("12", {"extra": 12})
    ]
    tags = [api.get(f"{DEALS}/{one}").headers["ETag"] for one in (deal, same)]
    assert tags == ['"2"', '"1"']
    assert schema_entries()[-1] == (
        {"extra": {"type": "text"}},
        {"extra": {"type": "number"}},
    )


def test_writes_take_the_new_type(api: Api) -> None:
    declare(api, "text")
    retype(api, "number")

    refused = api.post(DEALS, resource("deal", name="Big", extra="twelve"))

    assert refused.errors == [("invalid_value", "/data/attributes/extra")]
    assert create(api, "deal", name="Small", extra=12)


def test_name_and_type_change_together(api: Api) -> None:
    declare(api, "text")
    deal = create(api, "deal", name="Big", extra="12")

    retype(api, "number", slug="count", indexed=True, label="Count")

    shown = properties(api, "deal")["count"]
    assert (shown["x-type"], shown["title"], shown["x-indexed"]) == (
        "number",
        "Count",
        True,
    )
    assert attributes(api, "deal", deal)["count"] == 12
