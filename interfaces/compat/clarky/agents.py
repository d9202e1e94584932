"""``/agents``: the agents that contacts belong to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from crm.agents import active_agents, find_agent
from crm.json_types import JSONObject
from crm.models import Agent
from crm.moments import wire_time
from interfaces.compat.clarky.door import ClarkyDoor, read_numbered_page
from interfaces.compat.parameters import Parameters
from records.writing.operations import NoSuchRecord


class Agents(ClarkyDoor):
    """The active agents of the workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer a page of them, by their handles."""
        page = read_numbered_page(Parameters(request, "page", "page_size"))
        agents = active_agents(self.actor)
        shown = agents[page.offset : page.offset + page.limit]
        return self.show_page([agent_of(one) for one in shown], page, agents.count())


class OneAgent(ClarkyDoor):
    """``/agents/{id}``: one active agent."""

    def get(self, request: HttpRequest, agent_id: str) -> HttpResponse:
        """Answer the agent."""
        Parameters(request)
        agent = find_agent(self.actor, agent_id)
        if agent is None:
            raise NoSuchRecord("There is no such agent.")
        return self.show(agent_of(agent))


def agent_of(agent: Agent) -> JSONObject:
    """Return an agent as this API has it."""
    return {
        "id": str(agent.id),
        "workspace_id": str(agent.workspace_id),
        "name": agent.name or agent.handle,
        "slug": agent.handle,
        "summary": None,
        "enabled": agent.is_active,
        "created_at": wire_time(agent.created_at),
        "updated_at": wire_time(agent.updated_at),
    }
