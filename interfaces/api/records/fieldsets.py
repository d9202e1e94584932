"""Sparse fieldsets of records: ``fields[person]=name,companies`` (JSON:API 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from crm.jsonapi.fieldsets import read_fieldsets
from crm.jsonapi.queries import Query
from interfaces.api.workspaces.serializers import AgentSerializer, UserSerializer
from objects.catalog import Catalog
from objects.schema import SYSTEM_FIELDS, Schema

REFERRED: Mapping[str, type[AgentSerializer | UserSerializer]] = {
    "agent": AgentSerializer,
    "user": UserSerializer,
}
"""The types of those whom records refer to."""


def read_record_fieldsets(
    query: Query, catalog: Catalog
) -> Mapping[str, frozenset[str]]:
    """Return the fields that are to be shown, by type.

    Raises:
        Refusal: if a type or a field does not exist.
    """
    types = [*catalog.by_slug, *REFERRED]
    return read_fieldsets(query, types, partial(fields_of, catalog))


def fields_of(catalog: Catalog, type_: str) -> dict[str, str] | None:
    """Return the fields of a type, by each of their names; None if there is no type."""
    if type_ in REFERRED:
        return {name: name for name in REFERRED[type_].Meta.fields}
    schema: Schema | None = catalog.by_slug.get(type_)
    if schema is None:
        return None
    return {**schema.aliases, **{name: name for name in SYSTEM_FIELDS}}
