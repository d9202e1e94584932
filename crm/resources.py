"""Agents as JSON:API resources."""

from __future__ import annotations

from crm.models import Agent


def agent_resource(
    agent: Agent, base_url: str, fields: frozenset[str] | None = None
) -> dict[str, object]:
    """Return the resource of an agent, with some of its fields or all."""
    attributes = {
        "handle": agent.handle,
        "name": agent.name,
        "is_active": agent.is_active,
    }
    shown = attributes if fields is None else fields
    return {
        "type": "agent",
        "id": str(agent.id),
        "attributes": {n: v for n, v in attributes.items() if n in shown},
        "links": {"self": f"{base_url}/agents/{agent.id}"},
    }
