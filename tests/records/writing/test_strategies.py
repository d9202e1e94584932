"""Each strategy combines what is sent with what is there, kind of value by kind."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm.json_types import JSON, JSONObject
from objects.field_types.base import InvalidValue, WrongShape
from objects.models import Field
from records.writing.operations import Strategy
from records.writing.strategies import change_parts, combine

REPLACE, APPEND, REMOVE, MERGE, FIRST, PRIMARY = Strategy
MANY = [str(number) for number in range(500)]
PLACES = Field(slug="places", type="location_collection")
LONDON: JSON = {"city": "London", "country": "UK"}
PARIS: JSONObject = {"city": "Paris"}


def items(*values: JSON) -> JSONObject:
    return {"items": list(values)}


COMBINED: list[tuple[str, Strategy, JSON, JSON, JSON]] = [
    ("text", REPLACE, "Ada", "Bea", "Bea"),
    ("text", REPLACE, "Ada", None, None),
    ("number", REPLACE, 1, Decimal("1.5"), Decimal("1.5")),
    ("email_collection", REPLACE, items("a@b.co"), items("c@b.co"), items("c@b.co")),
    ("email_collection", REPLACE, items("a@b.co"), items(), items()),
    ("json", REPLACE, {"a": 1}, {"b": 2}, {"b": 2}),
    ("tags", APPEND, items("a", "b"), items("c"), items("a", "b", "c")),
    ("tags", APPEND, items("a", "b"), items("B", "c"), items("a", "b", "c")),
    ("tags", APPEND, items("a"), items(), items("a")),
    ("tags", APPEND, None, items("a"), items("a")),
    ("json", APPEND, [1], [1, 2], [1, 1, 2]),
    ("json", APPEND, None, [1], [1]),
    ("tags", REMOVE, items("a", "b", "c"), items("B", "d"), items("a", "c")),
    ("tags", REMOVE, items("a"), items("a"), items()),
    ("tags", REMOVE, None, items("a"), items()),
    ("location_collection", REMOVE, items(LONDON, PARIS), items(LONDON), items(PARIS)),
    ("json", MERGE, {"a": 1, "b": {"c": 2}}, {"b": 3}, {"a": 1, "b": 3}),
    ("json", MERGE, {"a": 1}, {"a": None}, {"a": None}),
    ("json", MERGE, None, {"a": 1}, {"a": 1}),
    ("tags", MERGE, items("a"), items("b"), items("a", "b")),
    ("tags", FIRST, items("a", "b"), items("c", "d"), items("c", "d", "a", "b")),
    ("tags", FIRST, items("a", "b", "c"), items("C", "a"), items("C", "a", "b")),
    ("tags", FIRST, items("a", "b"), items(), items("a", "b")),
    ("tags", FIRST, None, items("a"), items("a")),
    ("tags", PRIMARY, items("a", "b"), items("c"), items("c", "b")),
    ("tags", PRIMARY, items("a", "b"), items("B"), items("B")),
    ("tags", PRIMARY, items("a", "b", "c"), items("c"), items("c", "b")),
    ("tags", PRIMARY, items("a", "b"), items(), items("b")),
    ("tags", PRIMARY, None, items("a"), items("a")),
]


@pytest.mark.parametrize(("type_", "strategy", "old", "new", "combined"), COMBINED)
def test_combines(
    type_: str, strategy: Strategy, old: JSON, new: JSON, combined: JSON
) -> None:
    assert combine(Field(type=type_), old, new, strategy) == combined


@pytest.mark.parametrize("strategy", Strategy)
def test_every_strategy_is_tried_above(strategy: Strategy) -> None:
    assert strategy in {case[1] for case in COMBINED}


@pytest.mark.parametrize(
    ("type_", "strategy", "old", "new"),
    [
        ("text", APPEND, "Ada", "Bea"),
        ("text", MERGE, None, "Bea"),
        ("json", APPEND, [1], {"a": 1}),
        ("json", APPEND, {"a": 1}, [1]),
        ("json", MERGE, {"a": 1}, [1]),
        ("json", MERGE, [1], {"a": 1}),
        ("json", MERGE, "Ada", {"a": 1}),
        ("tags", APPEND, items(*MANY), items("one too many")),
    ],
)
def test_refuses_to_combine(
    type_: str, strategy: Strategy, old: JSON, new: JSON
) -> None:
    with pytest.raises(InvalidValue):
        combine(Field(type=type_), old, new, strategy)


def test_refuses_to_combine_a_collection_with_a_bare_value() -> None:
    with pytest.raises(WrongShape):
        combine(Field(type="tags"), items("a"), "b", APPEND)


@pytest.mark.parametrize(
    ("old", "parts", "changed"),
    [
        (None, {"city": "London"}, items({"city": "London"})),
        (items(LONDON), {"city": "Leeds"}, items({"city": "Leeds", "country": "UK"})),
        (items(LONDON), {"country": None}, items({"city": "London"})),
        (items(LONDON, PARIS), {"city": None, "country": None}, items(PARIS)),
        (
            items(PARIS, LONDON),
            {"country": "FR"},
            items({**PARIS, "country": "FR"}, LONDON),
        ),
        (items({"street": "1\n2\n3"}), {"street/0": "A"}, items({"street": "A\n2\n3"})),
        (items({"street": "1\n2\n3"}), {"street/1": "B"}, items({"street": "1\nB"})),
        (items({"street": "1\n2"}), {"street/1": None}, items({"street": "1"})),
        (items({"street": "1"}), {"street/0": None}, items()),
        (None, {"street/0": "A", "street/1": "B"}, items({"street": "A\nB"})),
    ],
)
def test_changes_parts_of_the_first_place(
    old: JSON, parts: JSONObject, changed: JSON
) -> None:
    assert change_parts(PLACES, old, parts) == changed


@pytest.mark.parametrize(
    ("parts", "place"),
    [({"street/0": 1}, "/items/0/street"), ({"city": 1}, "/items/0/city")],
)
def test_refuses_a_part_that_is_no_text(parts: JSONObject, place: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        change_parts(PLACES, items(LONDON), parts)

    assert list(refused.value.problems) == [place]
