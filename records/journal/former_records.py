"""Records that are no more what they were, as reads show records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from objects.catalog import Catalog
from objects.schema import SYSTEM_FIELDS, Relationship, Schema
from records.ids import identifier
from records.reading.rows import Fieldset, RecordRow

Partners = Mapping[str, Sequence[UUID]]
"""The records that one was linked to, by the slug of the relationship."""


class FormerRecord(NamedTuple):
    """A record as it was, with the linkage of each relationship that is shown."""

    row: RecordRow
    linkage: Mapping[str, JSON]


@dataclass(frozen=True)
class FormerRecords:
    """Makes former records of one type, in its fields of today."""

    catalog: Catalog
    schema: Schema
    fields: Fieldset

    def record(
        self,
        record: UUID,
        version: int,
        values: Mapping[str, JSON],
        partners: Partners,
        seen: AbstractSet[UUID],
    ) -> FormerRecord:
        """Return a record as it is shown, linked to those that its reader sees.

        ``values`` has those of fields by slug, and what the system keeps.
        """
        made_at, updated_at, made_by, updated_by = (
            str(values.get(name, "")) for name in SYSTEM_FIELDS
        )
        row = RecordRow(
            record,
            version,
            made_at,
            updated_at,
            made_by,
            updated_by,
            attributes=dumps(self.attributes(values)).decode(),
            agents={slug: values.get(slug) for slug in self.schema.agents},
            partners={},
        )
        linkage = {
            slug: self.linkage(side, [o for o in partners.get(slug, ()) if o in seen])
            for slug, side in self.schema.relationships.items()
            if self.shows(slug)
        }
        return FormerRecord(row, linkage)

    def attributes(self, values: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return the values of the attributes that are shown, null for none."""
        return {
            slug: values.get(slug, blank)
            for slug, blank in self.schema.blank.items()
            if self.shows(slug)
        }

    def shows(self, slug: str) -> bool:
        """Whether a field is shown."""
        return self.fields is None or slug in self.fields

    def linkage(self, side: Relationship, ids: Sequence[UUID]) -> JSON:
        """Return the linkage of a relationship."""
        prefix = self.catalog.schema(side.target).prefix
        data: list[JSON] = [identifier(side.target, prefix, one) for one in sorted(ids)]
        return next(iter(data), None) if side.is_to_one else data
