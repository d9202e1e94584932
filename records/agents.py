"""Deleting agents, which records may refer to.

Decision 28 in docs/decisions.md says why.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.errors import InUse
from crm.locks import lock_row
from crm.models import Agent
from objects.field_types.relation import REFERENCES
from objects.models import Field
from objects.schema_lock import lock_schemas
from records.models import Access, Record


class AgentInUse(InUse):
    """The agent has keys, or records refer to it."""


@transaction.atomic
def delete_agent(*, agent: Agent) -> None:
    """Delete an agent that nothing needs, and its keys that have ended.

    What it did stays in the journal under its id.

    Raises:
        AgentInUse: if it has a key that works, or records refer to it.
    """
    lock_schemas(agent.workspace_id)
    agent = lock_row(agent, to_delete=True)
    if has_keys(agent):
        raise AgentInUse("The agent has keys; revoke them first.")
    if is_named_by_records(agent):
        raise AgentInUse("Records refer to the agent; set is_active to false instead.")
    agent.delete()


def has_keys(agent: Agent) -> bool:
    """Whether a key of the agent works, or will if the agent is active again."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return agent.api_keys.filter(unexpired, revoked_at=None).exists()


def is_named_by_records(agent: Agent) -> bool:
    """Whether records of the workspace are open to the agent, or name it."""
    access = Access.objects.filter(workspace=agent.workspace_id, agent=agent)
    if access.exists():
        return True
    fields = Field.objects.filter(
        object_type__workspace=agent.workspace_id, type__in=REFERENCES
    )
    return any(
        Record.objects.filter(
            workspace=agent.workspace_id,
            object_type=field.object_type_id,
            folded__contains={field.member: str(agent.pk)},
        ).exists()
        for field in fields
    )
