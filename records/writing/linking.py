"""The records that a row links to others, and what links mean at both of their ends."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from crm.errors import Refusal
from records.writing.batch import Batch, firmest
from records.writing.claims import Collided
from records.writing.drafts import Draft, unique_keys
from records.writing.operations import RecordNotFound, Strategy
from records.writing.preparing_links import no_such_agent
from records.writing.rows import PlannedLinks, Row, Target


def missing_targets(batch: Batch, row: Row, draft: Draft | None) -> list[Refusal]:
    """Return a refusal for each record, agent or user to be linked that is not there.

    A client may send back the agent or user that it read, though they have left since.
    """
    held = draft.attributes if draft else {}
    missing: list[Refusal] = [
        no_such_agent(target)
        for target in row.unknown_agents
        if held.get(target.slug) != target.name
    ]
    return missing + [
        RecordNotFound.named_at(target.at, target.name)
        for plan in row.links
        if plan.how != Strategy.REMOVE and not plan.is_offered
        for target in plan.targets
        if find_target(batch, target, plan) is None
    ]


def change_links(batch: Batch, draft: Draft, plans: Iterable[PlannedLinks]) -> None:
    """Change the links of a record as a row plans it, but for those it may lack."""
    for plan in plans:
        if plan.is_offered:
            continue
        found = [find_target(batch, target, plan) for target in plan.targets]
        others = [other.id for other in found if other is not None]
        may_stay = not (plan.relationship.is_to_one and others)
        if plan.how == Strategy.REPLACE and may_stay:
            others += hidden_partners(batch, draft, plan)
        batch.links.change(plan.relationship, draft.id, plan.how, others)


def hidden_partners(batch: Batch, draft: Draft, plan: PlannedLinks) -> list[UUID]:
    """Return linked records that the caller does not see, so that they stay."""
    partners = batch.links.partners(plan.relationship, draft.id)
    return list(batch.links.hidden.intersection(partners))


def find_target(batch: Batch, target: Target, plan: PlannedLinks) -> Draft | None:
    """Return a record to be linked, or None if it is not there for the caller."""
    other = find_record(batch, target)
    is_fitting = other and is_one_of(batch, other, plan.relationship.target)
    return other if is_fitting else None


def find_record(batch: Batch, target: Target) -> Draft | None:
    """Return the record that is named, or None if there is none by now.

    Raises:
        Collided: if it has lost the value by which it is named since we looked.
    """
    record_id = target.id
    if target.lid:
        record_id = batch.meant.get(target.lid)
    elif target.key:
        record_id = batch.claims.holders.get(target.key)
    found = batch.drafts.get(record_id) if record_id else None
    if record_id and is_outdated(batch, target, found):
        raise Collided
    return found


def is_outdated(batch: Batch, target: Target, other: Draft | None) -> bool:
    """Whether the stored record that held a target's value has lost it since."""
    if target.key is None or target.key in batch.claims.claimed:
        return False
    if other is None:
        return True
    held = unique_keys(other.schema, other.attributes)
    return target.key not in held and not other.is_touched


def is_one_of(batch: Batch, draft: Draft, type_: str) -> bool:
    """Whether a record is of a type, and there for the caller by now."""
    is_there = not draft.is_deleted and draft.is_visible_to(batch.actor)
    return is_there and draft.schema.slug == type_


def note_links(batch: Batch) -> None:
    """Note at both ends of each link that comes or goes that it does."""
    added, removed = batch.links.added, batch.links.removed
    ends = (end for pair in (*added, *removed) for end in pair.ends)
    batch.lock_at_once(firmest((end.record, batch.hold_for(end)) for end in ends))
    for pair in added:
        source, target = batch.drafts[pair.source], batch.drafts[pair.target]
        source_slug, target_slug = batch.catalog.sides[pair.field]
        source.link(source_slug, target.id)
        target.link(target_slug, source.id)
    for pair in removed:
        source, target = batch.drafts[pair.source], batch.drafts[pair.target]
        source_slug, target_slug = batch.catalog.sides[pair.field]
        source.unlink(source_slug, target.id)
        target.unlink(target_slug, source.id)
