"""`restore_record`: a record that was deleted is let back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from crm.authentication import Actor
from objects.catalog import Catalog
from records.ids import decode_id
from records.journal.cursors import HistoryExpired
from records.journal.gone import GoneRecord, read_gone
from records.writing.engine import write
from records.writing.merges import WentOn
from records.writing.operations import Mode, NoSuchRecord
from records.writing.outcomes import Outcome
from records.writing.reversals import Restore


def restore_record(
    *, actor: Actor, restore: Restore, mode: Mode = Mode.ATOMIC
) -> Outcome:
    """Let a record that was deleted come back under its id.

    Raises:
        NoSuchRecord: if none was deleted that the caller might see.
        WentOn: if it was merged into another.
        HistoryExpired: if what it had is not kept any more.
        Refused: if a value does not fit the schema any more, or another record holds
            it by now.
    """
    catalog = Catalog.of(actor.workspace)
    record = decode_id(catalog.schema(restore.object).prefix, restore.id)
    gone = find_gone(actor, catalog, restore.object, record)
    operation = replace(restore, gone=gone)
    (outcome,) = write(actor=actor, operations=[operation], mode=mode)
    return outcome


def find_gone(
    actor: Actor, catalog: Catalog, object_: str, record: UUID | None
) -> GoneRecord:
    """Return what is left of a record that can come back.

    Raises:
        NoSuchRecord: if nothing is, for the caller.
        WentOn: if it was merged into another.
        HistoryExpired: if what it had is not kept any more.
    """
    gone = read_gone(actor, catalog, [record]).get(record) if record else None
    if gone is None or gone.schema.slug != object_:
        raise NoSuchRecord()
    if gone.merged_into is not None:
        raise WentOn("The record was merged into another, which has what it had.")
    if gone.values is None:
        raise HistoryExpired("What the record had is not kept any more.")
    return gone
