"""Who may see many records: granted, revoked or set, all of them or none.

Unlike `grant_access`, what is as it was asked to be is no mistake here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.authentication import Actor
from crm.errors import NotAllowed
from crm.models import Agent
from crm.moments import to_the_millisecond
from objects.schema import Schema
from objects.schema_lock import hold_schemas
from records.access.chosen import ChosenRecords, Viewers
from records.access.noting import access_entry, note_access
from records.access.saving import save_viewers
from records.writing.operations import RecordNotFound


class How(StrEnum):
    """What becomes of those who could see a record until now."""

    GRANT = "grant"
    """They and the agents may see it."""
    REVOKE = "revoke"
    """They but the agents may; if that was everyone, all other active agents."""
    SET = "set"
    """Only the agents may."""


@dataclass(frozen=True)
class AccessChange:
    """What is to change, for which agents."""

    how: How
    agents: Mapping[str, str] | None
    """Where each was named, by its id or handle; None for everyone."""


class AccessChanged(NamedTuple):
    """How many records were meant, and how many are seen by others than before."""

    records: int
    changed: int


@transaction.atomic
def change_access(
    *, actor: Actor, schema: Schema, chosen: ChosenRecords, change: AccessChange
) -> AccessChanged:
    """Change who may see records, all of them or none.

    An agent may give up its own access.

    Raises:
        NotAllowed: if the caller is neither an admin nor the agent.
        RecordNotFound: if there is no such agent, or no such record.
        TooManyRows: if there are more records than are changed at once.
    """
    hold_schemas(actor.workspace.id, [])
    there = list(Agent.objects.filter(workspace=actor.workspace))
    agents = named_agents(change, there)
    if not actor.is_admin and not gives_up(actor, change.how, agents):
        raise NotAllowed("Only an admin key may change who sees records.")
    active = frozenset(agent.id for agent in there if agent.is_active)
    before = chosen.lock(actor, schema)
    after = {
        record: viewers_after(change.how, agents, seen.viewers, active)
        for record, seen in before.items()
    }
    changed = {r: to for r, to in after.items() if to != before[r].viewers}
    if changed:
        rules = {record: agents_of(viewers) for record, viewers in changed.items()}
        now = to_the_millisecond(timezone.now())
        save_viewers(actor.workspace.id, changed, rules, now)
        entries = [
            access_entry(schema, r, before[r].version, before[r].viewers, to)
            for r, to in changed.items()
        ]
        note_access(actor, entries)
    return AccessChanged(len(before), len(changed))


def gives_up(actor: Actor, how: How, agents: Viewers) -> bool:
    """Whether an agent only gives up what it sees itself."""
    own = frozenset([actor.agent_id])
    return actor.agent_id is not None and how == How.REVOKE and agents == own


def named_agents(change: AccessChange, there: Iterable[Agent]) -> Viewers:
    """Return the agents that are named; None for everyone.

    Access can be taken from an agent that is not active, but not given to it.

    Raises:
        RecordNotFound: if one is not there.
    """
    if change.agents is None:
        return None
    known = {
        name: agent.id
        for agent in there
        if agent.is_active or change.how == How.REVOKE
        for name in (str(agent.id), agent.handle)
    }
    missing = [at for name, at in change.agents.items() if name not in known]
    if missing:
        raise RecordNotFound(dict.fromkeys(missing, "No such agent."))
    return frozenset(known[name] for name in change.agents)


def viewers_after(
    how: How, agents: Viewers, viewers: Viewers, active: frozenset[UUID]
) -> Viewers:
    """Return who may see a record after a change.

    From what everyone may see, access can be taken only if an active agent loses it.
    """
    if how == How.SET or agents is None:
        return agents
    if how == How.GRANT:
        return None if viewers is None else viewers | agents
    if viewers is None:
        return active - agents if active & agents else None
    return viewers - agents


def agents_of(viewers: Viewers) -> Collection[UUID | None]:
    """Return the agents for each of whom there is a rule; None stands for everyone."""
    return [None] if viewers is None else sorted(viewers)
