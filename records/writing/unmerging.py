"""`unmerge_records`: records that went into another come out of it as they were."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from crm.authentication import Actor
from crm.errors import Refusal, Refused
from objects.catalog import Catalog
from objects.schema import Schema
from records.ids import decode_id
from records.journal.cursors import HistoryExpired
from records.journal.gone import GoneRecord, read_gone
from records.journal.survivors import find_survivors
from records.writing.engine import write
from records.writing.mergers import SOURCE
from records.writing.merges import Loser
from records.writing.operations import (
    Mode,
    NoSuchRecord,
    Operation,
    RecordNotFound,
    Repeat,
    RepeatedInBatch,
)
from records.writing.outcomes import Outcome
from records.writing.reversals import OnConflict, Restore
from records.writing.shares import read_mergers, take_back


@dataclass(frozen=True)
class Unmerge:
    """Which records are to come out of another one."""

    object: str
    """The slug of their object type."""
    survivor: str
    losers: Sequence[Loser]
    on_conflict: OnConflict = OnConflict.REFUSE
    """What happens to their unique values that another record holds by now."""


def unmerge_records(
    *, actor: Actor, unmerge: Unmerge, mode: Mode = Mode.ATOMIC
) -> list[Outcome]:
    """Let records come out of the one that they went into; return what became of all.

    The survivor comes first. What it got from them it gives back, but for what somebody
    has changed since.

    Raises:
        NoSuchRecord: if there is no survivor that the caller may see.
        Refused: if one did not go into it, or cannot come back as it was.
        HistoryExpired: if what one had is not kept any more.
    """
    catalog = Catalog.of(actor.workspace)
    schema = catalog.schema(unmerge.object)
    survivor = decode_id(schema.prefix, unmerge.survivor)
    if survivor is None:
        raise NoSuchRecord()
    losers = find_losers(actor, catalog, unmerge, survivor)
    mergers = read_mergers(actor, catalog, losers)
    operations: list[Operation] = [
        one
        for merger in mergers
        for one in take_back(catalog, schema, survivor, merger)
    ]
    places = len(operations)
    operations += restores(schema, losers, unmerge)
    outcomes = write(
        actor=replace(actor, source=SOURCE),
        operations=operations,
        mode=mode,
        on_repeat=Repeat.FOLD,
    )
    refusals = [
        (operation.at, refusal)
        for operation, outcome in zip(operations, outcomes, strict=True)
        for refusal in outcome.refusals
    ]
    if refusals:  # Nothing was written: it was only tried out.
        raise Refused(refusals)
    return [*outcomes[: min(places, 1)], *outcomes[places:]]


def find_losers(
    actor: Actor, catalog: Catalog, unmerge: Unmerge, survivor: UUID
) -> list[GoneRecord]:
    """Return what is left of the records that are to come back.

    Raises:
        NoSuchRecord: if the survivor was merged itself.
        Refused: if one is named twice, or did not go into the survivor.
        HistoryExpired: if what one had is not kept any more.
    """
    schema = catalog.schema(unmerge.object)
    ids = [decode_id(schema.prefix, one.id) or uuid4() for one in unmerge.losers]
    ways, gone = find_survivors(actor, [survivor, *ids]), read_gone(actor, catalog, ids)
    if survivor in ways:
        raise NoSuchRecord()
    there = {record for record in gone if ways.get(record) == survivor}
    check_named(unmerge, ids, there)
    if any(gone[record].values is None for record in ids):
        raise HistoryExpired("What the record had is not kept any more.")
    return [gone[record] for record in ids]


def check_named(unmerge: Unmerge, ids: Sequence[UUID], there: Container[UUID]) -> None:
    """Refuse to unmerge what is not there to be unmerged.

    Raises:
        Refused: if it is so.
    """
    refusals: list[tuple[str, Refusal]] = []
    for place, (record, loser) in enumerate(zip(ids, unmerge.losers, strict=True)):
        if record in ids[:place]:
            refusals.append(("", RepeatedInBatch.meant_at(loser.at)))
        elif record not in there:
            refusals.append(("", RecordNotFound.named_at(loser.at, loser.id)))
    if refusals:
        raise Refused(refusals)


def restores(
    schema: Schema, losers: Sequence[GoneRecord], unmerge: Unmerge
) -> list[Restore]:
    """Return what lets records come back."""
    return [
        Restore(
            schema.slug,
            at=loser.at.removesuffix("/id"),
            id=str(gone.id),
            gone=gone,
            on_conflict=unmerge.on_conflict,
        )
        for gone, loser in zip(losers, unmerge.losers, strict=True)
    ]
