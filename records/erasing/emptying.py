"""Emptying the journal of records: what their entries say, and others say of them.

What happened, when, by whom and who might see it stays, so that numbers and versions
count on and whoever follows the feed is told what it has to be told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from crm.json_types import JSON, JSONObject
from crm.sql import query
from records.ids import record_in
from records.storage import load

MOST_AT_ONCE = 5_000

READ = """
SELECT seq, batch, before::text, after::text, cause::text FROM records_change
WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])
  AND seq > %(after)s
ORDER BY seq LIMIT %(most)s
"""

# Who came to see a record and who ceased to is nothing of the record.
EMPTY = """
UPDATE records_change SET before = {before}, after = {after}, cause = NULL,
       request_id = ''
WHERE workspace_id = %(workspace)s AND seq = ANY(%(entries)s::bigint[])
"""
EMPTIED = """CASE action
    WHEN 'access' THEN jsonb_build_object('_viewers', {side}->'_viewers')
    ELSE '{{}}'
END"""

# Ids in an array; an array that has no others goes.
WITHOUT = """(
    SELECT coalesce(jsonb_object_agg(key, kept), '{{}}') FROM (
        SELECT key, value, CASE jsonb_typeof(value)
            WHEN 'array' THEN value - %(names)s::text[] ELSE value
        END AS kept
        FROM jsonb_each({side})
    ) AS member
    WHERE kept <> '[]' OR value = '[]'
)"""

# Both ends of a link have an entry in the batch in which it came or went, and no record
# has more than two there. So few are looked at, however many a partner has.
UNLINK = """
UPDATE records_change entry SET before = {before}, after = {after}
FROM unnest(%(partners)s::uuid[], %(batches)s::bigint[]) AS near (partner, batch),
LATERAL (
    SELECT found.seq FROM records_change found
    WHERE found.workspace_id = %(workspace)s AND found.record_id = near.partner
      AND found.seq >= near.batch
    ORDER BY found.seq LIMIT 2
) AS found
WHERE entry.workspace_id = %(workspace)s AND entry.seq = found.seq
  AND entry.batch = near.batch
RETURNING 1
"""
UNMERGE = """
UPDATE records_change SET cause = nullif((
    SELECT coalesce(jsonb_object_agg(key, kept), '{}') FROM (
        SELECT key, CASE jsonb_typeof(value)
            WHEN 'array' THEN value - %(names)s::text[] ELSE value
        END AS kept
        FROM jsonb_each(cause)
    ) AS member
    WHERE kept <> '[]' AND NOT coalesce(kept #>> '{}' = ANY(%(names)s::text[]), false)
), '{}')
WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])
  AND cause ?| ARRAY['merged', 'merged_into', 'unmerged_from']
"""

WAYS = ("merged_into", "unmerged_from")
"""What a cause calls the record that one has gone into, or come back from."""


@dataclass
class Emptied:
    """What was emptied, and which other records had to do with it."""

    entries: int = 0
    """How many entries of the records themselves."""
    partner_entries: int = 0
    """How many entries of records that were linked to them."""
    partners: set[UUID] = field(default_factory=set)
    """Records that were linked to them."""
    related: set[UUID] = field(default_factory=set)
    """Records with which one of them had become one, and that are none of them."""
    mergers: set[str] = field(default_factory=set)
    """The ids of those of them that one had gone into."""


def empty_entries(workspace_id: UUID, records: Mapping[UUID, str]) -> Emptied:
    """Let nothing in the journal tell what records had, or who had to do with them.

    ``records`` has the id of each as the journal names it.
    """
    emptied = Emptied()
    after = 0
    while rows := query(
        READ,
        workspace=workspace_id,
        records=[*records],
        after=after,
        most=MOST_AT_ONCE,
    ):
        entries = [Noted(seq, batch, *map(loaded, docs)) for seq, batch, *docs in rows]
        empty_some(workspace_id, records, entries, emptied)
        after = rows[-1][0]
    if emptied.related:
        forget_mergers(workspace_id, records.values(), emptied.related)
    return emptied


@dataclass(frozen=True)
class Noted:
    """An entry, as far as it names other records."""

    seq: int
    batch: int
    before: JSONObject
    after: JSONObject
    cause: JSONObject

    @property
    def linked(self) -> Iterator[UUID]:
        """The records to which it tells of links."""
        for side in (self.before, self.after):
            for value in side.values():
                yield from ids_among(value)

    @property
    def ways(self) -> Iterator[str]:
        """The ids of the records that its own has gone into, or come back from."""
        yield from (str(self.cause[name]) for name in WAYS if name in self.cause)


def empty_some(
    workspace_id: UUID,
    records: Mapping[UUID, str],
    entries: Collection[Noted],
    emptied: Emptied,
) -> None:
    """Empty some entries of records, and take the records out of others' entries."""
    near = {
        (partner, entry.batch)
        for entry in entries
        for partner in entry.linked
        if partner not in records
    }
    for entry in entries:
        ways = {way for way in entry.ways if record_in(way) not in records}
        merged = {*ids_among(entry.cause.get("merged"))}
        named = {record for way in ways if (record := record_in(way))}
        emptied.related |= (merged | named) - records.keys()
        emptied.mergers |= ways
    unlinked = query(
        UNLINK.format(
            before=WITHOUT.format(side="entry.before"),
            after=WITHOUT.format(side="entry.after"),
        ),
        workspace=workspace_id,
        names=[*records.values()],
        partners=[partner for partner, _ in near],
        batches=[batch for _, batch in near],
    )
    query(
        EMPTY.format(
            before=EMPTIED.format(side="before"), after=EMPTIED.format(side="after")
        ),
        workspace=workspace_id,
        entries=[entry.seq for entry in entries],
    )
    emptied.partners |= {partner for partner, _ in near}
    emptied.entries += len(entries)
    emptied.partner_entries += len(unlinked)


def forget_mergers(
    workspace_id: UUID, names: Collection[str], related: Collection[UUID]
) -> None:
    """Take records out of what the journal says others had become one with."""
    query(UNMERGE, workspace=workspace_id, names=[*names], records=[*related])


def ids_among(value: JSON) -> Iterator[UUID]:
    """Yield the ids of records in an array; nothing else has any."""
    for one in value if isinstance(value, list) else []:
        if record := record_in(one):
            yield record


def loaded(text: str | None) -> JSONObject:
    """Return what a column of an entry has, and nothing if it is null."""
    return load(text) if text else {}
