"""The name of a request counts for a day, a workspace, an agent and an address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.keys import create_key
from crm.models import IdempotentRequest, Scope
from records.models import Record
from tests.api_client import Answer, Api, resource

TASKS = "objects/task/records"
CALL = resource("task", title="Call")
LIFETIME = timedelta(hours=24)


def send(api: Api, key: str = "k", body: object = CALL, to: str = TASKS) -> Answer:
    """Create a task, in a request that names itself."""
    return api.post(to, body, idempotency_key=key)


def is_replayed(answer: Answer) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def test_two_names_are_two_requests(api: Api) -> None:
    answers = [send(api, key) for key in ("one", "other")]

    assert answers[0].id != answers[1].id
    assert not any(map(is_replayed, answers))


def test_refuses_a_name_that_stands_for_another_body(api: Api) -> None:
    first = send(api)

    other = send(api, body=resource("task", title="Write"))

    assert other.status == 422
    assert other.errors == [("key_reused", "Idempotency-Key")]
    assert Record.objects.count() == 1
    assert send(api).content == first.content


def test_refuses_a_name_that_stands_for_other_parameters(api: Api) -> None:
    send(api)

    other = send(api, to=f"{TASKS}?include=deals")

    assert (other.status, other.errors) == (422, [("key_reused", "Idempotency-Key")])
    assert Record.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_refuses_such_a_name(api: Api, key: str) -> None:
    answer = send(api, key)

    assert answer.status == 400
    assert [where for _, where in answer.errors] == ["Idempotency-Key"]
    assert not Record.objects.exists()


@pytest.mark.parametrize("key", ["x", "x" * 255, "a b", "ü", '"quoted"', "{%}"])
def test_takes_such_a_name(api: Api, key: str) -> None:
    answers = [send(api, key) for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 201]
    assert [is_replayed(answer) for answer in answers] == [False, True]


def test_an_answer_is_kept_for_a_day(api: Api) -> None:
    send(api)
    almost = timezone.now() - LIFETIME + timedelta(minutes=1)
    IdempotentRequest.objects.update(created_at=almost)

    assert is_replayed(send(api))


@pytest.mark.parametrize("body", [CALL, resource("task", title="Write")])
def test_after_a_day_a_name_is_free_again(api: Api, body: object) -> None:
    send(api)
    IdempotentRequest.objects.update(created_at=timezone.now() - LIFETIME)

    again = send(api, body=body)

    assert (again.status, is_replayed(again)) == (201, False)
    assert Record.objects.count() == 2
    assert is_replayed(send(api, body=body))


def test_answers_that_are_too_old_are_deleted(api: Api) -> None:
    send(api, "old")
    IdempotentRequest.objects.update(created_at=timezone.now() - LIFETIME)
    send(api, "new")

    assert IdempotentRequest.objects.count() == 1


def test_workspaces_do_not_share_names(api: Api, stranger: Api) -> None:
    answers = [send(api), send(stranger)]

    assert [is_replayed(answer) for answer in answers] == [False, False]


def test_agents_do_not_share_names(api: Api, scout: Api) -> None:
    answers = [send(api), send(scout), send(scout)]

    assert [is_replayed(answer) for answer in answers] == [False, False, True]


def test_a_new_key_of_the_same_agent_finds_the_answer(api: Api) -> None:
    new = create_key(workspace=api.workspace, scopes=[Scope.WRITE])
    send(api)

    answer = send(Api(api.workspace, new.secret))

    assert is_replayed(answer)


def test_methods_and_paths_do_not_share_names(api: Api) -> None:
    task = send(api).id

    answers = [
        send(api, to="objects/deal/records", body=resource("deal")),
        send(api, to="objects/task/resources"),
        api.patch(f"{TASKS}/{task}", CALL, idempotency_key="k"),
        api.delete(f"{TASKS}/{task}", idempotency_key="k"),
    ]

    assert [answer.status for answer in answers] == [201, 201, 200, 204]
    assert not any(map(is_replayed, answers))
