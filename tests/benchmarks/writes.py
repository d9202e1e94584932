"""Bulk creation over HTTP, against the same rows in bare psycopg."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import NamedTuple

from django.db import connection, transaction

from crm.sql import query
from objects.catalog import Catalog
from records.journal.entries import Entry, Origin, append_entries
from records.writing.claims import CLAIM
from records.writing.drafts import Draft, unique_keys
from records.writing.saving import SAVE, index_columns, record_columns
from tests.benchmarks.load import make_drafts, person
from tests.benchmarks.reads import KITH
from tests.benchmarks.report import ratio
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import ROUNDS, measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place

TIMES = 4
numbers = count(50_000_000)


def document(many: int) -> bytes:
    """Return a document that creates people nobody has seen."""
    rows = [
        {"type": "person", "attributes": person(next(numbers))} for _ in range(many)
    ]
    return json.dumps({"data": rows}).encode()


class Rows(NamedTuple):
    """The rows of a bulk creation, column by column."""

    unique: dict[str, list[object]]
    records: dict[str, list[object]]
    entries: list[Entry]


def rows_of(drafts: list[Draft]) -> Rows:
    """Return the rows that people come to."""
    keys = [
        (field, key, draft.id)
        for draft in drafts
        for field, key in unique_keys(draft.schema, draft.attributes)
    ]
    return Rows(
        {
            "fields": [field for field, _, _ in keys],
            "keys": [key for _, key, _ in keys],
            "records": [record for _, _, record in keys],
        },
        record_columns(drafts) | index_columns(drafts),
        [Entry(d.id, d.schema.id, "created", 1, {}, d.attributes) for d in drafts],
    )


def batches(place: Place, many: int) -> Iterator[Rows]:
    """Return the rows of one batch after the other, made beforehand."""
    schema = Catalog.of(place.workspace).schema("person")
    made = [
        rows_of(make_drafts(schema, person, [next(numbers) for _ in range(many)]))
        for _ in range(TIMES * ROUNDS + 1)
    ]
    return iter(made)


def write_bare(place: Place, waiting: Iterator[Rows]) -> None:
    """Write the next batch in one transaction, and do nothing else."""
    rows, workspace = next(waiting), place.workspace.id
    with transaction.atomic():
        query(CLAIM, workspace=workspace, **rows.unique)
        query(SAVE, workspace=workspace, **rows.records)
        origin = Origin("system", "", datetime.now(UTC))
        append_entries(workspace, rows.entries, origin)


def bench_writes(places: list[Place]) -> None:
    """Measure bulk creation of 25 and of 200 people."""
    with serve(KITH) as port, Wire(port) as kith:
        for place in places:
            for many in (25, 200):
                taken = measure(
                    {
                        "kith": partial(send, kith, place, requests_of(place, many)),
                        "bare": partial(write_bare, place, batches(place, many)),
                    },
                    times=TIMES,
                )
                what = f"bulk create {many}, {place.workspace}, against bare psycopg"
                ratio(what, taken["kith"], taken["bare"], "<= 2.5x")
    connection.close()


def requests_of(place: Place, many: int) -> Iterator[bytes]:
    """Return one request after the other, made beforehand."""
    made = [
        request("POST", f"{place.path}/bulk", place.secret, document(many))
        for _ in range(TIMES * ROUNDS + 1)
    ]
    return iter(made)


def send(wire: Wire, place: Place, requests: Iterator[bytes]) -> None:
    """Send the next request and make sure that it did what it should."""
    status, body = wire.send(next(requests))
    if status != 201:
        raise RuntimeError(body[:500])
