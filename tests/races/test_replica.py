"""A replica that is killed again and again has in the end what the store has."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from time import sleep

import pytest

from crm.keys import create_key
from crm.models import Agent, Scope
from crm.sql import query
from tests.api_client import Api, resources
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE
from tests.live_server import LiveServer
from tests.races.crowd import Crowd
from tests.races.mutations import Writer, make_thing_type
from tests.replica import Replica
from tests.survival.rounds import CAMPAIGN

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8 if CAMPAIGN else 4
WRITES = 2_500 if CAMPAIGN else 20
"""How many requests each writer sends."""
KILLED = 100 if CAMPAIGN else 3
"""How often each reader is killed."""
AGENTS = 3 if CAMPAIGN else 1
"""How many agents read, besides a key that sees everything."""

JOURNAL = """
SELECT seq, action, record_id, version, noted_at FROM records_change ORDER BY seq
"""


def follow(replica: Replica, killed: int, seed: int) -> None:
    """Let a replica follow, and kill it again and again when it is somewhere."""
    chance = random.Random(seed)
    for _ in range(killed):
        process = replica.start()
        sleep(chance.random() / 3)
        process.kill()
        _, failure = process.communicate()
        assert not failure or b"HTTPError" in failure, failure.decode()


@pytest.fixture
def agents(api: Api) -> list[Agent]:
    handles = [f"agent-{number}" for number in range(AGENTS)]
    return [Agent.objects.create(workspace=api.workspace, handle=h) for h in handles]


@pytest.fixture
def replicas(
    server: LiveServer, api: Api, agents: list[Agent], tmp_path: Path
) -> list[Replica]:
    """The copies of a key that sees all, and of agents' keys."""
    keys = [
        create_key(workspace=api.workspace, scopes=[Scope.READ], agent=agent)
        for agent in agents
    ]
    readers = [api, *(Api(api.workspace, key.secret) for key in keys)]
    return [
        Replica(server, reader, tmp_path / f"{number}.json")
        for number, reader in enumerate(readers)
    ]


def test_replicas_are_whole_however_often_they_are_killed(
    crowd: Crowd, api: Api, agents: list[Agent], replicas: list[Replica]
) -> None:
    make_thing_type(api)
    for _ in "ab":
        api.post(f"{PEOPLE}/bulk", resources("person", *[{}] * 10))
        api.post(f"{COMPANIES}/bulk", resources("company", *[{}] * 5))
    for replica in replicas:
        replica.run()

    changes: list[str] = []
    writing = [
        crowd.start(partial(Writer(n, agents, changes).write, many=WRITES), n)
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
