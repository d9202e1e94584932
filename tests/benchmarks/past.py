"""Pages of changes, and the past, against what is there now, in a long journal."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from crm.sql import query
from records.journal.heads import read_head
from tests.benchmarks.load import person
from tests.benchmarks.reads import KITH, ask
from tests.benchmarks.report import ratio, say
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place, fresh_workspace

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
"""How many entries of a journal come before a page that is deep in it."""

PAGE = 100
LATER = 20
"""How often a record was changed since the moment as of which it is read."""

FILL = """
WITH people AS (
    SELECT array_agg(record_id ORDER BY seq) AS ids, min(object_type_id::text) AS type
    FROM records_change WHERE workspace_id = %(workspace)s
), head AS (
    UPDATE records_journalhead
    SET last_seq = last_seq + %(many)s, noted_at = noted_at + %(many)s * interval '1 us'
    WHERE workspace_id = %(workspace)s
    RETURNING last_seq - %(many)s AS last_seq,
              noted_at - %(many)s * interval '1 us' AS noted_at
)
INSERT INTO records_change (
    workspace_id, seq, record_id, object_type_id, action, version, before, after,
    actor, request_id, source, at, batch, noted_at
)
SELECT %(workspace)s, last_seq + number, ids[number %% cardinality(ids) + 1],
       type::uuid, 'updated', number / cardinality(ids) + 2,
       jsonb_build_object(
           'title', 'No. ' || number, '_updated_by', 'system',
           '_updated_at', '2026-01-01T00:00:00.000Z'
       ),
       jsonb_build_object('title', 'No. ' || number + 1), 'system', 'bench', 'api',
       noted_at + number * interval '1 us', last_seq + number,
       noted_at + number * interval '1 us'
FROM generate_series(1, %(many)s) AS number, head, people
"""
SIZE = "SELECT pg_total_relation_size('records_change')"


def bench_past() -> None:
    """Measure pages of the feed, near and deep, and a record as it was."""
    place = fresh_workspace("long-journal")
    with serve(KITH, BULK_LIMIT=str(PAGE)) as port:
        with Wire(port) as wire:
            people = [{"type": "person", "attributes": person(n)} for n in range(PAGE)]
            send(wire, place, "POST", f"{place.path}/bulk", people)
        fill_journal(place)  # Servers close a connection that is idle for so long.
        with Wire(port) as wire:
            bench_pages(wire, place)
            bench_as_of(wire, place)


def fill_journal(place: Place) -> None:
    """Note as many changes of the people there are as make the journal long."""
    before = query(SIZE)[0][0]
    query(FILL, workspace=place.workspace.id, many=ENTRIES + PAGE)
    each = (query(SIZE)[0][0] - before) / (ENTRIES + PAGE)
    query("VACUUM ANALYZE records_change")
    say(f"{ENTRIES:,} entries of the journal, {each:.0f} bytes each with their indexes")


def bench_pages(wire: Wire, place: Place) -> None:
    """Measure pages of changes: the first, against a list; a deep one, against that."""
    feed = f"{base(place)}/changes?page[size]={PAGE}"
    head = read_head(place.workspace.id)
    assert head is not None
    near, deep = (
        f"{feed}&page[after]={head.ids.of(seq)}"
        for seq in (head.first_seq + PAGE - 1, head.last_seq - PAGE)
    )
    list_ = f"{place.path}?page[limit]={PAGE}"
    taken = get_each(
        wire, place, {"first": feed, "list": list_, "near": near, "deep": deep}
    )
    what = f"page of {PAGE} changes, against a list of {PAGE}"
    ratio(what, taken["first"], taken["list"], "<= 1.5x")
    what = f"page {ENTRIES:,} entries deep, against the first"
    ratio(what, taken["deep"], taken["near"], "<= 1.2x")


def bench_as_of(wire: Wire, place: Place) -> None:
    """Measure a record as it was some changes ago, against what it is."""
    ada = {"type": "person", "attributes": person(PAGE)}
    made = send(wire, place, "POST", place.path, ada)
    path = f"{place.path}/{made['data']['id']}"
    for number in range(LATER):
        row = {"type": "person", "attributes": {"title": f"No. {number}"}}
        send(wire, place, "PATCH", path, row | {"id": made["data"]["id"]})
    then = f"{path}?as_of={made['meta']['cursor']}"
    taken = get_each(wire, place, {"then": then, "now": path})
    what = f"a record as of {LATER} changes ago, against now"
    ratio(what, taken["then"], taken["now"], "<= 2x")


def get_each(wire: Wire, place: Place, paths: Mapping[str, str]) -> dict[str, float]:
    """Return how many milliseconds each of some addresses takes."""
    asked = {
        name: partial(ask, wire, request("GET", path, place.secret))
        for name, path in paths.items()
    }
    return measure(asked, times=20)


def base(place: Place) -> str:
    """Return the address of a workspace."""
    return place.path.partition("/objects/")[0]


def send(wire: Wire, place: Place, method: str, path: str, data: object) -> Any:
    """Send a document, make sure that it is taken, and return the answer."""
    body = json.dumps({"data": data}).encode()
    status, answer = wire.send(request(method, path, place.secret, body))
    if status not in {200, 201}:
        raise RuntimeError(answer[:500])
    return json.loads(answer)
