"""What a workspace does not want to keep is trimmed: old changes, what was deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from crm.models import Workspace
from crm.sql import query
from jobs.models import Job
from jobs.nightly import plan_trimming
from jobs.running import run_job
from records.erasing import trimming
from records.erasing.trimming import trim_some
from records.models import JournalEntry, JournalHead
from tests.api_client import Api, resource, resources
from tests.interfaces.api.erasing.erasing import erase
from tests.interfaces.api.journal.reading import changes, now, told
from tests.interfaces.api.merging.merging import merge, person, unmerge
from tests.webhooks.conftest import MakeDesk

PEOPLE = "objects/person/records"
DELETED = "objects/person/deleted"

AGE = """
UPDATE records_change SET noted_at = noted_at - %(days)s * interval '1 day'
WHERE seq <= %(until)s
"""
AGE_TOMBSTONES = """
UPDATE records_tombstone SET deleted_at = deleted_at - %(days)s * interval '1 day'
"""


def let_pass(days: int) -> None:
    """Let all that was done until now be so many days ago."""
    last = JournalHead.objects.get().last_seq
    query(AGE, days=days, until=last)
    query(AGE_TOMBSTONES, days=days)


def keep(api: Api, **days: int | None) -> Workspace:
    """Say for how many days what is to be kept, and return the workspace."""
    assert api.patch("settings", days, content_type="application/json").status == 200
    api.workspace.refresh_from_db()
    return api.workspace


def trim(workspace: Workspace) -> list[int]:
    """Trim all, and return how many entries went, and how many records."""
    counts = [0, 0]
    while not (part := trim_some(workspace, timezone.now())).is_empty:
        counts = [counts[0] + part.entries, counts[1] + part.records]
    return counts


def test_changes_that_are_older_go(api: Api) -> None:
    ada = person(api, name="Ada")
    old = changes(api)[-1]
    let_pass(days=8)
    api.patch(f"{PEOPLE}/{ada}", resource("person", title="Countess"))
    workspace = keep(api, history_days=7)

    assert trim(workspace) == [1, 0]

    (kept,) = changes(api)
    assert kept["attributes"]["kind"] == "record.updated"
    assert api.get("changes").json["meta"]["complete"] is False
    assert changes(api, f"page[after]={old['id']}") == [kept]
    undone = api.post(f"changes/{old['id']}/undo")
    assert (undone.status, undone.errors) == (404, [("not_found", "")])
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["name"] == "Ada"


def test_a_place_before_what_is_kept_is_gone(api: Api) -> None:
    start = now(api)
    ada = person(api, name="Ada")
    api.patch(f"{PEOPLE}/{ada}", resource("person", title="Countess"))
    first, _ = changes(api)
    let_pass(days=8)
    trim(keep(api, history_days=7))

    for cursor in (start, first["id"]):
        answer = api.get(f"changes?page[after]={cursor}")
        assert (answer.status, answer.errors) == (
            410,
            [("cursor_expired", "page[after]")],
        )
    assert api.get(f"{PEOPLE}?as_of={first['id']}").status == 410
    assert api.post(f"changes/{start}/undo").errors == [("cursor_expired", "")]


def test_batches_go_as_a_whole(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trimming, "MOST_ENTRIES", 2)
    for _ in "abc":
        api.post(f"{PEOPLE}/bulk", resources("person", {}, {}, {}))
    let_pass(days=8)
    workspace = keep(api, history_days=7)

    steps = [trim_some(workspace, timezone.now()).entries for _ in range(4)]

    assert steps == [3, 3, 3, 0]
    head = JournalHead.objects.get()
    assert (head.first_seq, head.last_seq) == (10, 9)
    person(api, name="Ada")
    assert len(changes(api)) == 1


def test_nothing_goes_unless_it_is_asked_for(api: Api) -> None:
    api.delete(f"{PEOPLE}/{person(api, name='Ada')}")
    let_pass(days=36_500)

    assert trim(keep(api)) == [0, 0]
    assert plan_trimming() == 0


@pytest.fixture
def gone(api: Api) -> str:
    """A person who was deleted eight days ago, and had a company."""
    acme = api.post("objects/company/records", resource("company", name="Acme")).id
    linkage = {"companies": [{"type": "company", "id": acme}]}
    ada = person(api, linkage, name="Ada")
    api.delete(f"{PEOPLE}/{ada}")
    let_pass(days=8)
    return ada


def test_what_was_deleted_cannot_come_back_after_a_while(api: Api, gone: str) -> None:
    deletion = changes(api, f"filter[record]={gone}")[-1]
    later = person(api, name="Bea")
    api.delete(f"{PEOPLE}/{later}")

    assert trim(keep(api, deleted_days=7)) == [0, 1]

    answer = api.post(f"{DELETED}/{gone}/restore")
    assert (answer.status, answer.errors) == (410, [("history_expired", "")])
    undone = api.post(f"changes/{deletion['id']}/undo")
    assert (undone.status, undone.errors[0][0]) == (409, "undo_conflict")
    assert "Ada" not in str([*JournalEntry.objects.values_list("before", "after")])
    assert gone not in str([*JournalEntry.objects.values_list("before", "after")])
    assert [one["attributes"]["name"] for one in api.get(DELETED).data] == ["Bea", None]
    at = deletion["attributes"]["at"]
    for instant in (at, changes(api)[1]["attributes"]["at"]):
        assert api.get(f"{PEOPLE}/{gone}?as_of={instant}").status == 404
    assert api.post(f"{DELETED}/{later}/restore").status == 200


def test_what_went_into_a_deleted_record_goes_with_it(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    merge(api, ada, bea)
    let_pass(days=8)
    workspace = keep(api, deleted_days=0)
    assert trim(workspace) == [0, 0]
    assert unmerge(api, ada, bea).status == 200
    merge(api, ada, bea)
    api.delete(f"{PEOPLE}/{ada}")
    let_pass(days=1)

    assert trim(workspace) == [0, 2]

    said = str([*JournalEntry.objects.values_list("before", "after", "cause")])
    assert not [one for one in ("Ada", "Bea", ada, bea) if one in said]


def test_what_was_trimmed_is_erased_too(api: Api, gone: str) -> None:
    trim(keep(api, deleted_days=7, history_days=7))

    answer = erase(api, gone)

    assert answer.status == 201
    assert answer.data["attributes"]["counts"]["tombstones"] == 1
    assert [*map(told, changes(api))] == [("record.erased", gone)]
    assert api.get(DELETED).data == []


def test_a_job_trims_every_night(api: Api, gone: str) -> None:
    keep(api, history_days=7, deleted_days=7)

    assert (plan_trimming(), plan_trimming()) == (1, 0)
    (job,) = Job.objects.filter(kind="trim")
    run_job(api.workspace.id, job.id, Event())

    job.refresh_from_db()
    assert (job.state, job.created_by) == ("succeeded", "nightly")
    assert job.result == {"entries": 5, "records": 1}
    assert plan_trimming() == 1


def test_the_command_trims_at_once(api: Api, gone: str) -> None:
    keep(api, history_days=7)
    output = StringIO()

    call_command("trim", "--workspace", api.workspace.slug, stdout=output)

    assert output.getvalue() == (
        f"{api.workspace.slug}: 5 changes are forgotten, and 0 deleted records cannot "
        "come back.\n"
    )


def trim_elsewhere(workspace: Workspace) -> None:
    """Trim on a connection of another thread."""
    try:
        trim(workspace)
    finally:
        connection.close()


@contextmanager
def trimmed_after(statement: str, workspace: Workspace) -> Iterator[None]:
    """Trim as soon as a statement has run, once."""
    is_done = False

    def interrupt(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal is_done
        result = execute(sql, *rest)
        if statement in sql and not is_done:
            is_done = True
            with ThreadPoolExecutor(1) as other:
                other.submit(trim_elsewhere, workspace).result()
        return result

    with connection.execute_wrapper(interrupt):
        yield
    assert is_done


READ_HEAD = "SELECT first_seq, last_seq"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["changes?page[after]={0}", PEOPLE + "?as_of={0}"])
def test_a_reader_misses_nothing_that_is_trimmed_meanwhile(api: Api, path: str) -> None:
    person(api, name="Ada")
    (first,) = changes(api)
    for _ in "ab":
        person(api, name="Bea")
    let_pass(days=8)
    workspace = keep(api, history_days=7)

    with trimmed_after(READ_HEAD, workspace):
        answer = api.get(path.format(first["id"]))

    assert answer.status == 410


@pytest.mark.django_db(transaction=True)
def test_a_webhook_misses_nothing_that_is_trimmed_meanwhile(
    api: Api, desk_at: MakeDesk
) -> None:
    desk = desk_at()
    for _ in "ab":
        person(api, name="Ada")
    let_pass(days=8)
    workspace = keep(api, history_days=7)

    with trimmed_after(READ_HEAD, workspace):
        desk.work()
    desk.work()

    assert desk.receiver.kinds == ["webhook.gap"]
