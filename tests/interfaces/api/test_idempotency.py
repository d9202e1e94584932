"""A request that names itself takes effect once, however often it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import connection, transaction
from django.urls import path
from pytest_django import Settings
from rest_framework.request import Request

from config.urls import handler500
from crm.errors import NotAllowed
from crm.models import ApiKey, IdempotentRequest
from crm.sql import query
from interfaces.api.view import WorkspaceViewSet
from records.models import JournalEntry, Record
from records.writing.engine import write
from records.writing.operations import Upsert
from tests.api_client import Answer, Api, resource, resources

TASKS = "objects/task/records"
CALL = resource("task", title="Call")


class CarelessViewSet(WorkspaceViewSet):
    """A view that breaks after it has written, and allows nothing else."""

    def create(self, request: Request, **kwargs: str) -> None:
        write(actor=self.actor, operations=[Upsert("task", attributes={"title": "A"})])
        raise RuntimeError("It broke.")

    def destroy(self, request: Request, **kwargs: str) -> None:
        raise NotAllowed("Not yet.")


careless = CarelessViewSet.as_view({"post": "create", "delete": "destroy"})
urlpatterns = [path("v1/workspaces/<str:workspace>/care", careless)]

__all__ = ["handler500", "urlpatterns"]


def send(api: Api, key: str = "k", body: object = CALL, to: str = TASKS) -> Answer:
    """Create a task, in a request that names itself."""
    return api.post(to, body, idempotency_key=key)


def is_replayed(answer: Answer) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def essence(answer: Answer) -> tuple[int, bytes, dict[str, str]]:
    """Return what of an answer is given again."""
    names = ("Content-Type", "Location", "ETag", "Allow", "Vary")
    kept = {name: answer.headers[name] for name in names if name in answer.headers}
    return answer.status, answer.content, kept


@contextmanager
def a_request_that_is_not_finished(api: Api) -> Iterator[None]:
    """Send a request in another thread, and end its transaction in the end."""
    is_answered, may_finish = Event(), Event()

    def work() -> None:
        try:
            with transaction.atomic():
                send(api)
                is_answered.set()
                may_finish.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        is_answered.wait(10)
        try:
            yield
        finally:
            may_finish.set()
            working.result()


@pytest.mark.parametrize(
    ("method", "to", "body", "status"),
    [
        ("POST", TASKS, CALL, 201),
        ("POST", f"{TASKS}/bulk", resources("task", {"title": "A"}), 201),
        ("PATCH", f"{TASKS}/{{id}}", resource("task", title="Write"), 200),
        ("PATCH", TASKS, {"data": [{"type": "task", "id": "{id}"}]}, 200),
        ("DELETE", f"{TASKS}/{{id}}", None, 204),
        ("DELETE", TASKS, {"items": ["{id}"]}, 204),
        ("POST", TASKS, {"meta": {}}, 400),
        ("POST", f"{TASKS}?nonsense=1", CALL, 400),
        ("POST", "objects/nothing/records", CALL, 404),
        ("PATCH", f"{TASKS}/task_0", CALL, 404),
        ("POST", f"{TASKS}/{{id}}", CALL, 405),
        ("PUT", TASKS, CALL, 405),
        ("POST", TASKS, resource("deal"), 409),
        ("POST", TASKS, resource("task", title=None), 422),
    ],
)
def test_gives_the_same_answer_again(
    api: Api, method: str, to: str, body: object, status: int
) -> None:
    task = api.post(TASKS, CALL).id
    sent = body and json.dumps(body).replace("{id}", task).encode()

    first, second = (
        api.call(method, to.format(id=task), sent, idempotency_key="k")
        for _ in range(2)
    )

    assert first.status == status
    assert [is_replayed(first), is_replayed(second)] == [False, True]
    assert essence(first) == essence(second)


def test_has_its_effect_once(api: Api) -> None:
    for _ in range(3):
        send(api)

    assert Record.objects.count() == 1
    assert JournalEntry.objects.count() == 1


def test_a_request_without_a_name_is_always_new(api: Api) -> None:
    answers = [api.post(TASKS, CALL) for _ in range(2)]

    assert answers[0].id != answers[1].id
    assert not IdempotentRequest.objects.exists()


def test_a_replay_has_a_request_id_of_its_own(api: Api) -> None:
    ids = [send(api).headers["X-Request-Id"] for _ in range(2)]

    assert ids[0] != ids[1]


def test_reading_is_not_replayed(api: Api) -> None:
    before = api.get(TASKS, idempotency_key="k")
    send(api)

    after = api.get(TASKS, idempotency_key="k")

    assert [len(before.data), len(after.data)] == [0, 1]
    assert not is_replayed(after)


@pytest.mark.django_db(transaction=True)
def test_refuses_a_request_while_the_first_is_running(api: Api) -> None:
    with a_request_that_is_not_finished(api):
        during = send(api)
    after = send(api)

    assert during.status == 409
    assert during.errors == [("in_progress", "Idempotency-Key")]
    assert (after.status, is_replayed(after)) == (201, True)


def test_forgets_that_there_was_no_key(api: Api) -> None:
    refused = api.post(TASKS, CALL, idempotency_key="k", authorization="api-key no")

    answer = send(api)

    assert [refused.status, answer.status] == [401, 201]
    assert not is_replayed(answer)


def test_forgets_that_the_scope_was_missing(reader: Api) -> None:
    refused = send(reader)
    ApiKey.objects.update(scopes=["write"])

    answer = send(reader)

    assert [refused.status, answer.status] == [403, 201]
    assert not is_replayed(answer)


@pytest.mark.urls(__name__)
def test_forgets_that_it_was_not_allowed(api: Api) -> None:
    answers = [api.delete("care", idempotency_key="k") for _ in range(2)]

    assert [answer.status for answer in answers] == [403, 403]
    assert not any(map(is_replayed, answers))


def test_forgets_that_there_were_too_many_requests(
    api: Api, settings: Settings
) -> None:
    settings.RATE_LIMIT = 1
    answers = [send(api, "first"), send(api)]
    settings.RATE_LIMIT = 0

    answers.append(send(api))

    assert [answer.status for answer in answers] == [201, 429, 201]
    assert not is_replayed(answers[2])


def test_does_not_replay_to_a_key_that_may_not_write(api: Api, reader: Api) -> None:
    send(api)

    assert send(reader).status == 403


def test_a_replay_counts_against_the_limit(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 2

    answers = [send(api) for _ in range(3)]

    assert [answer.status for answer in answers] == [201, 201, 429]
    assert answers[1].headers["X-RateLimit-Remaining"] == "0"


def test_a_dry_run_is_stored_without_an_effect(api: Api) -> None:
    body = CALL | {"meta": {"mode": "dry_run"}}

    answers = [send(api, body=body) for _ in range(2)]

    assert [is_replayed(answer) for answer in answers] == [False, True]
    assert not Record.objects.exists()


@pytest.mark.urls(__name__)
def test_a_crash_leaves_neither_effect_nor_answer(api: Api) -> None:
    api.client.raise_request_exception = False

    crashed = send(api, to="care")

    assert crashed.status == 500
    assert not Record.objects.exists()
    assert not IdempotentRequest.objects.exists()


def test_there_is_no_effect_if_the_answer_cannot_be_stored(api: Api) -> None:
    query("ALTER TABLE crm_idempotentrequest ADD CONSTRAINT no_room CHECK (id < 0)")
    api.client.raise_request_exception = False

    crashed = send(api)

    assert crashed.status == 500
    assert not Record.objects.exists()
