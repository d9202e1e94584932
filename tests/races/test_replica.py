"""A replica that is killed again and again has in the end what the store has."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep

import httpx
import pytest

from crm.models import Agent
from crm.sql import query
from tests.api_client import Api, items, resource, resources
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE
from tests.live_server import LiveServer
from tests.races.crowd import Crowd
from tests.replica import Replica
from tests.survival.rounds import CAMPAIGN

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8 if CAMPAIGN else 4
WRITES = 2_500 if CAMPAIGN else 20
"""How many requests each writer sends."""
KILLED = 100 if CAMPAIGN else 4
"""How often each reader is killed."""

JOURNAL = """
SELECT seq, action, record_id, version, noted_at FROM records_change ORDER BY seq
"""


class Writer:
    """Changes records at random, of which others change the same."""

    def __init__(self, seed: int, agent: Agent) -> None:
        self.random = random.Random(seed)
        self.agent = {"type": "agent", "id": str(agent.pk)}

    def write(self, client: httpx.Client, many: int) -> None:
        """Send so many requests. Some are refused, since others were quicker."""
        ways: list[Callable[[httpx.Client], httpx.Response]] = [
            *(self.create, self.update, self.update, self.link, self.unlink),
            *(self.delete, self.show, self.hide, self.talk),
            *(self.merge, self.unmerge),
        ]
        for _ in range(many):
            answer = self.random.choice(ways)(client)
            assert answer.status_code < 500, answer.text

    def one(self, client: httpx.Client, path: str) -> str:
        """Return the address of some record."""
        answer = client.get(f"{path}?page[limit]=30&fields[person]=name")
        ids = [one["id"] for one in answer.json()["data"]]
        return f"{path}/{self.random.choice(ids) if ids else 'none'}"

    def create(self, client: httpx.Client) -> httpx.Response:
        address = items(f"{self.random.randrange(40)}@example.com")
        rows: list[dict[str, object]]
        rows = [{"name": "New"}, {"email_addresses": address, "notes": "again"}]
        path = f"{PEOPLE}/bulk"
        return client.post(path, json=resources("person", *rows))

    def update(self, client: httpx.Client) -> httpx.Response:
        title = self.random.choice([None, "CEO", "CTO", "Countess"])
        body = resource("person", title=title, notes=str(self.random.random()))
        return client.patch(self.one(client, PEOPLE), json=body)

    def linkage(self, client: httpx.Client) -> dict[str, object]:
        acme = self.one(client, COMPANIES).rpartition("/")[2]
        return {"data": [{"type": "company", "id": acme}]}

    def link(self, client: httpx.Client) -> httpx.Response:
        path = f"{self.one(client, PEOPLE)}/relationships/companies"
        return client.post(path, json=self.linkage(client))

    def unlink(self, client: httpx.Client) -> httpx.Response:
        path = f"{self.one(client, PEOPLE)}/relationships/companies"
        return client.patch(path, json={"data": []})

    def delete(self, client: httpx.Client) -> httpx.Response:
        return client.delete(self.one(client, PEOPLE))

    def merge(self, client: httpx.Client) -> httpx.Response:
        other = self.one(client, PEOPLE).rpartition("/")[2]
        body = {"data": [{"type": "person", "id": other}]}
        return client.post(f"{self.one(client, PEOPLE)}/merge", json=body)

    def unmerge(self, client: httpx.Client) -> httpx.Response:
        merged = client.get("changes?filter[kind]=record.merged&page[size]=1000").json()
        if not merged["data"]:
            return self.create(client)
        both = self.random.choice(merged["data"])["relationships"]
        survivor = (both["survivor"]["data"] or {}).get("id", "none")
        body = {"data": [both["record"]["data"]]}
        return client.post(f"{PEOPLE}/{survivor}/unmerge", json=body)

    def show(self, client: httpx.Client) -> httpx.Response:
        rule = {"type": "access", "relationships": {"agent": {"data": self.agent}}}
        return client.post(f"{self.one(client, PEOPLE)}/access", json={"data": rule})

    def hide(self, client: httpx.Client) -> httpx.Response:
        path = self.one(client, self.random.choice([PEOPLE, PEOPLE, COMPANIES]))
        return client.delete(f"{path}/access/{self.agent['id']}")

    def talk(self, client: httpx.Client) -> httpx.Response:
        ada = self.one(client, PEOPLE).rpartition("/")[2]
        body = resource("conversation")
        person = {"data": {"type": "person", "id": ada}}
        body["data"]["relationships"] = {"person": person}
        return client.post("objects/conversation/records", json=body)


def follow(replica: Replica, killed: int, seed: int) -> None:
    """Let a replica follow, and kill it again and again when it is somewhere."""
    chance = random.Random(seed)
    for _ in range(killed):
        process = replica.start()
        sleep(chance.random() / 3)
        process.kill()
        process.wait()


@pytest.fixture
def replicas(server: LiveServer, api: Api, scout: Api, tmp_path: Path) -> list[Replica]:
    """The copies of a key that sees all, and of an agent's key."""
    return [
        Replica(server, reader, tmp_path / f"{number}.json")
        for number, reader in enumerate((api, scout))
    ]


def test_replicas_are_whole_however_often_they_are_killed(
    crowd: Crowd, api: Api, agent: Agent, replicas: list[Replica]
) -> None:
    for _ in "ab":
        api.post(f"{PEOPLE}/bulk", resources("person", *[{}] * 10))
        api.post(f"{COMPANIES}/bulk", resources("company", *[{}] * 5))
    for replica in replicas:
        replica.run()

    writing = [
        crowd.start(partial(Writer(n, agent).write, many=WRITES), n)
        for n in range(WRITERS)
    ]
    following = [
        crowd.start(lambda client, r=one, s=s: follow(r, KILLED, s), 60 + s)  # type: ignore[misc]
        for s, one in enumerate(replicas)
    ]
    for future in [*writing, *following]:
        future.result()

    for replica in replicas:
        replica.run()
        assert replica.shown() == replica.anew()
    check_journal()


def check_journal() -> None:
    """Check that numbers have no gaps, times do not go back, and versions count."""
    rows = query(JOURNAL)
    assert [row[0] for row in rows] == [*range(1, len(rows) + 1)]
    assert [row[4] for row in rows] == sorted(row[4] for row in rows)
    versions: dict[object, int] = {}
    for _, action, record, version, _ in rows:
        if record and action not in {"access", "linked"}:
            assert version == versions.get(record, 0) + 1
            versions[record] = version
