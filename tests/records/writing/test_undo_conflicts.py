"""What an undo is about, and what stands in its way, is found at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.authentication import Actor
from crm.models import Scope
from crm.sql import Sql, concat, query
from records.models import JournalEntry
from records.writing.undo_conflicts import MOST_LATER
from records.writing.undo_entries import select_batch
from tests.api_client import Answer, Api, resource

PEOPLE = "objects/person/records"
MANY = 3 * MOST_LATER

LATER = """
INSERT INTO records_change
SELECT (jsonb_populate_record(entry, jsonb_build_object(
    'seq', entry.seq + n, 'batch', entry.seq + n, 'version', entry.version + n
))).*
FROM records_change entry, generate_series(1, %(many)s) AS n
WHERE entry.seq = (SELECT last_seq FROM records_journalhead)
"""
HEAD = "UPDATE records_journalhead SET last_seq = last_seq + %(many)s"


@pytest.fixture
def ada(api: Api) -> str:
    """The address of a person."""
    return f"{PEOPLE}/{api.post(PEOPLE, resource('person', title='CTO')).id}"


def note_more(api: Api, ada: str, many: int) -> None:
    """Let the journal have so many entries more, all about the person's notes."""
    api.patch(ada, resource("person", notes="x"))
    query(LATER, many=many)
    query(HEAD, many=many)
    query("ANALYZE records_change")


def change(api: Api, ada: str, title: str) -> str:
    answer = api.patch(ada, resource("person", title=title))
    return answer.headers["X-Change-Id"]


def refused(api: Api, id_: str) -> tuple[Answer, str]:
    """Return the refusal of an undo, and the statement that looks for what came."""
    with CaptureQueriesContext(connection) as context:
        answer = api.post(f"changes/{id_}/undo")
    (found,) = (one["sql"] for one in context if "AS place" in one["sql"])
    return answer, found


def entries_read(statement: str) -> int:
    """Return how many entries a statement reads."""
    found = explained(Sql(statement.replace("%", "%%")))
    return sum(rows for name, rows in found if name == "Index Scan")


def explained(statement: Sql) -> list[tuple[str, int]]:
    """Return each node of a statement's plan that reads entries, and how many."""
    ((plan,),) = concat("EXPLAIN (ANALYZE, FORMAT JSON) ", statement).fetch()
    return [*scans(plan[0]["Plan"])]


def scans(plan: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield each node of a plan that reads entries, and how many it reads."""
    if plan.get("Relation Name") == "records_change":
        yield plan["Node Type"], int(plan["Actual Rows"] * plan["Actual Loops"])
    for one in plan.get("Plans", []):
        yield from scans(one)


def test_the_last_change_is_found_at_once(api: Api, ada: str) -> None:
    first = change(api, ada, "CEO")
    note_more(api, ada, MANY)
    last = change(api, ada, "Chair")

    answer, statement = refused(api, first)

    (error,) = answer.json["errors"]
    assert (error["meta"]["field"], error["meta"]["change"]) == ("title", last)
    assert 1 <= entries_read(statement) <= 2


def test_who_came_long_ago_is_looked_for_only_so_far(api: Api, ada: str) -> None:
    first = change(api, ada, "CEO")
    last = change(api, ada, "Chair")
    note_more(api, ada, 10)
    near, _ = refused(api, first)
    note_more(api, ada, MANY)

    far, statement = refused(api, first)

    told = [one.json["errors"][0]["meta"] for one in (near, far)]
    assert [one["change"] for one in told] == [last, None]
    assert entries_read(statement) == MOST_LATER


def test_a_batch_is_read_alone_wherever_it_is_in_the_journal(
    api: Api, ada: str
) -> None:
    note_more(api, ada, MANY)
    change(api, ada, "CEO")
    place = JournalEntry.objects.latest("seq").seq
    note_more(api, ada, MANY)
    actor = Actor(api.workspace, "user:1", frozenset(Scope))

    read = explained(select_batch(actor, place))

    assert sum(rows for _, rows in read) <= 4
