"""The records that a batch has to do with: locked, linked and written together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from objects.catalog import Catalog
from records.ids import encode_id, identifier
from records.journal.entries import Entry, Origin, append_entries
from records.models import JournalEntry
from records.writing.claims import Claims, Collided
from records.writing.drafts import Draft
from records.writing.links import Links, Pair, Search, pair_of, search_of, search_to
from records.writing.matching import Matching
from records.writing.operations import Delete, RecordNotFound, Strategy, Upsert
from records.writing.rows import PlannedLinks, Row, Target
from records.writing.store import lock_records, save_records


class Batch:
    """The rows of one request and everything that is locked for them.

    Locks are taken in one order everywhere: the schemas, unique values (sorted),
    records (by id), the journal's head. Only former partners of links are found too
    late for that order; if one is locked, the batch gives up and is tried again, alone.
    """

    def __init__(self, actor: Actor, catalog: Catalog, rows: Sequence[Row]) -> None:
        self.actor = actor
        self.catalog = catalog
        self.rows = rows
        self.workspace_id = actor.workspace.id
        self.matching = Matching(actor, catalog)
        self.claims = Claims(self.workspace_id)
        self.links = Links(self.workspace_id)
        self.drafts: dict[UUID, Draft] = {}
        self._meant: dict[UUID, set[UUID]] = {}

    def load(self, agents: Mapping[str, str]) -> None:
        """Claim the values, lock the records and read the links that the rows need."""
        self._name_agents(agents)
        good = [row for row in self.rows if not row.refusals]
        self.matching.find(good)
        self.claims.take(self.rows)
        self._meant = {row.id: self._possible_records(row) for row in good}
        self._lock({record_id for row in self.rows for record_id in self._needs(row)})
        searches = (search for row in good for search in self._searches(row))
        self.links.find(searches, self.actor.agent_id)

    def target_id(self, target: Target) -> UUID | None:
        """Return the id of a record to be linked, if it is known."""
        return target.id if target.key is None else self.claims.holders.get(target.key)

    def _target_ids(self, plan: PlannedLinks) -> list[UUID]:
        """Return the stored records that a plan may turn out to link."""
        ids = {target.id for target in plan.targets if target.id}
        for key in (target.key for target in plan.targets if target.key):
            if holder := self.claims.stored.get(key):
                ids |= {holder} | self._meant.get(holder, set())
        return list(ids)

    def partners(self, draft: Draft) -> dict[str, JSON]:
        """Return the identifiers that the to-one relationships of a record lead to."""
        found: dict[str, JSON] = {}
        for side in draft.schema.to_one:
            found[side.slug] = None
            prefix = self.catalog.schema(side.target).prefix
            for partner in self.links.partners(side, draft.id):
                if partner not in self.links.hidden:
                    found[side.slug] = identifier(side.target, prefix, partner)
        return found

    def save(self, origin: Origin) -> None:
        """Write all that changed, and the journal last."""
        changed = [draft for draft in self.drafts.values() if draft.is_changed]
        entries = [entry_of(draft, self.catalog) for draft in changed]
        for draft in changed:
            draft.stamp(origin.actor, origin.at)
        # Values move before the records that had them go, which would take them along.
        self.claims.settle(changed)
        save_records(self.workspace_id, changed)
        self.links.save()
        if entries:
            append_entries(self.workspace_id, entries, origin)

    def _name_agents(self, agents: Mapping[str, str]) -> None:
        for row in self.rows:
            for target in row.agents:
                if target.name in agents:
                    row.name_agent(target, agents[target.name])
                else:
                    row.refusals.append(RecordNotFound({target.at: "No such agent."}))

    def _lock(self, ids: Iterable[UUID], *, may_wait: bool = True) -> None:
        missing = set(ids) - self.drafts.keys()
        if missing:
            locked = lock_records(
                self.workspace_id, self.catalog, missing, may_wait=may_wait
            )
            self.drafts |= {draft.id: draft for draft in locked}

    def lock_at_once(self, ids: Iterable[UUID]) -> None:
        """Lock records that are found too late for the order of locks.

        Raises:
            Collided: if one of them is gone.
        """
        wanted = set(ids)
        self._lock(wanted, may_wait=False)
        if wanted - self.drafts.keys():
            raise Collided

    def _needs(self, row: Row) -> Iterable[UUID]:
        """Return the stored records that a row may change, link or collide with."""
        yield from self._possible_records(row)
        if not row.refusals:
            yield from self.claims.others(row)
        for plan in row.links:
            yield from self._target_ids(plan)

    def _possible_records(self, row: Row) -> set[UUID]:
        """Return the stored records that a row may turn out to mean."""
        if not isinstance(row.operation, Upsert):
            return {row.id}
        if row.refusals:
            return set()
        return self.claims.others(row) | self.matching.records(row)

    def _searches(self, row: Row) -> Iterable[Search]:
        """Return searches for the stored links that a row may change, or will show."""
        sides = row.schema.relationships.values()
        for record in self._possible_records(row):
            is_going = isinstance(row.operation, Delete)
            yield from (search_of(s, record) for s in sides if is_going or s.is_to_one)
        for plan in row.links:
            for record in self._possible_records(row):
                yield from self._own_links(plan, record)
            if plan.relationship.is_from_one:
                ids = self._target_ids(plan)
                yield from (search_to(plan.relationship, other) for other in ids)

    def _own_links(self, plan: PlannedLinks, record: UUID) -> Iterable[Search]:
        if plan.how == Strategy.REPLACE or plan.relationship.is_to_one:
            yield search_of(plan.relationship, record)
            return
        for other in self._target_ids(plan):
            yield Search(*pair_of(plan.relationship, record, other))

    def note_links(self) -> None:
        """Note at both ends of each link that comes or goes that it does."""
        removed = self.links.removed
        self._lock(ends_of_all(removed), may_wait=False)
        for pair in self.links.added:
            source, target = self._ends(pair)
            source_slug, target_slug = self.catalog.sides[pair.field]
            source.link(source_slug, target.id)
            target.link(target_slug, source.id)
        for pair in removed:
            source, target = self._ends(pair)
            source_slug, target_slug = self.catalog.sides[pair.field]
            source.unlink(source_slug, target.id)
            target.unlink(target_slug, source.id)

    def _ends(self, pair: Pair) -> tuple[Draft, Draft]:
        try:
            return self.drafts[pair.source], self.drafts[pair.target]
        except KeyError as error:
            raise Collided from error


def ends_of_all(pairs: Iterable[Pair]) -> set[UUID]:
    """Return all records that links are between."""
    return {end for pair in pairs for end in (pair.source, pair.target)}


def entry_of(draft: Draft, catalog: Catalog) -> Entry:
    """Return the journal's entry for what a batch made of a record.

    A relationship's links that went stand in what was before, and those that came in
    what is after; the links that stayed are in neither.
    """
    if draft.is_deleted:
        before, after, action = dict(draft.before), {}, JournalEntry.Action.DELETED
    else:
        fields = draft.changed_fields
        before = {s: draft.before[s] for s in fields if s in draft.before}
        after = {s: draft.attributes.get(s) for s in fields}
        action = (
            JournalEntry.Action.CREATED if draft.is_new else JournalEntry.Action.UPDATED
        )
    for links, values in ((draft.unlinked, before), (draft.linked, after)):
        for slug, others in links.items():
            prefix = catalog.schema(draft.schema.relationships[slug].target).prefix
            values[slug] = [encode_id(prefix, other) for other in sorted(others)]
    return Entry(draft.id, draft.schema.id, action, draft.version + 1, before, after)
