"""Who may see a contact, as the Inkbox API has it."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from records.models import Record
from tests.api_client import Answer
from tests.interfaces.compat.door_client import DoorClient
from tests.interfaces.compat.test_inkbox_contacts import NOBODY, create


@pytest.fixture
def ranger(agent: Agent) -> Agent:
    """Another agent."""
    return Agent.objects.create(workspace=agent.workspace, handle="ranger")


def seen_by(answer: Answer) -> list[str | None]:
    """Return the identities of the rules in an answer."""
    assert answer.status == 200, answer.content
    return [rule["identity_id"] for rule in answer.json]


def path_of(contact: dict[str, Any]) -> str:
    return f"contacts/{contact['id']}/access"


@pytest.mark.parametrize("chosen", [{}, {"access_identity_ids": None}])
def test_everyone_sees_a_contact_unless_it_is_chosen(
    inkbox: DoorClient, scout_inkbox: DoorClient, chosen: dict[str, None]
) -> None:
    contact = create(inkbox, given_name="Noor", **chosen)

    assert seen_by(inkbox.get(path_of(contact))) == [None]
    assert contact["access"] == inkbox.get(path_of(contact)).json
    assert scout_inkbox.get("contacts").json == [contact]


def test_nobody_but_admins_sees_a_contact_for_none(
    inkbox: DoorClient, scout_inkbox: DoorClient
) -> None:
    contact = create(inkbox, given_name="Noor", access_identity_ids=[])

    assert contact["access"] == []
    assert inkbox.get("contacts").json == [contact]
    assert scout_inkbox.get("contacts").json == []


def test_those_see_a_contact_who_are_chosen(
    inkbox: DoorClient, scout_inkbox: DoorClient, agent: Agent, ranger: Agent
) -> None:
    chosen = [str(agent.id).upper(), str(ranger.id), str(agent.id)]
    contact = create(inkbox, given_name="Noor", access_identity_ids=chosen)
    create(inkbox, given_name="Bea", access_identity_ids=[str(ranger.id)])

    assert {rule["identity_id"] for rule in contact["access"]} == {
        str(agent.id),
        str(ranger.id),
    }
    assert contact["access"] == inkbox.get(path_of(contact)).json
    assert scout_inkbox.get("contacts").json == [contact]


def test_an_identity_that_is_not_there_cannot_be_chosen(
    inkbox: DoorClient, agent: Agent
) -> None:
    retired = Agent.objects.create(
        workspace=agent.workspace, handle="retired", is_active=False
    )

    for agent_id in (NOBODY, str(retired.id)):
        body = {"given_name": "N", "access_identity_ids": [str(agent.id), agent_id]}
        assert inkbox.post("contacts", body).status == 404
    assert not Record.objects.exists()


def test_revoking_from_everyone_leaves_the_others_their_sight(
    inkbox: DoorClient, scout_inkbox: DoorClient, agent: Agent, ranger: Agent
) -> None:
    contact = create(inkbox, given_name="Noor")

    answer = inkbox.delete(f"{path_of(contact)}/{agent.id}")
    Agent.objects.create(workspace=agent.workspace, handle="rookie")

    assert (answer.status, answer.content) == (204, b"")
    assert seen_by(inkbox.get(path_of(contact))) == [str(ranger.id)]
    assert scout_inkbox.get(f"contacts/{contact['id']}").status == 404


def test_grants_are_answered_with_their_rule(inkbox: DoorClient, agent: Agent) -> None:
    contact = create(inkbox, given_name="Noor", access_identity_ids=[])

    answer = inkbox.post(path_of(contact), {"identity_id": str(agent.id)})

    assert answer.status == 201
    assert answer.json == {
        "id": answer.json["id"],
        "contact_id": contact["id"],
        "identity_id": str(agent.id),
        "created_at": answer.json["created_at"],
    }
    assert inkbox.get(path_of(contact)).json == [answer.json]


def test_a_redundant_grant_says_so(inkbox: DoorClient, agent: Agent) -> None:
    contact = create(inkbox, given_name="Noor")
    body = {"identity_id": str(agent.id)}

    redundant = inkbox.post(path_of(contact), body)
    inkbox.post(path_of(contact), {"identity_id": None})
    inkbox.delete(f"{path_of(contact)}/{agent.id}")
    inkbox.post(path_of(contact), body)
    again = inkbox.post(path_of(contact), body)

    assert [answer.status for answer in (redundant, again)] == [409, 409]
    assert [answer.json["detail"]["error"] for answer in (redundant, again)] == [
        "redundant_grant",
        "already_granted",
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"identity_id": "me"}, 422),
        ({"identity_id": 7}, 422),
        ({"identity_id": None, "x": 1}, 422),
        ({"identity_id": NOBODY}, 404),
    ],
)
def test_grants_to_nobody_are_refused(
    inkbox: DoorClient, body: dict[str, object], status: int
) -> None:
    contact = create(inkbox, given_name="Noor", access_identity_ids=[])

    assert inkbox.post(path_of(contact), body).status == status
    assert inkbox.get(path_of(contact)).json == []


@pytest.mark.parametrize("agent_id", [NOBODY, "me"])
def test_revoking_from_an_unknown_identity_changes_nothing(
    inkbox: DoorClient, agent_id: str
) -> None:
    contact = create(inkbox, given_name="Noor")

    answer = inkbox.delete(f"{path_of(contact)}/{agent_id}")

    assert answer.status == 404
    assert seen_by(inkbox.get(path_of(contact))) == [None]


def test_an_identity_may_give_up_its_own_access_only(
    inkbox: DoorClient, scout_inkbox: DoorClient, agent: Agent, ranger: Agent
) -> None:
    path = path_of(create(inkbox, given_name="Noor"))

    statuses = [
        scout_inkbox.post(path, {"identity_id": str(ranger.id)}).status,
        scout_inkbox.delete(f"{path}/{ranger.id}").status,
        scout_inkbox.delete(f"{path}/{agent.id}").status,
        scout_inkbox.get(path).status,
    ]

    assert statuses == [403, 403, 204, 404]
    assert seen_by(inkbox.get(path)) == [str(ranger.id)]


def test_an_identity_creates_contacts_for_everyone(scout_inkbox: DoorClient) -> None:
    contact = create(scout_inkbox, given_name="Noor")

    assert seen_by(scout_inkbox.get(path_of(contact))) == [None]
