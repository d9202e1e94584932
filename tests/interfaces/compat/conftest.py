"""The doors, each with a key that may do everything."""

from __future__ import annotations

import pytest

from crm.keys import create_key
from crm.models import Agent, Scope, Workspace
from tests.interfaces.compat.door_client import DoorClient


@pytest.fixture
def secret(workspace: Workspace) -> str:
    """A key that may do everything."""
    return create_key(workspace=workspace, scopes=list(Scope)).secret


@pytest.fixture
def agent_secret(agent: Agent) -> str:
    """A key of the agent."""
    scopes = [Scope.READ, Scope.WRITE]
    return create_key(workspace=agent.workspace, scopes=scopes, agent=agent).secret


@pytest.fixture
def inkbox(secret: str) -> DoorClient:
    return DoorClient("inkbox", secret)


@pytest.fixture
def scout_inkbox(agent_secret: str) -> DoorClient:
    return DoorClient("inkbox", agent_secret)


@pytest.fixture
def clarky(secret: str) -> DoorClient:
    return DoorClient("clarky", secret)


@pytest.fixture
def clara(secret: str) -> DoorClient:
    return DoorClient("clara", secret)
