"""The operators of filters, and what they ask of a column.

Each operator has its names, short and in words, and one method from what it is given to
a condition. What says no is made from what says yes, so that it also finds what has no
value at all. Which operators fit, the kind of the values says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, Literal

from crm.json_types import JSON
from crm.jsonapi.queries import Place
from crm.sql import AnyCondition
from records.reading.filters.operands import (
    Days,
    Operand,
    Several,
    read_flag,
    read_text,
    split,
)

Comparison = Literal["=", ">", ">=", "<", "<="]
Anchor = Literal["start", "end", "nowhere"]


class Column(Generic[AnyCondition]):
    """What can be asked about: a field of records, or a column of another table.

    The conditions are our SQL, or Django's ``Q``.
    """

    name: str
    takes_several = False
    """Whether several values may be given where one would do, as ids may be."""
    operators: Mapping[str, Operator]
    """The operators that fit it, by each of their names."""

    def read(self, raw: JSON, place: Place) -> JSON | Days:
        """Return one value of it, as it compares with what is stored.

        Raises:
            Refusal: if it can have no such value.
        """
        raise NotImplementedError

    def shorthand(self, text: str) -> tuple[str, str]:
        """Return the operator that a value without one stands for, and its operand."""
        raise NotImplementedError

    def split(self, raw: JSON, place: Place) -> list[JSON]:
        """Return the values of a list: an array, or text with commas between.

        Raises:
            Refusal: if it is neither.
        """
        return split(raw, place)

    def has_several(self, raw: JSON, place: Place) -> bool:
        """Whether several values are given where one would do."""
        if not self.takes_several or not place.is_parameter:
            return self.takes_several and isinstance(raw, list)
        return isinstance(raw, str) and len(self.split(raw, place)) > 1

    def equals(self, value: JSON) -> AnyCondition:
        """Return the condition that it has a value, or an item; text in any case."""
        raise NotImplementedError

    def equals_any(self, values: Iterable[JSON]) -> AnyCondition:
        """Return the condition that it has one of some values."""
        return self.any_of(map(self.equals, values))

    def compares(self, comparison: Comparison, value: JSON) -> AnyCondition:
        """Return the condition that its number or moment compares so with another."""
        raise NotImplementedError

    def within(self, days: Days) -> AnyCondition:
        """Return the condition that its day or moment, or an item, is of some days."""
        return self.compares(">=", days.first) & self.compares("<=", days.last)

    def matches(self, text: str, anchor: Anchor) -> AnyCondition:
        """Return the condition that its text, in any case, has a part."""
        raise NotImplementedError

    def is_filled(self) -> AnyCondition:
        """Return the condition that it has any value at all."""
        raise NotImplementedError

    def any_of(self, conditions: Iterable[AnyCondition]) -> AnyCondition:
        """Return the condition that one of them holds; none of none does."""
        raise NotImplementedError


class Operator:
    """A way to ask for things by a column."""

    is_flag = False
    """Whether it is given true or false, and not a value."""
    is_list = False
    """Whether it is given several values."""
    negates: Operator | None = None
    """The operator that this one is the opposite of."""
    of_several: Operator | None = None
    """The operator that takes several values where this one takes one."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def read(self, column: Column[AnyCondition], raw: JSON, place: Place) -> Operand:
        """Return what it is given.

        Raises:
            Refusal: if it cannot be asked with that.
        """
        return column.read(raw, place)

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        """Return the condition on a column."""
        raise NotImplementedError


class Equal(Operator):
    """It has this value, or an item that is this value."""

    def __init__(self, *names: str, of_several: Operator | None = None) -> None:
        super().__init__(*names)
        self.of_several = of_several

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        if isinstance(operand, Days):
            return column.within(operand)
        assert not isinstance(operand, Several)
        return column.equals(operand)


class OneOf(Operator):
    """It has one of these values. None of no values is had."""

    is_list = True

    def read(self, column: Column[AnyCondition], raw: JSON, place: Place) -> Operand:
        values = column.split(raw, place)
        return Several(tuple([column.read(one, place) for one in values]))

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        assert isinstance(operand, Several)
        days = [one for one in operand.values if isinstance(one, Days)]
        values = [one for one in operand.values if not isinstance(one, Days)]
        found = [EQUAL.where(column, day) for day in days]
        return column.any_of([*found, column.equals_any(values)])


class Compares(Operator):
    """It lies on one side of this value."""

    def __init__(self, comparison: Comparison, *names: str) -> None:
        super().__init__(*names)
        self.comparison: Comparison = comparison

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        return column.compares(self.comparison, self.bound(operand))

    def bound(self, operand: Operand) -> JSON:
        """Return what is compared with: of whole days, their beginning or end."""
        if isinstance(operand, Days):
            return operand.last if self.comparison in {">", "<="} else operand.first
        assert not isinstance(operand, Several)
        return operand


class Matches(Operator):
    """Its text begins with, ends with or contains this one."""

    def __init__(self, anchor: Anchor, *names: str) -> None:
        super().__init__(*names)
        self.anchor: Anchor = anchor

    def read(self, column: Column[AnyCondition], raw: JSON, place: Place) -> Operand:
        return read_text(raw, place)

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        return column.matches(str(operand), self.anchor)


class Flag(Operator):
    """It is so, or with false it is not."""

    is_flag = True

    def read(self, column: Column[AnyCondition], raw: JSON, place: Place) -> Operand:
        return read_flag(raw, place)


class HasValue(Flag):
    """It has a value."""

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        return column.is_filled()


class IsTrue(Flag):
    """A box is ticked."""

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        return column.equals(True)


class Not(Operator):
    """The opposite of another operator."""

    def __init__(
        self, negates: Operator, *names: str, of_several: Operator | None = None
    ) -> None:
        super().__init__(*names)
        self.of_several = of_several
        self.negates = negates
        self.is_flag = negates.is_flag
        self.is_list = negates.is_list

    def read(self, column: Column[AnyCondition], raw: JSON, place: Place) -> Operand:
        assert self.negates is not None
        return self.negates.read(column, raw, place)

    def where(self, column: Column[AnyCondition], operand: Operand) -> AnyCondition:
        assert self.negates is not None
        return self.negates.where(column, operand)


ONE_OF = OneOf("in", "One of")
NOT_ONE_OF = Not(ONE_OF, "notin", "Not one of")
EQUAL = Equal("eq", "Is", of_several=ONE_OF)
CONTAINS = Matches("nowhere", "contains", "icontains", "Contains")
HAS_ITEM = Equal("contains", "Contains")
ITEM_CONTAINS = Matches("nowhere", "icontains", "Contains text")
HAS_VALUE = HasValue("Is not empty")
IS_TRUE = IsTrue("Is set")

EQUALITY = (EQUAL, Not(EQUAL, "ne", "Is not", of_several=NOT_ONE_OF))
LISTS = (ONE_OF, NOT_ONE_OF)
NUMBERS = (
    Compares(">", "gt", "Greater than"),
    Compares(">=", "gte", "Greater than or equal"),
    Compares("<", "lt", "Less than"),
    Compares("<=", "lte", "Less than or equal"),
)
MOMENTS = (
    Compares(">", "gt", "Is after"),
    Compares(">=", "gte", "Is on or after"),
    Compares("<", "lt", "Is before"),
    Compares("<=", "lte", "Is on or before"),
)
PARTS = (CONTAINS, Not(CONTAINS, "excludes", "Does not contain"))
ITEMS = (
    HAS_ITEM,
    Not(HAS_ITEM, "excludes", "Does not contain"),
    ITEM_CONTAINS,
    Not(ITEM_CONTAINS, "Does not contain text"),
)
ENDS = (
    Matches("start", "startswith", "Starts with"),
    Matches("end", "endswith", "Ends with"),
)
EMPTINESS = (HAS_VALUE, Not(HAS_VALUE, "empty", "Is empty"))
BOXES = (IS_TRUE, Not(IS_TRUE, "Is not set"))

OPERATORS: tuple[Operator, ...] = (
    *(*EQUALITY, *LISTS, *NUMBERS, *MOMENTS),
    *(*PARTS, *ITEMS, *ENDS, *EMPTINESS, *BOXES),
)


def by_name(*groups: Sequence[Operator]) -> Mapping[str, Operator]:
    """Return operators by each of their names."""
    return {
        name: operator
        for operators in groups
        for operator in operators
        for name in operator.names
    }
