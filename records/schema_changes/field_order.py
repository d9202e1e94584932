"""The order of the fields of an object type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from objects.declarations.declarations import (
    InvalidDeclaration,
    OrderDeclaration,
    VisibilityDeclaration,
)
from objects.models import Field, ObjectType
from objects.schema import Schema
from records.schema_changes.changes import change_schemas


def position_of(field: Field) -> int:
    """Return a field's position among the others, the first being 0."""
    return list(field.object_type.fields.values_list("pk", flat=True)).index(field.pk)


def move(object_type: ObjectType, field: Field, position: int) -> None:
    """Put a field at a position among the others."""
    others = [f for f in object_type.fields.all() if f.pk != field.pk]
    arrange([*others[:position], field, *others[position:]])


def arrange(fields: Iterable[Field]) -> None:
    """Give fields their positions, in this order."""
    ordered = list(fields)
    for position, field in enumerate(ordered):
        field.position = position
    Field.objects.bulk_update(ordered, ["position"])


def order_fields(
    actor: Actor,
    type_slug: str,
    declared: OrderDeclaration,
    versions: frozenset[int] | None = None,
) -> Schema:
    """Put fields first, in an order; those that are not named stay behind them.

    Raises:
        InvalidDeclaration: if one is not there, or named twice.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(type_slug, versions)
        fields = {field.slug: field for field in object_type.fields.all()}
        counts = Counter(declared.order)
        problems = {
            f"{declared.at}/{index}": "There is no such field, or it was named before."
            for index, slug in enumerate(declared.order)
            if slug not in fields or counts[slug] > 1
        }
        if problems:
            raise InvalidDeclaration(problems)
        before = list(fields)
        after = [*declared.order, *(slug for slug in before if slug not in counts)]
        arrange(fields[slug] for slug in after)
        if before != after:
            change.note(object_type, {"order": [*before]}, {"order": [*after]})
    return change.catalog.schema(object_type.slug)


def show_fields(
    actor: Actor,
    type_slug: str,
    declared: VisibilityDeclaration,
    versions: frozenset[int] | None = None,
) -> Schema:
    """Hide fields from people, or show them again.

    Raises:
        InvalidDeclaration: if one is not there.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(type_slug, versions)
        fields = {field.slug: field for field in object_type.fields.all()}
        unknown = {
            f"{declared.at}/{escape(slug)}": "There is no such field."
            for slug in declared.hidden
            if slug not in fields
        }
        if unknown:
            raise InvalidDeclaration(unknown)
        after: JSONObject = {
            slug: value
            for slug, value in declared.hidden.items()
            if fields[slug].hidden != value
        }
        for slug, value in after.items():
            fields[slug].hidden = bool(value)
            fields[slug].save(update_fields=["hidden"])
        if after:
            before: JSONObject = {slug: not value for slug, value in after.items()}
            change.note(object_type, {"hidden": before}, {"hidden": after})
    return change.catalog.schema(object_type.slug)
