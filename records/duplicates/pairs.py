"""Pairs that were found by a scan or judged by somebody, and are kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from crm.authentication import Actor
from crm.jsonapi.listings import Listing, Position, Slice
from crm.sql import Sql, all_of, concat, query
from objects.schema import Schema
from records.access.visibility import seen_by
from records.duplicates.portraits import Portrait
from records.duplicates.told import Pair
from records.erasing.stores import Forgotten

FROM = """
FROM records_duplicate pair
JOIN records_record ra ON ra.workspace_id = pair.workspace_id AND ra.id = pair.a
JOIN records_record rb ON rb.workspace_id = pair.workspace_id AND rb.id = pair.b
WHERE """
COLUMNS = "pair.a, pair.b, pair.score, pair.reasons::text, pair.state"
FURTHER = {
    False: "(pair.score < %s OR pair.score = %s AND (pair.a, pair.b) > (%s, %s))",
    True: "(pair.score > %s OR pair.score = %s AND (pair.a, pair.b) < (%s, %s))",
}
"""What lies behind a position, and what before it."""
ORDER = {
    False: "pair.score DESC, pair.a, pair.b",
    True: "pair.score, pair.a DESC, pair.b DESC",
}

FORGET = """
WITH of_first AS (
    DELETE FROM records_duplicate
    WHERE workspace_id = %(workspace)s AND a = ANY(%(records)s::uuid[])
    RETURNING 1
), of_second AS (
    DELETE FROM records_duplicate
    WHERE workspace_id = %(workspace)s AND b = ANY(%(records)s::uuid[])
    RETURNING 1
), of_keys AS (
    DELETE FROM records_duplicatekey
    WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])
)
SELECT FROM of_first UNION ALL SELECT FROM of_second
"""


@dataclass(frozen=True)
class KeptPairs(Listing[Pair]):
    """The pairs of a type that are kept, the surest first.

    The caller sees those of which they may see both records. What is gone by now is in
    none.
    """

    actor: Actor
    schema: Schema
    state: str | None = None
    """That of the pairs that are asked for, or None for all."""

    called = "these duplicates"

    @property
    def condition(self) -> Sql:
        """The condition that a pair is one of them."""
        own = Sql(
            "pair.workspace_id = %s AND pair.object_type_id = %s",
            (self.actor.workspace.id, self.schema.id),
        )
        seen = [seen_by(self.actor, self.schema, alias) for alias in ("ra", "rb")]
        state = [Sql("pair.state = %s", (self.state,))] if self.state else []
        return all_of([own, *state, *seen])

    def total(self) -> int:
        return int(concat("SELECT count(*)", FROM, self.condition).fetch()[0][0])

    def read(self, part: Slice) -> tuple[Sequence[Pair], Sequence[Position]]:
        bounds = [further(*position) for position in part.positions]
        rows = self.actor.fetch(
            lambda proof: concat(
                f"SELECT {COLUMNS}{FROM}",
                all_of([self.condition, *bounds, proof]),
                f" ORDER BY {ORDER[part.is_backward]}",
                Sql(" LIMIT %s OFFSET %s", (part.limit, part.offset)),
            )
        )
        pairs = [
            Pair(a, b, score, json.loads(reasons), state)
            for a, b, score, reasons, state in rows
        ]
        return pairs, [[repr(one.score), str(one.a), str(one.b)] for one in pairs]

    @property
    def context(self) -> str:
        owner = f"{self.actor.workspace.id}/{self.schema.id}"
        return f"{owner}/duplicates?{self.state or ''}"


def further(position: Position, is_before: bool) -> Sql:
    """Return the condition that a pair lies behind a position, or before it."""
    score, a, b = position
    return Sql(FURTHER[is_before], (score, score, a, b))


def compared_of(one: Portrait, other: Portrait) -> str:
    """Return the digest of what was compared of two records, in the order of ids."""
    return one.fingerprint + other.fingerprint


def forget_pairs(forgotten: Forgotten) -> int:
    """Forget all pairs of some records, also what a scan that runs has of them.

    Return of how many.
    """
    place = {"workspace": forgotten.workspace_id, "records": [*forgotten.records]}
    return len(query(FORGET, **place))
