"""The values in filters: text from an address, or JSON from a body."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from crm.errors import Refusal
from crm.json_types import JSON
from crm.jsonapi.parsing import parse
from crm.jsonapi.queries import Place
from objects.field_types import FIELD_TYPES
from objects.field_types.base import NO_OPTIONS, FieldType, Options, ValueKind
from objects.field_types.moment import DATE
from objects.field_types.number import is_number, read_decimal
from records.ids import decode_id
from records.reading.filters.columns import Column, FieldColumn, IdColumn
from records.reading.filters.operators import Day, Operand, Several, Takes

MOST_DIGITS = 30
FLAGS = {"true": True, "false": False}
FREE_TEXT = frozenset({"text", "multiline_text"})
"""Types whose values have no form of their own into which they are brought."""


def read_operand(takes: Takes, column: Column, raw: JSON, place: Place) -> Operand:
    """Return what an operator is given, as it compares with what is stored.

    Raises:
        Refusal: if it is not of the kind of the field.
    """
    match takes:
        case Takes.FLAG:
            return read_flag(column, raw, place)
        case Takes.TEXT:
            return read_text(raw, place)
        case Takes.VALUES:
            values = (read_value(column, one, place) for one in split(raw, place))
            return Several(tuple(values))
    return read_value(column, raw, place)


def split(raw: JSON, place: Place) -> list[JSON]:
    """Return the values of a list: an array, or text with commas between."""
    if place.is_parameter and isinstance(raw, str):
        return list(raw.split(",")) if raw else []
    if isinstance(raw, list):
        return raw
    raise place.refuse("Give an array.")


def read_value(column: Column, raw: JSON, place: Place) -> JSON | Day:
    """Return one value of a field."""
    return READERS.get(value_kind(column), read_clean)(column, raw, place)


def value_kind(column: Column) -> ValueKind:
    """Return the kind of a column's values; of its items, if it has several."""
    return (
        column.field.item_type.kind if isinstance(column, FieldColumn) else column.kind
    )


def read_clean(column: Column, raw: JSON, place: Place) -> JSON:
    """Return a value in the form in which the field's type stores it."""
    if not isinstance(column, FieldColumn) or column.field.type in FREE_TEXT:
        return read_text(raw, place)
    return accepted(place, column.field.item_type, raw, column.field)


def accepted(place: Place, type_: FieldType, raw: JSON, options: Options) -> JSON:
    """Return a value as a field's type cleans it, or refuse it where it stood."""
    try:
        return type_.clean(raw, options)
    except Refusal as refusal:
        raise place.refuse(str(refusal)) from refusal


def read_text(raw: JSON, place: Place) -> str:
    """Return text."""
    return str(accepted(place, FIELD_TYPES["multiline_text"], raw, NO_OPTIONS))


def read_flag(column: Column, raw: JSON, place: Place) -> bool:
    """Return true or false."""
    if place.is_parameter and isinstance(raw, str):
        raw = FLAGS.get(raw)
    if isinstance(raw, bool):
        return raw
    raise place.refuse("Give true or false.")


def read_number(column: Column, raw: JSON, place: Place) -> JSON:
    """Return a number, also one that is too large to be stored."""
    number = read_decimal(str(raw) if is_number(raw) else raw)
    if isinstance(number, Decimal):
        return number
    if isinstance(raw, Decimal) and abs(raw.adjusted()) < MOST_DIGITS:
        return raw
    raise place.refuse(f"Give a number of at most {MOST_DIGITS} digits.")


def read_moment(column: Column, raw: JSON, place: Place) -> JSON | Day:
    """Return a day or a moment. A day, where moments are compared, is all of it."""
    has_days = isinstance(column, FieldColumn) and column.field.item_type.name == "date"
    is_day = isinstance(raw, str) and DATE.fullmatch(raw) is not None
    type_ = FIELD_TYPES["date" if has_days or is_day else "datetime"]
    value = accepted(place, type_, raw, NO_OPTIONS)
    if is_day and not has_days:
        return Day(f"{value}T00:00:00.000Z", f"{value}T23:59:59.999Z")
    return value


def read_document(column: Column, raw: JSON, place: Place) -> JSON:
    """Return a JSON value, which an address holds as text."""
    if place.is_parameter and isinstance(raw, str):
        try:
            raw = parse(raw.encode())
        except Refusal as refusal:
            raise place.refuse(str(refusal)) from refusal
    return read_clean(column, raw, place)


def read_id(column: Column, raw: JSON, place: Place) -> JSON:
    """Return the UUID in the id of a record."""
    assert isinstance(column, IdColumn)
    record_id = decode_id(column.prefix, raw) if isinstance(raw, str) else None
    if record_id is None:
        raise place.refuse(f"Give an id, such as {column.prefix}_01HX...")
    return str(record_id)


READERS: dict[ValueKind, Callable[[Column, JSON, Place], JSON | Day]] = {
    ValueKind.RELATIONSHIP: read_id,
    ValueKind.NUMBER: read_number,
    ValueKind.CHECKBOX: read_flag,
    ValueKind.MOMENT: read_moment,
    ValueKind.JSON: read_document,
    ValueKind.LOCATION: read_document,
}
"""How values are read, where their kind is not read as the field's type stores it."""
