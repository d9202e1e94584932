"""Merging: several records of a type become one, which has what all of them had."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from crm.errors import NotAllowed, Refusal, Refused
from objects.schema import Relationship
from records.writing.batch import Batch
from records.writing.drafts import Access, Draft
from records.writing.linking import is_one_of
from records.writing.merged_names import went_on
from records.writing.merged_values import merge_values
from records.writing.merges import Merge, Sight
from records.writing.operations import RecordNotFound, Strategy
from records.writing.reverting import viewers_in
from records.writing.rows import Row


def merge(batch: Batch, row: Row, survivor: Draft, operation: Merge) -> Draft:
    """Let records go into another one, which is returned.

    Raises:
        Refused: with all that is wrong.
    """
    losers = find_losers(batch, row, operation)
    check_sight(batch, operation)
    refusals = merge_values(survivor, losers, row.picks, operation.picks_at)
    if refusals:
        raise Refused([("", refusal) for refusal in refusals])
    merge_links(batch, row, survivor, losers)
    merge_access(survivor, losers, operation.access)
    for loser in losers:
        loser.merged_into = survivor.id
        loser.is_deleted = loser.is_touched = True
    survivor.absorbed = [*survivor.absorbed, *(loser.id for loser in losers)]
    survivor.is_touched = True
    return survivor


def find_losers(batch: Batch, row: Row, operation: Merge) -> list[Draft]:
    """Return the records that are to go.

    Raises:
        Refused: with a refusal for each that is not there for the caller.
    """
    found: list[Draft] = []
    refusals: list[Refusal] = []
    for record, loser in zip(row.losers, operation.losers, strict=True):
        draft = batch.drafts.get(record)
        if draft and is_one_of(batch, draft, row.schema.slug):
            found.append(draft)
        else:
            went = went_on(batch, row.schema, record, loser.at)
            refusals.append(went or RecordNotFound.named_at(loser.at, loser.id))
    if refusals:
        raise Refused([("", refusal) for refusal in refusals])
    return found


def check_sight(batch: Batch, operation: Merge) -> None:
    """Refuse to show what was hidden, to whom may not decide that.

    Raises:
        NotAllowed: if the caller is no admin.
    """
    if operation.access != Sight.INTERSECT and not batch.actor.is_admin:
        why = "Only an admin key may let others see what they could not see before."
        raise NotAllowed({operation.access_at: why})


def merge_links(
    batch: Batch, row: Row, survivor: Draft, losers: Sequence[Draft]
) -> None:
    """Let the survivor have the links of all, and the others none.

    Between the records themselves there are none any more.
    """
    sides = survivor.schema.relationships.values()
    found = [(side, linked(batch, row, side, survivor, losers)) for side in sides]
    for side in sides:
        for loser in losers:
            batch.links.remove(batch.links.of(side, loser.id))
    for side, others in found:
        how = Strategy.REPLACE if side.is_to_one else Strategy.APPEND
        if others or not side.is_to_one or side.slug in row.picks:
            batch.links.change(side, survivor.id, how, others)


def linked(
    batch: Batch,
    row: Row,
    side: Relationship,
    survivor: Draft,
    losers: Sequence[Draft],
) -> list[UUID]:
    """Return the records that the survivor is to be linked to, on one side.

    Where there can be one, it is that of the record which was picked, or the first.
    """
    records = [survivor.id, *(loser.id for loser in losers)]
    pick = row.picks.get(side.slug)
    picked = [pick if isinstance(pick, UUID) else survivor.id]
    wanted = records if pick is None else picked
    others = [
        other
        for record in wanted
        for other in batch.links.partners(side, record)
        if other not in records
    ]
    return others[:1] if side.is_to_one else others


def merge_access(survivor: Draft, losers: Sequence[Draft], sight: Sight) -> None:
    """Let those see the survivor whom the request says, by default nobody anew."""
    seen = [draft.visible_to for draft in (survivor, *losers)]
    lists = [set(viewers) for viewers in seen if viewers is not None]
    viewers = survivor.visible_to
    if sight == Sight.INTERSECT and lists:
        viewers = sorted(set.intersection(*lists))
    if sight == Sight.UNION:
        viewers = sorted(set.union(*lists)) if None not in seen else None
    if viewers_in(viewers) != viewers_in(survivor.visible_to):
        survivor.access_before = Access(survivor.visible_to)
        survivor.visible_to = viewers
