"""What is known last of records: what they are, or what they were in the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.sql import Sql, concat
from objects.catalog import Catalog
from objects.schema import Schema
from records.access.visibility import visible
from records.journal.gone import seen_in_the_end
from records.storage import load_noted, load_values

ALIVE = "SELECT r.id, r.object_type_id, r.attributes::text, true FROM records_record r"
GONE = """
SELECT gone.record_id, gone.object_type_id, coalesce(entry.before, '{}')::text, false
FROM records_tombstone gone LEFT JOIN records_change entry
  ON entry.workspace_id = gone.workspace_id AND entry.seq = gone.seq
"""


class Known(NamedTuple):
    """What is known of a record."""

    schema: Schema
    values: JSONObject
    is_alive: bool


def read_last_known(
    actor: Actor, catalog: Catalog, records: Iterable[UUID]
) -> dict[UUID, Known]:
    """Return what is known of those records that a caller sees, or saw in the end.

    No statement for none. Records whose type is gone are left out.
    """
    values = (actor.workspace.id, [*records])
    if not values[1]:
        return {}
    named = "{}.workspace_id = %s AND {} = ANY(%s::uuid[])"
    alive = Sql(named.format("r", "r.id"), values)
    gone = Sql(named.format("gone", "gone.record_id"), values)
    rows = concat(
        f"{ALIVE} WHERE ",
        visible(actor, alive, "r"),
        f" UNION ALL {GONE} WHERE ",
        gone & seen_in_the_end(actor),
    ).fetch()
    schemas = catalog.by_id
    return {
        record: Known(schemas[type_], values_in(schemas[type_], *stored), stored[1])
        for record, type_, *stored in rows
        if type_ in schemas
    }


def values_in(schema: Schema, document: str, is_alive: bool) -> JSONObject:
    """Return the values in what is stored of a record, or in its last entry."""
    load = load_values if is_alive else load_noted
    return load(schema, document)
