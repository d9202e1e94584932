"""Changes of a field over many records, each against what it writes put bare."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import quantiles
from threading import Event, Thread
from uuid import UUID

from django.db import connection, transaction

from crm.json_types import JSONObject
from crm.sql import query
from jobs.models import Job
from objects.models import Field, ObjectType
from records.ids import encode_id
from tests.api_client import Answer, Api, resource
from tests.benchmarks.load import load
from tests.benchmarks.report import ratio, say
from tests.benchmarks.workspaces import RECORDS, fresh_workspace
from tests.interfaces.api.schemas.schema_calls import (
    change_field,
    create,
    create_object,
)
from tests.jobs.workers import start_worker

SHARED = (7, RECORDS // 2, RECORDS - 1)
"""Records that share a value."""

GOAL = 10_000
"""Milliseconds for what writes beside a hundred thousand records, or only looks."""

TEXT = {"type": "string"}
STAGES = {"x-type": "select", "options": ["Open", "Lost"]}
PROPERTIES = {
    "free": TEXT,
    "shared": TEXT,
    "note": {"type": "string", "x-searchable": True},
    "stage": STAGES,
    "outcome": STAGES,
    "found": TEXT,
}

COUNT = """
INSERT INTO records_journalhead (workspace_id, last_seq, counts)
VALUES (%(workspace)s, 0, jsonb_build_object(%(type)s::text, %(many)s))
ON CONFLICT (workspace_id)
DO UPDATE SET counts = records_journalhead.counts || excluded.counts
"""

CLAIM = """
INSERT INTO records_uniquevalue (workspace_id, field_id, key, record_id)
SELECT workspace_id, %(field)s, folded->>'free', id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
"""

# The same rows and indexes, and the same entries of the journal, in one statement.
REPLACE = """
WITH changed AS (
    UPDATE records_record SET
        attributes = {attributes}, folded = {folded},
        version = version + 1, updated_at = now(), updated_by = 'bare'
    WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
      AND attributes->>'{member}' = 'Open'
    RETURNING id, version, visible_to
)
INSERT INTO records_change (
    workspace_id, seq, record_id, object_type_id, action, version, actor, request_id,
    source, before, after, viewers, cause, at, batch, noted_at
)
SELECT %(workspace)s, 1000000 + row_number() OVER (ORDER BY id), id, %(type)s,
       'updated', version, 'bare', '', 'job', jsonb_build_object(
           '{member}', 'Open', '_updated_at', now(), '_updated_by', 'bare'
       ), jsonb_build_object('{member}', {label}), visible_to, '{{"job": "0"}}',
       now(), 1000001, now()
FROM changed
"""
RENAME = REPLACE.format(
    member="stage",
    attributes="""jsonb_set(attributes, '{stage}', '"Fresh"')""",
    folded="""jsonb_set(folded, '{stage}', '"fresh"')""",
    label="'Fresh'",
)
CLEAR = REPLACE.format(
    member="outcome",
    attributes="attributes - 'outcome'",
    folded="folded - 'outcome'",
    label="NULL",
)
SEARCH = """
UPDATE records_record SET search = search || E'\\x1f' || (folded->>'found')
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
"""

Measured = tuple[str, Callable[[], Answer], float | None]


def bench_backfills() -> None:
    """Let a worker change fields while others write; say how long both take."""
    place = fresh_workspace("backfills")
    api = Api(place.workspace, place.secret)
    create_object(api, "Thing", properties=PROPERTIES)
    api.workspace.refresh_from_db()
    ids = load(api.workspace, "c_thing", thing, RECORDS)
    type_ = ObjectType.objects.get(workspace=place.workspace, slug="c_thing")
    whose = {"workspace": place.workspace.id, "type": type_.id}
    query(COUNT, **whose, many=RECORDS)
    query("VACUUM ANALYZE records_record")
    with start_worker():
        for what, call, bare in changes(api, whose):
            report(api, what, call, bare)
    shared = Job.objects.get(workspace=place.workspace, state="failed")
    named = {error["meta"]["record"] for error in shared.errors}
    assert named == {encode_id("thing", ids[number]) for number in SHARED}


def thing(number: int) -> JSONObject:
    """Return the attributes of the thing of a number."""
    return {
        "free": f"c{number}",
        "shared": "same" if number in SHARED else f"c{number}",
        "note": f"They called in week {number % 52} about order {number} and its price",
        "stage": "Open",
        "outcome": "Open",
        "found": f"Quetzalcoatl Street {number}",
    }


def changes(api: Api, whose: dict[str, UUID]) -> Iterator[Measured]:
    """Yield what is changed, how, and what it writes as a bare statement, if that."""
    field = Field.objects.get(slug="free", object_type=whose["type"])
    change = partial(change_field, api, "c_thing")
    fresh = [{"id": "open", "label": "Fresh"}, "Lost"]
    path = "schemas/c_thing/properties/{}"
    lost = resource("schema-properties", options=["Lost"])
    yield (
        "unique",
        partial(change, "free", unique=True),
        bare(CLAIM, field=field.id, **whose),
    )
    yield (
        "refused, for three share a value",
        partial(change, "shared", unique=True),
        None,
    )
    yield "required", partial(change, "free", required=True), None
    yield "indexed", partial(change, "free", indexed=True), None
    yield (
        "an option renamed",
        partial(change, "stage", options=fresh),
        bare(RENAME, **whose),
    )
    yield (
        "an option cleared",
        partial(api.patch, path.format("outcome") + "?force=true", lost),
        bare(CLEAR, **whose),
    )
    yield "searchable", partial(change, "found", searchable=True), bare(SEARCH, **whose)
    yield "removed", partial(api.delete, path.format("found")), None


def bare(statement: str, **values: object) -> float:
    """Run a statement, undo it, and return the milliseconds that it took."""
    begun = time.perf_counter()
    with transaction.atomic():
        query(statement, **values)
        query("SET CONSTRAINTS ALL IMMEDIATE")
        taken = time.perf_counter() - begun
        transaction.set_rollback(True)
    query("VACUUM ANALYZE records_record")
    return taken * 1000


def report(
    api: Api, what: str, change: Callable[[], Answer], bare: float | None
) -> None:
    """Make a change, wait until nothing of it is left to do, and print both times."""
    with writing(api) as waits:
        begun = time.perf_counter()
        answer = change()
        answered = (time.perf_counter() - begun) * 1000
        assert answer.status in {200, 202, 204}, answer.json
        while Job.objects.alive().exists():
            time.sleep(0.05)
        taken = (time.perf_counter() - begun) * 1000
    name = f"{what}, {RECORDS:,} records"
    if bare is None:
        ratio(name, taken, GOAL * RECORDS / 100_000, "<= 1x the goal")
    else:
        ratio(name, taken, bare, "<= 2x of bare")
    p95 = quantiles(waits, n=20)[-1] if len(waits) > 1 else 0
    say(
        f"  answered after {answered:,.0f} ms; of {len(waits)} writers meanwhile, p95 "
        f"waited {p95 * 1000:.0f} ms, the longest {max(waits) * 1000:.0f} ms  (<= 500)"
    )


@contextmanager
def writing(api: Api) -> Iterator[list[float]]:
    """Change a record again and again meanwhile, and collect the seconds it takes."""
    waits: list[float] = []
    is_over = Event()
    own = f"w{time.time()}"
    path = f"objects/c_thing/records/{create(api, 'c_thing', free=own, shared=own)}"

    def write() -> None:
        while not is_over.wait(0.02):
            begun = time.perf_counter()
            answer = api.patch(path, resource("c_thing", note=str(begun)))
            assert answer.status == 200, answer.json
            waits.append(time.perf_counter() - begun)
        connection.close()

    thread = Thread(target=write)
    thread.start()
    try:
        yield waits
    finally:
        is_over.set()
        thread.join()
