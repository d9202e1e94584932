"""Sparse fieldsets: ``fields[person]=name,companies`` (JSON:API 1.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from django.conf import settings

from crm.jsonapi.bounds import within
from crm.jsonapi.queries import Query

FieldNames: TypeAlias = "Mapping[str, str] | None"
"""The fields of a type, by each of their names; None if there is no such type."""


def read_fieldsets(
    query: Query, types: Iterable[str], fields_of: Callable[[str], FieldNames]
) -> Mapping[str, frozenset[str]]:
    """Return the fields that are to be shown, by type.

    Raises:
        Refusal: if a type or a field does not exist.
    """
    fieldsets: dict[str, frozenset[str]] = {}
    for parameter in query.family("fields"):
        place = query.place_of(parameter)
        (type_,) = parameter.steps if len(parameter.steps) == 1 else ("",)
        valid = fields_of(type_)
        if valid is None:
            known = ", ".join(types)
            raise place.unknown(f"Write fields[type]. The types are: {known}.")
        if type_ in fieldsets:
            raise place.refuse("Send it once.")
        names = [name for name in parameter.value.split(",") if name]
        within(names, place, settings.LIST_LIMIT)
        unknown = [name for name in names if name not in valid]
        if unknown:
            why = f"There is no {unknown[0]!r}. There are: {', '.join(valid)}."
            raise place.refuse(why)
        fieldsets[type_] = frozenset(valid[name] for name in names)
    return fieldsets
