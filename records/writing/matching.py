"""Records that are known by values which others may have too, such as a phone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from crm.authentication import Actor
from crm.locks import lock
from objects.catalog import Catalog
from records.reading.lookup import Wanted, find_holders
from records.writing.drafts import Draft, keys_of
from records.writing.rows import Key, Row, SoftMatch

MOST_HOLDERS = 5
"""How many records with one value are looked at, the oldest first."""


class Matching:
    """The records that hold the values by which the rows of a batch know theirs."""

    def __init__(self, actor: Actor, catalog: Catalog) -> None:
        self.actor = actor
        self.catalog = catalog
        self.holders: dict[Key, list[UUID]] = {}
        """The oldest first; those that this batch makes come last."""

    def find(self, rows: Iterable[Row]) -> None:
        """Find the records that the rows may mean, as far as the caller may see them.

        Nobody else looks for records of the workspace in this way until the transaction
        ends, so that two batches which know a record by the same value make one.
        """
        wanted = {
            known.key: Wanted(row.schema, known.field, known.item)
            for row in rows
            for known in row.soft_matches
            if not known.field.unique
        }
        if wanted:
            lock(f"known in {self.actor.workspace.id}")
        for schema in {one.schema for one in wanted.values()}:
            own = {key: one for key, one in wanted.items() if one.schema is schema}
            found = find_holders(self.actor, list(own.values()), most=MOST_HOLDERS)
            self.holders |= dict(zip(own, found, strict=True))

    def records(self, row: Row) -> set[UUID]:
        """Return the stored records that a row may know."""
        return {
            record
            for known in row.soft_matches
            for record in self.holders.get(known.key, [])
        }

    def oldest(self, known: SoftMatch, drafts: dict[UUID, Draft]) -> Draft | None:
        """Return the oldest record that holds a value when it is a row's turn."""
        for record in self.holders.get(known.key, []):
            draft = drafts.get(record)
            if draft is None or draft.is_deleted:
                continue
            value = draft.attributes.get(known.field.slug)
            if known.key[1] in keys_of(known.field, value):
                return draft
        return None

    def note(self, draft: Draft) -> None:
        """Note what a record holds by now, for the rows that come later."""
        for slug, field in draft.schema.fields.items() if self.holders else ():
            for key in keys_of(field, draft.attributes.get(slug)):
                holders = self.holders.get((field.id, key))
                if holders is not None and draft.id not in holders:
                    holders.append(draft.id)
