"""Links between records: both sides of a relationship are kept by one row."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from crm.sql import query_arrays
from objects.schema import Relationship
from records.writing.claims import Collided
from records.writing.operations import Strategy

FIND = """
WITH wanted AS (
    SELECT * FROM unnest(
        %(fields)s::uuid[], %(sources)s::uuid[], %(targets)s::uuid[]
    ) AS wanted (field, source, target)
), found AS (
    SELECT link.field_id, link.source_id, link.target_id
    FROM wanted JOIN records_link link
      ON link.workspace_id = %(workspace)s AND link.field_id = wanted.field
     AND link.source_id = wanted.source
     AND (wanted.target IS NULL OR link.target_id = wanted.target)
    UNION
    SELECT link.field_id, link.source_id, link.target_id
    FROM wanted JOIN records_link link
      ON link.workspace_id = %(workspace)s AND link.field_id = wanted.field
     AND link.target_id = wanted.target
    WHERE wanted.source IS NULL
)
SELECT field_id, source_id, target_id, ARRAY(
    SELECT id FROM records_record
    WHERE workspace_id = %(workspace)s AND id IN (source_id, target_id)
      AND %(agent)s::uuid IS NOT NULL AND NOT visible_to @> ARRAY[%(agent)s::uuid]
)
FROM found
"""

SAVE = """
WITH gone AS (
    DELETE FROM records_link link
    USING unnest(
        %(gone_fields)s::uuid[], %(gone_sources)s::uuid[], %(gone_targets)s::uuid[]
    ) AS old (field, source, target)
    WHERE link.workspace_id = %(workspace)s AND link.field_id = old.field
      AND link.source_id = old.source AND link.target_id = old.target
    RETURNING true
), come AS (
    INSERT INTO records_link (workspace_id, field_id, source_id, target_id, position)
    SELECT %(workspace)s, field, source, target, %(position)s + place
    FROM unnest(%(fields)s::uuid[], %(sources)s::uuid[], %(targets)s::uuid[])
         WITH ORDINALITY AS fresh (field, source, target, place)
    ORDER BY field, source, target
    ON CONFLICT DO NOTHING
    RETURNING true
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM come)
"""


class End(NamedTuple):
    """A record as the source or the target of links."""

    field: UUID
    is_source: bool
    record: UUID


class Pair(NamedTuple):
    """A link, as its row has it."""

    field: UUID
    source: UUID
    target: UUID

    @property
    def ends(self) -> tuple[End, End]:
        """Both of its ends, the source first."""
        return (
            End(self.field, is_source=True, record=self.source),
            End(self.field, is_source=False, record=self.target),
        )


class LinkSearch(NamedTuple):
    """Which links to look for: those of a source, of a target, or between both."""

    field: UUID
    source: UUID | None
    target: UUID | None


class Links:
    """The links that a batch has to do with: the stored ones, and those to come."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self.stored: set[Pair] = set()
        self._stored_at: defaultdict[End, set[Pair]] = defaultdict(set)
        self.hidden: set[UUID] = set()
        """Linked records that the caller may not see."""
        self.current: dict[Pair, None] = {}
        self._by_end: defaultdict[End, dict[Pair, None]] = defaultdict(dict)

    def find(self, searches: Iterable[LinkSearch], agent_id: UUID | None) -> None:
        """Read the stored links that any of the searches asks for.

        An agent may not see all of the records on their ends.
        """
        wanted = list(dict.fromkeys(searches))
        if not wanted:
            return
        rows = query_arrays(
            FIND,
            workspace=self.workspace_id,
            agent=agent_id,
            fields=[search.field for search in wanted],
            sources=[search.source for search in wanted],
            targets=[search.target for search in wanted],
        )
        for *ends, hidden in rows:
            pair = Pair(*ends)
            self.stored.add(pair)
            for end in pair.ends:
                self._stored_at[end].add(pair)
            self.hidden.update(hidden)
            self._put(pair)

    def change(
        self, side: Relationship, record: UUID, how: Strategy, others: Iterable[UUID]
    ) -> None:
        """Replace the links of a record, add some, or take some away."""
        named = [pair_of(side, record, other) for other in others]
        if how == Strategy.REMOVE:
            self.remove(named)
            return
        if how == Strategy.REPLACE or side.is_to_one:
            self.remove(set(self.of(side, record)) - set(named))
        for pair in named:
            self.add(side, record, pair)

    def add(self, side: Relationship, record: UUID, pair: Pair) -> None:
        """Add a link, and take away one that the other record may no longer have."""
        if side.is_from_one:
            other = pair.target if side.is_forward else pair.source
            self.remove(set(self.to(side, other)) - {pair})
        self._put(pair)

    def remove(self, pairs: Iterable[Pair]) -> None:
        """Take links away, as far as they are there."""
        for pair in list(pairs):
            self.current.pop(pair, None)
            for end in pair.ends:
                self._by_end[end].pop(pair, None)

    def of(self, side: Relationship, record: UUID) -> Iterable[Pair]:
        """Return the links of a record on its side of a relationship."""
        return self._by_end[End(side.field_id, side.is_forward, record)]

    def partners(self, side: Relationship, record: UUID) -> list[UUID]:
        """Return the records that a record is linked to on its side."""
        pairs = self.of(side, record)
        return [pair.target if side.is_forward else pair.source for pair in pairs]

    def stored_partners(self, side: Relationship, record: UUID) -> set[UUID]:
        """Return the records that one was linked to when the batch began."""
        pairs = self._stored_at[End(side.field_id, side.is_forward, record)]
        return {pair.target if side.is_forward else pair.source for pair in pairs}

    def to(self, side: Relationship, other: UUID) -> Iterable[Pair]:
        """Return the links of a record on the other side."""
        return self._by_end[End(side.field_id, not side.is_forward, other)]

    def _put(self, pair: Pair) -> None:
        self.current.setdefault(pair)
        for end in pair.ends:
            self._by_end[end].setdefault(pair)

    @property
    def added(self) -> list[Pair]:
        """The links that are new, in the order in which they were made."""
        return [pair for pair in self.current if pair not in self.stored]

    @property
    def removed(self) -> set[Pair]:
        """The links that go."""
        return self.stored - self.current.keys()

    def save(self) -> None:
        """Write the links that came, and delete those that went.

        Raises:
            Collided: if another transaction has written or deleted one meanwhile, from
                its other end.
        """
        added, removed = self.added, sorted(self.removed)
        if not added and not removed:
            return
        rows = query_arrays(
            SAVE,
            workspace=self.workspace_id,
            position=time.time_ns() // 1000,
            fields=[pair.field for pair in added],
            sources=[pair.source for pair in added],
            targets=[pair.target for pair in added],
            gone_fields=[pair.field for pair in removed],
            gone_sources=[pair.source for pair in removed],
            gone_targets=[pair.target for pair in removed],
        )
        if rows != [(len(removed), len(added))]:
            raise Collided


def pair_of(side: Relationship, record: UUID, other: UUID) -> Pair:
    """Return the link between a record here and one on the other side."""
    if side.is_forward:
        return Pair(side.field_id, record, other)
    return Pair(side.field_id, other, record)


def search_of(side: Relationship, record: UUID) -> LinkSearch:
    """Return the search for the links of a record on its side."""
    if side.is_forward:
        return LinkSearch(side.field_id, record, None)
    return LinkSearch(side.field_id, None, record)


def search_to(side: Relationship, other: UUID) -> LinkSearch:
    """Return the search for the links of a record on the other side."""
    if side.is_forward:
        return LinkSearch(side.field_id, None, other)
    return LinkSearch(side.field_id, other, None)
