"""What operators are given: text from an address, or JSON from a body."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol, TypeAlias

from crm.errors import Refusal
from crm.json_types import JSON
from crm.jsonapi.parsing import parse
from crm.jsonapi.queries import Place
from objects.field_types import FIELD_TYPES
from objects.field_types.base import NO_OPTIONS, FieldType, Options
from objects.field_types.number import is_number, read_decimal

MOST_DIGITS = 30
FLAGS = {"true": True, "false": False}


class Typed(Options, Protocol):
    """What values are read for, such as a field."""

    @property
    def item_type(self) -> FieldType:
        """How each single value is."""
        ...


class Day(NamedTuple):
    """A whole day, given where a moment is compared: its first and last millisecond."""

    first: str
    last: str


class Several(NamedTuple):
    """Several values, any of which will do."""

    values: tuple[JSON | Day, ...]


Operand: TypeAlias = "JSON | Day | Several"
"""What an operator is given."""


def accepted(place: Place, type_: FieldType, raw: JSON, options: Options) -> JSON:
    """Return a value as a field's type cleans it, or refuse it where it stood."""
    try:
        return type_.clean(raw, options)
    except Refusal as refusal:
        raise place.refuse(str(refusal)) from refusal


def split(raw: JSON, place: Place) -> list[JSON]:
    """Return the values of a list: an array, or text with commas between."""
    if place.is_parameter and isinstance(raw, str):
        return list(raw.split(",")) if raw else []
    if isinstance(raw, list):
        return raw
    raise place.refuse("Give an array.")


def read_text(raw: JSON, place: Place) -> str:
    """Return an operand that is text."""
    return str(accepted(place, FIELD_TYPES["multiline_text"], raw, NO_OPTIONS))


def read_flag(raw: JSON, place: Place) -> bool:
    """Return true or false."""
    if place.is_parameter and isinstance(raw, str):
        raw = FLAGS.get(raw)
    if isinstance(raw, bool):
        return raw
    raise place.refuse("Give true or false.")


def read_number(raw: JSON, place: Place) -> JSON:
    """Return a number, also one that is too large to be stored."""
    number = read_decimal(str(raw) if is_number(raw) else raw)
    if isinstance(number, Decimal):
        return number
    if isinstance(raw, Decimal) and abs(raw.adjusted()) < MOST_DIGITS:
        return raw
    raise place.refuse(f"Give a number of at most {MOST_DIGITS} digits.")


def read_json(raw: JSON, place: Place) -> JSON:
    """Return JSON, which an address holds as text."""
    if not place.is_parameter or not isinstance(raw, str):
        return raw
    try:
        return parse(raw.encode())
    except Refusal as refusal:
        raise place.refuse(str(refusal)) from refusal
