"""The duplicates of one record, as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.sql import TRUE, Sql, concat
from objects.catalog import Catalog
from objects.schema import Schema
from records.access.visibility import seen_among, visible
from records.duplicates.compared import Compared, compared_fields
from records.duplicates.pairs import compared_of
from records.duplicates.portraits import Portrait
from records.duplicates.probes import THRESHOLD, candidates
from records.duplicates.reading import portrait_columns, read_portrait
from records.duplicates.scoring import Match, compare
from records.duplicates.told import Pair
from records.models import Duplicate
from records.writing.operations import NoSuchRecord

MOST = 25
"""How many duplicates of a record are told."""

SAID = """(
    SELECT ARRAY[pair.state, pair.compared] FROM records_duplicate pair
    WHERE pair.workspace_id = %s AND pair.a = least(r.id, %s)
      AND pair.b = greatest(r.id, %s)
)"""


class Said(NamedTuple):
    """What was said of a pair, and a digest of what was compared then."""

    state: str
    compared: str


class Seen(NamedTuple):
    """A record of a pair, and what was said of the pair, if anything was."""

    portrait: Portrait
    said: Said | None


class FoundPair(NamedTuple):
    """A pair as it is now."""

    pair: Pair
    compared: str
    """A digest of what is compared."""


@dataclass(frozen=True)
class LiveDuplicates:
    """Duplicates among the records of a type that a caller may see."""

    actor: Actor
    catalog: Catalog
    schema: Schema

    @cached_property
    def compared(self) -> Compared:
        """The fields that are compared."""
        return compared_fields(self.catalog, self.schema)

    def of(self, record_id: UUID) -> list[Pair]:
        """Return the pairs of a record that are told, the surest first.

        Raises:
            NoSuchRecord: if there is none that the caller may see.
        """
        own = self.find(record_id)
        if not self.compared.tells:
            return []
        found = candidates(self.actor, self.schema, self.compared, own)
        if not found.text:
            return []
        pairs = [one.pair for one in self.pairs(own, self.read_with(own.id, found))]
        return sorted(pairs, key=lambda one: (-one.score, one.a, one.b))[:MOST]

    def between(self, a: UUID, b: UUID) -> FoundPair | None:
        """Return the pair of two records, if they may be the same and both are seen."""
        try:
            own = self.find(a)
        except NoSuchRecord:
            return None
        other = Sql("SELECT %s::uuid", (b,))
        return next(iter(self.pairs(own, self.read_with(a, other))), None)

    def pairs(self, own: Portrait, others: Iterable[Seen]) -> list[FoundPair]:
        """Return the pairs of a record with those of others that may be the same."""
        return [
            pair_of(own, other, match)
            for other in others
            if (match := compare(self.compared, own, other.portrait))
        ]

    def find(self, record_id: UUID) -> Portrait:
        """Return what is compared of a record.

        Raises:
            NoSuchRecord: if there is none that the caller may see.
        """
        named = seen_among(self.actor, self.schema, Sql("r.id = %s", (record_id,)))

        def statement(proof: Sql) -> Sql:
            return concat(
                "SELECT ",
                self.columns(),
                " FROM records_record r WHERE ",
                named,
                " AND ",
                proof,
            )

        rows = self.actor.fetch(statement, is_prepared=True)
        if not rows:
            raise NoSuchRecord()
        return read_portrait(self.compared, *rows[0])

    def read_with(self, record_id: UUID, ids: Sql) -> list[Seen]:
        """Return records, and what was said of each together with another one."""
        owner = self.actor.workspace.id
        statement = concat(
            THRESHOLD,
            "SELECT ",
            self.columns(),
            ", ",
            Sql(SAID, (owner, record_id, record_id)),
            " FROM records_record r WHERE ",
            seen_among(self.actor, self.schema, concat("r.id IN (", ids, ")")),
        )
        return [
            Seen(read_portrait(self.compared, *row), Said(*said) if said else None)
            for *row, said in statement.fetch()
        ]

    def columns(self) -> Sql:
        """Return what is read of a record, with the companies that the caller sees."""
        return portrait_columns(self.compared, visible(self.actor, TRUE, "c"))


def pair_of(own: Portrait, other: Seen, match: Match) -> FoundPair:
    """Return the pair of two records.

    What was said of it holds as long as no value has changed.
    """
    first, second = sorted([own, other.portrait], key=lambda one: one.id)
    compared = compared_of(first, second)
    holds = other.said is not None and other.said.compared == compared
    state = other.said.state if other.said and holds else Duplicate.State.OPEN.value
    pair = Pair(first.id, second.id, match.score, match.told(), state)
    return FoundPair(pair, compared)
