"""What is left of records that were deleted: all that they need to come back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.moments import wire_time
from crm.sql import TRUE, Row, Sql, concat, query
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import decode_id, record_in
from records.journal.telling import told
from records.storage import load, load_noted

# Whose last entry is not kept any more, or says nothing, has no values. What was erased
# was never there.
READ = """
SELECT gone.record_id, gone.object_type_id, gone.seq, gone.version, gone.created_at,
       gone.created_by, gone.viewers, gone.merged_into, gone.details::text,
       gone.access::text, gone.deleted_at, gone.deleted_by, entry.before::text,
       entry.batch
FROM records_tombstone gone LEFT JOIN records_change entry
  ON entry.workspace_id = gone.workspace_id AND entry.seq = gone.seq
  AND NOT gone.is_emptied
WHERE NOT gone.is_erased AND gone.workspace_id = %s AND """
WHOLE = Sql("")

# The survivor's entries name them; its tombstones are in no index.
MERGED = """
SELECT jsonb_array_elements_text(cause->'merged') FROM records_change
WHERE workspace_id = %(workspace)s AND record_id = %(survivor)s AND cause ? 'merged'
"""


class FormerRule(NamedTuple):
    """An agent might see the record, or everyone might."""

    id: UUID
    agent: UUID | None
    created_at: datetime


@dataclass(frozen=True)
class GoneRecord:
    """A record that was deleted, or merged into another, as it was in the end."""

    id: UUID
    schema: Schema
    seq: int
    """The number of the entry that tells of its end."""
    version: int
    created_at: datetime
    created_by: str
    viewers: list[UUID] | None
    """The agents who might see it; None for everyone."""
    merged_into: UUID | None
    details: JSONObject
    rules: Sequence[FormerRule]
    deleted_at: datetime
    deleted_by: str
    values: JSONObject | None
    """Its values by slug, agents included; None if they are not kept any more."""
    links: Mapping[str, Sequence[UUID]]
    """The records that it was linked to, by the slug of the relationship."""
    updated: JSONObject
    """When it was updated last before its end, and by whom, as reads call that."""
    batch: int | None
    """The number of what was done together with its end; None if it is not kept."""

    @property
    def shown(self) -> JSONObject:
        """Its values, and what the system kept, as reads call them."""
        made = {
            "_created_at": wire_time(self.created_at),
            "_created_by": self.created_by,
        }
        return (self.values or {}) | self.updated | made


def read_gone(
    actor: Actor, catalog: Catalog, ids: Iterable[UUID]
) -> dict[UUID, GoneRecord]:
    """Return what is left of records, as far as the caller might see them.

    Records whose type is gone are left out.
    """
    named = Sql("gone.record_id = ANY(%s::uuid[])", ([*ids],))
    return {one.id: one for one in select_gone(actor, catalog, named)}


def select_gone(
    actor: Actor, catalog: Catalog, condition: Sql, part: Sql = WHOLE
) -> list[GoneRecord]:
    """Return what is left of records ``gone``, as far as the caller might see them.

    ``part`` says in which order, and how many. Records whose type is gone are left out.
    """
    found = condition & seen_in_the_end(actor)
    statement = concat(Sql(READ, (actor.workspace.id,)), found, part)
    return [
        gone_record(catalog, row)
        for row in statement.fetch()
        if row[1] in catalog.by_id
    ]


def seen_in_the_end(actor: Actor) -> Sql:
    """Return the condition that a caller might see a record ``gone`` in the end."""
    if actor.agent_id is None:
        return TRUE
    seen = "(gone.viewers IS NULL OR gone.viewers @> ARRAY[%s]::uuid[])"
    return Sql(seen, (actor.agent_id,))


def list_merged(actor: Actor, catalog: Catalog, survivor: UUID) -> list[GoneRecord]:
    """Return the records that were merged into another one, and not yet out of it."""
    rows = query(MERGED, workspace=actor.workspace.id, survivor=survivor)
    ids = {record for (named,) in rows if (record := record_in(named))}
    found = read_gone(actor, catalog, ids).values() if ids else ()
    return [one for one in found if one.merged_into == survivor]


def gone_record(catalog: Catalog, row: Row) -> GoneRecord:
    """Return what is left of a record from its row."""
    record, type_, seq, version, made_at, made_by, viewers, *others = row
    merged_into, details, access, deleted_at, deleted_by, before, batch = others
    schema = catalog.by_id[type_]
    last = told(schema, load(before)) if before is not None else None
    values = last.values if last else {}
    return GoneRecord(
        id=record,
        schema=schema,
        seq=seq,
        version=version,
        created_at=made_at,
        created_by=made_by,
        viewers=viewers,
        merged_into=merged_into,
        details=load_noted(schema, details),
        rules=rules_in(access),
        deleted_at=deleted_at,
        deleted_by=deleted_by,
        values={s: v for s, v in values.items() if s in schema.fields}
        if last
        else None,
        links=links_in(catalog, schema, last.links if last else {}),
        updated={m: values[m] for m in ("_updated_at", "_updated_by") if m in values},
        batch=batch,
    )


def rules_in(access: str) -> list[FormerRule]:
    """Return the rules of access that a tombstone has."""
    return [
        FormerRule(
            UUID(rule["id"]),
            UUID(rule["agent"]) if rule["agent"] else None,
            datetime.fromisoformat(rule["created_at"]),
        )
        for rule in json.loads(access)
    ]


def links_in(
    catalog: Catalog, schema: Schema, links: Mapping[str, Sequence[str]]
) -> dict[str, list[UUID]]:
    """Return the ids of partners, which the journal has as clients see them."""
    found: dict[str, list[UUID]] = {}
    for slug, ids in links.items():
        prefix = catalog.schema(schema.relationships[slug].target).prefix
        decoded = (decode_id(prefix, one) for one in ids)
        found[slug] = [one for one in decoded if one]
    return found
