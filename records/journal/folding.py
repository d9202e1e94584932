"""Records as they were: what they are, folded back by all that was noted since.

The last entry is taken back first. One statement reads what there is and the entries,
so that nothing is noted between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from crm.moments import wire_time
from crm.sql import Row, Sql, concat
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import encode_id
from records.journal.telling import DETAILS, SYSTEM, Told, ids_in, told
from records.storage import load, load_as_noted, load_rows

READ = """
SELECT place.record, place.seq, r.version, r.attributes, r.details, r.updated_at,
       r.updated_by, coalesce(r.created_at, t.created_at),
       coalesce(r.created_by, t.created_by),
(
    SELECT jsonb_agg(jsonb_build_array(field_id, true, target_id))
    FROM records_link WHERE workspace_id = %s AND source_id = place.record
), (
    SELECT jsonb_agg(jsonb_build_array(field_id, false, source_id))
    FROM records_link WHERE workspace_id = %s AND target_id = place.record
), (
    SELECT jsonb_agg(
        jsonb_build_array(version, before, after) ORDER BY later.seq DESC
    )
    FROM records_change later
    WHERE later.workspace_id = %s AND later.record_id = place.record
      AND later.seq > place.seq AND later.action <> 'access'
)
FROM ("""
BESIDE = """) AS place (record, seq)
LEFT JOIN records_record r ON r.workspace_id = %s AND r.id = place.record
LEFT JOIN records_tombstone t
    ON t.workspace_id = %s AND t.record_id = place.record
ORDER BY place.record
"""

MADE = ("_created_at", "_created_by")
"""What is the same in all of a record's lives, whatever an entry repeats of it."""


class Former(NamedTuple):
    """All there was of a record behind an entry of the journal, if there was one."""

    record: UUID
    seq: int
    """The number of the entry."""
    version: int
    told: Told


def select_former(actor: Actor, places: Sql) -> Sql:
    """Return the statement for all there was of records at places in the journal.

    ``places`` is the statement for the ids, each with a number. They come in the order
    of the ids.
    """
    own = (actor.workspace.id,)
    return concat(Sql(READ, own * 3), places, Sql(BESIDE, own * 2))


def former_of(catalog: Catalog, schema: Schema, row: Row) -> Former:
    """Return what there was of a record from its row."""
    record, seq, version, *now, out, back, noted = row
    later = load_rows(noted)
    links = [*load_rows(out), *load_rows(back)]
    stored = {**values_now(schema, *now), **links_now(catalog, schema, links)}
    sides = {side.member for side in schema.relationships.values()}
    numbered = [number for number, _, _ in later if number]
    stored = folded_back(stored, sides, later)
    then = numbered[-1] - 1 if numbered else version
    return Former(record, seq, then, told(schema, stored))


def values_now(
    schema: Schema,
    attributes: str | None,
    details: str | None,
    *stamps: datetime | str | None,
) -> JSONObject:
    """Return what is stored of a record, as an entry would have it; none if it went."""
    updated_at, updated_by, created_at, created_by = stamps
    stored = load_as_noted(schema, attributes or "{}")
    stored[DETAILS] = load(details or "{}")
    values = (created_at, created_by, updated_at, updated_by)
    for member, value in zip(SYSTEM, values, strict=True):
        if value is not None:
            stored[member] = value if isinstance(value, str) else wire_time(value)
    return stored


def links_now(catalog: Catalog, schema: Schema, links: Iterable[Row]) -> JSONObject:
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
    stored: JSONObject, sides: set[str], later: Iterable[Row]
) -> JSONObject:
    """Return what was stored before later entries, the last of which comes first.

    Of each there is the version, what went and what came.
    """
    made = {member: stored[member] for member in MADE if member in stored}
    for _, before, after in later:
        fold_members(stored[DETAILS], before.pop(DETAILS, {}), after.pop(DETAILS, {}))
        for member in sides & (before.keys() | after.keys()):
            came = set(ids_in(after.pop(member, [])))
            went = ids_in(before.pop(member, []))
            stayed = [one for one in ids_in(stored.get(member)) if one not in came]
            stored[member] = [*dict.fromkeys([*stayed, *went])]
        fold_members(stored, before, after)
    kept = {m: v for m, v in stored.items() if m not in sides or v}
    return kept | made


def fold_members(stored: JSON, before: JSON, after: JSON) -> None:
    """Let members be what they were: those that came go, and those that went come."""
    assert isinstance(stored, dict)
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    for member in after:
        stored.pop(member, None)
    stored.update(before)
