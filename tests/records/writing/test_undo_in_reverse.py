"""Random batches that are undone in reverse leave the records as they were."""

from __future__ import annotations

from random import Random
from typing import Any

from crm.models import Agent
from records.models import Access, Link, Record, UniqueValue
from tests.api_client import Answer, Api, items, make_record, resource
from tests.survival.rounds import rounds

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
TALKS = "objects/conversation/records"


def content() -> Any:
    """Return all that is stored, but for versions, times and positions of links."""
    records = Record.objects.order_by("id").values_list(
        *("id", "attributes", "folded", "details", "search", "visible_to"),
        *("created_at", "created_by"),
    )
    values = UniqueValue.objects.order_by("field", "key")
    links = Link.objects.order_by("source_id", "field", "target_id")
    rules = Access.objects.order_by("record_id", "agent")
    return (
        list(records),
        list(values.values_list("field", "key", "record_id")),
        list(links.values_list("source_id", "field", "target_id")),
        list(rules.values_list("record_id", "agent")),
    )


class Mutations:
    """Changes of people, companies and conversations, drawn by lot."""

    def __init__(self, api: Api, random: Random, agents: list[Agent]) -> None:
        self.api = api
        self.random = random
        self.agents = agents

    def mutate(self) -> Answer:
        """Change something; it may be refused."""
        acts = [self.create, self.update, self.update, self.move, self.link]
        acts += [self.relink, self.delete, self.revoke, self.bulk]
        return self.random.choice(acts)()

    def ids(self, type_: str) -> list[str]:
        """Return the ids of the records of a type."""
        listed = self.api.get(f"objects/{type_}/records?sort=_created_at")
        return [one["id"] for one in listed.data]

    def one(self, type_: str) -> str:
        return self.random.choice(self.ids(type_) or ["none"])

    def some(self, type_: str) -> list[dict[str, str]]:
        ids = self.ids(type_)
        many = self.random.randint(0, min(3, len(ids)))
        return [{"type": type_, "id": i} for i in self.random.sample(ids, many)]

    def values(self) -> dict[str, object]:
        address = f"p{self.random.randint(0, 9)}@example.com"
        fields = {
            "first_name": self.random.choice(["Ada", "Bea", None]),
            "last_name": self.random.choice(["King", None]),
            "name": self.random.choice(["Countess", "Ada King"]),
            "title": self.random.choice(["CTO", "CEO", None]),
            "email_addresses": self.random.choice([items(), items(address)]),
        }
        many = self.random.randint(1, 3)
        return {n: fields[n] for n in self.random.sample(sorted(fields), many)}

    def create(self) -> Answer:
        body = resource("person", **self.values())
        linked = {"companies": self.some("company")}
        body["data"]["relationships"] = {n: {"data": d} for n, d in linked.items()}
        return self.api.post(PEOPLE, body)

    def bulk(self) -> Answer:
        rows = [{"type": "person", "attributes": self.values()} for _ in range(3)]
        body = {"data": rows, "meta": {"mode": "partial"}}
        return self.api.post(f"{PEOPLE}/bulk", body)

    def update(self) -> Answer:
        person = f"{PEOPLE}/{self.one('person')}"
        return self.api.patch(person, resource("person", **self.values()))

    def move(self) -> Answer:
        """Move an address from one person to another, in one batch."""
        people = self.api.get(f"{PEOPLE}?sort=_created_at").data
        holders = [p for p in people if p["attributes"]["email_addresses"]["items"]]
        if not holders or len(people) < 2:
            return self.create()
        giver = self.random.choice(holders)
        taker = self.random.choice([p for p in people if p is not giver])
        moved = giver["attributes"]["email_addresses"]
        rows = [
            {"type": "person", "id": one["id"], "attributes": {"email_addresses": v}}
            for one, v in ((giver, None), (taker, moved))
        ]
        return self.api.patch(PEOPLE, {"data": rows})

    def link(self) -> Answer:
        path = f"{PEOPLE}/{self.one('person')}/relationships/conversations"
        return self.api.patch(path, {"data": self.some("conversation")})

    def relink(self) -> Answer:
        path = f"{COMPANIES}/{self.one('company')}/relationships/people"
        return self.api.patch(path, {"data": self.some("person")})

    def delete(self) -> Answer:
        type_ = self.random.choice(["person", "company", "conversation"])
        return self.api.delete(f"objects/{type_}/records/{self.one(type_)}")

    def revoke(self) -> Answer:
        path = f"{PEOPLE}/{self.one('person')}/access"
        return self.api.delete(f"{path}/{self.random.choice(self.agents).pk}")


def test_batches_undone_in_reverse_leave_nothing(api: Api) -> None:
    handles = ["scout", "ranger"]
    agents = [Agent.objects.create(workspace=api.workspace, handle=h) for h in handles]
    for type_ in ("person", "person", "company", "company", "conversation", "deal"):
        make_record(api, type_)
    mutations = Mutations(api, Random(7), agents)
    for number in rounds(short=2, long=500):
        before = content()
        answers = [mutations.mutate() for _ in range(20)]
        changes = [
            answer.headers["X-Change-Id"]
            for answer in answers
            if "X-Change-Id" in answer.headers
        ]

        for change in reversed(changes):
            undone = api.post(f"changes/{change}/undo")
            assert undone.status == 200, (number, undone.json)

        assert content() == before, number
        assert len(changes) > 5
