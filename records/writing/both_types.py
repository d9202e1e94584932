"""Values of fields that get another type: what they are of the other one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import canonical
from objects.conversion import value_as
from objects.field_types.base import InvalidValue, WrongShape
from objects.models import Field
from objects.schema import Schema

Stored = tuple[Field, JSON]
"""A value, and the field that it is of, which says by which member it is stored."""


def values_of_new_types(schema: Schema, values: Mapping[str, JSON]) -> Iterator[Stored]:
    """Yield the values that records have of types which fields do not show yet.

    What cannot be of a new type has no such value. Writers refuse it; where it was
    there before, it keeps the field from getting that type.
    """
    for slug, other in schema.converting.items():
        with suppress(InvalidValue, WrongShape):
            value = value_as(values.get(slug), schema.fields[slug], other)
            if value is not None:
                yield other, value


def values_of_former_types(schema: Schema, former: JSONObject) -> Iterator[Stored]:
    """Yield values of the types that fields had."""
    for slug, value in former.items():
        yield schema.noting[slug], value


def misfits(
    schema: Schema, before: Mapping[str, JSON], after: Mapping[str, JSON]
) -> dict[str, InvalidValue]:
    """Return why values that change cannot be of both types of a field, by slug."""
    found: dict[str, InvalidValue] = {}
    for slug, other in schema.converting.items():
        value = after.get(slug)
        if canonical(value) == canonical(before.get(slug)):
            continue
        try:
            value_as(value, schema.fields[slug], other)
        except (InvalidValue, WrongShape) as refusal:
            why = f"The field is getting another type, {other.type}. {refusal}"
            found[slug] = InvalidValue(why)
    return found
