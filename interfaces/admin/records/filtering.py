"""What records can be filtered by in the browser, in the words of the API."""

from __future__ import annotations

from typing import NamedTuple

from interfaces.admin.records.values import SYSTEM_LABELS
from objects.field_types.base import ValueKind
from objects.models import Field
from objects.schema import Schema
from records.reading.filters.kinds import operators_of
from records.reading.filters.operators import OPERATORS


class FilterField(NamedTuple):
    """A field that can be filtered by."""

    slug: str
    label: str
    kind: str
    options: list[str]


class NamedOperator(NamedTuple):
    """An operator by its name in words, and the kinds of fields that it fits."""

    name: str
    kinds: str
    needs_value: bool


FLAGS = frozenset(name for one in OPERATORS if one.is_flag for name in one.names)
"""The operators that need no value."""


def list_operations() -> list[NamedOperator]:
    """Return every operator once, by its name in words."""
    kinds: dict[str, list[str]] = {}
    for operator in OPERATORS:
        fits = [kind for kind in ValueKind if operator in operators_of(kind).values()]
        kinds.setdefault(operator.names[-1], []).extend(fits)
    return [
        NamedOperator(name, " ".join(fits), name not in FLAGS)
        for name, fits in kinds.items()
    ]


OPERATIONS = list_operations()


def filter_choices(schema: Schema) -> list[FilterField]:
    """Return the fields of a type that can be filtered by."""
    own = [
        FilterField(f.slug, f.label, f.field_type.kind, option_labels(f))
        for f in schema.fields.values()
    ]
    times = ("_created_at", "_updated_at")
    return own + [
        FilterField(name, SYSTEM_LABELS[name], ValueKind.MOMENT, []) for name in times
    ]


def option_labels(field: Field) -> list[str]:
    """Return the labels of a field's options, if it has any."""
    options = field.options.get("options", [])
    return [str(one["label"]) for one in options]
