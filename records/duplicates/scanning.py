"""A scan: all records of a type are compared with those that share a key with them.

It is a job of three phases. The first reads all records and keeps their keys; the
second takes up keys in their order, and compares the records of each; the third closes
what was found earlier and is not found any more. Each step goes on where the last one
that was kept had come to, and does the same if it is done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from crm.authentication import Actor
from crm.jsonapi.rendering import dumps
from crm.sql import Row, Sql, concat, query, query_arrays
from jobs.models import Job
from jobs.queue import enqueue
from objects.catalog import load_catalog
from objects.schema import Schema
from records.duplicates.compared import Compared, compared_fields
from records.duplicates.keys import keys_of
from records.duplicates.pairs import compared_of
from records.duplicates.portraits import Portrait
from records.duplicates.reading import portrait_columns, read_portrait
from records.duplicates.scoring import compare
from records.journal.heads import count_alive, read_head
from records.schema_changes.walking import FIRST

KIND = "duplicates"
RECORDS = 1000
"""Records that one step reads."""
KEYS = 10_000
"""Keys that one step looks through."""
MOST_PAIRS = 5000
"""Pairs after which a step takes up no more keys."""
MOST_SHARING = 25
"""How many records may share a key. What more of them share says nothing of any two: it
is a common word, or the phone of an office."""
CLOSED = 5000
LEAST_KEY = -(2**63)

KEEP = """
INSERT INTO records_duplicatekey (workspace_id, job_id, key, record_id)
SELECT %(workspace)s, %(job)s, key, record_id
FROM unnest(%(keys)s::bigint[], %(records)s::uuid[]) AS own (key, record_id)
ON CONFLICT DO NOTHING
"""
# The last key may have more records than were read of it.
TAKE = """
SELECT key, array_agg(record_id) FROM (
    SELECT key, record_id FROM records_duplicatekey
    WHERE workspace_id = %(workspace)s AND job_id = %(job)s AND key >= %(start)s
    ORDER BY key, record_id LIMIT %(many)s
) AS next GROUP BY key ORDER BY key
"""
# Without its beginning it would go through all that earlier steps have deleted.
DROP = """
DELETE FROM records_duplicatekey
WHERE workspace_id = %(workspace)s AND job_id = %(job)s
  AND key >= %(start)s AND key < %(before)s
"""
DROP_ALL = """
DELETE FROM records_duplicatekey
WHERE workspace_id = %(workspace)s AND job_id = %(job)s
"""
KEEP_PAIRS = """
INSERT INTO records_duplicate AS known (
    workspace_id, object_type_id, seq, state, a, b, score, reasons, compared
)
SELECT %(workspace)s, %(type)s, %(seq)s, 'open', found.*
FROM unnest(
    %(firsts)s::uuid[], %(seconds)s::uuid[], %(scores)s::float8[],
    %(reasons)s::jsonb[], %(compared)s::text[]
) AS found
ON CONFLICT (workspace_id, a, b) DO UPDATE SET
    score = excluded.score, reasons = excluded.reasons, seq = excluded.seq,
    compared = excluded.compared,
    state = CASE WHEN known.compared = excluded.compared
                 THEN known.state ELSE excluded.state END
"""
# What was dismissed stays known, until a value has changed and it is found again.
CLOSE = """
WITH closed AS (
    SELECT a, b FROM records_duplicate pair
    WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
      AND state = 'open' AND (seq < %(seq)s OR 2 > (
          SELECT count(*) FROM records_record r
          WHERE r.workspace_id = pair.workspace_id AND r.id IN (pair.a, pair.b)
      ))
    LIMIT %(many)s
)
DELETE FROM records_duplicate pair USING closed
WHERE pair.workspace_id = %(workspace)s AND pair.a = closed.a AND pair.b = closed.b
RETURNING 1
"""
COUNT = """
SELECT count(*) FROM records_duplicate
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s AND state = 'open'
"""


class Scan(NamedTuple):
    """A type that is scanned, by a job."""

    job: Job
    schema: Schema
    compared: Compared

    @property
    def place(self) -> dict[str, UUID]:
        """What names the type in statements."""
        return {"workspace": self.job.workspace_id, "type": self.schema.id}

    @property
    def keys(self) -> dict[str, UUID]:
        """What names the keys of the scan in statements."""
        return {"workspace": self.job.workspace_id, "job": self.job.id}


def begin_scan(actor: Actor, schema: Schema) -> Job:
    """Leave to a job to look for duplicates among all records of a type."""
    total = count_alive(actor.workspace.id, schema.id)
    with transaction.atomic():
        return enqueue(actor, KIND, {}, object_type_id=schema.id, total=total)


def scan_step(job: Job) -> bool:
    """Do the next step of a scan. Return whether there is more to do."""
    catalog = load_catalog(job.workspace)
    schema = catalog.by_id.get(job.object_type_id) if job.object_type_id else None
    if schema is None:
        give_up_scan(job)
        return False
    if not job.cursor:
        head = read_head(job.workspace_id)
        seq = head.last_seq if head else 0
        job.cursor = {"phase": "read", "after": FIRST, "seq": seq}
    phases = {"read": read_some, "match": match_some, "close": close_some}
    scan = Scan(job, schema, compared_fields(catalog, schema))
    return phases[str(job.cursor["phase"])](scan)


def give_up_scan(job: Job) -> None:
    """Forget the keys of a scan that does not go on."""
    query(DROP_ALL, workspace=job.workspace_id, job=job.id)


def read_some(scan: Scan) -> bool:
    """Keep the keys of some records; of a type that tells nothing, of none."""
    job = scan.job
    found = read_portraits(scan, Sql("r.id > %s::uuid", (job.cursor["after"],)))
    keys = [(key, one.id) for one in found for key in keys_of(one)]
    if keys:
        digests, records = (list(column) for column in zip(*keys, strict=True))
        query_arrays(KEEP, **scan.keys, keys=digests, records=records)
    job.done += len(found)
    if len(found) == RECORDS:
        job.cursor["after"] = str(found[-1].id)
    else:
        job.cursor |= {"phase": "match", "key": LEAST_KEY}
    return True


def match_some(scan: Scan) -> bool:
    """Compare the records that share some keys, and keep the pairs that are found."""
    job = scan.job
    rows = query(TAKE, **scan.keys, start=job.cursor["key"], many=KEYS)
    taken = take_up(rows, is_all=sum(len(records) for _, records in rows) < KEYS)
    keep_pairs(scan, taken.pairs)
    if taken.reached is None:
        give_up_scan(job)
        job.cursor["phase"] = "close"
    else:
        start = job.cursor["key"]
        query(DROP, **scan.keys, start=start, before=taken.reached)
        job.cursor["key"] = taken.reached
    return True


class Taken(NamedTuple):
    """What was taken up of the keys that were read."""

    pairs: set[tuple[UUID, UUID]]
    reached: int | None
    """The key to go on with, or None if there are no more."""


def take_up(rows: Sequence[Row], *, is_all: bool) -> Taken:
    """Return the pairs of records that share keys, of as many keys as make a step.

    Of the last key that was read there may be more records, unless all were. If it is
    the only one, it is one of those that too many records share.
    """
    pairs: set[tuple[UUID, UUID]] = set()
    for at, (key, records) in enumerate(rows):
        is_cut = not is_all and at == len(rows) - 1 and at > 0
        if is_cut or len(pairs) >= MOST_PAIRS:
            return Taken(pairs, key)
        if len(records) <= MOST_SHARING:
            pairs.update(combinations(sorted(records), 2))
    return Taken(pairs, None if is_all else rows[-1][0] + 1)


def keep_pairs(scan: Scan, pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """Keep those of some pairs that may be the same, also if they are known."""
    asked = list(pairs)
    ids = {one for pair in asked for one in pair}
    if not ids:
        return
    named = Sql("r.id = ANY(%s::uuid[])", (list(ids),))
    there = {one.id: one for one in read_portraits(scan, named, limit=len(ids))}
    found = [
        (
            a,
            b,
            match.score,
            dumps(match.told()).decode(),
            compared_of(there[a], there[b]),
        )
        for a, b in asked
        if a in there and b in there
        if (match := compare(scan.compared, there[a], there[b]))
    ]
    if found:
        names = ("firsts", "seconds", "scores", "reasons", "compared")
        columns = dict(zip(names, map(list, zip(*found, strict=True)), strict=True))
        seq = scan.job.cursor["seq"]
        query_arrays(KEEP_PAIRS, **scan.place, seq=seq, **columns)


def read_portraits(scan: Scan, named: Sql, limit: int = RECORDS) -> list[Portrait]:
    """Return what is compared of records of the type, in the order of their ids.

    Of companies only those count that everybody may see, since pairs are not kept for
    each reader.
    """
    if not scan.compared.tells:
        return []
    rows = concat(
        "SELECT ",
        portrait_columns(scan.compared, Sql("c.visible_to IS NULL")),
        " FROM records_record r WHERE ",
        Sql("r.workspace_id = %s AND r.object_type_id = %s", (*scan.place.values(),)),
        " AND ",
        named,
        Sql(" ORDER BY r.id LIMIT %s", (limit,)),
    ).fetch()
    return [read_portrait(scan.compared, *row) for row in rows]


def close_some(scan: Scan) -> bool:
    """Forget pairs that were open and are not found any more, or whose records went."""
    seq = scan.job.cursor["seq"]
    closed = query(CLOSE, **scan.place, seq=seq, many=CLOSED)
    if len(closed) == CLOSED:
        return True
    scan.job.result = {"open": query(COUNT, **scan.place)[0][0]}
    return False
