"""Who asks for what is later than all it has seen misses nothing that is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import Any

import httpx
import pytest
from django.conf import settings

from crm.models import Agent
from crm.sql import query
from tests.api_client import Api, resource, resources
from tests.live_server import LiveServer
from tests.races.crowd import Crowd
from tests.survival.rounds import CAMPAIGN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ask_as_often_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RATE_LIMIT", 0)


PEOPLE = "objects/person/records"
WRITERS = 6
WRITES = 480 if CAMPAIGN else 8
"""How many requests each writer sends; one in five writes five records."""
PAGE = 100

HEAD = "SELECT last_seq FROM records_journalhead FOR UPDATE"
TIMES = "SELECT seq, batch, noted_at, at FROM records_change ORDER BY seq"
names = count()

Write = Callable[[httpx.Client], list[dict[str, Any]]]
"""Sends a request, and returns the records in the answer: their ids and times."""


def shown(records: Any) -> list[dict[str, Any]]:
    """Return the ids and times of records in an answer, in the JSON:API's words."""
    every = records if isinstance(records, list) else [records]
    return [{"id": one["id"], **one["attributes"]} for one in every]


class Writes:
    """One way of writing at each door."""

    def __init__(self, server: LiveServer, api: Api, agent: Agent) -> None:
        self.doors = f"{server.url}/compat"
        bearer = f"Bearer {api.secret}"
        self.keys = {"Authorization": bearer, "X-API-Key": api.secret}
        self.owner = str(agent.id)
        self.ada = api.post(PEOPLE, resource("person", name="Ada")).id

    def create(self, client: httpx.Client) -> list[dict[str, Any]]:
        return shown(client.post(PEOPLE, json=resource("person")).json()["data"])

    def update(self, client: httpx.Client) -> list[dict[str, Any]]:
        body = resource("person", title=f"Countess {next(names)}")
        return shown(client.patch(f"{PEOPLE}/{self.ada}", json=body).json()["data"])

    def bulk(self, client: httpx.Client) -> list[dict[str, Any]]:
        body, key = resources("person", *[{}] * 5), f"key-{next(names)}"
        headers = {"Idempotency-Key": key}
        answers = [
            client.post(f"{PEOPLE}/bulk", json=body, headers=headers) for _ in "ab"
        ]
        assert answers[0].content == answers[1].content
        return shown(answers[0].json()["data"])

    def clarky(self, client: httpx.Client) -> list[dict[str, Any]]:
        body = {"bot_id": self.owner, "first_name": "Grace"}
        return [timed(self.door(client, "clarky/api/v1/contacts", body)["data"])]

    def clara(self, client: httpx.Client) -> list[dict[str, Any]]:
        return [timed(self.door(client, "clara/contacts", {"name": "Grace"})["data"])]

    def inkbox(self, client: httpx.Client) -> list[dict[str, Any]]:
        body = {"given_name": "Grace"}
        return [timed(self.door(client, "inkbox/api/v1/contacts", body))]

    def door(self, client: httpx.Client, path: str, body: object = None) -> Any:
        """Ask at a door, or create somebody with a body, and return the answer."""
        method, url = "GET" if body is None else "POST", f"{self.doors}/{path}"
        answer = client.request(method, url, json=body, headers=self.keys)
        assert answer.status_code < 300, answer.text
        return answer.json()


def timed(contact: dict[str, Any]) -> dict[str, Any]:
    """Return the id and times of a contact in the JSON:API's words."""
    times = {f"_{name}": contact[name] for name in ("created_at", "updated_at")}
    return {"id": contact["id"], **times}


@pytest.fixture
def writes(server: LiveServer, api: Api, agent: Agent) -> Writes:
    return Writes(server, api, agent)


def plain(record_id: str, api: Api) -> str:
    """Return the id of a person as the JSON:API has it, whatever door it came from."""
    return api.get(f"{PEOPLE}/{record_id}").id


@pytest.mark.parametrize(
    "how", ["create", "update", "bulk", "clarky", "clara", "inkbox"]
)
def test_a_write_that_is_overtaken_is_later_than_what_overtook_it(
    crowd: Crowd, api: Api, writes: Writes, how: str
) -> None:
    seen: list[str] = []

    def overtake() -> None:
        made = api.post(PEOPLE, resource("person"))
        seen.append(made.data["attributes"]["_updated_at"])

    told = crowd.behind(
        lambda: query(HEAD), lambda client: getattr(writes, how)(client), after=overtake
    )

    field = "_updated_at" if how == "update" else "_created_at"
    found = api.get(f"{PEOPLE}?filter[{field}][gt]={seen[0]}&page[limit]=100").data
    assert {one["id"] for one in shown(found)} == {plain(t["id"], api) for t in told}
    for one in told:
        stored = api.get(f"{PEOPLE}/{one['id']}").data["attributes"]
        assert one[field] == stored[field]
        assert one["_updated_at"] == stored["_updated_at"] > seen[0]


def test_times_never_go_back_and_each_batch_has_its_own(
    crowd: Crowd, writes: Writes
) -> None:
    crowd.all(lambda client, n: [way(client) for way in ways(writes, n, 8)], WRITERS)

    rows = query(TIMES)
    times = [(batch, noted_at) for _, batch, noted_at, _ in rows]
    assert all(noted_at == at for _, _, noted_at, at in rows)
    for (batch, noted_at), (next_batch, next_noted_at) in pairwise(times):
        assert (next_batch > batch) == (next_noted_at > noted_at)
        assert next_noted_at >= noted_at


def ways(writes: Writes, number: int, many: int) -> Iterator[Write]:
    """Yield so many ways of writing, other ones first for each number."""
    doors = [writes.clarky, writes.clara, writes.inkbox]
    every = [writes.create, writes.bulk, *doors]
    for turn in range(many):
        yield every[(number + turn) % len(every)]


class Poller:
    """Asks for people by a time, again and again, and keeps what it was given."""

    def __init__(self, poll: Callable[[httpx.Client, str], list[dict[str, Any]]]):
        self.poll = poll
        self.seen: set[str] = set()

    def follow(self, client: httpx.Client, is_over: Callable[[], bool]) -> set[str]:
        """Ask until nothing more is written and nothing is found that is new."""
        since, is_last = "2000-01-01T00:00:00.000Z", False
        while True:
            is_last = is_over()
            found = self.poll(client, since)
            fresh = {one["id"] for one in found} - self.seen
            self.seen |= fresh
            since = max([since, *(one["time"] for one in found)])
            if is_last and not fresh:
                return self.seen


def poll_by(field: str) -> Callable[[httpx.Client, str], list[dict[str, Any]]]:
    def poll(client: httpx.Client, since: str) -> list[dict[str, Any]]:
        asked = f"filter[{field}][gte]={since}&sort={field}&page[limit]=100"
        data = client.get(f"{PEOPLE}?{asked}").json()["data"]
        return [{"id": one["id"], "time": one[field]} for one in shown(data)]

    return poll


def poll_clarky(writes: Writes) -> Callable[[httpx.Client, str], list[dict[str, Any]]]:
    def poll(client: httpx.Client, since: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in count(1):
            asked = f"updated_after={since}&page={page}&page_size={PAGE}"
            answer = writes.door(client, f"clarky/api/v1/contacts?{asked}")
            found += answer["data"]
            if page >= answer["pagination"]["total_pages"]:
                return [{"id": c["id"], "time": c["updated_at"]} for c in found]
        raise AssertionError

    return poll


def poll_newest(
    writes: Writes, path: str, field: str
) -> Callable[[httpx.Client, str], list[dict[str, Any]]]:
    """Return what reads a list that has the newest first as far back as it is new.

    Clara and Inkbox have no filter by time, only such orders.
    """

    def poll(client: httpx.Client, since: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for offset in count(step=PAGE):
            answer = writes.door(client, f"{path}&limit={PAGE}&offset={offset}")
            page = answer["data"] if isinstance(answer, dict) else answer
            found += [{"id": one["id"], "time": one[field]} for one in page]
            if len(page) < PAGE or page[-1][field] < since:
                return found
        raise AssertionError

    return poll


def test_pollers_are_given_all_that_is_written_meanwhile(
    crowd: Crowd, api: Api, writes: Writes
) -> None:
    def write(client: httpx.Client, number: int) -> list[str]:
        done = (way(client) for way in ways(writes, number, WRITES))
        return [one["id"] for some in done for one in some]

    writing = [
        crowd.start(lambda client, n=n: write(client, n), n)  # type: ignore[misc]
        for n in range(WRITERS)
    ]
    pollers = [
        Poller(poll)
        for poll in (
            poll_by("_updated_at"),
            poll_by("_created_at"),
            poll_clarky(writes),
            poll_newest(writes, "clara/contacts?sort=updated", "updated_at"),
            poll_newest(writes, "clara/contacts?sort=created", "created_at"),
            poll_newest(writes, "inkbox/api/v1/contacts?order=recent", "created_at"),
        )
    ]
    following = [
        crowd.start(
            lambda client, p=poller: p.follow(  # type: ignore[misc]
                client, lambda: all(one.done() for one in writing)
            ),
            WRITERS + n,
        )
        for n, poller in enumerate(pollers)
    ]

    written = {
        plain(one, api)
        for one in {name for future in writing for name in future.result()}
    }
    for future in following:
        assert written <= {plain(one, api) for one in future.result()}
