"""Random batches that are undone in reverse leave the records as they were."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from random import Random
from uuid import uuid4

from crm.models import Agent
from records.ids import encode_id
from records.models import Tombstone
from tests.api_client import Answer, Api, items, make_record, resource
from tests.interfaces.compat.door_client import DoorClient
from tests.stored import content
from tests.survival.rounds import rounds

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
SEED = int(os.environ.get("CAMPAIGN_SEED", "7"))


class Mutations:
    """Changes of records of several types, drawn by lot; some of them are refused."""

    def __init__(self, api: Api, random: Random, agents: list[Agent]) -> None:
        self.api = api
        self.random = random
        self.agents = agents
        self.inkbox = DoorClient("inkbox", api.secret)
        self.changes: list[str] = []
        """What was changed, the last of it last."""

    def mutate(self) -> None:
        """Change something, if it is not refused."""
        answer = self.random.choice(ACTS)(self)
        assert answer.status < 500, answer.json
        if "X-Change-Id" in answer.headers:
            self.changes.append(answer.headers["X-Change-Id"])

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

    def agent(self) -> dict[str, str]:
        return {"type": "agent", "id": str(self.random.choice(self.agents).pk)}

    def address(self) -> str:
        return f"p{self.random.randint(0, 9)}@example.com"

    def drawn(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Return some of the values that fields may have."""
        many = self.random.randint(1, min(3, len(fields)))
        return {n: fields[n] for n in self.random.sample(sorted(fields), many)}

    def values(self) -> dict[str, object]:
        return self.drawn(
            {
                "first_name": self.random.choice(["Ada", "Bea", None]),
                "last_name": self.random.choice(["King", None]),
                "name": self.random.choice(["Countess", "Ada King"]),
                "title": self.random.choice(["CTO", "CEO", None]),
                "email_addresses": self.random.choice([items(), items(self.address())]),
                "phone_numbers": self.random.choice([items(), items("+436605550100")]),
                "birthday": self.random.choice(["1815-12-10", None]),
                "tags": self.random.choice([items(), items("vip", "poet")]),
            }
        )

    def create(self) -> Answer:
        body = resource("person", **self.values())
        body["data"]["relationships"] = {
            "companies": {"data": self.some("company")},
            "owner": {"data": self.random.choice([None, self.agent()])},
        }
        return self.api.post(PEOPLE, body)

    def bulk(self) -> Answer:
        rows = [{"type": "person", "attributes": self.values()} for _ in range(3)]
        body = {"data": rows, "meta": {"mode": "partial"}}
        return self.api.post(f"{PEOPLE}/bulk", body)

    def update(self) -> Answer:
        person = f"{PEOPLE}/{self.one('person')}"
        return self.api.patch(person, resource("person", **self.values()))

    def deal(self) -> Answer:
        fields = {
            "name": self.random.choice(["Engine", "Loom"]),
            "amount": self.random.choice([None, 0, 12.5, 10**9]),
            "stage": self.random.choice([None, "Lead", "Won", "lost"]),
            "close_date": self.random.choice([None, "2026-11-27"]),
        }
        body = resource("deal", **self.drawn(fields))
        body["data"]["relationships"] = {"companies": {"data": self.some("company")}}
        return self.api.patch(f"objects/deal/records/{self.one('deal')}", body)

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

    def label(self) -> Answer:
        """Set addresses with labels, at the door that has them."""
        label = self.random.choice(["work", "home", None])
        emails = [{"value": self.address(), "label": label}]
        contacts = self.inkbox.get("contacts?order=recent").json
        one = self.random.choice(contacts)["id"] if contacts else uuid4()
        return self.inkbox.patch(f"contacts/{one}", {"emails": emails})

    def link(self) -> Answer:
        path = f"{PEOPLE}/{self.one('person')}/relationships/conversations"
        return self.api.patch(path, {"data": self.some("conversation")})

    def relink(self) -> Answer:
        path = f"{COMPANIES}/{self.one('company')}/relationships/people"
        return self.api.patch(path, {"data": self.some("person")})

    def own(self) -> Answer:
        path = f"{PEOPLE}/{self.one('person')}/relationships/owner"
        return self.api.patch(path, {"data": self.random.choice([None, self.agent()])})

    def delete(self) -> Answer:
        type_ = self.random.choice(["person", "company", "conversation"])
        return self.api.delete(f"objects/{type_}/records/{self.one(type_)}")

    def restore(self) -> Answer:
        gone = Tombstone.objects.order_by("seq").values_list("record_id", flat=True)
        person = encode_id("per", self.random.choice([*gone] or [uuid4()]))
        return self.api.post(f"objects/person/deleted/{person}/restore")

    def undo(self) -> Answer:
        """Undo something of before, whatever came since."""
        change = self.random.choice(self.changes or ["none"])
        how = self.random.choice(["refuse", "skip"])
        body = {"meta": {"on_conflict": how}}
        return self.api.post(f"changes/{change}/undo", body)

    def grant(self) -> Answer:
        rule = {"type": "access", "relationships": {"agent": {"data": self.agent()}}}
        path = f"{PEOPLE}/{self.one('person')}/access"
        return self.api.post(path, {"data": rule})

    def revoke(self) -> Answer:
        path = f"{PEOPLE}/{self.one('person')}/access"
        return self.api.delete(f"{path}/{self.agent()['id']}")

    def show(self) -> Answer:
        """Set who sees some records, all at once."""
        body = {"data": self.some("person"), "set": [self.agent()["id"]]}
        return self.api.post(f"{PEOPLE}/access", body)


ACTS: tuple[Callable[[Mutations], Answer], ...] = (
    *(Mutations.create, Mutations.bulk, Mutations.update, Mutations.update),
    *(Mutations.deal, Mutations.move, Mutations.label, Mutations.link),
    *(Mutations.relink, Mutations.own, Mutations.delete, Mutations.restore),
    *(Mutations.undo, Mutations.grant, Mutations.revoke, Mutations.show),
)
"""What may happen. Some of it stands here twice, to happen twice as often."""


def test_batches_undone_in_reverse_leave_nothing(api: Api) -> None:
    handles = ["scout", "ranger"]
    agents = [Agent.objects.create(workspace=api.workspace, handle=h) for h in handles]
    for type_ in ("person", "person", "company", "company", "conversation", "deal"):
        make_record(api, type_)
    for number in rounds(short=1, long=600):
        before = content()
        mutations = Mutations(api, Random(number + SEED), agents)
        for _ in range(25):
            mutations.mutate()

        for change in reversed(mutations.changes):
            undone = api.post(f"changes/{change}/undo")
            assert undone.status == 200, (number, undone.json)

        assert content() == before, number
        assert len(mutations.changes) > 5
