"""The agents of a workspace, as doors need them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from crm.authentication import Actor
from crm.models import Agent


def active_agents(actor: Actor) -> QuerySet[Agent]:
    """Return the agents of the caller's workspace that are active."""
    return Agent.objects.filter(workspace=actor.workspace, is_active=True)


def find_agent(actor: Actor, identity: str) -> Agent | None:
    """Return the active agent of an id, if there is one."""
    try:
        return active_agents(actor).filter(pk=UUID(identity)).first()
    except ValueError:
        return None
