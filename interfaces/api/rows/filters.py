"""Filters of users, agents and keys: django-filter's, in the syntax of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django_filters.filterset import FilterSet

from crm.jsonapi.bounds import FilterBudget
from crm.jsonapi.queries import Parameter, Query
from interfaces.api.rows.inputs import Several
from interfaces.api.rows.operators import Condition, Kind, Rows


class Column(NamedTuple):
    """A field that can be filtered and sorted by, and where it is kept."""

    kind: Kind
    path: str


class ResourceFilters(FilterSet):
    """The filters of one type of resource: each operator of each column."""

    columns: ClassVar[Mapping[str, Column]] = {}
    base_filters: ClassVar[Mapping[str, Condition]]

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        return {
            f"{name}[{operator}]": make(field_name=column.path)
            for name, column in cls.columns.items()
            for operator, make in column.kind.operators.items()
        }

    @classmethod
    def narrow(cls, rows: Rows, query: Query) -> Rows:
        """Return the rows for which all ``filter`` parameters hold.

        Raises:
            Refusal: if one is not understood.
        """
        budget = FilterBudget()
        for parameter in query.family("filter"):
            place = query.place_of(parameter)
            budget.take_condition(place)
            chosen = cls.filter_named(parameter, query)
            if isinstance(chosen.read, Several):
                budget.take_values(place, parameter.value.count(",") + 1)
            try:
                value = chosen.read.clean(parameter.value)
            except ValidationError as error:
                raise place.refuse(" ".join(error.messages)) from error
            rows = chosen.filter(rows, value)
        return rows

    @classmethod
    def filter_named(cls, parameter: Parameter, query: Query) -> Condition:
        """Return the filter that a parameter names.

        Raises:
            Refusal: if there is none.
        """
        place = query.place_of(parameter)
        if len(parameter.steps) not in {1, 2}:
            raise place.unknown("Use filter[field] or filter[field][operator].")
        name, operator = (*parameter.steps, "eq")[:2]
        column = cls.columns.get(name)
        if column is None:
            valid = ", ".join(cls.columns)
            raise place.unknown(f"There is no {name!r}. There are: {valid}.")
        if operator not in column.kind.operators:
            raise place.refuse(f"{name} takes: {', '.join(column.kind.operators)}.")
        found: Condition = cls.base_filters[f"{name}[{operator}]"]
        return found
