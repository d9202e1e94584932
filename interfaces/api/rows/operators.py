"""The operators of filters on rows of models: django-filter's, as records have them.

Text compares without case, and what says no also finds what has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple, TypeAlias

from django import forms
from django.db.models import Expression, F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Collate, Lower
from django_filters import Filter

from crm.models import Member, Scope
from interfaces.api.rows.inputs import FlagInput, MomentInput, Several, TextInput

Rows: TypeAlias = "QuerySet[Any]"  # Of any model.


class Condition(Filter):
    """One operator on one field. What says no leaves out what says yes."""

    def __init__(self, *, value: Callable[..., forms.Field], **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]  # Untyped base.
        self.read = value()

    def filter(self, qs: Rows, value: Any) -> Rows:
        condition = self.where(value)
        return qs.exclude(condition) if self.exclude else qs.filter(condition)

    def where(self, value: Any) -> Q:
        """Return the condition that the field fits a value."""
        return Q(**{f"{self.field_name}__{self.lookup_expr}": value})


class AnyOf(Condition):
    """It fits one of several values. None of no values is had."""

    def where(self, value: Any) -> Q:
        return reduce(or_, map(super().where, value), Q(pk__in=[]))


class HasItem(Condition):
    """It has this item."""

    def where(self, value: Any) -> Q:
        return super().where([value])


class HasAnyItem(AnyOf):
    """It has one of several items."""

    def where(self, value: Any) -> Q:
        return super().where([one] for one in value)


class IsEmptyText(Condition):
    """It is empty, or not."""

    def where(self, value: Any) -> Q:
        return super().where("") if value else ~super().where("")


class Within(Condition):
    """It is a time on one side of another, or within a span of it."""

    def where(self, value: Any) -> Q:
        if self.lookup_expr == "range":
            return super().where(value)
        is_behind = self.lookup_expr in {"gt", "lte"}
        return super().where(value.last if is_behind else value.first)


MakeFilter: TypeAlias = "Callable[..., Condition]"
Operators: TypeAlias = "dict[str, MakeFilter]"


def named(make: MakeFilter, yes: Sequence[str], no: Sequence[str] = ()) -> Operators:
    """Return an operator under its names, and its opposite under those that say no."""
    opposite = partial(make, exclude=True)
    return dict.fromkeys(yes, make) | dict.fromkeys(no, opposite)


def text(kind: type[Condition], lookup: str) -> MakeFilter:
    """Return what makes a filter by one text."""
    return partial(kind, lookup_expr=lookup, value=TextInput)


def choices(
    value: Callable[..., forms.Field],
    lookup: str = "exact",
    one: type[Condition] = Condition,
    any_of: type[Condition] = AnyOf,
) -> Operators:
    """Return the operators of values that are compared to the letter."""
    single = partial(one, lookup_expr=lookup, value=value)
    several = partial(any_of, lookup_expr=lookup, value=partial(Several, value))
    return {
        **named(single, ("eq", "Is"), ("ne", "Is not")),
        **named(several, ("in", "One of"), ("notin", "Not one of")),
    }


def emptiness(make: MakeFilter) -> Operators:
    """Return the operators that ask whether there is a value."""
    return named(make, ("empty", "Is empty"), ("Is not empty",))


def moment(lookup: str, *names: str) -> Operators:
    """Return an operator that compares times."""
    return named(partial(Within, lookup_expr=lookup, value=MomentInput), names)


IS_NULL = partial(Condition, lookup_expr="isnull", value=FlagInput)


def folded(path: str) -> Expression:
    """Return text as it is sorted: without case, alike on every system."""
    return Lower(Collate(F(path), "pg_c_utf8"))


def spelled(path: str) -> Expression:
    """Return several values as one text."""
    return Collate(Cast(F(path), TextField()), "C")


class Kind(NamedTuple):
    """How fields of one kind are filtered and sorted."""

    operators: Operators
    sort_key: Callable[[str], Expression | F] = F


TEXT = Kind(
    {
        **choices(TextInput, "iexact"),
        **named(
            text(Condition, "icontains"),
            ("contains", "icontains", "Contains"),
            ("excludes", "Does not contain"),
        ),
        **named(text(Condition, "istartswith"), ("startswith", "Starts with")),
        **named(text(Condition, "iendswith"), ("endswith", "Ends with")),
        **emptiness(partial(IsEmptyText, lookup_expr="exact", value=FlagInput)),
    },
    folded,
)
FLAG = Kind(
    named(
        partial(Condition, lookup_expr="exact", value=FlagInput),
        ("eq", "Is", "Is set"),
        ("ne", "Is not", "Is not set"),
    )
)
MOMENT = Kind(
    {
        **named(
            partial(Within, lookup_expr="range", value=MomentInput),
            ("eq", "Is"),
            ("ne", "Is not"),
        ),
        **moment("gt", "gt", "Is after"),
        **moment("gte", "gte", "Is on or after"),
        **moment("lt", "lt", "Is before"),
        **moment("lte", "lte", "Is on or before"),
        **emptiness(IS_NULL),
    }
)
ROLE = Kind(choices(partial(forms.ChoiceField, choices=Member.Role.choices)), folded)
IDENTITY = Kind({**choices(forms.UUIDField), **emptiness(IS_NULL)})
SCOPE = partial(forms.ChoiceField, choices=Scope.choices)
SCOPES = Kind(
    {
        **choices(SCOPE, "contains", HasItem, HasAnyItem),
        **named(
            partial(HasItem, lookup_expr="contains", value=SCOPE),
            ("contains", "Contains"),
            ("excludes", "Does not contain"),
        ),
    },
    spelled,
)
