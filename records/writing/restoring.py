"""Records that come back: with their values, their links and who might see them."""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Container, Iterable, Iterator
from uuid import UUID

from crm.errors import Refused
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from crm.sql import query
from objects.field_types.collection import Collection
from objects.field_types.relation import Referred
from objects.models import Field
from objects.schema import Relationship, Schema
from records.ids import identifier
from records.journal.gone import FormerRule, GoneRecord
from records.writing.batch import Batch, firmest, needed_records
from records.writing.drafts import Draft
from records.writing.holds import Hold
from records.writing.linking import change_links, missing_targets
from records.writing.links import pair_of
from records.writing.matching import holder_of, taken_values
from records.writing.operations import NoSuchRecord, Strategy
from records.writing.reversals import OnConflict, Restore, SetAccess, UndoConflict
from records.writing.rows import Grave, Key, Row
from records.writing.values import set_values

# Partners that are gone are held too: they may be about to come back.
HOLD = """
WITH held AS (
    SELECT gone.record_id, gone.seq, gone.viewers
    FROM records_tombstone gone
    WHERE gone.workspace_id = %(workspace)s AND gone.record_id = ANY(%(ids)s::uuid[])
      AND NOT gone.is_emptied
    ORDER BY gone.record_id
    FOR UPDATE
)
SELECT record_id, seq, viewers FROM held
UNION ALL
SELECT id, NULL, NULL FROM crm_agent
WHERE workspace_id = %(workspace)s AND id = ANY(%(agents)s::uuid[])
UNION ALL
SELECT id, NULL, NULL FROM crm_member
WHERE workspace_id = %(workspace)s AND id = ANY(%(agents)s::uuid[])
"""


def hold_graves(batch: Batch) -> None:
    """Hold what is left of the records that are to come back, and of their partners.

    A partner that has just come back is found as one that lives. Of the agents and
    users whom records named that come back, those that are there are found too.
    """
    rows = [row for row in batch.good_rows if isinstance(row.operation, Restore)]
    agents = {agent for row in batch.good_rows for agent in former_agents(row)}
    if not rows and not agents:
        return
    found = query(
        HOLD,
        workspace=batch.workspace_id,
        ids=[*(row.id for row in rows), *missing_partners(batch, rows)],
        agents=list(agents),
    )
    batch.known_agents = frozenset(id_ for id_, seq, _ in found if seq is None)
    batch.graves = {id_: Grave(seq, viewers) for id_, seq, viewers in found if seq}
    batch.lock(missing_partners(batch, rows), may_wait=False)


def missing_partners(batch: Batch, rows: Iterable[Row]) -> dict[UUID, Hold]:
    """Return the partners that neither live nor are gone, as far as is known."""
    needed = firmest(one for row in rows for one in needed_records(batch, row))
    known = {*batch.drafts, *batch.graves, *(row.id for row in rows)}
    return {record: hold for record, hold in needed.items() if record not in known}


def former_agents(row: Row) -> Iterator[UUID]:
    """Yield the agents and users that a record referred to, or that might see it."""
    match row.operation:
        case Restore(gone=GoneRecord(viewers=viewers)) | SetAccess(viewers=viewers):
            yield from viewers or ()
    names = (row.former.get(slug) for slug in row.schema.agents)
    yield from (referred_id(name) for name in names if name)


def referred_id(reference: JSON) -> UUID:
    """Return the id of the agent or user that a stored reference means."""
    return UUID(Referred.of(str(reference)).id)


def gone_of(row: Row) -> GoneRecord:
    """Return what is left of the record that a row lets come back.

    Raises:
        NoSuchRecord: if nothing is, for the caller.
    """
    assert isinstance(row.operation, Restore)
    if row.operation.gone is None:
        raise NoSuchRecord()
    return row.operation.gone


def restore(batch: Batch, row: Row, operation: Restore) -> Draft:
    """Let a record come back.

    Raises:
        NoSuchRecord: if it is back already.
        Refused: with all that is wrong.
    """
    gone = gone_of(row)
    grave = batch.graves.get(row.id)
    if grave is None or grave.seq != gone.seq:
        raise NoSuchRecord()
    draft = draft_of(batch, row, gone)
    if operation.on_conflict == OnConflict.DROP:
        drop_taken(batch, row, draft)
    refusals = taken_values(batch, row, draft)
    refusals += missing_targets(batch, row, draft)
    refusals += set_values(draft, row, row.strategies)
    if refusals:
        raise Refused([("", refusal) for refusal in refusals])
    draft.is_touched = True
    batch.drafts[draft.id] = draft
    batch.claims.give(row, draft.id)
    change_links(batch, draft, row.links)
    link_again(batch, row, draft)
    if operation.needs_links and row.unlinked:
        raise Refused([("", conflict(side.slug)) for side, _ in row.unlinked])
    return draft


def conflict(field: str = "") -> UndoConflict:
    """Return the refusal of an undo, for what became of a field or of the record."""
    place = f"/attributes/{escape(field)}" if field else ""
    return UndoConflict({place: "Somebody has changed this since."})


def draft_of(batch: Batch, row: Row, gone: GoneRecord) -> Draft:
    """Return a record that comes back as it was, without agents that are gone."""
    known = batch.known_agents
    draft = Draft(
        gone.id,
        row.schema,
        {},
        {slug: beside for slug, beside in gone.details.items() if slug in row.former},
        version=gone.version,
        visible_to=None
        if gone.viewers is None
        else [*known.intersection(gone.viewers)],
        created_at=gone.created_at,
        created_by=gone.created_by,
        updated_at=gone.deleted_at,
        updated_by=gone.deleted_by,
        rules=[rule for rule in gone.rules if is_known(rule, known)],
    )
    draft.is_restored = True
    draft.unmerged_from = gone.merged_into
    for slug, value in row.former.items():
        if is_there(batch, row.schema, slug, value):
            draft.set_value(slug, value)
    return draft


def is_there(batch: Batch, schema: Schema, slug: str, value: JSON) -> bool:
    """Whether a former value is no reference to an agent or user who has left."""
    is_reference = bool(slug in schema.agents and value)
    return not is_reference or referred_id(value) in batch.known_agents


def is_known(rule: FormerRule, agents: Several[UUID]) -> bool:
    """Whether a rule is about everyone, or about an agent that is there."""
    return rule.agent is None or rule.agent in agents


def drop_taken(batch: Batch, row: Row, draft: Draft) -> None:
    """Take the values that another record holds from one that comes back."""
    held = {
        key: field
        for key, field in row.keys.items()
        if field.slug in row.former and is_held(batch, draft, field, key)
    }
    for field in {field.slug: field for field in held.values()}.values():
        kept, dropped = split_items(field, draft.attributes.get(field.slug), held)
        draft.set_value(field.slug, kept)
        row.dropped[field.slug] = dropped
    row.keys = {key: field for key, field in row.keys.items() if key not in held}


def is_held(batch: Batch, draft: Draft, field: Field, key: Key) -> bool:
    """Whether another record holds a unique value."""
    other = holder_of(batch, field, key)
    return other is not None and other.id != draft.id


def split_items(field: Field, value: JSON, held: Container[Key]) -> tuple[JSON, JSON]:
    """Return a value without what other records hold, and what that is."""
    field_type = field.field_type
    if not isinstance(field_type, Collection):
        return None, value
    items = field_type.items(value)
    taken = [
        item
        for item in items
        if any((field.id, key) in held for key in field_type.item.unique_keys(item))
    ]
    return {"items": [item for item in items if item not in taken]}, taken


def link_again(batch: Batch, row: Row, draft: Draft) -> None:
    """Link a record that comes back to those partners that live and are free."""
    for plan in row.links:
        for target in plan.targets if plan.is_offered else ():
            assert target.id is not None
            if can_link(batch, draft, plan.relationship, target.id):
                side, others = plan.relationship, [target.id]
                batch.links.change(side, draft.id, Strategy.APPEND, others)
            elif not is_returning(batch, target.id):
                row.unlinked.append((plan.relationship, target.id))


def can_link(batch: Batch, draft: Draft, side: Relationship, other: UUID) -> bool:
    """Whether a record is there, and is not linked to one that it would have to leave.

    The caller need not see it: the two were linked before.
    """
    partner = batch.drafts.get(other)
    if partner is None or partner.is_deleted or partner.schema.slug != side.target:
        return False
    own = pair_of(side, draft.id, other)
    bound = set(batch.links.to(side, other)) if side.is_from_one else set()
    return not bound - batch.leaving - {own}


def is_returning(batch: Batch, record: UUID) -> bool:
    """Whether a record is to come back by a row of the batch, which links it then."""
    return any(
        row.id == record and isinstance(row.operation, Restore)
        for row in batch.good_rows
    )


def is_visible(batch: Batch, record: UUID) -> bool:
    """Whether the caller sees a record, or might see it when it went."""
    agent = batch.actor.agent_id
    if draft := batch.drafts.get(record):
        return draft.is_visible_to(batch.actor)
    if agent is None:
        return True
    grave = batch.graves.get(record)
    return grave is not None and (grave.viewers is None or agent in grave.viewers)


def skipped_links(batch: Batch, row: Row) -> JSONObject:
    """Return the partners that a row did not link, as far as the caller sees them."""
    found: dict[str, list[JSON]] = {}
    for side, record in row.unlinked:
        if is_visible(batch, record):
            prefix = batch.catalog.schema(side.target).prefix
            one = identifier(side.target, prefix, record)
            found.setdefault(side.slug, []).append(one)
    return dict(found)
