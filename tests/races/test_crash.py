"""A server that is killed at work: what it was asked to do is done once in the end."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from queue import SimpleQueue

import httpx
import pytest
from django.db import transaction

from tests.api_client import Api, resource
from tests.live_server import LiveServer, start_server
from tests.races.crowd import gather, until_waiting
from tests.races.tables import stored_records, told_records

pytestmark = pytest.mark.django_db(transaction=True)

MEETINGS = "objects/meeting/records"
PEOPLE = "objects/person/records"
NAMES = [[f"{writer}.{number:02}" for number in range(16)] for writer in range(8)]
"""The names of each writer's requests."""


@pytest.fixture
def ada(api: Api) -> str:
    """The address of a record."""
    return f"{PEOPLE}/{api.post(PEOPLE, resource('person')).id}"


def send(client: httpx.Client, name: str, ada: str) -> httpx.Response:
    """Send a request that would do more if it took effect twice."""
    key = {"Idempotency-Key": name}
    if name[-1] in "0369":
        body = resource("meeting", title=name)
        return client.post(MEETINGS, json=body, headers=key)
    if name[-1] in "258":
        named = {"type": "meeting", "lid": "m"}
        steps = [
            {"op": "add", "data": named},
            {"op": "update", "data": {**named, "attributes": {"title": name}}},
        ]
        body = {"atomic:operations": steps}
        return client.post("operations", json=body, headers=key)
    append = {"meta": {"custom_fields": {"array": "append"}}}
    body = resource("person", custom_fields=[name]) | append
    return client.patch(ada, json=body, headers=key)


def send_again(client: httpx.Client, name: str, ada: str) -> httpx.Response:
    """Send it until the database knows that whoever sent it before is gone."""
    answer = send(client, name, ada)
    while answer.status_code == 409:
        answer = send(client, name, ada)
    return answer


def answers_until_killed(api: Api, ada: str) -> dict[str, httpx.Response]:
    """Let writers send their requests to a server that is killed after some answers."""
    answers: dict[str, httpx.Response] = {}
    answered: SimpleQueue[str] = SimpleQueue()

    def write(client: httpx.Client, number: int) -> None:
        with suppress(httpx.TransportError):
            for name in NAMES[number]:
                answers[name] = send(client, name, ada)
                answered.put(name)

    with start_server() as server, gather(server, api.workspace, api.secret) as crowd:
        writers = [crowd.start(partial(write, number=n), n) for n in range(len(NAMES))]
        for _ in range(40):
            answered.get(timeout=60)
        server.kill()
        for writer in writers:
            writer.result()
    return answers


def answers_in_the_end(api: Api, ada: str) -> dict[str, httpx.Response]:
    """Let writers send all their requests to a server that is not killed."""
    answers: dict[str, httpx.Response] = {}

    def write(client: httpx.Client, number: int) -> None:
        for name in NAMES[number]:
            answers[name] = send_again(client, name, ada)

    with start_server() as server, gather(server, api.workspace, api.secret) as crowd:
        crowd.all(write, len(NAMES))
    return answers


def effects(ada: str) -> list[str]:
    """Return the names of the requests that took effect, as often as they did."""
    records = stored_records()
    appended = records.pop(ada.rpartition("/")[2]).values["custom_fields"]
    assert isinstance(appended, list)
    return sorted(map(str, [*appended, *(r.values["title"] for r in records.values())]))


def test_requests_that_are_sent_again_take_effect_once(api: Api, ada: str) -> None:
    before = answers_until_killed(api, ada)

    after = answers_in_the_end(api, ada)

    assert {after[name].headers["Idempotency-Replayed"] for name in before} == {"true"}
    assert {name: (a.status_code, a.content) for name, a in before.items()} == {
        name: (after[name].status_code, after[name].content) for name in before
    }
    assert effects(ada) == sorted(after)
    assert told_records() == stored_records()


def test_a_request_that_was_interrupted_has_no_effect(
    server: LiveServer, api: Api, ada: str
) -> None:
    with start_server() as doomed, gather(doomed, api.workspace, api.secret) as crowd:
        with transaction.atomic():
            api.patch(ada, resource("person", name="Ada"))
            interrupted = crowd.start(lambda client: send(client, "1", ada))
            until_waiting(interrupted)
            doomed.kill()
        assert isinstance(interrupted.exception(), httpx.TransportError)

    with gather(server, api.workspace, api.secret) as crowd:
        answer = crowd.start(lambda client: send_again(client, "1", ada)).result()

    assert "Idempotency-Replayed" not in answer.headers
    assert effects(ada) == ["1"]
