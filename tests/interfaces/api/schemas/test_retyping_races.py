"""A field gets another type while others write and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from django.db import connection

from crm.sql import query
from jobs.models import Job
from jobs.running import run_job
from objects.models import Field
from records.ids import encode_id
from records.models import Record
from records.schema_changes import walking
from tests.api_client import Api, resource, resources
from tests.interfaces.api.schemas.schema_calls import add_fields

DEALS = "objects/deal/records"
MANY = 20

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def deals(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Deals with a size that is text, which are gone through by two."""
    monkeypatch.setattr(walking, "BATCH", 2)
    code = {"type": "string", "x-unique": True}
    add_fields(api, "deal", size={"type": "string"}, code=code)
    rows: list[dict[str, object]] = [
        {"name": f"Deal {n}", "size": str(n)} for n in range(MANY)
    ]
    made = api.post(f"{DEALS}/bulk", resources("deal", *rows))
    assert made.status == 201, made.json
    yield [row["id"] for row in made.data]
    query("DELETE FROM procrastinate_jobs")  # No worker has taken them, nor will.


@contextmanager
def beside(*works: Callable[[], Any]) -> Iterator[list[Any]]:
    """Do some work again and again in threads, and list what came of it."""
    is_over, results = Event(), list[Any]()

    def repeat(work: Callable[[], Any]) -> None:
        try:
            while not is_over.is_set():
                results.append(work())
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(repeat, work) for work in works]
        try:
            yield results
        finally:
            is_over.set()
    for one in running:
        one.result()


def retype(api: Api) -> Job:
    """Make numbers of the sizes by a job, and return it as it ended."""
    body = resource("schema-properties", type="number")
    path = "schemas/deal/properties/size"
    job = Job.objects.get(pk=api.patch(path, body, Prefer="respond-async").id)
    run_job(job.workspace_id, job.id, Event())
    job.refresh_from_db()
    return job


def test_readers_see_all_values_of_the_old_type_and_then_of_the_new_one(
    api: Api, deals: list[str]
) -> None:
    path = f"{DEALS}?page[size]={MANY}"

    def read() -> list[Any]:
        return [row["attributes"]["size"] for row in api.get(path).data]

    with beside(read) as pages:
        job = retype(api)

    old = [str(number) for number in reversed(range(MANY))]
    new = [*reversed(range(MANY))]
    assert job.state == "succeeded"
    switch = pages.index(new) if new in pages else len(pages)
    assert pages[:switch] == [old] * switch
    assert pages[switch:] == [new] * (len(pages) - switch)


def test_what_writers_were_promised_is_there_in_the_end(
    api: Api, deals: list[str]
) -> None:
    kept: dict[str, int] = {}
    mine = {name: iter(range(100, 100_000)) for name in ("create", "change", "upsert")}

    def write(kind: str, method: str, path: str, **said: str) -> int:
        """Write a size, as text and if that is refused as a number."""
        number, match = next(mine[kind]), {"match_on": "code"} if "code" in said else {}
        for value in (str(number), number):
            body = resource("deal", **said, size=value) | match
            answer = api.call(method, path, body)
            if answer.status in (200, 201):
                kept[answer.id] = number
                return answer.status
        return answer.status

    statuses = beside(
        lambda: write("create", "POST", DEALS, name="New"),
        lambda: write("change", "PATCH", f"{DEALS}/{deals[0]}"),
        lambda: write("upsert", "POST", DEALS, name="Same", code="same"),
    )
    with statuses as results:
        job = retype(api)

    field, records = Field.objects.get(slug="size"), Record.objects.all()
    prefix, member = field.object_type.prefix, field.member
    shown = {encode_id(prefix, one.id): one.attributes[member] for one in records}
    assert job.state == "succeeded"
    assert set(results) <= {200, 201}
    assert {record: shown[record] for record in kept} == kept
    assert all(one.attributes.keys() <= {"name", "code", member} for one in records)
