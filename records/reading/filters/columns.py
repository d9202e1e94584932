"""How the fields of a record look to SQL: what can be compared and matched.

A record is known in SQL by an alias: ``r`` for the one that is read, ``r1`` and so on
for those that a filter reaches from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.sql import Sql, all_of, concat
from objects.field_types.base import ValueKind
from objects.folding import fold, fold_accents, fold_json
from objects.models import Field

Comparison = Literal["=", ">", ">=", "<", "<="]
Anchor = Literal["start", "end", "nowhere"]


@dataclass(frozen=True)
class Column:
    """A field as SQL sees it."""

    alias: str
    name: str
    kind: ValueKind

    def equals(self, value: JSON) -> Sql:
        """Return the condition that it has a value, or an item; text in any case."""
        raise NotImplementedError

    def compares(self, comparison: Comparison, value: JSON) -> Sql:
        """Return the condition that its number or moment compares so with another."""
        raise NotImplementedError

    def matches(self, text: str, anchor: Anchor) -> Sql:
        """Return the condition that its text, in any case, has a part."""
        raise NotImplementedError

    def is_filled(self) -> Sql:
        """Return the condition that it has any value at all."""
        raise NotImplementedError


@dataclass(frozen=True)
class SystemColumn(Column):
    """A column that every record has, such as the time of its creation."""

    column: str
    cast: str

    @property
    def sql(self) -> str:
        """The column."""
        return f"{self.alias}.{self.column}"

    def equals(self, value: JSON) -> Sql:
        if self.kind == ValueKind.TEXT:
            return Sql(f"lower({self.sql}) = %s", (fold(str(value)),))
        return self.compares("=", value)

    def compares(self, comparison: Comparison, value: JSON) -> Sql:
        return Sql(f"{self.sql} {comparison} %s::{self.cast}", (value,))

    def matches(self, text: str, anchor: Anchor) -> Sql:
        return Sql(f"lower({self.sql}) LIKE %s", (like(text, anchor),))

    def is_filled(self) -> Sql:
        return Sql("true")


SYSTEM_COLUMNS = {
    "_created_at": (ValueKind.MOMENT, "created_at", "timestamptz"),
    "_updated_at": (ValueKind.MOMENT, "updated_at", "timestamptz"),
    "_created_by": (ValueKind.TEXT, "created_by", "text"),
    "_updated_by": (ValueKind.TEXT, "updated_by", "text"),
}


def system_column(alias: str, name: str) -> SystemColumn:
    """Return a column that every record has, by the name that clients know."""
    kind, column, cast = SYSTEM_COLUMNS[name]
    return SystemColumn(alias, name, kind, column, cast)


@dataclass(frozen=True)
class IdColumn(Column):
    """The id of a record. Its values are UUIDs."""

    prefix: str

    def equals(self, value: JSON) -> Sql:
        return Sql(f"{self.alias}.id = %s::uuid", (value,))

    def is_filled(self) -> Sql:
        return Sql("true")


@dataclass(frozen=True)
class FieldColumn(Column):
    """A field of the schema, in the attributes of a record.

    Equality is looked up in the folded document, which is indexed, ranges in the sorted
    values and parts of words in the search text, where the field has them.
    """

    field: Field

    def equals(self, value: JSON) -> Sql:
        if self.kind == ValueKind.JSON:
            return self._is(value, "attributes")
        folded = fold_json(value)
        nested = {"items": [folded]} if self.kind == ValueKind.COLLECTION else folded
        document = dumps({self.field.member: nested}).decode()
        conditions = [Sql(f"{self.alias}.folded @> %s::jsonb", (document,))]
        if keys := self.field.unique and self.field.item_type.unique_keys(value):
            held = Sql("own.key = ANY(%s)", (list(keys),))
            conditions.append(self._has("records_uniquevalue", held))
        if self.field.item_type.kind == ValueKind.SELECT:
            conditions.append(self._is(value, "attributes"))
        if self.field.item_type.kind == ValueKind.LOCATION:
            conditions.append(self._is(folded, "folded"))
        return all_of(conditions)

    def _is(self, value: JSON, column: str) -> Sql:
        """Return the condition that the whole value, or an item, is to the letter."""
        stored, document = f"{self.alias}.{column}->%s", dumps(value).decode()
        if self.kind == ValueKind.COLLECTION:
            item = f"%s::jsonb IN (SELECT jsonb_array_elements({stored}->'items'))"
            return Sql(item, (document, self.field.member))
        return Sql(f"{stored} = %s::jsonb", (self.field.member, document))

    def _has(self, table: str, condition: Sql) -> Sql:
        """Return the condition that the record has such a row in a narrow table."""
        return concat(
            f"EXISTS (SELECT FROM {table} own WHERE "
            f"own.workspace_id = {self.alias}.workspace_id "
            f"AND own.record_id = {self.alias}.id AND own.field_id = ",
            Sql("%s AND ", (self.field.id,)),
            condition,
            ")",
        )

    def compares(self, comparison: Comparison, value: JSON) -> Sql:
        if self.field.indexed:
            key = self.field.field_type.sort_key(value, self.field)
            compared = Sql(f"own.key {comparison} %s", (key,))
            return self._has("records_indexedvalue", compared)
        cast = "numeric" if self.kind == ValueKind.NUMBER else 'text COLLATE "C"'
        stored = f"({self.alias}.attributes->>%s)::{cast} {comparison} %s"
        return Sql(stored, (self.field.member, value))

    def matches(self, text: str, anchor: Anchor) -> Sql:
        pattern = like(text, anchor)
        conditions = [self._matches_part(pattern)]
        if self.field.searchable:
            part = like(fold_accents(text), "nowhere")
            search = Sql(f"{self.alias}.search LIKE %s", (part,))
            conditions.insert(0, search)
        return all_of(conditions)

    def _matches_part(self, pattern: str) -> Sql:
        """Return the condition that the text, an item, or a part of a place fits."""
        is_location = self.field.item_type.kind == ValueKind.LOCATION
        if self.kind != ValueKind.COLLECTION and not is_location:
            return Sql(
                f"{self.alias}.folded->>%s LIKE %s", (self.field.member, pattern)
            )
        items = ".items[*]" if self.kind == ValueKind.COLLECTION else ""
        path = f'$."{self.field.member}"{items}{".*" if is_location else ""}'
        return Sql(
            f"EXISTS (SELECT FROM jsonb_path_query({self.alias}.folded, %s::jsonpath) "
            "AS part WHERE part #>> '{}' LIKE %s)",
            (path, pattern),
        )

    def is_filled(self) -> Sql:
        return Sql(
            f"coalesce({self.alias}.attributes->>%s, '') <> ''", (self.field.member,)
        )


def like(text: str, anchor: Anchor) -> str:
    """Return the pattern of LIKE's for a part of a text, in lower case."""
    escaped = fold(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    before = "" if anchor == "start" else "%"
    after = "" if anchor == "end" else "%"
    return f"{before}{escaped}{after}"
