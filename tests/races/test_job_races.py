"""Requests that leave work to jobs at the same moment."""

from __future__ import annotations

import httpx
import pytest

from jobs.models import Job
from objects.models import Field
from records.models import UniqueValue
from tests.api_client import Api
from tests.interfaces.api.schemas.schema_calls import add_fields, create
from tests.jobs.workers import start_worker, wait_until
from tests.races.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)

ASYNC = {"Prefer": "respond-async"}
DEALS = "schemas/deal/properties"


@pytest.fixture
def api(api: Api) -> Api:
    """The API, where deals have two fields more, and there are two of them."""
    text = {"type": "string"}
    add_fields(api, "deal", colour=text, size=text)
    for name in ("A", "B"):
        create(api, "deal", name=name, colour=name, size=name)
    return api


def test_who_ask_for_the_same_at_once_are_told_of_one_job(
    crowd: Crowd, api: Api
) -> None:
    def ask(client: httpx.Client, _: int) -> httpx.Response:
        said = {"unique": True}
        return client.patch(f"{DEALS}/colour", json=said, headers=ASYNC)

    answers = crowd.all(ask, 8)

    job = Job.objects.get()
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["data"]["id"] for answer in answers} == {str(job.id)}


def test_of_two_changes_of_a_field_one_is_refused(crowd: Crowd, api: Api) -> None:
    def ask(client: httpx.Client, number: int) -> int:
        said = {("unique", "indexed")[number]: True}
        path = f"{DEALS}/colour"
        return client.patch(path, json=said, headers=ASYNC).status_code

    statuses = crowd.all(ask, 2)

    assert sorted(statuses) == [202, 409]
    assert Job.objects.count() == 1


def test_two_fields_of_a_type_are_changed_one_after_the_other(
    crowd: Crowd, api: Api
) -> None:
    def ask(client: httpx.Client, number: int) -> int:
        path = f"{DEALS}/{('colour', 'size')[number]}"
        said = {"unique": True}
        return client.patch(path, json=said, headers=ASYNC).status_code

    statuses = crowd.all(ask, 2)
    with start_worker(), start_worker():
        wait_until(lambda: not Job.objects.alive().exists())

    assert statuses == [202, 202]
    first, second = Job.objects.order_by("started_at")
    assert [first.state, second.state] == ["succeeded"] * 2
    assert first.finished_at is not None
    assert second.started_at is not None
    assert first.finished_at <= second.started_at
    assert Field.objects.filter(slug__in=["colour", "size"], unique=True).count() == 2
    assert UniqueValue.objects.filter(field__slug__in=["colour", "size"]).count() == 4
