"""A type of fields is known wherever types are told apart: what is missing is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from interfaces.admin.objects.field_forms import TYPE_LABELS
from interfaces.admin.records.values import SHOWERS, SHOWERS_OF_TYPES
from objects.field_types import FIELD_TYPES
from objects.field_types.base import ValueKind
from objects.field_types.relation import REFERENCES
from objects.models import Field
from records.reading.filters.kinds import KINDS
from tests.interfaces.admin.records.test_browser import SHOWN
from tests.interfaces.api.records.test_generated_records import GOOD
from tests.objects.test_field_types import ACCEPTED, OPTIONS, REFUSED
from tests.oracle.things import COMPARED, OTHER, TEXT
from tests.oracle.values import POOLS, item_type

DOCS = Path(__file__).parents[2] / "docs" / "schemas.md"
TYPES = sorted(FIELD_TYPES.keys() - {"relationship"})


def item_of(name: str) -> tuple[str, ValueKind]:
    """Return the name and the kind of a type's items, or of its values."""
    type_ = Field(type=name).item_type
    return type_.name, type_.kind


def documented() -> set[str]:
    """Return the types in the table of docs/schemas.md."""
    _, _, table = DOCS.read_text().partition("| kind | `x-type` |")
    rows, _, _ = table.strip().partition("\n\n")
    return set(re.findall(r"`(\w+)`", rows))


PLACES: dict[str, Callable[[str], bool]] = {
    "its kind, in records/reading/filters/kinds.py": lambda name: (
        item_of(name)[1] in KINDS
    ),
    "a JSON Schema, from its describe()": lambda name: (
        "type" in FIELD_TYPES[name].describe(OPTIONS)
    ),
    "a label, in interfaces/admin/objects/field_forms.py": lambda name: (
        name in TYPE_LABELS
    ),
    "how it is shown, in interfaces/admin/records/values.py": lambda name: (
        item_of(name)[0] in SHOWERS_OF_TYPES or item_of(name)[1] in SHOWERS
    ),
    "a name in the table of docs/schemas.md": lambda name: name in documented(),
    "what it accepts, in tests/objects/test_field_types.py": lambda name: (
        name in {case[0] for case in ACCEPTED}
    ),
    "what it refuses, in tests/objects/test_field_types.py": lambda name: (
        name in {case[0] for case in REFUSED}
    ),
    "how it looks, in tests/interfaces/admin/records/test_browser.py": lambda name: (
        name in {case[0] for case in SHOWN} or name in REFERENCES
    ),
    "a value, in tests/interfaces/api/records/test_generated_records.py": lambda name: (
        f"a_{name}" in GOOD or name in REFERENCES
    ),
    "values, in tests/oracle/values.py": lambda name: (
        item_type(name) in POOLS or name in REFERENCES
    ),
    "how it compares, in tests/oracle/things.py": lambda name: (
        item_type(name) in TEXT | COMPARED | OTHER
    ),
}
"""What every type has, and where it is said."""


@pytest.mark.parametrize("name", TYPES)
def test_nothing_is_missing(name: str) -> None:
    missing = [place for place, is_there in PLACES.items() if not is_there(name)]

    assert missing == []


def test_every_kind_of_single_values_is_compared_and_shown() -> None:
    single = set(ValueKind) - {ValueKind.COLLECTION}

    assert set(KINDS) == single
    assert set(SHOWERS) == single - {ValueKind.RELATIONSHIP}
