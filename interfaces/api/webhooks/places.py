"""Places in the journal that bodies name: a cursor, ``now`` or a time."""

from __future__ import annotations

from typing import ClassVar, Literal

from crm.errors import MalformedDocument
from crm.json_types import JSON
from crm.models import Workspace
from crm.moments import read_moment
from records.journal.cursors import CursorExpired, find_place
from records.journal.heads import Head
from records.journal.instants import last_noted_by

ADVICE = "Give the cursor of a change, now, or a time with its zone."


class PlaceExpired(CursorExpired):
    """Nobody can go on from the place that the body names."""

    source: ClassVar[Literal["pointer", "parameter", "header"] | None] = "pointer"


def read_place(value: JSON, pointer: str, workspace: Workspace, head: Head) -> int:
    """Return the number in the journal that a member of a body stands for.

    Raises:
        MalformedDocument: if it stands for none.
        PlaceExpired: if nobody can go on from there any more.
    """
    if value == "now":
        return head.last_seq
    moment = read_moment(value)
    if moment is not None:
        return last_noted_by(workspace.id, head, moment)
    written = value if isinstance(value, str) else ""
    place = find_place(head, written, pointer, PlaceExpired)
    if place is None:
        raise MalformedDocument({pointer: ADVICE})
    return place
