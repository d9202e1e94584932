"""What agents, and whoever changes records, are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import User

from crm.members import known_members
from crm.models import Agent, ApiKey, Workspace
from objects.field_types.relation import USER


@dataclass
class Names:
    """What agents, and whoever changes records, are called."""

    agents: dict[str, str] = field(default_factory=dict)
    """Of the agents and users that records refer to, by the stored references."""
    keys: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        *,
        agents: Iterable[str] = (),
        actors: Iterable[str] = (),
    ) -> Names:
        """Return the names of agents by their ids, and of actors by what they did."""
        ids: dict[str, set[str]] = {"agent": set(agents)}
        for actor in actors:
            kind, _, id_ = actor.partition(":")
            ids.setdefault(kind, set()).add(id_)
        own = Agent.objects.filter(workspace=workspace, id__in=uuids(ids["agent"]))
        owners = names_of_users(workspace, ids["agent"])
        keys = ApiKey.objects.filter(
            workspace=workspace, id__in=uuids(ids.get("api-key", ()))
        )
        people = User.objects.filter(id__in=filter(str.isdigit, ids.get("user", ())))
        return cls(
            {str(one.id): one.handle for one in own} | owners,
            {str(one.id): str(one) for one in keys},
            {str(one.id): one.get_full_name() or one.username for one in people},
        )

    def actor(self, name: str) -> str:
        """Return what somebody who changes records is called."""
        kind, _, id_ = name.partition(":")
        match kind:
            case "agent":
                return f"{self.agents.get(id_, 'a former agent')} (agent)"
            case "api-key":
                return f"{self.keys.get(id_, 'a former key')} (key)"
            case "user":
                return self.users.get(id_, "a former member")
        return "Kith" if kind == "system" else name


def names_of_users(workspace: Workspace, references: Iterable[str]) -> dict[str, str]:
    """Return what the users are called that records refer to, by the references.

    There is no statement if they refer to none.
    """
    users = uuids(name.removeprefix(USER) for name in references if USER in name)
    if not users:
        return {}
    members = known_members().filter(workspace=workspace, id__in=users)
    return {f"{USER}{one.id}": one.name for one in members}


def uuids(texts: Iterable[str]) -> list[UUID]:
    """Return those of some texts that are UUIDs."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
