"""The order of the fields of an object type."""

from __future__ import annotations

from collections.abc import Iterable

from objects.models import Field, ObjectType


def place_of(field: Field) -> int:
    """Return a field's place among the others, the first being 0."""
    return list(field.object_type.fields.values_list("pk", flat=True)).index(field.pk)


def move(object_type: ObjectType, field: Field, position: int) -> None:
    """Put a field at a place among the others."""
    others = [f for f in object_type.fields.all() if f.pk != field.pk]
    arrange([*others[:position], field, *others[position:]])


def arrange(fields: Iterable[Field]) -> None:
    """Give fields their places, in this order."""
    ordered = list(fields)
    for position, field in enumerate(ordered):
        field.position = position
    Field.objects.bulk_update(ordered, ["position"])
