"""Places in the journal, as clients name them, and those where nobody can go on."""

from __future__ import annotations

from typing import ClassVar, Literal

from crm.errors import NotFound, Refusal
from records.journal.heads import Head

REASONS = {
    "trimmed": "What came next is not kept any more.",
    "ahead": "The journal was put back to an earlier state.",
    "epoch": "The journal was put back, and its numbers are given again.",
}
"""Why nobody can go on from a place, by what the refusal calls it."""


class CursorExpired(Refusal):
    """Nobody can go on from this place any more. All records must be read again."""

    status = 410
    code = "cursor_expired"
    title = "Cursor expired"
    source: ClassVar[Literal["pointer", "parameter", "header"] | None] = "parameter"


class ChangeExpired(CursorExpired):
    """The change in the address is not kept any more."""

    source = None


class HistoryExpired(Refusal):
    """What is asked for is not kept any more."""

    status = 410
    code = "history_expired"
    title = "History expired"
    source: ClassVar[Literal["pointer", "parameter", "header"] | None] = None


class TimeExpired(HistoryExpired):
    """What there was then is not known any more."""

    source = "parameter"


class NoSuchChange(NotFound):
    """There is no such change, or not for this caller."""

    source = None


def place_of_change(head: Head, text: str) -> int:
    """Return the number of the change that the address names.

    Raises:
        NoSuchChange: if it is none of this journal.
        ChangeExpired: if it is not kept any more.
    """
    place = find_place(head, text, "", ChangeExpired)
    if place is None:
        raise NoSuchChange("There is no such change.")
    return place


def find_place(
    head: Head, text: str, at: str, refusal: type[CursorExpired] = CursorExpired
) -> int | None:
    """Return the number that an id stands for; None if it is none of this journal.

    ``at`` is where the request has the id.

    Raises:
        CursorExpired: as the ``refusal`` that is given, if what comes behind it is not
            there, or not what was there.
    """
    place = head.ids.read(text)
    if place is None:
        return None
    reason = ""
    if place.epoch != head.ids.epoch:
        reason = "epoch"
    elif place.seq > head.last_seq:
        reason = "ahead"
    elif place.seq < head.first_seq - 1:
        reason = "trimmed"
    if reason:
        why = f"{REASONS[reason]} Read all records again."
        meta = {"oldest": oldest(head), "reason": reason}
        raise refusal({at: why}, meta=dict(meta))
    return place.seq


def find_former_place(head: Head, text: str, at: str) -> int | None:
    """Return the number that an id stands for, also one that is not kept any more.

    None if it is none of this journal.

    Raises:
        CursorExpired: if the journal was put back since.
    """
    place = head.ids.read(text)
    if place and place.epoch == head.ids.epoch and place.seq < head.first_seq:
        return place.seq
    return find_place(head, text, at)


def oldest(head: Head) -> str:
    """Return the cursor before the first entry that is kept."""
    return head.ids.of(head.first_seq - 1)
