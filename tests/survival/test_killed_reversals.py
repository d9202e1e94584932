"""A server that is killed while it undoes and restores: all is done once in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, as_completed
from functools import partial
from itertools import count, islice

import httpx
import pytest

from records.models import JournalEntry
from tests.api_client import Answer, Api, items, make_record, resource, resources
from tests.live_server import LiveServer, start_server
from tests.races.crowd import gather
from tests.races.tables import stored_records, told_records
from tests.survival.rounds import moment, rounds

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
LONGEST = 0.05
"""Seconds that pass, at most, between some answer and the end of the server."""

names = count()


def person() -> dict[str, object]:
    return {"email_addresses": items(f"p{next(names)}@example.com"), "name": "Ada"}


def undo(done: Answer) -> str:
    """Return the path that undoes what an answer says it did."""
    return f"changes/{done.headers['X-Change-Id']}/undo"


def creation(api: Api) -> str:
    return undo(api.post(PEOPLE, resource("person", **person())))


def bulk(api: Api) -> str:
    return undo(api.post(f"{PEOPLE}/bulk", resources("person", person(), person())))


def update(api: Api) -> str:
    ada = make_record(api, "person")["id"]
    return undo(api.patch(f"{PEOPLE}/{ada}", resource("person", **person())))


def linking(api: Api) -> str:
    acme, ada = make_record(api, "company"), make_record(api, "person")["id"]
    path = f"{PEOPLE}/{ada}/relationships/companies"
    return undo(api.patch(path, {"data": [acme]}))


def deleted(api: Api) -> tuple[str, Answer]:
    """Return the id of a record that was deleted, and the answer to that."""
    acme = make_record(api, "company")
    ada = make_record(api, "person", "Ada", companies=[acme])["id"]
    return ada, api.delete(f"{PEOPLE}/{ada}")


def deletion(api: Api) -> str:
    return undo(deleted(api)[1])


def restoration(api: Api) -> str:
    return f"objects/person/deleted/{deleted(api)[0]}/restore"


REVERSALS: tuple[Callable[[Api], str], ...] = (
    *(creation, bulk, update, linking, deletion, restoration),
)
"""What is done first; each returns the path that takes it back."""


def send(client: httpx.Client, path: str, key: str) -> httpx.Response:
    """Send a request until nobody is known to work on it."""
    answer = client.post(path, headers={"Idempotency-Key": key})
    while answer.status_code == 409 and "in_progress" in answer.text:
        answer = client.post(path, headers={"Idempotency-Key": key})
    return answer


def answered_before(asked: Future[httpx.Response]) -> httpx.Response | None:
    """Return an answer that came before the server was gone."""
    if isinstance(asked.exception(), httpx.TransportError):
        return None
    return asked.result()


@pytest.mark.parametrize("_round", rounds(short=1, long=20))
def test_what_is_sent_again_is_undone_once(
    server: LiveServer, api: Api, _round: int
) -> None:
    paths = [make(api) for make in REVERSALS]
    noted = JournalEntry.objects.count()

    with start_server() as doomed, gather(doomed, api.workspace, api.secret) as crowd:
        crowd.start(lambda client: client.get("me")).result()
        asked = [
            crowd.start(partial(send, path=path, key=f"{n}"), n)
            for n, path in enumerate(paths)
        ]
        for _ in islice(as_completed(asked), _round % len(paths)):
            pass  # So many are done, and others somewhere in between.
        time.sleep(moment(LONGEST))
        doomed.kill()
        before = [answered_before(one) for one in asked]
    with gather(server, api.workspace, api.secret) as crowd:
        after = [
            crowd.start(partial(send, path=path, key=f"{n}"), n).result()
            for n, path in enumerate(paths)
        ]

    assert {answer.status_code for answer in after} == {200}
    for first, second in zip(before, after, strict=True):
        assert first is None or first.content == second.content
    new = JournalEntry.objects.order_by("seq")[noted:]
    assert len({entry.batch for entry in new}) == len(paths)
    assert told_records() == stored_records()
