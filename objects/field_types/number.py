"""Numbers, and yes or no."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from math import isclose

from crm.json_types import JSON, JSONObject
from objects.field_types.base import (
    FieldType,
    InvalidValue,
    Options,
    ValueKind,
)

LARGEST = Decimal("999999999999.9999")
"""The largest number that DECIMAL(16,4) holds (seed 003's field reference)."""

EXACT_DIGITS = 15
"""How many digits of a number 64-bit floats keep for certain."""

DECIMAL = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)

SHIFT = 10**19
"""Makes every number positive, so that its digits sort as the numbers do. Those that
cannot be stored sort before or after all that can."""


def is_noise(exact: Decimal, number: Decimal) -> bool:
    """Whether a number differs only where 64-bit floats do, as 0.30000000000000004."""
    is_long = len(number.as_tuple().digits) > EXACT_DIGITS
    return is_long and exact != 0 and isclose(exact, number, rel_tol=1e-15)


def is_number(value: JSON) -> bool:
    """Whether a value is a number; true and false are not."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def read_decimal(value: JSON) -> JSON:
    """Return the number that a text is to the digit; anything else as it is."""
    written = value.strip() if isinstance(value, str) else ""
    return Decimal(written) if DECIMAL.fullmatch(written) else value


class Number(FieldType):
    """A number of up to twelve digits, and four more after the point."""

    name = "number"
    kind = ValueKind.NUMBER
    can_be = frozenset({"unique", "indexed"})

    def clean(self, value: JSON, options: Options) -> JSON:
        value = read_decimal(value)
        if not is_number(value):
            raise InvalidValue("Enter a number.")
        if isinstance(value, int):
            number = Decimal(value) if abs(value) <= LARGEST else Decimal("Infinity")
        else:
            number = Decimal(str(value))
        if not -LARGEST <= number <= LARGEST:  # abs() would round.
            raise InvalidValue(f"Enter a number from -{LARGEST} to {LARGEST}.")
        exact = number.quantize(Decimal("0.0001"))
        if exact != number and not is_noise(exact, number):
            raise InvalidValue("Enter at most four digits after the point.")
        return int(exact) if exact == exact.to_integral() else exact.normalize()

    def sort_key(self, value: JSON, options: Options) -> str:
        if isinstance(value, int) and abs(value) < SHIFT:
            return f"{value + SHIFT:020d}.0000"
        largest = SHIFT - Decimal("0.0001")
        with localcontext(prec=100):
            shifted = min(max(Decimal(str(value)), -largest), largest) + SHIFT
        whole, _, fraction = f"{shifted:f}".partition(".")
        return f"{whole:0>20}.{fraction.rstrip('0'):0<4}"

    def describe(self, options: Options) -> JSONObject:
        return {
            "type": "number",
            "minimum": -LARGEST,
            "maximum": LARGEST,
            "multipleOf": Decimal("0.0001"),
        }


class Currency(Number):
    """An amount of money. Its currency is the field's, in ``options.currency``."""

    name = "currency"


class Integer(Number):
    """A whole number of 64 bits."""

    name = "integer"
    SMALLEST, LARGEST = -(2**63), 2**63 - 1

    def clean(self, value: JSON, options: Options) -> JSON:
        value = read_decimal(value)
        if not is_number(value) or not self.is_whole(value):
            raise InvalidValue("Enter a whole number.")
        if not self.SMALLEST <= value <= self.LARGEST:  # type: ignore[operator]
            raise InvalidValue("Enter a whole number of at most 64 bits.")
        return int(value)  # type: ignore[arg-type]  # It is a number.

    def is_whole(self, value: JSON) -> bool:
        """Whether a number has no fraction. One too large is left to the bounds."""
        if not isinstance(value, Decimal) or value.adjusted() > 30:
            return True
        return value == value.to_integral()

    def describe(self, options: Options) -> JSONObject:
        return {"type": "integer", "minimum": self.SMALLEST, "maximum": self.LARGEST}


class Checkbox(FieldType):
    """A value that is true or false."""

    name = "checkbox"
    kind = ValueKind.CHECKBOX

    def clean(self, value: JSON, options: Options) -> JSON:
        if not isinstance(value, bool):
            raise InvalidValue("Enter true or false.")
        return value

    def sort_key(self, value: JSON, options: Options) -> str:
        return "1" if value else "0"

    def describe(self, options: Options) -> JSONObject:
        return {"type": "boolean"}
