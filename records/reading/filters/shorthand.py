"""Operators written into the value: ``>5``, ``*ada*``, ``!null``, ``Won,Lost``."""

from __future__ import annotations

from objects.field_types.base import ValueKind
from records.reading.filters.columns import Column, FieldColumn

COMPARISONS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
COMPARED = frozenset({ValueKind.NUMBER, ValueKind.MOMENT})
NEGATED = COMPARED | {ValueKind.TEXT, ValueKind.SELECT, ValueKind.CHECKBOX}
EMPTINESS = {"null": "true", "!null": "false"}


def read_shorthand(column: Column, text: str) -> tuple[str, str]:
    """Return the operator that a value without one stands for, and what it is given."""
    if text in EMPTINESS:
        return "empty", EMPTINESS[text]
    if column.kind in NEGATED and text.startswith("!="):
        return "ne", text.removeprefix("!=")
    if column.kind in COMPARED:
        return read_comparison(text)
    if column.kind == ValueKind.TEXT:
        return read_stars(text)
    if "," in text and is_choice(column):
        return "in", text
    return "eq", text


def read_comparison(text: str) -> tuple[str, str]:
    """Return the comparison that a number or a moment begins with."""
    for sign, operator in COMPARISONS.items():
        if text.startswith(sign):
            return operator, text.removeprefix(sign)
    return "eq", text


def read_stars(text: str) -> tuple[str, str]:
    """Return what stars at the ends of a text mean."""
    part = text.removeprefix("*").removesuffix("*")
    if len(text) < 2 or part == text:
        return "eq", text
    if text.startswith("*"):
        return ("contains" if text.endswith("*") else "endswith"), part
    return "startswith", part


def is_choice(column: Column) -> bool:
    """Whether the values are chosen from options."""
    if not isinstance(column, FieldColumn):
        return False
    return column.field.item_type.kind == ValueKind.SELECT
