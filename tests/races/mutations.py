"""Changes of a workspace of every kind, drawn by lot, which many make at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import httpx

from crm.models import Agent
from tests.api_client import Api, items, resource, resources
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE
from tests.interfaces.api.schemas.schema_calls import create_object, relate

THINGS = "objects/c_thing/records"
SIZE = "schemas/c_thing/properties/size"
STATE = "schemas/c_thing/properties/state"
STATES = ("Open", "Shipped", "Paid")
PLACES = ("place", "site")
"""Names that a relationship has in turns."""


def make_thing_type(api: Api) -> None:
    """Make the object type whose schema is changed again and again."""
    options = [{"id": one.lower(), "label": one} for one in STATES]
    fields = {
        "size": {"type": "string", "title": "Size"},
        "state": {"x-type": "select", "x-options": options},
    }
    create_object(api, "Thing", properties=fields)
    kind = {"kind": "many-to-one", "entity": "company", "field": "things"}
    side = {"title": "Place", "x-relationship": kind}
    assert relate(api, "c_thing", c_thing={"place": side}).status == 201


class Writer:
    """Changes what others change too. Some of it is refused, as they were quicker."""

    def __init__(self, seed: int, agents: Sequence[Agent], changes: list[str]) -> None:
        self.random = random.Random(seed)
        self.agents = agents
        self.changes = changes
        """The ids of what anybody has changed, which anybody may undo."""
        self.gone: list[str] = []
        """The people whom this one deleted."""
        self.number = seed

    def write(self, client: httpx.Client, many: int) -> None:
        """Send so many requests."""
        mutations, weights = zip(*MUTATIONS.items(), strict=True)
        for mutate in self.random.choices(mutations, weights, k=many):
            answer = mutate(self, client)
            assert answer.status_code < 500, (mutate, answer.text)
            if "X-Change-Id" in answer.headers:
                self.changes.append(answer.headers["X-Change-Id"])

    def pick(self, *among: Any) -> Any:
        return self.random.choice(among)

    def agent(self) -> dict[str, str]:
        return {"type": "agent", "id": str(self.random.choice(self.agents).pk)}

    def one(self, client: httpx.Client, path: str) -> str:
        """Return the address of some record."""
        answer = client.get(f"{path}?page[limit]=30&page[total]=false")
        ids = [one["id"] for one in answer.json().get("data", [])]
        return f"{path}/{self.random.choice(ids) if ids else 'none'}"

    def end(self, client: httpx.Client, path: str, type_: str) -> dict[str, str]:
        """Return the identifier of some record."""
        return {"type": type_, "id": self.one(client, path).rpartition("/")[2]}

    def create(self, client: httpx.Client) -> httpx.Response:
        address = items(f"{self.random.randrange(40)}@example.com")
        rows: list[dict[str, object]]
        rows = [{"name": "New"}, {"email_addresses": address, "notes": "again"}]
        return client.post(f"{PEOPLE}/bulk", json=resources("person", *rows))

    def update(self, client: httpx.Client) -> httpx.Response:
        title = self.pick(None, "CEO", "CTO", "Countess")
        body = resource("person", title=title, notes=str(self.random.random()))
        return client.patch(self.one(client, PEOPLE), json=body)

    def own(self, client: httpx.Client) -> httpx.Response:
        path = f"{self.one(client, PEOPLE)}/relationships/owner"
        return client.patch(path, json={"data": self.pick(None, self.agent())})

    def link(self, client: httpx.Client) -> httpx.Response:
        path = f"{self.one(client, PEOPLE)}/relationships/companies"
        linkage = {"data": [self.end(client, COMPANIES, "company")]}
        return client.post(path, json=linkage)

    def unlink(self, client: httpx.Client) -> httpx.Response:
        path = f"{self.one(client, PEOPLE)}/relationships/companies"
        return client.patch(path, json={"data": []})

    def talk(self, client: httpx.Client) -> httpx.Response:
        body = resource("conversation")
        person = {"data": self.end(client, PEOPLE, "person")}
        body["data"]["relationships"] = {"person": person}
        return client.post("objects/conversation/records", json=body)

    def delete(self, client: httpx.Client) -> httpx.Response:
        path = self.one(client, PEOPLE)
        self.gone.append(path.rpartition("/")[2])
        return client.delete(path)

    def restore(self, client: httpx.Client) -> httpx.Response:
        person = self.pick(*self.gone or ["none"])
        return client.post(f"objects/person/deleted/{person}/restore")

    def undo(self, client: httpx.Client) -> httpx.Response:
        change = self.pick(*self.changes[-200:] or ["none"])
        meta = {"on_conflict": self.pick("refuse", "skip")}
        return client.post(f"changes/{change}/undo", json={"meta": meta})

    def erase(self, client: httpx.Client) -> httpx.Response:
        gone = {"type": "person", "id": self.pick(*self.gone or ["none"])}
        person = self.pick(gone, self.end(client, PEOPLE, "person"))
        relationships = {"record": {"data": person}}
        data = {"type": "erasure", "relationships": relationships}
        return client.post("erasures", json={"data": data})

    def merge(self, client: httpx.Client) -> httpx.Response:
        body = {"data": [self.end(client, PEOPLE, "person")]}
        return client.post(f"{self.one(client, PEOPLE)}/merge", json=body)

    def unmerge(self, client: httpx.Client) -> httpx.Response:
        merged = client.get("changes?filter[kind]=record.merged&page[size]=1000").json()
        if not merged["data"]:
            return self.create(client)
        both = self.pick(*merged["data"])["relationships"]
        survivor = (both["survivor"]["data"] or {}).get("id", "none")
        body = {"data": [both["record"]["data"]]}
        return client.post(f"{PEOPLE}/{survivor}/unmerge", json=body)

    def show(self, client: httpx.Client) -> httpx.Response:
        rule = {"type": "access", "relationships": {"agent": {"data": self.agent()}}}
        return client.post(f"{self.one(client, PEOPLE)}/access", json={"data": rule})

    def hide(self, client: httpx.Client) -> httpx.Response:
        path = self.one(client, self.pick(PEOPLE, PEOPLE, COMPANIES))
        return client.delete(f"{path}/access/{self.agent()['id']}")

    def show_some(self, client: httpx.Client) -> httpx.Response:
        people = [self.end(client, PEOPLE, "person") for _ in "ab"]
        body = {"data": people, "set": self.pick(None, [], [self.agent()["id"]])}
        return client.post(f"{PEOPLE}/access", json=body)

    def make_thing(self, client: httpx.Client) -> httpx.Response:
        body = resource("c_thing", size=self.pick("1", "2", None))
        place = {"data": self.end(client, COMPANIES, "company")}
        body["data"]["relationships"] = {self.pick(*PLACES): place}
        return client.post(THINGS, json=body)

    def change_thing(self, client: httpx.Client) -> httpx.Response:
        body = resource("c_thing", state=self.pick(*STATES, None))
        return client.patch(self.one(client, THINGS), json=body)

    def delete_thing(self, client: httpx.Client) -> httpx.Response:
        return client.delete(self.one(client, THINGS))

    def rename(self, client: httpx.Client) -> httpx.Response:
        place = f"schemas/c_thing/properties/{self.pick(*PLACES)}"
        return client.patch(place, json={"slug": self.pick(*PLACES)})

    def retype(self, client: httpx.Client) -> httpx.Response:
        return client.patch(SIZE, json={"type": self.pick("text", "number", "integer")})

    def change_options(self, client: httpx.Client) -> httpx.Response:
        labels = [self.pick(one, one.upper()) for one in STATES]
        kept = self.pick(labels, labels, labels[1:])
        options = [{"id": one.lower(), "label": one} for one in kept]
        return client.patch(f"{STATE}?force=true", json={"options": options})

    def add_field(self, client: httpx.Client) -> httpx.Response:
        field = {"x-type": "number", "title": "Weight"}
        path = "schemas/c_thing/properties"
        return client.post(path, json={"properties": {"weight": field}})

    def remove_field(self, client: httpx.Client) -> httpx.Response:
        return client.delete("schemas/c_thing/properties/weight")

    def make_type(self, client: httpx.Client) -> httpx.Response:
        self.number += 100
        name = f"Brief {self.number}"
        fields = {"label": {"type": "string"}}
        made = client.post("schemas/objects", json={"name": name, "properties": fields})
        path = f"objects/c_brief_{self.number}/records"
        client.post(path, json=resource(f"c_brief_{self.number}", label="x"))
        return made

    def delete_type(self, client: httpx.Client) -> httpx.Response:
        path = f"schemas/objects/c_brief_{self.number}?force=true"
        return client.delete(path)


Mutation: TypeAlias = Callable[[Writer, httpx.Client], httpx.Response]

MUTATIONS: dict[Mutation, float] = {
    Writer.create: 5,
    Writer.update: 10,
    Writer.own: 3,
    Writer.link: 6,
    Writer.unlink: 4,
    Writer.talk: 4,
    Writer.delete: 5,
    Writer.restore: 4,
    Writer.undo: 8,
    Writer.merge: 4,
    Writer.unmerge: 3,
    Writer.erase: 2,
    Writer.show: 6,
    Writer.hide: 6,
    Writer.show_some: 4,
    Writer.make_thing: 3,
    Writer.change_thing: 4,
    Writer.delete_thing: 1,
    Writer.rename: 0.3,
    Writer.retype: 0.3,
    Writer.change_options: 0.3,
    Writer.add_field: 0.2,
    Writer.remove_field: 0.2,
    Writer.make_type: 0.2,
    Writer.delete_type: 0.2,
}
"""What may happen, and how often in comparison."""
