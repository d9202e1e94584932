"""Sparse fieldsets: ``fields[person]=name,companies`` (JSON:API 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from crm.jsonapi.queries import Query
from objects.schema import SYSTEM_FIELDS, Catalog, Schema

Fieldset: TypeAlias = "frozenset[str] | None"
"""The fields of a type that are shown; None for all."""

AGENT_FIELDS = ("handle", "name", "is_active")


def read_fieldsets(query: Query, catalog: Catalog) -> Mapping[str, frozenset[str]]:
    """Return the fields that are to be shown, by type.

    Raises:
        Refusal: if a type or a field does not exist.
    """
    fieldsets: dict[str, frozenset[str]] = {}
    for parameter in query.family("fields"):
        place = query.place_of(parameter)
        (type_,) = parameter.steps if len(parameter.steps) == 1 else ("",)
        valid = fields_of(catalog, type_)
        if valid is None:
            types = ", ".join([*catalog.by_slug, "agent"])
            raise place.unknown(f"Write fields[type]. The types are: {types}.")
        if type_ in fieldsets:
            raise place.refuse("Send it once.")
        names = [name for name in parameter.value.split(",") if name]
        unknown = [name for name in names if name not in valid]
        if unknown:
            why = f"There is no {unknown[0]!r}. There are: {', '.join(valid)}."
            raise place.refuse(why)
        fieldsets[type_] = frozenset(valid[name] for name in names)
    return fieldsets


def fields_of(catalog: Catalog, type_: str) -> dict[str, str] | None:
    """Return the fields of a type, by each of their names; None if there is no type."""
    if type_ == "agent":
        return dict.fromkeys(AGENT_FIELDS, "") | {name: name for name in AGENT_FIELDS}
    schema: Schema | None = catalog.by_slug.get(type_)
    if schema is None:
        return None
    return {**schema.aliases, **{name: name for name in SYSTEM_FIELDS}}
