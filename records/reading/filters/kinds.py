"""The kinds of values: how those of each kind are read, compared and sorted.

What varies from kind to kind varies here. `AnyKind` says what holds unless a kind says
otherwise, and a collection is compared as its items are.

Decision 55 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from crm.errors import Refusal
from crm.json_types import JSON
from crm.jsonapi.queries import Place
from crm.sql import Sql, any_of, join
from objects.field_types.base import FieldType, Options, ValueKind
from objects.field_types.choice import labels
from objects.field_types.collection import Collection
from objects.field_types.location import Location
from objects.field_types.moment import Date
from objects.field_types.relation import USER, OwnerReference
from objects.field_types.shaped import shape_of
from objects.field_types.text import FREE_TEXT
from objects.folding import fold_json
from records.reading.filters.days import UNDERSTOOD
from records.reading.filters.operands import (
    Days,
    Typed,
    accepted,
    joined_labels,
    read_flag,
    read_json,
    read_number,
    read_span,
    read_text,
    split,
)
from records.reading.filters.operators import (
    BOXES,
    EMPTINESS,
    ENDS,
    EQUALITY,
    ITEMS,
    LISTS,
    MOMENTS,
    NUMBERS,
    PARTS,
    Operator,
    by_name,
)
from records.reading.filters.stored import StoredField

NULLS = {"null": ("empty", "true"), "!null": ("empty", "false")}
SIGNS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}


class AnyKind:
    """Values that are read as the field's type stores them, and are equal or not."""

    operators: ClassVar[Mapping[str, Operator]] = by_name(EQUALITY, LISTS, EMPTINESS)
    """The operators that fit, by each of their names."""
    takes_several = False
    """Whether several values may be given where one would do, with commas between."""
    can_be_negated = False
    """Whether ``!=`` in front of a value says no."""
    compared_as = 'text COLLATE "C"'
    """The type in SQL as which stored values are compared."""
    sorted_as = "text"
    """The type in SQL of what they are sorted by."""
    parts = ""
    """The path from a value to the texts in it; nothing if it is text."""

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        """Return one value, as it compares with what is stored.

        Raises:
            Refusal: if it is not of this kind.
        """
        return accepted(place, asked.item_type, raw, asked)

    def split(self, raw: JSON, place: Place, options: Options) -> list[JSON]:
        """Return the values of a list: an array, or text with commas between.

        Raises:
            Refusal: if it is neither.
        """
        return split(raw, place)

    def shorthand(self, text: str) -> tuple[str, str]:
        """Return the operator that is written into a value, and what it is given."""
        if text in NULLS:
            return NULLS[text]
        if self.can_be_negated and text.startswith("!="):
            return "ne", text.removeprefix("!=")
        return self.signs(text)

    def signs(self, text: str) -> tuple[str, str]:
        """Return the same of the signs at the ends, as in ``>5`` and ``*ada*``."""
        return "eq", text

    def equals(self, stored: StoredField, value: JSON) -> Sql:
        """Return the condition that a field has a value, or an item."""
        return stored.holds(value)

    def sort_value(self, stored: StoredField) -> Sql:
        """Return what a field is sorted by, unless its sort keys are kept.

        It sorts as the field type's own sort keys do.
        """
        return bytewise(json_text(stored.first("attributes")))


class TextKind(AnyKind):
    """Text, in any case."""

    operators = by_name(EQUALITY, LISTS, PARTS, ENDS, EMPTINESS)
    can_be_negated = True

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        if asked.item_type.name in FREE_TEXT:
            return read_text(raw, place)
        return super().read(raw, place, asked)

    def signs(self, text: str) -> tuple[str, str]:
        part = text.removeprefix("*").removesuffix("*")
        if len(text) < 2 or part == text:
            return "eq", text
        if text.startswith("*"):
            return ("contains" if text.endswith("*") else "endswith"), part
        return "startswith", part

    def sort_value(self, stored: StoredField) -> Sql:
        return sorted_text(json_text(stored.first("folded")))


class ComparedKind(AnyKind):
    """Values one of which is before the other."""

    can_be_negated = True

    def signs(self, text: str) -> tuple[str, str]:
        for sign, operator in SIGNS.items():
            if text.startswith(sign):
                return operator, text.removeprefix(sign)
        return "eq", text


class NumberKind(ComparedKind):
    """Numbers, however they are written."""

    operators = by_name(EQUALITY, LISTS, NUMBERS, EMPTINESS)
    compared_as = "numeric"
    sorted_as = "numeric"

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        return read_number(raw, place)

    def sort_value(self, stored: StoredField) -> Sql:
        value = json_text(stored.first("attributes"))
        return Sql(f"({value.text})::numeric", value.values)


class MomentKind(ComparedKind):
    """Days and times. A day, where times are compared, is all of it.

    Days are those of the workspace's time zone, by name or written out.
    """

    operators = by_name(EQUALITY, LISTS, MOMENTS, EMPTINESS)

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        span = read_span(raw, place, asked.region)
        if span is None:
            try:
                return super().read(raw, place, asked)
            except Refusal as refusal:
                raise place.refuse(f"{refusal} {UNDERSTOOD}") from refusal
        if not isinstance(asked.item_type, Date):
            region = asked.region
            return Days(region.first_moment(span.first), region.last_moment(span.last))
        first, last = span.first.isoformat(), span.last.isoformat()
        return first if first == last else Days(first, last)


class SelectKind(AnyKind):
    """Options of the field, to the letter. They sort in their order."""

    takes_several = True
    can_be_negated = True
    sorted_as = "int"

    def split(self, raw: JSON, place: Place, options: Options) -> list[JSON]:
        pieces = super().split(raw, place, options)
        return joined_labels(pieces, labels(options)) if place.is_parameter else pieces

    def equals(self, stored: StoredField, value: JSON) -> Sql:
        return stored.holds(value) & stored.is_exactly(value, "attributes")

    def sort_value(self, stored: StoredField) -> Sql:
        value = json_text(stored.first("attributes"))
        options = labels(stored.field)
        position = f"array_position(%s::text[], {value.text})"
        return Sql(position, (options, *value.values))


class CheckboxKind(AnyKind):
    """Values that are true or false."""

    operators = by_name(EQUALITY, LISTS, EMPTINESS, BOXES)
    can_be_negated = True

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        return read_flag(raw, place)


class ReferenceKind(AnyKind):
    """Records and agents, by their ids."""

    takes_several = True
    can_be_negated = True

    def split(self, raw: JSON, place: Place, options: Options) -> list[JSON]:
        pieces = super().split(raw, place, options)
        return [one.strip() if isinstance(one, str) else one for one in pieces]


class JsonKind(AnyKind):
    """JSON, compared as a whole and to the letter."""

    operators = by_name(EQUALITY, EMPTINESS)

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        return super().read(read_json(raw, place), place, asked)

    def equals(self, stored: StoredField, value: JSON) -> Sql:
        return stored.is_exactly(value, "attributes")


class LocationKind(AnyKind):
    """Places: equal as a whole, in any case, and with text in each of their parts."""

    operators = by_name(EQUALITY, PARTS, ENDS, EMPTINESS)
    parts = ".*"

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        return super().read(read_json(raw, place), place, asked)

    def equals(self, stored: StoredField, value: JSON) -> Sql:
        return stored.holds(value) & stored.is_exactly(fold_json(value), "folded")

    def sort_value(self, stored: StoredField) -> Sql:
        text, values = stored.first("folded")
        return joined(text, values, Location.PARTS)


class ShapedKind(AnyKind):
    """Objects: with the members that are given, or with a text as one of them."""

    operators = by_name(EQUALITY, PARTS, EMPTINESS)
    parts = ".*"

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        if isinstance(raw, str) and not raw.lstrip().startswith("{"):
            return read_text(raw, place)
        return super().read(read_json(raw, place), place, asked)

    def equals(self, stored: StoredField, value: JSON) -> Sql:
        if isinstance(value, dict):
            return stored.holds(value)
        members = shape_of(stored.field).items()
        texts = [name for name, type_ in members if type_.kind == ValueKind.TEXT]
        return any_of(stored.holds({name: value}) for name in texts)

    def sort_value(self, stored: StoredField) -> Sql:
        text, values = stored.first("folded")
        return joined(text, values, shape_of(stored.field))


class OwnerKind(ReferenceKind):
    """Agents and users, by their ids. A user is stored as such."""

    def equals(self, stored: StoredField, value: JSON) -> Sql:
        if stored.field.type != OwnerReference.name:
            return stored.holds(value)
        return any_of(stored.holds(f"{before}{value}") for before in ("", USER))


class CollectionKind(AnyKind):
    """Several values of one kind, each compared by itself. The first one sorts."""

    operators = by_name(EQUALITY, LISTS, ITEMS, EMPTINESS)

    def __init__(self, item: AnyKind) -> None:
        self.item = item
        self.takes_several = item.takes_several
        self.sorted_as = item.sorted_as
        self.parts = item.parts

    def read(self, raw: JSON, place: Place, asked: Typed) -> JSON | Days:
        return self.item.read(raw, place, asked)

    def split(self, raw: JSON, place: Place, options: Options) -> list[JSON]:
        return self.item.split(raw, place, options)

    def equals(self, stored: StoredField, value: JSON) -> Sql:
        return self.item.equals(stored, value)

    def sort_value(self, stored: StoredField) -> Sql:
        return self.item.sort_value(stored)


KINDS: dict[ValueKind, AnyKind] = {
    ValueKind.TEXT: TextKind(),
    ValueKind.NUMBER: NumberKind(),
    ValueKind.MOMENT: MomentKind(),
    ValueKind.SELECT: SelectKind(),
    ValueKind.CHECKBOX: CheckboxKind(),
    ValueKind.LOCATION: LocationKind(),
    ValueKind.SHAPED: ShapedKind(),
    ValueKind.JSON: JsonKind(),
    ValueKind.AGENT: OwnerKind(),
    ValueKind.RELATIONSHIP: ReferenceKind(),
}
"""The kinds of single values."""

COLLECTIONS = {kind: CollectionKind(item) for kind, item in KINDS.items()}
"""The kinds of several values, by the kind of the items."""


def kind_of(type_: FieldType) -> AnyKind:
    """Return the kind of a type's values."""
    if isinstance(type_, Collection):
        return COLLECTIONS[type_.item.kind]
    return KINDS[type_.kind]


def operators_of(kind: ValueKind) -> Mapping[str, Operator]:
    """Return the operators that fit a kind of values, or of several values."""
    return (CollectionKind if kind == ValueKind.COLLECTION else KINDS[kind]).operators


def joined(text: str, values: tuple[object, ...], members: Iterable[str]) -> Sql:
    """Return what an object is sorted by: its members, with commas between."""
    parts = join(", ", [Sql(f"{text}->>%s", (*values, name)) for name in members])
    return sorted_text(Sql(f"NULLIF(concat_ws(', ', {parts.text}), '')", parts.values))


def json_text(value: Sql) -> Sql:
    """Return a JSON value as text."""
    return Sql(f"{value.text} #>> '{{}}'", value.values)


def sorted_text(value: Sql) -> Sql:
    """Return what a text sorts by: the function of the database does as types do."""
    return bytewise(Sql(f"records_sort_key({value.text})", value.values))


def bytewise(value: Sql) -> Sql:
    """Return a text that sorts the same in every locale."""
    return Sql(f'({value.text}) COLLATE "C"', value.values)
