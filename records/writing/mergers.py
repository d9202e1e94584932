"""`merge_records`: records become one, which has what all of them had."""

from __future__ import annotations

from dataclasses import replace

from crm.authentication import Actor
from records.writing.engine import write
from records.writing.merges import Merge
from records.writing.operations import Mode
from records.writing.outcomes import Outcome

SOURCE = "merge"


def merge_records(*, actor: Actor, merge: Merge, mode: Mode = Mode.ATOMIC) -> Outcome:
    """Let records go into another one of their type, and return what became of that.

    Raises:
        NoSuchRecord: if there is no survivor that the caller may see.
        Refused: with all that is wrong with the others, and with what was picked.
    """
    merging = replace(actor, source=SOURCE)
    (outcome,) = write(actor=merging, operations=[merge], mode=mode)
    return outcome
