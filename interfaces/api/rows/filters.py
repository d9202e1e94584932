"""Filters of users, agents and keys: django-filter's, in the language of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeAlias

from django.db.models import QuerySet
from django_filters import Filter
from django_filters.filterset import FilterSet

from crm.jsonapi.bounds import FilterBudget
from crm.jsonapi.queries import Place, Query
from crm.regions import Region
from interfaces.api.rows.columns import IdColumn, ModelColumn
from records.reading.filters.operands import Operand
from records.reading.filters.operators import Operator
from records.reading.filters.questions import Question, Questions, read_filters

Rows: TypeAlias = "QuerySet[Any]"  # Of any model.


ID = IdColumn("id", "pk")
"""What every row is asked by, though no list is sorted by it."""


class ColumnFilter(Filter):
    """One operator of one column. What it means, the operator says."""

    def __init__(self, column: ModelColumn, operator: Operator) -> None:
        super().__init__(field_name=column.path)  # type: ignore[no-untyped-call]  # Untyped base.
        self.column = column
        self.operator = operator

    def filter(self, qs: Rows, value: Operand) -> Rows:
        question = Question(self.column, self.operator, value)
        found = question.where()
        return qs.filter(~found if question.says_no else found)


class ResourceFilters(FilterSet):
    """The filters of one type of resource: each operator of each column."""

    columns: ClassVar[Iterable[ModelColumn]] = ()
    base_filters: ClassVar[dict[str, ColumnFilter]]

    @classmethod
    def get_filters(cls) -> dict[str, ColumnFilter]:
        return {
            f"{column.name}[{name}]": ColumnFilter(column, operator)
            for column in (*cls.columns, ID)
            for name, operator in column.operators.items()
        }

    @classmethod
    def narrow(cls, rows: Rows, query: Query, region: Region) -> Rows:
        """Return the rows for which all ``filter`` parameters hold.

        ``region`` is where the workspace that asks is at home.

        Raises:
            Refusal: if one is not understood.
        """
        questions = Questions(FilterBudget())
        for name, operator, value, place in read_filters(query):
            column = cls.column_named(name, place).in_region(region)
            asked = questions.read(column, operator, value, place)
            chosen = cls.base_filters[f"{name}[{asked.operator.names[0]}]"]
            rows = chosen.filter(rows, asked.operand)
        return rows

    @classmethod
    def column_named(cls, name: str, place: Place) -> ModelColumn:
        """Return the column of a name.

        Raises:
            Refusal: if there is none.
        """
        columns = {column.name: column for column in (*cls.columns, ID)}
        if name not in columns:
            valid = ", ".join(columns)
            raise place.unknown(f"There is no {name!r}. There are: {valid}.")
        return columns[name]
