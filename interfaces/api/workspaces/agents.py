"""``/agents``: the software agents of the workspace.

They live here because records may refer to them, which deleting has to look at.
"""

from __future__ import annotations

from rest_framework import status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from crm.agents import create_agent, update_agent
from crm.errors import placed_at
from crm.models import Agent, Scope
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import FlagColumn, MomentColumn, TextColumn
from interfaces.api.rows.filters import ResourceFilters
from interfaces.api.workspaces.serializers import AgentSerializer
from records.agents import delete_agent


class AgentFilters(ResourceFilters):
    """How agents are found and sorted."""

    columns = (
        TextColumn("handle", "handle"),
        TextColumn("name", "name"),
        FlagColumn("is_active", "is_active"),
        MomentColumn("created_at", "created_at"),
    )


class AgentViewSet(CollectionViewSet):
    """The agents of the workspace."""

    scopes = {
        **dict.fromkeys(SAFE_METHODS, Scope.READ),
        **dict.fromkeys(["POST", "PATCH", "DELETE"], Scope.ADMIN),
    }
    serializer_class = AgentSerializer
    filters = AgentFilters
    queryset = Agent.objects.all()

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 with a new agent."""
        values = self.read_values()
        with placed_at("/data"):
            agent = create_agent(workspace=self.workspace, values=values)
        return self.answer_one(agent, is_new=True)

    def partial_update(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the agent as it is now."""
        agent = self.get_object()
        values = self.read_values(agent)
        with placed_at("/data"):
            agent = update_agent(agent=agent, values=values)
        return self.answer_one(agent)

    def destroy(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 204 once the agent is gone."""
        self.check_request()
        delete_agent(agent=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
