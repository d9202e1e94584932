"""The records of a type as they were: all there were behind an entry of the journal.

Whoever does not see a record now does not see what it was, and who did not see it then
does not see what it was either. Neither are they told of links to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from crm.authentication import Actor
from crm.errors import Refusal
from crm.sql import Sql
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import encode_id
from records.journal.folding import Former, former_of, select_former
from records.journal.former_records import FormerRecord, FormerRecords
from records.journal.gone import links_in
from records.journal.presence import seen_among, select_one_place, select_places
from records.reading.rows import Fieldset

MOST_LINKED = 10_000
"""Records to which one relationship of a record shows links."""


class TooManyLinks(Refusal):
    """A record had more links than a document shows."""

    status = 422
    code = "too_many_rows"
    title = "Wrong number of rows"
    source = "parameter"


@dataclass(frozen=True)
class Past:
    """The records of one type as they were, as one caller may know them."""

    actor: Actor
    catalog: Catalog
    schema: Schema
    seq: int
    """The number of the last entry that had been noted."""
    fields: Fieldset = None

    @cached_property
    def made(self) -> FormerRecords:
        """What makes the records."""
        return FormerRecords(self.catalog, self.schema, self.fields)

    def get(self, record: UUID) -> FormerRecord | None:
        """Return a record, if there was one that the caller sees and saw.

        Raises:
            TooManyLinks: if it had more of one relationship than are shown.
        """
        places = select_one_place(self.actor, self.schema, self.seq, record)
        return next(iter(self.read(places, is_prepared=True)), None)

    def page(self, after: UUID | None, size: int) -> list[FormerRecord]:
        """Return the first records behind an id, in the order of the ids.

        Raises:
            TooManyLinks: if one had more of one relationship than are shown.
        """
        places = select_places(self.actor, self.schema, self.seq, after, size)
        return self.read(places, is_prepared=False)

    def read(self, places: Sql, *, is_prepared: bool) -> list[FormerRecord]:
        """Return the records at places, linked to those that the caller may know of."""
        rows = select_former(self.actor, places).fetch(is_prepared=is_prepared)
        found = [former_of(self.catalog, self.schema, row) for row in rows]
        partners = [self.partners(former) for former in found]
        named = {one for links in partners for ids in links.values() for one in ids}
        seen = seen_among(self.actor, named, self.seq)
        return [
            self.record(former, links, seen)
            for former, links in zip(found, partners, strict=True)
        ]

    def partners(self, former: Former) -> dict[str, list[UUID]]:
        """Return the records that one was linked to, as far as that is shown."""
        links = former.told.links
        shown = {slug: ids for slug, ids in links.items() if self.made.shows(slug)}
        return links_in(self.catalog, self.schema, shown)

    def record(
        self, former: Former, partners: dict[str, list[UUID]], seen: set[UUID]
    ) -> FormerRecord:
        """Return a record as it is shown.

        Raises:
            TooManyLinks: if it had more links than that.
        """
        values = former.told.values
        made = self.made.record(former.record, former.version, values, partners, seen)
        for slug, data in made.linkage.items():
            if isinstance(data, list) and len(data) > MOST_LINKED:
                record = encode_id(self.schema.prefix, former.record)
                why = f"{slug} of {record} has more than {MOST_LINKED:,} links."
                advice = f"Leave it out, by fields[{self.schema.slug}]."
                raise TooManyLinks({"as_of": f"{why} {advice}"})
        return made
