"""``/me``: what the key is, and what may be done with it."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import data_document
from crm.models import Agent, Scope
from crm.moments import wire_time
from interfaces.api.view import WorkspaceViewSet
from jobs.presence import look_at_queue


class MeViewSet(WorkspaceViewSet):
    """The caller, as its own key shows it."""

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """Answer the caller's workspace, agent, scopes and limits."""
        self.parameters.only()
        attributes: JSONObject = {
            "workspace": {"slug": self.workspace.slug, "name": self.workspace.name},
            "agent": self.describe_agent(),
            "scopes": [scope.value for scope in Scope if scope in self.actor.scopes],
            "limits": {
                "requests_per_minute": settings.RATE_LIMIT or None,
                "rows": self.workspace.bulk_limit,
                "page_size": settings.PAGE_LIMIT,
                "body_bytes": settings.BODY_LIMIT,
            },
            "jobs": self.describe_jobs(),
        }
        links = {"self": self.addresses.below("me")}
        data = {"type": "me", "id": str(self.actor.key_id), "attributes": attributes}
        return Response(data_document({**data, "links": links}, links=links))

    def describe_jobs(self) -> JSON:
        """Return how many jobs of the workspace wait, and when a worker was there."""
        queue = look_at_queue(self.workspace.id)
        seen_at = queue.worker_seen_at
        seen = None if seen_at is None else wire_time(seen_at)
        return {"waiting": queue.waiting, "worker_seen_at": seen}

    def describe_agent(self) -> JSON:
        """Return the agent that the key acts for, or None."""
        if self.actor.agent_id is None:
            return None
        agent = Agent.objects.get(pk=self.actor.agent_id)
        return {"id": str(agent.pk), "handle": agent.handle, "name": agent.name}
