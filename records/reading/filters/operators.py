"""The operators of filters.

Each has its names, short and in words, the kinds of fields that it fits, and one method
from a value to a condition. What says no is made from what says yes, so that it also
finds the records that have no value at all.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, TypeAlias

from crm.json_types import JSON
from crm.sql import Sql, all_of, any_of
from objects.field_types.base import ValueKind
from records.reading.filters.columns import Anchor, Column, Comparison


class Takes(StrEnum):
    """What an operator wants to be given."""

    VALUE = "value"
    VALUES = "values"
    TEXT = "text"
    FLAG = "flag"


class Day(NamedTuple):
    """A whole day, given where a moment is compared: its first and last millisecond."""

    first: str
    last: str


class Several(NamedTuple):
    """Several values, any of which will do."""

    values: tuple[JSON | Day, ...]


Operand: TypeAlias = "JSON | Day | Several"
"""What an operator is given."""

EVERYTHING = frozenset(ValueKind)
LISTED = EVERYTHING - {ValueKind.LOCATION, ValueKind.JSON}
TEXTS = frozenset({ValueKind.TEXT, ValueKind.LOCATION})


class Operator:
    """A way to ask for records by a field."""

    takes = Takes.VALUE
    negates: Operator | None = None
    """The operator that this one is the opposite of."""

    def __init__(self, *names: str, fits: frozenset[ValueKind]) -> None:
        self.names = names
        self.fits = fits

    def where(self, column: Column, value: Operand) -> Sql:
        """Return the condition on a column."""
        raise NotImplementedError


class Equal(Operator):
    """It has this value, or an item that is this value."""

    def where(self, column: Column, value: Operand) -> Sql:
        if isinstance(value, Day):
            first = column.compares(">=", value.first)
            return all_of([first, column.compares("<=", value.last)])
        assert not isinstance(value, Several)
        return column.equals(value)


class OneOf(Operator):
    """It has one of these values. None of no values is had."""

    takes = Takes.VALUES

    def where(self, column: Column, value: Operand) -> Sql:
        assert isinstance(value, Several)
        return any_of(EQUAL.where(column, one) for one in value.values)


class Compares(Operator):
    """It lies on one side of this value."""

    def __init__(
        self, comparison: Comparison, *names: str, fits: frozenset[ValueKind]
    ) -> None:
        super().__init__(*names, fits=fits)
        self.comparison: Comparison = comparison

    def where(self, column: Column, value: Operand) -> Sql:
        return column.compares(self.comparison, self.bound(value))

    def bound(self, value: Operand) -> JSON:
        """Return what is compared with: of a whole day, its first or last moment."""
        if isinstance(value, Day):
            return value.last if self.comparison in {">", "<="} else value.first
        assert not isinstance(value, Several)
        return value


class Matches(Operator):
    """Its text begins with, ends with or contains this one."""

    takes = Takes.TEXT

    def __init__(self, anchor: Anchor, *names: str, fits: frozenset[ValueKind]) -> None:
        super().__init__(*names, fits=fits)
        self.anchor: Anchor = anchor

    def where(self, column: Column, value: Operand) -> Sql:
        return column.matches(str(value), self.anchor)


class Filled(Operator):
    """It has a value."""

    takes = Takes.FLAG

    def where(self, column: Column, value: Operand) -> Sql:
        return column.is_filled()


class IsTrue(Operator):
    """A box is ticked."""

    takes = Takes.FLAG

    def where(self, column: Column, value: Operand) -> Sql:
        return column.equals(True)


class Not(Operator):
    """The opposite of another operator."""

    def __init__(self, negates: Operator, *names: str) -> None:
        super().__init__(*names, fits=negates.fits)
        self.negates = negates
        self.takes = negates.takes

    def where(self, column: Column, value: Operand) -> Sql:
        assert self.negates is not None
        return self.negates.where(column, value)


NUMBERS = frozenset({ValueKind.NUMBER})
MOMENTS = frozenset({ValueKind.MOMENT})
COLLECTIONS = frozenset({ValueKind.COLLECTION})
BOXES = frozenset({ValueKind.CHECKBOX})

EQUAL = Equal("eq", "Is", fits=EVERYTHING)
ONE_OF = OneOf("in", "One of", fits=LISTED)
CONTAINS = Matches("nowhere", "contains", "icontains", "Contains", fits=TEXTS)
HAS_ITEM = Equal("contains", "Contains", fits=COLLECTIONS)
ITEM_CONTAINS = Matches("nowhere", "icontains", "Contains text", fits=COLLECTIONS)
FILLED = Filled("Is not empty", fits=EVERYTHING)
IS_TRUE = IsTrue("Is set", fits=BOXES)

OPERATORS = (
    EQUAL,
    Not(EQUAL, "ne", "Is not"),
    ONE_OF,
    Not(ONE_OF, "notin", "Not one of"),
    Compares(">", "gt", "Greater than", fits=NUMBERS),
    Compares(">=", "gte", "Greater than or equal", fits=NUMBERS),
    Compares("<", "lt", "Less than", fits=NUMBERS),
    Compares("<=", "lte", "Less than or equal", fits=NUMBERS),
    Compares(">", "gt", "Is after", fits=MOMENTS),
    Compares(">=", "gte", "Is on or after", fits=MOMENTS),
    Compares("<", "lt", "Is before", fits=MOMENTS),
    Compares("<=", "lte", "Is on or before", fits=MOMENTS),
    CONTAINS,
    Not(CONTAINS, "excludes", "Does not contain"),
    HAS_ITEM,
    Not(HAS_ITEM, "excludes", "Does not contain"),
    ITEM_CONTAINS,
    Not(ITEM_CONTAINS, "Does not contain text"),
    Matches("start", "startswith", "Starts with", fits=TEXTS),
    Matches("end", "endswith", "Ends with", fits=TEXTS),
    FILLED,
    Not(FILLED, "empty", "Is empty"),
    IS_TRUE,
    Not(IS_TRUE, "Is not set"),
)

OPERATORS_OF: dict[ValueKind, dict[str, Operator]] = {
    kind: {
        name: operator
        for operator in OPERATORS
        if kind in operator.fits
        for name in operator.names
    }
    for kind in ValueKind
}
"""The operators that fit a kind of field, by each of their names."""
