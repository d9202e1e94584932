"""Sort keys are text that sorts, byte by byte, as the values do."""

from __future__ import annotations

import sys
from decimal import Decimal
from unicodedata import category

import pytest

from crm.json_types import JSON, JSONObject
from crm.sql import query
from objects.field_types import FIELD_TYPES
from objects.field_types.collection import Collection
from objects.field_types.text import sort_text
from objects.folding import fold
from objects.models import Field

OPTIONS = Field(options={"options": [{"label": "Won"}, {"label": "Lost"}]})


def items(*values: JSON) -> JSONObject:
    return {"items": list(values)}


SORTED: list[tuple[str, list[JSON]]] = [
    ("text", ["", "1", "ada", "Bea", "bea ", "Émile", "Ωmega"]),
    ("text", ["e", "É", "e b", "Eb", "éb", "Ebá", "f"]),
    ("text", ["Lodz", "Łódź", "Loz", "Strasse", "Straße", "Strassen"]),
    ("text", ["η", "ή", "θ", "ж", "и", "й", "л"]),
    ("number", [-999999999999, -10, Decimal("-9.5"), Decimal("-0.0001"), 0]),
    (
        "number",
        [0, Decimal("0.0001"), 9, Decimal("9.5"), 10, Decimal("999999999999.9999")],
    ),
    ("integer", [-(2**63), -(10**12), -10, -9, 0, 9, 10, 10**12, 2**63 - 1]),
    ("currency", [Decimal("-1.5"), -1, 0, 1, Decimal("1.05"), Decimal("1.5"), 11]),
    ("checkbox", [False, True]),
    ("date", ["0999-12-31", "1000-01-01", "2026-02-28", "2026-03-01"]),
    ("datetime", ["2026-03-01T00:00:00+02:00", "2026-03-01T00:00:00Z"]),
    ("datetime", ["2026-03-01T00:00:00Z", "2026-03-01T00:00:00.001Z"]),
    ("select", ["Won", "Lost"]),
    ("url", ["https://a.co", "https://B.co"]),
    ("email", ["a@b.co", "b@a.co"]),
    ("phone", ["+14155550100", "+14155550101"]),
    ("domain", ["a.co", "B.co"]),
    ("multi_select", [items("Won"), items("Lost", "Won")]),
    ("tags", [items("a", "z"), items("B", "a")]),
    ("location", [{"city": "Oslo"}, {"city": "paris"}, {"street": "Quay 1"}]),
    ("date_collection", [items("2026-01-01"), items("2026-01-02", "2020-01-01")]),
]


def sort_key(name: str, value: JSON) -> str:
    field_type = FIELD_TYPES[name]
    return field_type.sort_key(field_type.clean(value, OPTIONS), OPTIONS)


@pytest.mark.parametrize(("name", "values"), SORTED)
def test_sort_keys_sort_as_the_values_do(name: str, values: list[JSON]) -> None:
    keys = [sort_key(name, value) for value in values]

    assert sorted(set(keys), key=str.encode) == keys


@pytest.mark.parametrize("name", sorted(FIELD_TYPES))
def test_every_type_that_can_be_indexed_is_sorted_above(name: str) -> None:
    field_type = FIELD_TYPES[name]
    item = field_type.item if isinstance(field_type, Collection) else field_type

    is_sorted = {name, item.name} & {case[0] for case in SORTED}

    assert bool(is_sorted) == ("indexed" in field_type.can_be)


@pytest.mark.parametrize(
    "value",
    ["x" * 10_000, "👩" * 10_000, "é" + "👩" * 9_999, "ß" * 10_000],
    ids=["x", "woman", "accent", "sharp s"],
)
def test_the_key_of_long_text_fits_an_index(value: str) -> None:
    assert len(sort_key("text", value).encode()) < 2700


def letters() -> list[str]:
    """Return all characters in Python's version of Unicode that text can hold."""
    codes = range(0x20, sys.maxunicode + 1)
    return [chr(code) for code in codes if category(chr(code)) not in KEPT_OUT]


KEPT_OUT = {"Cc", "Cn", "Cs", "Co"}
TEXTS = [
    "",
    "Ada",
    "École",
    "e\u0301a\u030a",
    "q\u0307\u0323x",
    "J\u030c",
    "Straße" * 80,
]
TEXTS += [
    "x" * 399 + "éé",
    "ß" * 500,
    "か\u3099é",
    "हिन्दी",
    "한국",
    "שָׁלוֹם é",
    "é" * 500,
]


@pytest.mark.django_db
def test_the_database_makes_the_same_keys_of_folded_text() -> None:
    texts = list(dict.fromkeys(fold(text) for text in [*letters(), *TEXTS]))

    rows = query(
        "SELECT text, records_sort_key(text) FROM unnest(%(texts)s::text[]) AS text",
        texts=texts,
    )

    assert len(rows) > 100_000
    assert dict(rows) == {text: sort_text(text) for text in texts}
