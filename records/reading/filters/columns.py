"""What can be asked about a record: its fields, its id, and what the system keeps."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from crm.json_types import JSON, JSONObject
from crm.jsonapi.queries import Place
from crm.regions import NOWHERE, Region
from crm.sql import TRUE, Sql, any_of
from objects.field_types import FIELD_TYPES
from objects.field_types.base import NO_OPTIONS, Options, ValueKind
from objects.folding import fold
from objects.models import Field
from objects.schema import SYSTEM_FIELDS, Schema
from records.ids import decode_id
from records.reading.filters.kinds import KINDS, AnyKind, kind_of
from records.reading.filters.operands import Days
from records.reading.filters.operators import Anchor, Column, Comparison
from records.reading.filters.stored import StoredField, like
from records.reading.holders import holds_any


class RecordColumn(Column[Sql]):
    """A column of a record that is known by an alias."""

    asked: Options = NO_OPTIONS
    """What its values are chosen from, if they are."""

    def __init__(self, alias: str, name: str, kind: AnyKind) -> None:
        self.alias = alias
        self.name = name
        self.kind = kind
        self.operators = kind.operators
        self.takes_several = kind.takes_several

    def shorthand(self, text: str) -> tuple[str, str]:
        return self.kind.shorthand(text)

    def split(self, raw: JSON, place: Place) -> list[JSON]:
        return self.kind.split(raw, place, self.asked)

    def is_filled(self) -> Sql:
        return TRUE

    def any_of(self, conditions: Iterable[Sql]) -> Sql:
        return any_of(conditions)


class SystemColumn(RecordColumn):
    """A column that every record has, such as the time of its creation."""

    TYPES = {
        "_created_at": ("datetime", "timestamptz"),
        "_updated_at": ("datetime", "timestamptz"),
        "_created_by": ("text", "text"),
        "_updated_by": ("text", "text"),
    }
    """The type of each as a field, and in SQL."""

    def __init__(self, alias: str, name: str, region: Region = NOWHERE) -> None:
        """Take the alias, the name that clients know, and whose days are meant."""
        self.region = region
        type_, self.cast = self.TYPES[name]
        self.item_type = FIELD_TYPES[type_]
        self.options: JSONObject = {}
        super().__init__(alias, name, kind_of(self.item_type))
        self.sql = f"{alias}.{name.removeprefix('_')}"

    def read(self, raw: JSON, place: Place) -> JSON | Days:
        return self.kind.read(raw, place, self)

    def equals(self, value: JSON) -> Sql:
        if self.cast == "text":
            return Sql(f"{self.folded} = %s", (fold(str(value)),))
        return self.compares("=", value)

    def compares(self, comparison: Comparison, value: JSON) -> Sql:
        return Sql(f"{self.sql} {comparison} %s::{self.cast}", (value,))

    def matches(self, text: str, anchor: Anchor) -> Sql:
        return Sql(f"{self.folded} LIKE %s", (like(text, anchor),))

    @property
    def folded(self) -> str:
        """Its text in lower case, alike on every system."""
        return f'lower({self.sql} COLLATE "pg_c_utf8")'


class IdColumn(RecordColumn):
    """The id of a record. Its values are UUIDs."""

    def __init__(self, alias: str, prefix: str) -> None:
        """Take the alias, and what ids of the type begin with."""
        super().__init__(alias, "id", KINDS[ValueKind.RELATIONSHIP])
        self.prefix = prefix

    def read(self, raw: JSON, place: Place) -> JSON:
        record_id = decode_id(self.prefix, raw) if isinstance(raw, str) else None
        if record_id is None:
            raise place.refuse(f"Give an id, such as {self.prefix}_01HX...")
        return str(record_id)

    def equals(self, value: JSON) -> Sql:
        return Sql(f"{self.alias}.id = %s::uuid", (value,))


class FieldColumn(RecordColumn):
    """A field of the schema. What its conditions are, its kind says."""

    def __init__(self, alias: str, field: Field, workspace_id: UUID) -> None:
        super().__init__(alias, field.slug, kind_of(field.field_type))
        self.field = self.asked = field
        self.workspace_id = workspace_id
        self.stored = StoredField(alias, field)

    def read(self, raw: JSON, place: Place) -> JSON | Days:
        return self.kind.read(raw, place, self.field)

    def equals(self, value: JSON) -> Sql:
        return self.equals_any([value])

    def equals_any(self, values: Iterable[JSON]) -> Sql:
        """Return the condition that it has one of some values.

        What is the same value is said by the keys of a unique field, as for who writes.
        """
        keys: list[str] = []
        others: list[Sql] = []
        for value in values:
            own = self.field.item_type.unique_keys(value) if self.field.unique else ()
            keys += own
            others += () if own else [self.kind.equals(self.stored, value)]
        held = [holds_any(self.alias, self.workspace_id, self.field, keys)]
        return any_of([*(held if keys else ()), *others])

    def compares(self, comparison: Comparison, value: JSON) -> Sql:
        return self.stored.compares(comparison, value, self.kind.compared_as)

    def within(self, days: Days) -> Sql:
        if self.field.is_collection:
            return self.stored.has_item_within(days.first, days.last)
        return super().within(days)

    def matches(self, text: str, anchor: Anchor) -> Sql:
        return self.stored.matches(text, anchor, self.kind.parts)

    def is_filled(self) -> Sql:
        return self.stored.is_filled()


def column_of(schema: Schema, name: str, alias: str, place: Place) -> RecordColumn:
    """Return the column of a record that has a name.

    Raises:
        Refusal: if the type has no such field.
    """
    if name == "id":
        return IdColumn(alias, schema.prefix)
    if name in SYSTEM_FIELDS:
        return SystemColumn(alias, name, schema.region)
    field = schema.field(name)
    if field is None:
        names = [*schema.fields, *schema.relationships, "id", *SYSTEM_FIELDS]
        valid = ", ".join(names)
        raise place.unknown(f"{schema.slug} has no {name!r}. It has: {valid}.")
    return FieldColumn(alias, field, schema.object_type.workspace_id)
