"""``default_access``: who may see what is created, at every door that creates."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from crm.keys import create_key
from crm.models import Agent, Scope, Workspace
from records.models import Access, Record
from tests.api_client import Answer, Api, items, resource, resources
from tests.interfaces.compat.door_client import DoorClient

PEOPLE = "objects/person/records"
ADDRESS = "ada@example.com"
ADA: dict[str, object] = {"email_addresses": items(ADDRESS)}
CARD = f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nEMAIL:{ADDRESS}\r\nEND:VCARD\r\n"


class Caller(NamedTuple):
    """Somebody who creates: the key, its workspace and an agent to own contacts."""

    secret: str
    workspace: Workspace
    agent: Agent

    @property
    def api(self) -> Api:
        return Api(self.workspace, self.secret)

    def door(self, name: str) -> DoorClient:
        return DoorClient(name, self.secret)


DOORS: dict[str, Callable[[Caller], Answer]] = {
    "JSON:API": lambda by: by.api.post(PEOPLE, resource("person", **ADA)),
    "in bulk": lambda by: by.api.post(f"{PEOPLE}/bulk", resources("person", ADA)),
    "upsert": lambda by: by.api.post(
        PEOPLE, resource("person", **ADA) | {"match_on": "email_addresses"}
    ),
    "Clarky": lambda by: by.door("clarky").post(
        "contacts", {"bot_id": str(by.agent.id), "emails": [ADDRESS]}
    ),
    "Clarky's upsert": lambda by: by.door("clarky").post(
        "contacts/upsert",
        {"bot_id": str(by.agent.id), "contacts": [{"emails": [ADDRESS]}]},
    ),
    "Clara": lambda by: by.door("clara").post("contacts", {"name": "Ada"}),
    "Inkbox": lambda by: by.door("inkbox").post("contacts", {"given_name": "Ada"}),
    "Inkbox, null": lambda by: by.door("inkbox").post(
        "contacts", {"given_name": "Ada", "access_identity_ids": None}
    ),
    "vCards": lambda by: by.door("inkbox").post(
        "contacts/import", CARD.encode(), content_type="text/vcard"
    ),
}


def caller(agent: Agent, *, acts: bool) -> Caller:
    """Return who has a key of an agent, or one that sees everything."""
    new = create_key(
        workspace=agent.workspace,
        scopes=[Scope.READ, Scope.WRITE],
        agent=agent if acts else None,
    )
    return Caller(new.secret, agent.workspace, agent)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("setting", ["everyone", "nobody", "creator"])
def test_is_who_sees_what_is_created(
    agent: Agent, door: str, acts: bool, setting: str
) -> None:
    Agent.objects.create(workspace=agent.workspace, handle="ranger")
    Workspace.objects.update(settings={"default_access": setting})

    answer = DOORS[door](caller(agent, acts=acts))

    assert answer.status in {200, 201}, answer.content
    creator = [agent.id] if acts and setting == "creator" else []
    viewers = None if setting == "everyone" else creator
    assert list(Record.objects.values_list("visible_to", flat=True)) == [viewers]
    assert list(Access.objects.values_list("agent", flat=True)) == creator


def test_is_what_a_choice_goes_before(api: Api, agent: Agent) -> None:
    api.patch("settings", {"default_access": "nobody"})
    body = resource("person", **ADA) | {"meta": {"access": None}}

    api.post(PEOPLE, body)

    assert Record.objects.get().visible_to is None


def test_lets_who_creates_go_on(api: Api, scout: Api, agent: Agent) -> None:
    api.patch("settings", {"default_access": "creator"})

    ada = scout.post(PEOPLE, resource("person", **ADA)).id
    again = scout.post(PEOPLE, resource("person", **ADA, title="Countess"))

    assert (again.status, again.id) == (200, ada)
    assert scout.get(f"{PEOPLE}/{ada}").status == 200


def test_says_no_more_than_that_a_hidden_value_is_taken(
    api: Api, scout: Api, agent: Agent
) -> None:
    api.patch("settings", {"default_access": "nobody"})
    ada = scout.post(PEOPLE, resource("person", **ADA)).id

    again = scout.post(PEOPLE, resource("person", **ADA))

    place = "/data/attributes/email_addresses"
    assert again.errors == [("value_taken", place)]
    assert ada not in again.content.decode()
    assert scout.get(f"{PEOPLE}/{ada}").status == 404
