"""Fields that become required, unique, indexed or searchable, and cease to be."""

from __future__ import annotations

from typing import Any

import pytest

from records.models import IndexedValue, Record, UniqueValue
from records.schema_changes import walking
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    change_field,
    create,
    ids,
    properties,
    schema_entries,
    version,
)

DEALS = "objects/deal/records"


@pytest.fixture
def api(api: Api) -> Api:
    """The API, where deals have a colour and marks."""
    add_fields(api, "deal", colour={"type": "string"}, marks={"x-type": "tags"})
    return api


@pytest.fixture(params=[2000, 1])
def _batches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fill all records at once, or each by itself."""
    monkeypatch.setattr(walking, "BATCH", request.param)


def matches(answer: Answer) -> Any:
    """Return the records that an error names."""
    (error,) = answer.json["errors"]
    return error["meta"]["matches"]


def test_a_field_becomes_required(api: Api) -> None:
    create(api, "deal", name="A", colour="Red")

    answer = change_field(api, "deal", "colour", required=True)

    assert answer.data["attributes"]["required"] == ["colour"]
    assert answer.data["attributes"]["properties"]["colour"]["x-required"] is True
    refused = api.post(DEALS, resource("deal", name="B"))
    assert refused.errors == [("required", "/data/attributes")]


@pytest.mark.parametrize("blank", [{}, {"colour": None}, {"colour": ""}])
def test_a_field_that_records_lack_is_not_required(
    api: Api, blank: dict[str, Any]
) -> None:
    create(api, "deal", name="A", colour="Red")
    lacking = create(api, "deal", name="B", **blank)

    answer = change_field(api, "deal", "colour", required=True)

    place = "/data/attributes/required"
    assert (answer.status, answer.errors) == (422, [("required", place)])
    assert matches(answer) == [lacking]
    assert api.get("schemas/deal").data["attributes"]["required"] == []


def test_a_collection_that_records_lack_is_not_required(api: Api) -> None:
    lacking = create(api, "deal", name="A", marks=items())

    answer = change_field(api, "deal", "marks", required=True)

    assert matches(answer) == [lacking]


def test_only_some_of_many_records_are_named(api: Api) -> None:
    for _ in range(5):
        rows = [{"type": "deal"}] * 25
        api.post(f"{DEALS}/bulk", {"data": rows})

    answer = change_field(api, "deal", "colour", required=True)

    assert len(matches(answer)) == 100


def test_a_field_ceases_to_be_required(api: Api) -> None:
    change_field(api, "deal", "colour", required=True)

    answer = change_field(api, "deal", "colour", required=False)

    assert answer.data["attributes"]["required"] == []
    assert create(api, "deal", name="A")


@pytest.mark.usefixtures("_batches")
def test_a_field_becomes_unique(api: Api) -> None:
    first = create(api, "deal", name="A", colour="Red")
    create(api, "deal", name="B", colour="Blue")
    create(api, "deal", name="C")

    answer = change_field(api, "deal", "colour", unique=True)

    assert answer.status == 200
    assert answer.data["attributes"]["properties"]["colour"]["x-unique"] is True
    taken = api.post(DEALS, resource("deal", name="D", colour="RED"))
    assert (taken.status, taken.errors[0][0]) == (409, "value_taken")
    body = resource("deal", colour="red") | {"match_on": "colour"}
    assert api.post(DEALS, body).id == first


@pytest.mark.usefixtures("_batches")
def test_a_field_whose_values_are_shared_is_not_unique(api: Api) -> None:
    pairs = [("A", "Red"), ("B", "red")]
    red = [create(api, "deal", name=name, colour=colour) for name, colour in pairs]
    create(api, "deal", name="C", colour="Blue")
    before = version(api, "deal")

    answer = change_field(api, "deal", "colour", unique=True)

    place = "/data/attributes/unique"
    assert (answer.status, answer.errors) == (409, [("value_taken", place)])
    assert sorted(matches(answer)) == sorted(red)
    shown = properties(api, "deal")["colour"]
    assert "x-unique" not in shown
    assert "x-filling" not in shown
    assert version(api, "deal") == before
    assert not UniqueValue.objects.filter(field__slug="colour").exists()
    assert create(api, "deal", name="D", colour="Red")


def test_an_item_that_is_shared_is_not_unique(api: Api) -> None:
    one = create(api, "deal", name="A", marks=items("x", "y"))
    other = create(api, "deal", name="B", marks=items("z", "Y"))

    answer = change_field(api, "deal", "marks", unique=True)

    assert sorted(matches(answer)) == sorted([one, other])


def test_the_duplicates_can_be_changed_then(api: Api) -> None:
    create(api, "deal", name="A", colour="Red")
    other = create(api, "deal", name="B", colour="Red")
    change_field(api, "deal", "colour", unique=True)
    api.patch(f"{DEALS}/{other}", resource("deal", colour="Blue"))

    answer = change_field(api, "deal", "colour", unique=True)

    assert answer.data["attributes"]["properties"]["colour"]["x-unique"] is True


def test_a_field_ceases_to_be_unique(api: Api) -> None:
    change_field(api, "deal", "colour", unique=True)
    create(api, "deal", name="A", colour="Red")

    change_field(api, "deal", "colour", unique=False)

    assert create(api, "deal", name="B", colour="Red")
    assert not UniqueValue.objects.filter(field__slug="colour").exists()


@pytest.mark.usefixtures("_batches")
def test_a_field_becomes_indexed(api: Api) -> None:
    names = ["b", "A", "c"]
    deals = [create(api, "deal", name=n, colour=n) for n in names]
    blank = create(api, "deal", name="blank")

    answer = change_field(api, "deal", "colour", indexed=True)

    assert answer.data["attributes"]["properties"]["colour"]["x-indexed"] is True
    sorted_ = [deals[1], deals[0], deals[2], blank]
    assert ids(api.get(f"{DEALS}?sort=colour")) == sorted_
    assert ids(api.get(f"{DEALS}?sort=-colour")) == [*sorted_[2::-1], blank]
    assert IndexedValue.objects.filter(field__slug="colour").count() == 4


def test_a_field_ceases_to_be_indexed(api: Api) -> None:
    change_field(api, "deal", "colour", indexed=True)
    deals = [create(api, "deal", name=n, colour=n) for n in ("b", "a")]

    change_field(api, "deal", "colour", indexed=False)

    assert ids(api.get(f"{DEALS}?sort=colour")) == deals[::-1]
    assert not IndexedValue.objects.filter(field__slug="colour").exists()


@pytest.mark.usefixtures("_batches")
def test_a_field_becomes_searchable_and_ceases_to_be(api: Api) -> None:
    deal = create(api, "deal", name="A", colour="Crimson")
    create(api, "deal", name="B", colour="Blue")

    found = []
    for is_searchable in (True, False, True):
        change_field(api, "deal", "colour", searchable=is_searchable)
        found.append(ids(api.get(f"{DEALS}?filter[search]=RIMSO")))

    assert found == [[deal], [], [deal]]


def test_several_flags_at_once(api: Api) -> None:
    deal = create(api, "deal", name="A", colour="Crimson")
    flags = dict.fromkeys(("required", "unique", "indexed", "searchable"), True)

    answer = change_field(api, "deal", "colour", **flags)

    shown = answer.data["attributes"]["properties"]["colour"]
    assert {name for name in shown if name.startswith("x-")} == {
        *(f"x-{flag}" for flag in flags),
        "x-type",
    }
    assert ids(api.get(f"{DEALS}?filter[search]=crim&sort=colour")) == [deal]


def test_a_refusal_leaves_nothing_of_several_flags(api: Api) -> None:
    for name in ("A", "B"):
        create(api, "deal", name=name, colour="Crimson")
    flags = dict.fromkeys(("unique", "indexed", "searchable"), True)

    answer = change_field(api, "deal", "colour", **flags)

    assert answer.status == 409
    assert ids(api.get(f"{DEALS}?filter[search]=crimson")) == []
    assert "crimson" not in "".join(Record.objects.values_list("search", flat=True))
    assert not IndexedValue.objects.filter(field__slug="colour").exists()


def test_records_keep_their_versions(api: Api) -> None:
    deal = create(api, "deal", name="A", colour="Red")
    flags = dict.fromkeys(("unique", "indexed", "searchable"), True)

    change_field(api, "deal", "colour", **flags)

    assert api.get(f"{DEALS}/{deal}").headers["ETag"] == '"1"'
    assert schema_entries()[-1] == (
        {"colour": dict.fromkeys(flags, False)},
        {"colour": dict.fromkeys(flags, True)},
    )


@pytest.mark.parametrize(
    ("slug", "flag"),
    [
        ("people", "required"),
        ("people", "unique"),
        ("close_date", "searchable"),
        ("description", "unique"),
        ("custom_fields", "indexed"),
        ("owner", "unique"),
    ],
)
def test_what_a_field_of_a_type_cannot_be(api: Api, slug: str, flag: str) -> None:
    answer = change_field(api, "deal", slug, **{flag: True})

    place = f"/data/attributes/{flag}"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])


def test_a_name_that_follows_its_parts_is_not_unique(api: Api) -> None:
    answer = change_field(api, "person", "name", unique=True)

    place = "/data/attributes/unique"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])


def test_a_flag_that_is_set_already_is_no_change(api: Api) -> None:
    before = version(api, "deal")

    answer = change_field(api, "deal", "name", unique=True, indexed=True)

    assert (answer.status, version(api, "deal")) == (200, before)


def test_renamed_fields_are_filled_too(api: Api) -> None:
    deal = create(api, "deal", name="A", colour="Crimson")
    change_field(api, "deal", "colour", slug="paint")

    answer = change_field(
        api, "deal", "paint", unique=True, indexed=True, searchable=True
    )

    assert answer.status == 200
    assert ids(api.get(f"{DEALS}?filter[search]=crimson&sort=paint")) == [deal]
    assert ids(api.get(f"{DEALS}?filter[paint]=crimson")) == [deal]
    assert attributes(api, "deal", deal)["paint"] == "Crimson"


def test_values_that_only_agents_see_count_too(api: Api, scout: Api) -> None:
    hidden = create(api, "deal", name="A", colour="Red")
    Record.objects.update(visible_to=[])
    other = create(api, "deal", name="B", colour="Red")

    answer = change_field(api, "deal", "colour", unique=True)

    assert sorted(matches(answer)) == sorted([hidden, other])
