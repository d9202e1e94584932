"""A record as it was when an agent came to see it.

What it is today is folded back by all that was noted since, the last first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from orjson import loads

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from crm.moments import wire_time
from crm.sql import query
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import encode_id
from records.journal.telling import DETAILS, SYSTEM, Told, ids_in, told
from records.models import JournalEntry

# All of it in one statement, so that nothing is noted between its parts.
READ = """
SELECT shown.seq, r.attributes, r.details, r.updated_at, r.updated_by,
       coalesce(r.created_at, t.created_at), coalesce(r.created_by, t.created_by),
(
    SELECT jsonb_agg(jsonb_build_array(field_id, true, target_id))
    FROM records_link WHERE workspace_id = %(workspace)s AND source_id = shown.record
), (
    SELECT jsonb_agg(jsonb_build_array(field_id, false, source_id))
    FROM records_link WHERE workspace_id = %(workspace)s AND target_id = shown.record
), (
    SELECT jsonb_agg(jsonb_build_array(before, after) ORDER BY later.seq DESC)
    FROM records_change later
    WHERE later.workspace_id = %(workspace)s AND later.record_id = shown.record
      AND later.seq > shown.seq AND later.action <> 'access'
)
FROM unnest(%(records)s::uuid[], %(seqs)s::bigint[]) AS shown (record, seq)
LEFT JOIN records_record r
    ON r.workspace_id = %(workspace)s AND r.id = shown.record
LEFT JOIN records_tombstone t
    ON t.workspace_id = %(workspace)s AND t.record_id = shown.record
"""


def read_shown(
    actor: Actor, catalog: Catalog, entries: Sequence[JournalEntry]
) -> dict[int, Told]:
    """Return all there was of records at entries, by the numbers of these.

    No statement if there are no entries. Records of types that are gone had nothing.
    """
    if not entries:
        return {}
    types = {entry.seq: catalog.by_id.get(entry.object_type_id) for entry in entries}
    rows = query(
        READ,
        workspace=actor.workspace.id,
        records=[entry.record_id for entry in entries],
        seqs=[entry.seq for entry in entries],
    )
    found = {}
    for seq, *now, out, back, later in rows:
        schema = types[seq]
        if schema is not None:
            links = [*loads(out or "[]"), *loads(back or "[]")]
            stored = {**values_now(*now), **links_now(catalog, schema, links)}
            sides = {side.member for side in schema.relationships.values()}
            found[seq] = told(schema, folded_back(stored, sides, loads(later or "[]")))
    return found


def values_now(
    attributes: str | None, details: str | None, *stamps: datetime | str | None
) -> JSONObject:
    """Return what is stored of a record, as an entry would have it; none if it went."""
    updated_at, updated_by, created_at, created_by = stamps
    stored: JSONObject = loads(attributes or "{}")
    stored[DETAILS] = loads(details or "{}")
    values = (created_at, created_by, updated_at, updated_by)
    for member, value in zip(SYSTEM, values, strict=True):
        if value is not None:
            stored[member] = value if isinstance(value, str) else wire_time(value)
    return stored


def links_now(
    catalog: Catalog, schema: Schema, links: Iterable[tuple[str, bool, str]]
) -> JSONObject:
    """Return the links of a record, as an entry would have them."""
    sides = {(str(s.field_id), s.is_forward): s for s in schema.relationships.values()}
    found: dict[str, list[JSON]] = {}
    for field_id, is_forward, other in links:
        side = sides.get((field_id, is_forward))
        if side is not None:
            prefix = catalog.schema(side.target).prefix
            found.setdefault(side.member, []).append(encode_id(prefix, UUID(other)))
    return {**found}


def folded_back(
    stored: JSONObject,
    sides: set[str],
    later: Iterable[tuple[JSONObject, JSONObject]],
) -> JSONObject:
    """Return what was stored before later entries, the last of which comes first."""
    for before, after in later:
        fold_members(stored[DETAILS], before.pop(DETAILS, {}), after.pop(DETAILS, {}))
        for member in sides & (before.keys() | after.keys()):
            came = set(ids_in(after.pop(member, [])))
            went = ids_in(before.pop(member, []))
            stayed = [one for one in ids_in(stored.get(member)) if one not in came]
            stored[member] = [*dict.fromkeys([*stayed, *went])]
        fold_members(stored, before, after)
    return {m: v for m, v in stored.items() if m not in sides or v}


def fold_members(stored: JSON, before: JSON, after: JSON) -> None:
    """Let members be what they were: those that came go, and those that went come."""
    assert isinstance(stored, dict)
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    for member in after:
        stored.pop(member, None)
    stored.update(before)
