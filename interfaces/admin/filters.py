"""Filters of lists that refuse what they do not offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest


class ChoiceFilter(admin.SimpleListFilter):
    """One of a few choices."""

    choices_offered: ClassVar[Sequence[tuple[str, Any]]]

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        return list(self.choices_offered)

    @property
    def chosen(self) -> str | None:
        """What was chosen; None for everything."""
        value = self.value()
        if value is not None and value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return value


class StateFilter(ChoiceFilter):
    """Rows in one of their states, by the column of that name."""

    title = "state"
    parameter_name = "state"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.chosen) if self.chosen else queryset
