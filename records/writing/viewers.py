"""Who may see a new record: the agents who were chosen, or whom the workspace says.

Decision 77 in docs/decisions.md says why only a new record has them.
"""

from __future__ import annotations

from collections.abc import Iterable

from crm.authentication import Actor
from crm.errors import NotAllowed, Refused
from crm.models import DefaultAccess
from records.writing.operations import Upsert, Viewers
from records.writing.rows import AgentTarget, Row


def choose_viewers(actor: Actor, rows: Iterable[Row]) -> None:
    """Note who may see the record of each row if it is new.

    Raises:
        Refused: if it was chosen once for all rows by a caller who may not.
    """
    usual = default_viewers(actor)
    for row in rows:
        if isinstance(row.operation, Upsert):
            if row.operation.access and not actor.is_admin:
                refuse(row, row.operation.access)
            note_viewers(row, row.operation.access or usual)


def default_viewers(actor: Actor) -> Viewers:
    """Return who may see what a caller creates, if nobody is chosen."""
    access = actor.workspace.default_access
    if access == DefaultAccess.EVERYONE:
        return Viewers(None, at="")
    if access == DefaultAccess.CREATOR and actor.agent_id:
        return Viewers({str(actor.agent_id): ""}, at="")
    return Viewers({}, at="")


def note_viewers(row: Row, viewers: Viewers) -> None:
    """Note the agents who may see a row's record, as they were named."""
    if viewers.agents is None:
        return
    row.viewers = []
    row.agents += [
        AgentTarget(at, "", name, is_shared=viewers.is_shared)
        for name, at in viewers.agents.items()
    ]


def refuse(row: Row, viewers: Viewers) -> None:
    """Refuse to let a caller choose who may not.

    Raises:
        Refused: if it was chosen once for all rows.
    """
    why = "Only an admin key may choose who sees a record."
    refusal = NotAllowed({viewers.at: why})
    if viewers.is_shared:
        raise Refused([("", refusal)])
    row.refusals.append(refusal)
