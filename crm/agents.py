"""Agents: how they are made and changed."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from crm.authentication import Actor
from crm.errors import ValueTaken
from crm.json_types import JSON
from crm.locks import lock_row
from crm.models import Agent, Workspace

NAME = re.compile(r"[A-Za-z0-9-]{1,63}")
ID = re.compile(r"[0-9A-Fa-f-]{36}")


def name_of_agent(value: JSON) -> str | None:
    """Return the id or handle that a value is; None if no agent can be called so."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        return None
    return value.lower() if ID.fullmatch(value) else value


def create_agent(*, workspace: Workspace, values: dict[str, Any]) -> Agent:
    """Create an agent from the values of its fields.

    Raises:
        ValueTaken: if another agent of the workspace has the handle.
    """
    return save_agent(Agent(workspace=workspace, **values))


@transaction.atomic
def update_agent(*, agent: Agent, values: dict[str, Any]) -> Agent:
    """Change fields of an agent. The keys of one that is not active are refused.

    Raises:
        ValueTaken: if another agent of the workspace has the handle.
    """
    agent = lock_row(agent)
    changed = [name for name, value in values.items() if getattr(agent, name) != value]
    if not changed:
        return agent
    for name in changed:
        setattr(agent, name, values[name])
    agent.updated_at = timezone.now()
    return save_agent(agent, [*changed, "updated_at"])


def save_agent(agent: Agent, fields: list[str] | None = None) -> Agent:
    """Save an agent: a new one, or some fields of one that is there.

    Raises:
        ValueTaken: if another agent of the workspace has the handle.
    """
    try:
        with transaction.atomic():
            agent.save(force_insert=fields is None, update_fields=fields)
    except IntegrityError as error:
        if "one_agent_a_handle" not in str(error):
            raise
        taken = {"/attributes/handle": "Another agent has this handle."}
        raise ValueTaken(taken) from error
    return agent


def active_agents(actor: Actor) -> QuerySet[Agent]:
    """Return the agents of the caller's workspace that are active."""
    return Agent.objects.filter(workspace=actor.workspace, is_active=True)


def find_agent(actor: Actor, agent_id: str) -> Agent | None:
    """Return the active agent of an id, if there is one."""
    try:
        return active_agents(actor).filter(pk=UUID(agent_id)).first()
    except ValueError:
        return None
