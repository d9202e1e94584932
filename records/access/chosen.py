"""Which records' access is to change: those of some ids, or those that match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias
from uuid import UUID

from crm.authentication import Actor
from crm.errors import TooManyRows
from crm.nearest import quoted
from crm.sql import Sql, concat
from objects.schema import Schema
from records.access.visibility import seen_by
from records.ids import decode_id
from records.writing.operations import RecordNotFound

Viewers: TypeAlias = frozenset[UUID] | None
"""The agents who may see a record; None for everyone."""


class Seen(NamedTuple):
    """A record that is locked."""

    viewers: Viewers
    version: int


FIND = "WITH found AS MATERIALIZED (SELECT r.id FROM records_record r WHERE "

LOCK = """)
SELECT r.id, r.visible_to, r.version FROM records_record r
WHERE r.workspace_id = %s AND r.id IN (SELECT id FROM found)
ORDER BY r.id FOR UPDATE OF r
"""


class ChosenRecords(Protocol):
    """The records whose access is to change."""

    def lock(self, actor: Actor, schema: Schema) -> dict[UUID, Seen]:
        """Keep them from changing, and return who may see each."""
        ...


@dataclass(frozen=True)
class NamedRecords:
    """The records of ids, as they were sent in an array ``at`` a place."""

    ids: Sequence[str]
    at: str

    def lock(self, actor: Actor, schema: Schema) -> dict[UUID, Seen]:
        """Keep them from changing, and return who may see each.

        Raises:
            RecordNotFound: if there is no record of an id that the caller may see.
        """
        named = [decode_id(schema.prefix, name) for name in self.ids]
        known = [record for record in named if record]
        held = lock(actor, schema, Sql("r.id = ANY(%s::uuid[])", (known,)))
        missing = {
            f"{self.at}/{index}": f"There is no record {quoted(self.ids[index])}."
            for index, record in enumerate(named)
            if record not in held
        }
        if missing:
            raise RecordNotFound(missing)
        return held


@dataclass(frozen=True)
class MatchingRecords:
    """The records ``r`` that fulfil a condition, which was said ``at`` a place."""

    condition: Sql
    at: str
    most: int
    """How many they may be."""

    def lock(self, actor: Actor, schema: Schema) -> dict[UUID, Seen]:
        """Keep them from changing, and return who may see each.

        Raises:
            TooManyRows: if there are more than they may be.
        """
        few = Sql(" LIMIT %s", (self.most + 1,))
        held = lock(actor, schema, concat(self.condition, few))
        if len(held) > self.most:
            why = f"More records match; at most {self.most} are changed at once."
            raise TooManyRows({self.at: why})
        return held


def lock(actor: Actor, schema: Schema, condition: Sql) -> dict[UUID, Seen]:
    """Lock the records of a type that the caller may see and that fulfil a condition.

    They are locked in the order of their ids, as all writers do, and against those who
    link them, as the journal says who sees what was linked.
    """
    own = Sql(LOCK, (actor.workspace.id,))
    rows = concat(FIND, seen_by(actor, schema) & condition, own).fetch()
    return {
        record: Seen(None if viewers is None else frozenset(viewers), version)
        for record, viewers, version in rows
    }
