"""Unique keys are the same for values that only one record may hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm.json_types import JSON, JSONObject
from objects.field_types import FIELD_TYPES
from objects.models import Field


def items(*values: JSON) -> JSONObject:
    return {"items": list(values)}


SAME: list[tuple[str, JSON, JSON]] = [
    ("text", " Acme   Renewal q1", "ACME renewal Q1 "),
    ("text", "Zoe\u0308", "ZOË"),
    ("text", "J\u030c", "\u01f0"),
    ("text", "ΠΣ", "π\u03c3"),
    ("text", "İstanbul", "istanbul"),
    ("text", "x" * 500, "X" * 500),
    ("number", 1, Decimal("1.0")),
    ("integer", 5, Decimal("5.0")),
    ("datetime", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00+01:00"),
    ("email", "Ada@Example.com", "ada@example.com"),
    ("email", "a@münchen.de", "a@xn--mnchen-3ya.de"),
    ("phone", "+1 415 555 0100", "+14155550100"),
    ("domain", "www.Example.com", "https://example.com/"),
    ("domain", "münchen.de", "xn--mnchen-3ya.de"),
    ("domain", "mu\u0308nchen.de", "münchen.de"),
    ("email_collection", items("A@b.co", "c@d.co"), items("a@b.co", "C@d.co")),
]

DIFFERENT: list[tuple[str, JSON, JSON]] = [
    ("text", "Acme", "Acmé"),
    ("text", "x" * 500 + "a", "x" * 500 + "b"),
    ("text", "x" * 400, "x" * 401),
    ("integer", 2**63 - 1, 2**63 - 2),
    ("number", Decimal("0.0001"), Decimal("0.0002")),
    ("email", "ada@example.com", "ada+1@example.com"),
    ("domain", "faß.de", "fass.de"),
]


def unique_keys(name: str, value: JSON) -> list[str]:
    field_type = FIELD_TYPES[name]
    return list(field_type.unique_keys(field_type.clean(value, Field())))


@pytest.mark.parametrize(("name", "one", "other"), SAME)
def test_values_that_are_the_same_share_a_unique_key(
    name: str, one: JSON, other: JSON
) -> None:
    assert unique_keys(name, one) == unique_keys(name, other) != []


@pytest.mark.parametrize(
    ("name", "one", "other"), DIFFERENT, ids=[case[0] for case in DIFFERENT]
)
def test_values_that_differ_share_no_unique_key(
    name: str, one: JSON, other: JSON
) -> None:
    assert set(unique_keys(name, one)).isdisjoint(unique_keys(name, other))


@pytest.mark.parametrize("value", ["", "   ", "\u3000"])
def test_blank_text_has_no_unique_key(value: str) -> None:
    assert unique_keys("text", value) == []


@pytest.mark.parametrize("value", ["x" * 10_000, "👩" * 10_000], ids=["x", "woman"])
def test_the_key_of_long_text_fits_an_index(value: str) -> None:
    (key,) = unique_keys("text", value)

    assert len(key.encode()) < 2700
