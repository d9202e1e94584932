"""Columns of models: what can be asked about rows, and what they are sorted by."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Expression, F, Func, Q, TextChoices, TextField
from django.db.models.functions import Cast, Collate, Lower
from django.db.models.lookups import Contains, EndsWith, Exact, StartsWith

from crm.errors import Refusal
from crm.json_types import JSON, JSONObject
from crm.jsonapi.queries import Place
from crm.moments import read_moment
from crm.regions import NOWHERE, Region
from objects.field_types import FIELD_TYPES
from objects.field_types.choice import labels
from objects.field_types.collection import Collection
from objects.folding import fold
from records.reading.filters.kinds import kind_of
from records.reading.filters.operands import Days
from records.reading.filters.operators import Anchor, Column, Comparison

NOTHING = Q(pk__in=[])
LOOKUPS = {"=": "exact", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
PARTS = {"start": StartsWith, "end": EndsWith, "nowhere": Contains}
REST = timedelta(microseconds=999)
"""What a time may have beyond the millisecond to which it is read."""


class Compose(Func):
    """Text in Unicode's composed form (NFC)."""

    function = "normalize"
    template = "%(function)s(%(expressions)s, NFC)"
    output_field = TextField()


class SortKey(Func):
    """What folded text sorts by, as it does where fields are sorted."""

    function = "records_sort_key"
    output_field = TextField()


class ModelColumn(Column[Q]):
    """A column of a model, whose values are like those of a type of fields.

    What says no also finds null, because Django looks for it by the path.
    """

    type_name: str
    region = NOWHERE
    """Whose days are meant: see `in_region`."""

    def __init__(
        self, name: str, path: str, choices: type[TextChoices] | None = None
    ) -> None:
        """Take the name that clients know, where Django finds it, and its choices."""
        type_ = FIELD_TYPES[self.type_name]
        self.name = name
        self.path = path
        values = choices.values if choices else []
        self.options: JSONObject = {"options": [{"label": value} for value in values]}
        self.kind = kind_of(type_)
        self.item_type = type_.item if isinstance(type_, Collection) else type_
        self.operators = self.kind.operators
        self.takes_several = self.kind.takes_several

    def in_region(self, region: Region) -> Self:
        """Return the same column, as a workspace that is at home there asks of it."""
        column = copy(self)
        column.region = region
        return column

    def read(self, raw: JSON, place: Place) -> JSON | Days:
        return self.kind.read(raw, place, self)

    def shorthand(self, text: str) -> tuple[str, str]:
        return self.kind.shorthand(text)

    def split(self, raw: JSON, place: Place) -> list[JSON]:
        return self.kind.split(raw, place, self)

    def equals(self, value: JSON) -> Q:
        return Q(**{self.path: value})

    def is_filled(self) -> Q:
        return Q(**{f"{self.path}__isnull": False})

    def any_of(self, conditions: Iterable[Q]) -> Q:
        return reduce(or_, conditions, NOTHING)

    def sort_value(self) -> Expression | F:
        """Return what rows are sorted by."""
        return F(self.path)


class FlagColumn(ModelColumn):
    """A column that is true or false."""

    type_name = "checkbox"


class AgentColumn(ModelColumn):
    """An agent, by its id."""

    type_name = "agent"


class IdColumn(AgentColumn):
    """The id of a row."""

    def read(self, raw: JSON, place: Place) -> JSON | Days:
        try:
            return super().read(raw, place)
        except Refusal as refusal:
            raise place.refuse("Give an id.") from refusal


class TextColumn(ModelColumn):
    """Text that is never null, in any case, alike on every system."""

    type_name = "text"

    @property
    def folded(self) -> Expression:
        """The text as `objects.folding` folds it."""
        composed = Collate(Compose(F(self.path)), "pg_c_utf8")
        return Compose(Lower(composed, output_field=TextField()))

    def equals(self, value: JSON) -> Q:
        return Q(Exact(self.folded, fold(str(value))))

    def matches(self, text: str, anchor: Anchor) -> Q:
        return Q(PARTS[anchor](self.folded, fold(text)))

    def is_filled(self) -> Q:
        return ~Q(**{self.path: ""})

    def sort_value(self) -> Expression | F:
        return SortKey(self.folded)


class MomentColumn(ModelColumn):
    """A time, read to the millisecond."""

    type_name = "datetime"

    def equals(self, value: JSON) -> Q:
        return self.compares(">=", value) & self.compares("<=", value)

    def compares(self, comparison: Comparison, value: JSON) -> Q:
        at = read_moment(value)
        assert at is not None
        if comparison in {">", "<="}:
            at += REST
        return Q(**{f"{self.path}__{LOOKUPS[comparison]}": at})


class ChoiceColumn(TextColumn):
    """One of several choices, to the letter."""

    type_name = "select"

    def equals(self, value: JSON) -> Q:
        return Q(**{self.path: value})


class ChoicesColumn(ModelColumn):
    """Some of several choices, which sort as one text."""

    type_name = "multi_select"

    def equals(self, value: JSON) -> Q:
        return Q(**{f"{self.path}__contains": [value]})

    def matches(self, text: str, anchor: Anchor) -> Q:
        fitting = [label for label in labels(self) if fold(text) in fold(label)]
        return self.any_of(self.equals(label) for label in fitting)

    def sort_value(self) -> Expression | F:
        return Collate(Cast(F(self.path), TextField()), "C")
