"""Agents are added, changed and deleted in the admin."""

from __future__ import annotations

import pytest

from crm.keys import create_key
from crm.models import Agent, Member, Scope, Workspace
from tests.browsing import Person, join

ADD = "/admin/crm/agent/add/"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.OWNER)


def test_adds_an_agent(owner: Person, workspace: Workspace) -> None:
    owner.submit(ADD, workspace=workspace.pk, handle="scout", name="The scout")

    agent = Agent.objects.get()
    assert (agent.workspace, agent.handle, agent.name) == (
        workspace,
        "scout",
        "The scout",
    )


def test_refuses_a_handle_that_is_taken(
    owner: Person, workspace: Workspace, agent: Agent
) -> None:
    page = owner.submit(ADD, workspace=workspace.pk, handle=agent.handle)

    assert "Another agent has this handle." in page
    assert Agent.objects.count() == 1


def test_lets_an_agent_rest(owner: Person, agent: Agent) -> None:
    owner.submit(f"/admin/crm/agent/{agent.pk}/edit/", name="Retired")

    agent.refresh_from_db()
    assert (agent.name, agent.is_active) == ("Retired", False)


def test_deletes_an_agent_that_nothing_needs(owner: Person, agent: Agent) -> None:
    page = owner.submit(f"/admin/crm/agent/{agent.pk}/erase/")

    assert "The agent scout is deleted." in page
    assert not Agent.objects.exists()


def test_keeps_an_agent_that_has_keys(owner: Person, agent: Agent) -> None:
    create_key(workspace=agent.workspace, scopes=[Scope.READ], agent=agent)

    page = owner.submit(f"/admin/crm/agent/{agent.pk}/erase/")

    assert "The agent has keys; revoke them first." in page
    assert Agent.objects.exists()
