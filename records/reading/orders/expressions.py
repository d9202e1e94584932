"""What a field that is not indexed is sorted by: an expression over the attributes.

It sorts as the field type's own sort keys do, which indexed fields are sorted by. For
text, a function of the database makes them of what is folded.
"""

from __future__ import annotations

from crm.sql import Sql, concat, join
from objects.field_types.base import ValueKind
from objects.field_types.choice import labels
from objects.field_types.location import Location
from objects.models import Field


def expression(field: Field) -> tuple[Sql, str]:
    """Return what a field is sorted by, and its type in SQL. Of several, the first."""
    steps = "->'items'->0" if field.is_collection else ""
    value = Sql(f"r.attributes->%s{steps}", (field.member,))
    folded = Sql(f"r.folded->%s{steps}", (field.member,))
    match field.item_type.kind:
        case ValueKind.NUMBER:
            return concat("(", text(value), ")::numeric"), "numeric"
        case ValueKind.SELECT:
            options = Sql("array_position(%s::text[], ", (labels(field),))
            return concat(options, text(value), ")"), "int"
        case ValueKind.LOCATION:
            parts = [concat(folded, Sql("->>%s", (part,))) for part in Location.PARTS]
            joined = concat("NULLIF(concat_ws(', ', ", join(", ", parts), "), '')")
            return bytewise(concat("records_sort_key(", joined, ")")), "text"
        case ValueKind.TEXT:
            return bytewise(concat("records_sort_key(", text(folded), ")")), "text"
    return bytewise(text(value)), "text"


def text(value: Sql) -> Sql:
    """Return a JSON value as text."""
    return concat(value, " #>> '{}'")


def bytewise(value: Sql) -> Sql:
    """Return a text that sorts the same in every locale."""
    return concat("(", value, ') COLLATE "C"')
