"""A record as it was when an agent came to see it."""

from __future__ import annotations

from collections.abc import Sequence

from crm.authentication import Actor
from crm.sql import Sql
from objects.catalog import Catalog
from records.journal.entry_rows import EntryRow
from records.journal.folding import former_of, select_former
from records.journal.telling import Told

PLACES = "SELECT * FROM unnest(%s::uuid[], %s::bigint[])"


def read_shown(
    actor: Actor, catalog: Catalog, entries: Sequence[EntryRow]
) -> dict[int, Told]:
    """Return all there was of records at entries, by the numbers of these.

    No statement if there are no entries. Records of types that are gone had nothing.
    """
    types = {entry.seq: catalog.by_id.get(entry.object_type_id) for entry in entries}
    if not entries:
        return {}
    columns = [entry.record_id for entry in entries], [*types]
    rows = select_former(actor, Sql(PLACES, columns)).fetch()
    found = ((types[row[1]], row) for row in rows)
    return {
        row[1]: former_of(catalog, schema, row).told for schema, row in found if schema
    }
