"""A field that gets another type, against one bare statement, and who writes meanwhile.

``BENCH_RETYPED`` says how many records there are: more than a request goes through.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from statistics import quantiles

from django.utils import timezone

from crm.sql import query
from jobs.models import Job
from objects.models import ObjectType
from records.ids import encode_id
from tests.api_client import Api
from tests.benchmarks.load import load
from tests.benchmarks.reads import KITH
from tests.benchmarks.report import ratio, say
from tests.benchmarks.servers import serve
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place, fresh_workspace
from tests.interfaces.api.schemas.schema_calls import create_object
from tests.jobs.workers import start_worker

MANY = int(os.environ.get("BENCH_RETYPED", "100000"))
WRITERS = 4
QUIET = 10
"""Seconds in which nothing else goes on."""

BARE = """
WITH changed AS (
    UPDATE records_record SET
        attributes = attributes || jsonb_build_object(
            'size', (attributes->>'size')::numeric),
        folded = folded || jsonb_build_object(
            'size', (attributes->>'size')::numeric),
        version = version + 1, updated_at = %(at)s
    WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
    RETURNING id, object_type_id, version, attributes->'size' AS size
)
INSERT INTO records_change (
    workspace_id, seq, record_id, object_type_id, action, version, before, after,
    actor, request_id, at, batch, noted_at
)
SELECT %(workspace)s, 1000000000 + row_number() OVER (), id, object_type_id,
       'updated', version, jsonb_build_object('size', size::text),
       jsonb_build_object('size', size),
       'api-key', 'bare', %(at)s, 1000000001, %(at)s
FROM changed
"""
COUNTS = """
INSERT INTO records_journalhead (workspace_id, last_seq, counts)
VALUES (%(workspace)s, 0, jsonb_build_object(%(type)s::text, %(many)s::bigint))
ON CONFLICT (workspace_id) DO UPDATE SET counts = excluded.counts
"""


def bench_retyping() -> None:
    """Give a field another type and back, the second time while others write."""
    place, beside = (fresh_workspace(slug) for slug in ("retyping", "bare"))
    ids, _ = load_things(place), load_things(beside)
    bare = milliseconds_of_bare_update(beside)
    with ExitStack() as stack:
        port = stack.enter_context(serve(KITH, threads=WRITERS))
        stack.enter_context(start_worker())
        with Wire(port) as wire:
            job = begin(place, wire, "number")
        wait_for(job)
        writers = [stack.enter_context(Wire(port)) for _ in range(WRITERS)]
        alone = milliseconds_of(job)
        ratio(f"retype {MANY:,} records", alone, bare, "<= 3x of one statement")
        until = time.monotonic() + QUIET
        before = write_until(place, writers, ids, lambda: time.monotonic() > until)
        job = begin(place, writers[0], "text")
        during = write_until(place, writers, ids, lambda: is_over(job))
    what = f"writers' p95 while {MANY:,} records are retyped"
    ratio(what, p95(during), p95(before), "<= 2x of before")
    ratio("the longest wait of theirs", max(during), max(before), "<= 500 ms")
    say(f"{len(before)} and {len(during)} writes; {milliseconds_of(job):.0f} ms in all")


def load_things(place: Place) -> list[str]:
    """Load things with a size that is text, and return their ids."""
    text = {"type": "string"}
    properties = {"size": text, "title": text, "note": text}
    create_object(Api(place.workspace, place.secret), "Thing", properties=properties)
    place.workspace.refresh_from_db()
    made = load(
        place.workspace,
        "c_thing",
        lambda n: {"size": str(n), "title": f"Thing {n}", "note": f"Note {n % 997}"},
        MANY,
    )
    type_ = ObjectType.objects.get(slug="c_thing", workspace=place.workspace)
    query(COUNTS, workspace=place.workspace.id, type=str(type_.id), many=MANY)
    query("ANALYZE records_record")
    return [encode_id(type_.prefix, one) for one in made]


def milliseconds_of_bare_update(place: Place) -> float:
    """Do the same in one statement, and return how long it took."""
    type_ = ObjectType.objects.get(slug="c_thing", workspace=place.workspace)
    begun = time.perf_counter()
    query(BARE, workspace=place.workspace.id, type=type_.id, at=timezone.now())
    return (time.perf_counter() - begun) * 1000


def begin(place: Place, wire: Wire, type_: str) -> str:
    """Begin to give the size another type, and return the job's id."""
    path = f"/v1/workspaces/{place.workspace.slug}/schemas/c_thing/properties/size"
    body = json.dumps({"type": type_}).encode()
    status, answer = wire.send(request("PATCH", path, place.secret, body))
    if status != 202:
        raise RuntimeError(answer[:500])
    return str(json.loads(answer)["data"]["id"])


def is_over(job: str) -> bool:
    """Whether a job is over."""
    return Job.objects.get(pk=job).is_over


def wait_for(job: str) -> None:
    """Wait until a job is over."""
    while not is_over(job):
        time.sleep(0.1)


def milliseconds_of(job: str) -> float:
    """Return how long a job took, which has succeeded."""
    done = Job.objects.get(pk=job)
    assert done.state == Job.State.SUCCEEDED, done.errors
    assert done.started_at
    assert done.finished_at
    return (done.finished_at - done.started_at).total_seconds() * 1000


def write_until(
    place: Place, wires: list[Wire], ids: list[str], is_enough: Callable[[], bool]
) -> list[float]:
    """Write over all connections at once; return the milliseconds of each wait."""
    is_done: list[bool] = []

    def write(wire: Wire) -> list[float]:
        random, waits = Random(id(wire)), []
        while not is_done:
            request_ = change(place, random.choice(ids), random.random())
            begun = time.perf_counter()
            status, answer = wire.send(request_)
            waits.append((time.perf_counter() - begun) * 1000)
            if status != 200:
                raise RuntimeError(answer[:500])
        return waits

    with ThreadPoolExecutor(len(wires)) as pool:
        running = [pool.submit(write, wire) for wire in wires]
        while not is_enough():
            time.sleep(0.2)
        is_done.append(True)
        return [wait for one in running for wait in one.result()]


def change(place: Place, record: str, title: float) -> bytes:
    """Return the request for another title of a thing."""
    path = f"/v1/workspaces/{place.workspace.slug}/objects/c_thing/records/{record}"
    data = {"type": "c_thing", "id": record, "attributes": {"title": f"Thing {title}"}}
    return request("PATCH", path, place.secret, json.dumps({"data": data}).encode())


def p95(waits: list[float]) -> float:
    """Return what 95 of 100 waited at most."""
    return quantiles(waits, n=20)[18]
