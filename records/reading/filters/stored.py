"""How the values of a field are stored, and how SQL gets at them.

A record is known in SQL by an alias: ``r`` for the one that is read, ``r1`` and so on
for those that a filter reaches from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.sql import Sql
from objects.domain_names import decode_domains
from objects.folding import fold, fold_accents, fold_json
from objects.models import Field
from records.reading.filters.operators import Anchor, Comparison

Document = Literal["attributes", "folded"]
"""The columns that have the values of all fields: as they are read, and folded."""

WITH_DOMAINS = frozenset({"domain", "email"})
"""Types whose values have the names of domains in them, as people read those."""


@dataclass(frozen=True)
class StoredField:
    """A field in the documents of a record.

    Equality is looked up in the folded document, which is indexed, ranges in the sorted
    values and parts of words in the search text, where the field has them. What a
    unique field holds is looked up by its key, in `records.reading.holders`.
    """

    alias: str
    field: Field

    def holds(self, value: JSON) -> Sql:
        """Return the condition that it has a value, or an item; text in any case."""
        field = self.field
        folded = fold_json(value)
        nested = {"items": [folded]} if field.is_collection else folded
        document = dumps({field.member: nested}).decode()
        return Sql(f"{self.alias}.folded @> %s::jsonb", (document,))

    def is_exactly(self, value: JSON, document: Document) -> Sql:
        """Return the condition that the whole value, or an item, is to the letter."""
        stored, given = f"{self.alias}.{document}->%s", dumps(value).decode()
        if self.field.is_collection:
            item = f"%s::jsonb IN (SELECT jsonb_array_elements({stored}->'items'))"
            return Sql(item, (given, self.field.member))
        return Sql(f"{stored} = %s::jsonb", (self.field.member, given))

    def compares(self, comparison: Comparison, value: JSON, cast: str) -> Sql:
        """Return the condition that it compares so with another, as that type."""
        if self.field.indexed:
            key = self.field.field_type.sort_key(value, self.field)
            return self.is_sorted(comparison, key)
        stored = f"({self.alias}.attributes->>%s)::{cast} {comparison} %s"
        return Sql(stored, (self.field.member, value))

    def has_item_within(self, first: str, last: str) -> Sql:
        """Return the condition that an item, as text, is not outside of bounds."""
        items = f"jsonb_array_elements_text({self.alias}.attributes->%s->'items')"
        return Sql(
            f"EXISTS (SELECT FROM {items} AS item "
            'WHERE item COLLATE "C" BETWEEN %s AND %s)',
            (self.field.member, first, last),
        )

    def is_sorted(self, comparison: Comparison, key: str) -> Sql:
        """Return the condition that the sort key which is kept of it compares so."""
        return Sql(
            "EXISTS (SELECT FROM records_indexedvalue own WHERE "
            f"own.workspace_id = {self.alias}.workspace_id "
            f"AND own.record_id = {self.alias}.id AND own.field_id = %s "
            f"AND own.key {comparison} %s)",
            (self.field.id, key),
        )

    def matches(self, text: str, anchor: Anchor, parts: str) -> Sql:
        """Return the condition that its text, an item, or a part of one fits.

        ``parts`` is the path from a value to the texts in it; nothing if it is text.
        """
        if self.field.item_type.name in WITH_DOMAINS:
            text = decode_domains(fold(text))
        fits = self.fits(like(text, anchor), parts)
        if not self.field.searchable:
            return fits
        part = like(fold_accents(text), "nowhere")
        return Sql(f"{self.alias}.search LIKE %s", (part,)) & fits

    def fits(self, pattern: str, parts: str) -> Sql:
        """Return the condition that its text, an item, or a part of one is such."""
        member, is_collection = self.field.member, self.field.is_collection
        if not is_collection and not parts:
            return Sql(f"{self.alias}.folded->>%s LIKE %s", (member, pattern))
        items = ".items[*]" if is_collection else ""
        return Sql(
            f"EXISTS (SELECT FROM jsonb_path_query({self.alias}.folded, %s::jsonpath) "
            "AS part WHERE part #>> '{}' LIKE %s)",
            (f'$."{member}"{items}{parts}', pattern),
        )

    def is_filled(self) -> Sql:
        """Return the condition that it has any value at all."""
        member = self.field.member
        return Sql(f"coalesce({self.alias}.attributes->>%s, '') <> ''", (member,))

    def first(self, document: Document) -> Sql:
        """Return its value as JSON; of several values, the first."""
        steps = "->'items'->0" if self.field.is_collection else ""
        return Sql(f"{self.alias}.{document}->%s{steps}", (self.field.member,))


def like(text: str, anchor: Anchor) -> str:
    """Return the pattern of LIKE's for a part of a text, in lower case."""
    escaped = fold(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    before = "" if anchor == "start" else "%"
    after = "" if anchor == "end" else "%"
    return f"{before}{escaped}{after}"
