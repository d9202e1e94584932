"""What operators are given: text from an address, or JSON from a body."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeAlias

from crm.errors import Refusal
from crm.json_types import JSON
from crm.jsonapi.parsing import parse
from crm.jsonapi.queries import Place
from crm.regions import Region
from objects.field_types import FIELD_TYPES
from objects.field_types.base import NO_OPTIONS, FieldType, Options
from objects.field_types.moment import DATE
from objects.field_types.number import is_number, read_decimal
from records.reading.filters.days import Span, span_named

MOST_DIGITS = 30
FLAGS = {"true": True, "false": False}


class Typed(Options, Protocol):
    """What values are read for, such as a field."""

    @property
    def item_type(self) -> FieldType:
        """How each single value is."""
        ...


class Days(NamedTuple):
    """Whole days: the first and the last, or of moments their first and last ones."""

    first: str
    last: str


class Several(NamedTuple):
    """Several values, any of which will do."""

    values: tuple[JSON | Days, ...]


Operand: TypeAlias = "JSON | Days | Several"
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


def joined_labels(pieces: Sequence[JSON], valid: Collection[str]) -> list[JSON]:
    """Return the labels in a text that was split at commas, which labels may have too.

    Of several that can begin at a place, the longest is meant. What is no label is left
    as it is, but for blanks around it.
    """
    known = frozenset(valid)
    most = 1 + max((label.count(",") for label in known), default=0)
    texts = [str(piece) for piece in pieces]
    found: list[JSON] = []
    start = 0
    while start < len(texts):
        label = longest_label(texts[start : start + most], known)
        found.append(label)
        start += 1 + label.count(",")
    return found


def longest_label(texts: Sequence[str], known: frozenset[str]) -> str:
    """Return the longest label that texts begin with, or else the first text."""
    for size in range(len(texts), 0, -1):
        joined = ",".join(texts[:size])
        for label in (joined, joined.strip()):
            if label in known:
                return label
    return texts[0].strip()


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


def read_span(raw: JSON, place: Place, region: Region) -> Span | None:
    """Return the days that are written out or named, or None if that is none."""
    if not isinstance(raw, str):
        return None
    if not DATE.fullmatch(raw):
        return span_named(raw, region.today)
    written = str(accepted(place, FIELD_TYPES["date"], raw, NO_OPTIONS))
    day = date.fromisoformat(written)
    return Span(day, day)


def read_json(raw: JSON, place: Place) -> JSON:
    """Return JSON, which an address holds as text."""
    if not place.is_parameter or not isinstance(raw, str):
        return raw
    try:
        return parse(raw.encode())
    except Refusal as refusal:
        raise place.refuse(str(refusal)) from refusal
