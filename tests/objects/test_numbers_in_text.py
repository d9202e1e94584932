"""Text is taken for a number if it is one to the digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from objects.field_types.number import read_decimal

NUMBERS: list[tuple[str, Decimal | None]] = [
    ("12", Decimal(12)),
    ("+12", Decimal(12)),
    (" -0.5\n", Decimal("-0.5")),
    ("1" * 30, Decimal("1" * 30)),
    ("1" * 31, None),
    (".5", None),
    ("5.", None),
    ("1,000", None),
    ("1e3", None),
    ("NaN", None),
    ("\u0661", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_the_number_in_a_text(text: str, number: Decimal | None) -> None:
    assert read_decimal(text) == (text if number is None else number)
