"""The rows of one request, and the records that they have to do with.

They are claimed, locked and read before anything is decided. See Note [Order of locks]
in `records.writing.engine`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from uuid import UUID

from objects.catalog import Catalog
from records.journal.entries import Noted
from records.writing.claims import Claims, Collided
from records.writing.drafts import Draft
from records.writing.holds import Hold
from records.writing.links import (
    End,
    Links,
    LinkSearch,
    Pair,
    pair_of,
    search_of,
    search_to,
)
from records.writing.locking import lock_records
from records.writing.merges import Merge
from records.writing.operations import Delete, Intent, Strategy, Upsert
from records.writing.reversals import SetAccess
from records.writing.rows import Grave, Key, Lid, PlannedLinks, Row, Target


class Batch:
    """The rows of one request and everything that is locked for them."""

    def __init__(self, intent: Intent, catalog: Catalog, rows: Sequence[Row]) -> None:
        self.actor = intent.actor
        self.mode = intent.mode
        self.on_repeat = intent.on_repeat
        self.workspace_id = intent.actor.workspace.id
        self.catalog = catalog
        self.rows = rows
        self.claims = Claims(self.workspace_id)
        self.links = Links(self.workspace_id)
        self.drafts: dict[UUID, Draft] = {}
        """The records that are locked, and those that the batch makes."""
        self.soft_holders: dict[Key, list[UUID]] = {}
        """The records that hold the values by which rows softly match: the oldest
        first, and last those that this batch makes."""
        self.possible: dict[UUID, set[UUID]] = {}
        """The stored records that a row may turn out to mean, by the row's own id."""
        self.lids = {lid: row.id for row in rows if (lid := lid_of(row))}
        """The own ids of rows whose records later ones name by what they call them."""
        self.meant: dict[Lid, UUID] = {}
        """The records that those rows have turned out to mean by now."""
        self.decided: list[Draft | None] = []
        """What each row ends in, in their order; none if it is refused."""
        self.graves: dict[UUID, Grave] = {}
        """What is left of records that are to come back, and of their partners."""
        self.merged: dict[UUID, UUID] = {}
        """The survivors of records that rows name and that were merged, by their ids,
        as far as the caller may know of them."""
        self.known_agents: frozenset[UUID] = frozenset()
        """The agents and users that are there, of those whom records named that come
        back."""
        self.noted: Noted | None = None
        """The batch in the journal, once it is there."""

    @property
    def good_rows(self) -> list[Row]:
        """The rows that are not refused so far."""
        return [row for row in self.rows if not row.refusals]

    @cached_property
    def leaving(self) -> frozenset[Pair]:
        """The links that rows take away one by one."""
        return frozenset(
            pair_of(plan.relationship, row.id, target.id)
            for row in self.good_rows
            for plan in row.links
            if plan.how == Strategy.REMOVE
            for target in plan.targets
            if target.id
        )

    def lock(self, wanted: Mapping[UUID, Hold], *, may_wait: bool = True) -> None:
        """Lock the records that exist and are not held as firmly yet.

        One that was held less firmly is read again: others may have changed it.
        """
        missing = {r: hold for r, hold in wanted.items() if not self.holds(r, hold)}
        if not missing:
            return
        for draft in lock_records(
            self.workspace_id, self.catalog, missing, may_wait=may_wait
        ):
            if known := self.drafts.get(draft.id):
                draft.linked, draft.unlinked = known.linked, known.unlinked
            self.drafts[draft.id] = draft

    def lock_at_once(self, wanted: Mapping[UUID, Hold]) -> None:
        """Lock records that are found too late for the order of locks.

        Raises:
            Collided: if one of them is gone.
        """
        self.lock(wanted, may_wait=False)
        if wanted.keys() - self.drafts.keys():
            raise Collided

    def holds(self, record: UUID, hold: Hold) -> bool:
        """Whether a record is held so, or more firmly."""
        return record in self.drafts and self.drafts[record].hold >= hold

    def hold_for(self, end: End) -> Hold:
        """Return how firmly a record must be held to be an end of a link."""
        moves = (end.field, end.is_source) in self.catalog.moving_ends
        return Hold.CHANGE if moves else Hold.LINK


def claim_values(batch: Batch) -> None:
    """Claim the unique values that the rows want, and learn which records they mean."""
    batch.claims.take(batch.rows)
    for row in batch.rows:
        batch.possible[row.id] = possible_records(batch, row)


def lid_of(row: Row) -> Lid | None:
    """Return what later rows call the record of a row, if it is given a name."""
    if isinstance(row.operation, Upsert) and row.operation.lid is not None:
        return row.schema.slug, row.operation.lid
    return None


def possible_records(batch: Batch, row: Row) -> set[UUID]:
    """Return the stored records that a row may turn out to mean."""
    if row.named:
        return possible_targets(batch, row.named)
    if not isinstance(row.operation, Upsert):
        return {row.id, *row.losers}
    if row.refusals:
        return set()
    soft = (batch.soft_holders.get(match.key, []) for match in row.soft_matches)
    return batch.claims.others(row).union(*soft)


def lock_needed(batch: Batch) -> None:
    """Lock the stored records that the rows may change, link or collide with."""
    needed = (one for row in batch.rows for one in needed_records(batch, row))
    batch.lock(firmest(needed))


def needed_records(batch: Batch, row: Row) -> Iterator[tuple[UUID, Hold]]:
    """Yield the stored records that have to be locked for a row, and how firmly."""
    is_firm = isinstance(row.operation, Delete | SetAccess | Merge)
    own = Hold.DELETE if is_firm else Hold.CHANGE
    yield from ((record, own) for record in batch.possible[row.id])
    if not row.refusals:
        yield from ((record, Hold.CHANGE) for record in batch.claims.others(row))
    for plan in row.links:
        side = plan.relationship
        for record in stored_targets(batch, plan):
            end = End(side.field_id, not side.is_forward, record)
            yield record, batch.hold_for(end)


def firmest(needed: Iterable[tuple[UUID, Hold]]) -> dict[UUID, Hold]:
    """Return how firmly each record must be held for all that needs it."""
    wanted: dict[UUID, Hold] = {}
    for record, hold in needed:
        wanted[record] = max(hold, wanted.get(record, hold))
    return wanted


def stored_targets(batch: Batch, plan: PlannedLinks) -> set[UUID]:
    """Return the stored records that a plan may turn out to link."""
    return set().union(*(possible_targets(batch, target) for target in plan.targets))


def possible_targets(batch: Batch, target: Target) -> set[UUID]:
    """Return the stored records that may turn out to be the one that is named."""
    named = target.id
    if target.lid:
        named = batch.lids[target.lid]
    elif target.key:
        named = batch.claims.stored.get(target.key)
    return {named} | batch.possible.get(named, set()) if named else set()


def find_links(batch: Batch) -> None:
    """Read the stored links that the rows may change, or will show."""
    searches = (
        search for row in batch.good_rows for search in link_searches(batch, row)
    )
    batch.links.find(searches, batch.actor.agent_id)


def link_searches(batch: Batch, row: Row) -> list[LinkSearch]:
    """Return the searches for the links of a row's own record, and of its targets."""
    schema, records = row.schema, batch.possible[row.id]
    is_going = isinstance(row.operation, Delete | Merge)
    sides = schema.relationships.values() if is_going else schema.to_one
    shown = [search_of(side, record) for record in records for side in sides]
    planned = (planned_searches(batch, plan, records) for plan in row.links)
    return [*shown, *(search for searches in planned for search in searches)]


def planned_searches(
    batch: Batch, plan: PlannedLinks, records: Iterable[UUID]
) -> list[LinkSearch]:
    """Return the searches for the links that a plan may add to, replace or remove."""
    side, others = plan.relationship, stored_targets(batch, plan)
    if plan.how == Strategy.REPLACE or side.is_to_one:
        own = [search_of(side, record) for record in records]
    else:
        own = [
            LinkSearch(*pair_of(side, record, other))
            for record in records
            for other in others
        ]
    return own + [search_to(side, other) for other in others if side.is_from_one]
