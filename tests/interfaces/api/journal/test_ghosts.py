"""Two workspaces that differ in hidden records alone read the same to an agent."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from crm.keys import create_key
from crm.models import Agent, Scope
from objects.workspaces import create_workspace
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE, normal, walk
from tests.survival.rounds import rounds

SECRET = "Wolverhampton"
ACTS = 16
"""How many changes make a history that an agent may see."""


class World:
    """A workspace in which the same happens for the same seed, ghosts aside."""

    def __init__(self, slug: str, seed: int) -> None:
        workspace = create_workspace(slug=slug)
        keys = {"workspace": workspace, "scopes": list(Scope)}
        self.api = Api(workspace, create_key(**keys).secret)  # type: ignore[arg-type]
        self.scout = Agent.objects.create(workspace=workspace, handle="scout")
        key = create_key(workspace=workspace, scopes=[Scope.READ], agent=self.scout)
        self.eyes = Api(workspace, key.secret)
        self.random = Random(seed)
        self.people: list[str] = []
        self.companies: list[str] = []
        self.changes: list[str] = []

    def note(self, answer: Answer) -> Answer:
        """Remember what can be undone."""
        assert answer.status < 500, answer.json
        self.changes += filter(None, [answer.headers.get("X-Change-Id")])
        return answer

    def one(self, among: list[str]) -> str:
        return self.random.choice(among or ["none"])

    def create(self) -> Answer:
        address = f"p{self.random.randrange(9)}@example.com"
        body = resource("person", email_addresses=items(address))
        self.show(body, "companies", self.companies)
        answer = self.api.post(PEOPLE, body)
        self.people += [answer.id] if answer.status == 201 else []
        return answer

    def show(self, body: dict[str, Any], name: str, among: list[str]) -> None:
        """Let the body of a request link its record to one of some."""
        ids = [self.one(among)] if among else []
        linkage = [{"type": "company", "id": one} for one in ids]
        body["data"]["relationships"] = {name: {"data": linkage}}

    def found(self) -> Answer:
        answer = self.api.post(COMPANIES, resource("company", name="Acme"))
        self.companies.append(answer.id)
        return answer

    def update(self) -> Answer:
        title = self.random.choice(["CEO", "CTO", None])
        path = f"{PEOPLE}/{self.one(self.people)}"
        return self.api.patch(path, resource("person", title=title))

    def link(self) -> Answer:
        path = f"{PEOPLE}/{self.one(self.people)}/relationships/companies"
        company = {"type": "company", "id": self.one(self.companies)}
        return self.api.post(path, {"data": [company]})

    def delete(self) -> Answer:
        path = self.random.choice(
            [
                f"{PEOPLE}/{self.one(self.people)}",
                f"{COMPANIES}/{self.one(self.companies)}",
            ]
        )
        return self.api.delete(path)

    def restore(self) -> Answer:
        return self.api.post(f"objects/person/deleted/{self.one(self.people)}/restore")

    def revoke(self) -> Answer:
        path = f"{PEOPLE}/{self.one(self.people)}/access"
        return self.api.delete(f"{path}/{self.scout.pk}")

    def grant(self) -> Answer:
        agent = {"agent": {"data": {"type": "agent", "id": str(self.scout.pk)}}}
        rule = {"data": {"type": "access", "relationships": agent}}
        return self.api.post(f"{PEOPLE}/{self.one(self.people)}/access", rule)

    def undo(self) -> Answer:
        return self.api.post(f"changes/{self.one(self.changes)}/undo")


SEEN: tuple[Callable[[World], Answer], ...] = (
    *(World.create, World.create, World.found, World.update, World.link),
    *(World.delete, World.restore, World.revoke, World.grant, World.undo),
)
"""What happens in both workspaces."""


class Ghosts(World):
    """Does to records that the agent never sees what is done to others."""

    def __init__(self, world: World, seed: int) -> None:
        self.api, self.scout = world.api, world.scout
        self.random = Random(seed)
        self.others = world
        self.people, self.companies, self.changes = [], [], []

    def create(self) -> Answer:
        body = resource("person", name=SECRET, notes=SECRET)
        self.show(body, "companies", self.others.companies[-1:])
        body["data"]["meta"] = {"access": []}
        answer = self.api.post(PEOPLE, body)
        self.people += [answer.id] if answer.status == 201 else []
        return answer

    def link(self) -> Answer:
        self.companies = self.others.companies
        return super().link()

    def delete(self) -> Answer:
        return self.api.delete(f"{PEOPLE}/{self.one(self.people)}")


UNSEEN: tuple[Callable[[Ghosts], Answer], ...] = (
    *(Ghosts.create, Ghosts.create, Ghosts.update, Ghosts.link, Ghosts.link),
    *(Ghosts.delete, Ghosts.restore, Ghosts.undo),
)
"""What happens in between in one of them."""


def story(slug: str, seed: int, *, with_ghosts: bool) -> list[Any]:
    """Return all that an agent can read of what happened, ids and times by number."""
    world = World(slug, seed)
    ghosts = Ghosts(world, seed)
    for make in (World.found, World.create, World.create):
        world.note(make(world))
    for _ in range(ACTS):
        if with_ghosts:
            ghosts.note(ghosts.random.choice(UNSEEN)(ghosts))
        world.note(world.random.choice(SEEN)(world))
    feed = list(walk(world.eyes, size=7))
    told: list[Any] = [feed]
    told += [world.eyes.get(f"changes/{one['id']}").json["data"] for one in feed]
    paths = [f"{PEOPLE}/{one}" for one in world.people]
    paths += [f"{COMPANIES}/{one}" for one in world.companies]
    for path in paths:
        told.append(world.eyes.get(path).json.get("data"))
        told.append(world.eyes.get(f"{path}/history").json.get("data"))
    assert SECRET not in str(told)
    told = json.loads(json.dumps(told).replace(slug, "acme"))
    return normal({"told": one, "number": n} for n, one in enumerate(told))


@pytest.mark.parametrize("seed", rounds(short=1, long=60))
def test_ghosts_change_nothing_that_an_agent_reads(db: None, seed: int) -> None:
    haunted = story(f"haunted-{seed}", seed, with_ghosts=True)
    quiet = story(f"quiet-{seed}", seed, with_ghosts=False)

    assert haunted == quiet
    assert len(quiet) > 5
