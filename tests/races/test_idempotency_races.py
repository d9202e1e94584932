"""One request that is sent several times at once under the same name."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import httpx
import pytest
from django.db import transaction
from django.utils import timezone

from crm.models import IdempotentRequest
from tests.api_client import Api, resource
from tests.races.crowd import Crowd, until_waiting
from tests.races.tables import stored_records

pytestmark = pytest.mark.django_db(transaction=True)

MEETINGS = "objects/meeting/records"
NAME = {"Idempotency-Key": "once"}


def outcome(answer: httpx.Response) -> str:
    """Return whether a request took effect, was replayed, or why it was refused."""
    if answer.status_code >= 400:
        return str(answer.json()["errors"][0]["code"])
    return "replayed" if "Idempotency-Replayed" in answer.headers else "effective"


@pytest.fixture
def demo(api: Api) -> str:
    """The address of a record."""
    return f"{MEETINGS}/{api.post(MEETINGS, resource('meeting')).id}"


def test_a_creation_takes_effect_once(crowd: Crowd) -> None:
    def create(client: httpx.Client, number: int) -> httpx.Response:
        body = resource("meeting", title="Demo")
        return client.post(MEETINGS, json=body, headers=NAME)

    answers = crowd.all(create)

    outcomes = Counter(outcome(answer) for answer in answers)
    assert outcomes["effective"] == 1
    assert outcomes.keys() <= {"effective", "replayed", "in_progress"}
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    assert len(stored_records()) == 1


def test_a_change_takes_effect_once(crowd: Crowd, demo: str) -> None:
    def append(client: httpx.Client, number: int) -> httpx.Response:
        body = resource("meeting", tags={"items": ["vip"]})
        return client.patch(demo, json=body, headers=NAME)

    answers = crowd.all(append)

    outcomes = Counter(outcome(answer) for answer in answers)
    assert outcomes["effective"] == 1
    assert outcomes.keys() <= {"effective", "replayed", "in_progress"}
    assert {a.headers["ETag"] for a in answers if a.status_code == 200} == {'"2"'}


def test_a_deletion_takes_effect_once(crowd: Crowd, demo: str) -> None:
    answers = crowd.all(lambda client, _: client.delete(demo, headers=NAME))

    outcomes = Counter(outcome(answer) for answer in answers)
    assert outcomes["effective"] == 1
    assert outcomes.keys() <= {"effective", "replayed", "in_progress"}
    assert stored_records() == {}


def test_one_of_two_bodies_takes_effect(crowd: Crowd) -> None:
    def create(client: httpx.Client, number: int) -> httpx.Response:
        body = resource("meeting", title=f"Demo {number % 2}")
        return client.post(MEETINGS, json=body, headers=NAME)

    outcomes = Counter(outcome(answer) for answer in crowd.all(create))

    assert outcomes["effective"] == 1
    assert outcomes.keys() <= {"effective", "replayed", "in_progress", "key_reused"}
    assert len(stored_records()) == 1


def test_the_first_request_is_in_progress_until_it_is_done(
    crowd: Crowd, api: Api
) -> None:
    def create(client: httpx.Client) -> httpx.Response:
        return client.post(MEETINGS, json=resource("meeting"), headers=NAME)

    with transaction.atomic():
        api.post(MEETINGS, resource("meeting"))  # The journal waits for its end.
        first = crowd.start(create)
        until_waiting(first)
        second = crowd.start(create, 1).result()
    answers = [first.result(), second, crowd.start(create, 1).result()]

    assert list(map(outcome, answers)) == ["effective", "in_progress", "replayed"]
    assert answers[0].content == answers[2].content


def test_names_that_are_forgotten_at_once_can_be_used_again(
    crowd: Crowd, api: Api
) -> None:
    def delete(client: httpx.Client) -> int:
        headers = {"Idempotency-Key": "other"}
        return client.delete(f"{MEETINGS}/none", headers=headers).status_code

    crowd.start(delete).result()
    fill(api, 99)  # As many are forgotten at once, with the one above.
    api.delete(f"{MEETINGS}/none", idempotency_key="once")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(days=2))

    with crowd.between('DELETE FROM "crm_idempotentrequest"', delete) as others:
        answer = api.delete(f"{MEETINGS}/none", idempotency_key="once")

    assert answer.status == 404
    assert [other.result() for other in others] == [404]


def fill(api: Api, many: int) -> None:
    """Store answers to requests that nobody will repeat."""
    IdempotentRequest.objects.bulk_create(
        IdempotentRequest(
            workspace=api.workspace, digest=f"{number}", status=404, body=b""
        )
        for number in range(many)
    )
