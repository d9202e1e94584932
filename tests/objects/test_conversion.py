"""A value becomes one of another type with nothing lost, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm.json_types import JSON
from objects.conversion import converted
from objects.field_types.base import InvalidValue, WrongShape
from objects.models import Field

SURVIVES: list[tuple[str, JSON, str, JSON]] = [
    ("text", "Ada", "multiline_text", "Ada"),
    ("text", "Ada@Example.com", "email", "ada@example.com"),
    ("text", "12", "integer", 12),
    ("text", " -12 ", "integer", -12),
    ("text", "12.50", "number", Decimal("12.50")),
    ("text", "2026-11-26", "date", "2026-11-26"),
    ("text", "Open", "select", "Open"),
    ("text", "Ada", "text_collection", {"items": ["Ada"]}),
    ("text", "a@b.co", "email_collection", {"items": ["a@b.co"]}),
    ("integer", 12, "text", "12"),
    ("number", Decimal("12.50"), "text", "12.50"),
    ("integer", 12, "text_collection", {"items": ["12"]}),
    ("integer", 12, "number", 12),
    ("select", "Open", "text", "Open"),
    ("select", "Open", "multi_select", {"items": ["Open"]}),
    ("multi_select", {"items": ["Open"]}, "select", "Open"),
    ("text_collection", {"items": ["Ada"]}, "text", "Ada"),
    ("text_collection", {"items": ["12"]}, "integer", 12),
    ("email_collection", {"items": ["a@b.co", "c@d.co"]}, "text_collection", None),
    ("checkbox", True, "checkbox", True),
]

DOES_NOT: list[tuple[str, JSON, str]] = [
    ("text", "Ada", "integer"),
    ("text", "1e3", "number"),
    ("text", "12.5", "integer"),
    ("text", "Ada", "email"),
    ("text", "Closed", "select"),
    ("text", "yes", "checkbox"),
    ("text", "26.11.2026", "date"),
    ("checkbox", True, "integer"),
    ("text_collection", {"items": ["Ada", "Grace"]}, "text"),
    ("text_collection", {"items": []}, "text"),
    ("multi_select", {"items": ["Open", "Done"]}, "select"),
]


def field(type_: str) -> Field:
    options = {"options": [{"label": "Open"}, {"label": "Done"}]}
    return Field(type=type_, options=options)


@pytest.mark.parametrize(("old", "value", "new", "after"), SURVIVES)
def test_a_value_survives(old: str, value: JSON, new: str, after: JSON) -> None:
    expected = value if after is None else after

    assert converted(value, field(old), field(new)) == expected


@pytest.mark.parametrize(("old", "value", "new"), DOES_NOT)
def test_a_value_does_not_survive(old: str, value: JSON, new: str) -> None:
    with pytest.raises((InvalidValue, WrongShape)):
        converted(value, field(old), field(new))
