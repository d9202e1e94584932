"""The questions that filters ask: an operator of a column, and what it is given.

Decision 53 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, NamedTuple

from crm.json_types import JSON
from crm.jsonapi.bounds import FilterBudget
from crm.jsonapi.queries import Place, Query
from crm.sql import AnyCondition
from records.reading.filters.operands import Operand
from records.reading.filters.operators import Column, Operator


class WrittenFilter(NamedTuple):
    """A ``filter`` parameter: ``filter[path][operator]=value``."""

    path: str
    operator: str | None
    """None if the value may have it written into it."""
    value: str
    place: Place


def read_filters(query: Query) -> Iterator[WrittenFilter]:
    """Yield the ``filter`` parameters.

    Raises:
        Refusal: if one has another form.
    """
    for parameter in query.family("filter"):
        place = query.place_of(parameter)
        match parameter.steps:
            case (path,):
                yield WrittenFilter(path, None, parameter.value, place)
            case (path, operator):
                yield WrittenFilter(path, operator, parameter.value, place)
            case _:
                raise place.unknown("Use filter[field] or filter[field][operator].")


class Question(NamedTuple, Generic[AnyCondition]):
    """Something that is asked about a column."""

    column: Column[AnyCondition]
    operator: Operator
    operand: Operand

    @property
    def says_no(self) -> bool:
        """Whether what is found is asked for because it is not so."""
        is_off = self.operator.is_flag and self.operand is False
        return (self.operator.negates is not None) != is_off

    def where(self) -> AnyCondition:
        """Return the condition that it is so, whether or not it is to be."""
        return self.operator.where(self.column, self.operand)


class Questions:
    """Reads the questions of one request, as many as its budget allows."""

    def __init__(self, budget: FilterBudget) -> None:
        self.budget = budget

    def read(
        self, column: Column[AnyCondition], name: str | None, given: JSON, place: Place
    ) -> Question[AnyCondition]:
        """Return what an operator of some name asks, or one written into a value.

        Raises:
            Refusal: if it is not understood, or too much was asked.
        """
        self.budget.take_condition(place)
        if name is None:
            name, given = column.shorthand(str(given))
        operator = column.operators.get(name)
        if operator is None:
            valid = ", ".join(column.operators)
            raise place.refuse(f"{column.name} takes: {valid}.")
        if operator.of_several and column.has_several(given, place):
            operator = operator.of_several
        if operator.is_list:
            self.budget.take_values(place, len(column.split(given, place)))
        return Question(column, operator, operator.read(column, given, place))
