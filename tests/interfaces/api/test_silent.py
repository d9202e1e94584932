"""``?silent=true`` is understood on writes, and nowhere else."""

from __future__ import annotations

from threading import Event
from uuid import UUID

import pytest
from django.db import transaction

from crm.json_types import JSONObject
from crm.models import Scope
from jobs.running import run_job
from records.models import JournalEntry, Record
from tests.api_client import Api, resource
from tests.interfaces.api.calls import OF_RECORDS
from tests.interfaces.calls import Call
from tests.interfaces.cast import make_cast

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")


@pytest.mark.parametrize("silent", ["true", "false"])
def test_writes_are_performed(api: Api, silent: str) -> None:
    asked = f"silent={silent}"

    ada = api.post(f"{PEOPLE}?{asked}&fields[person]=name", ADA)
    changed = api.patch(f"{PEOPLE}/{ada.id}?{asked}", resource("person", title="Ms"))
    field = api.post(f"schemas/person/properties?{asked}", {"properties": {}})
    gone = api.delete(f"{PEOPLE}/{ada.id}?{asked}")

    assert [ada.status, changed.status, gone.status] == [201, 200, 204]
    assert list(ada.data["attributes"]) == ["name"]
    assert ("unknown_parameter", "silent") not in field.errors


def test_the_journal_notes_what_nobody_need_be_told_of(api: Api) -> None:
    for silent in ("true", "false"):
        api.post(f"{PEOPLE}?silent={silent}", ADA)
    api.post(PEOPLE, ADA)

    entries = JournalEntry.objects.order_by("seq")
    assert [entry.cause for entry in entries] == [{"silent": True}, None, None]


@pytest.mark.parametrize("silent", ["silent=1", "silent=", "silent=True"])
def test_what_is_neither_true_nor_false_is_refused(api: Api, silent: str) -> None:
    answer = api.post(f"{PEOPLE}?{silent}", ADA)

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", "silent")])
    assert not Record.objects.exists()


@pytest.mark.parametrize("silent", ["silent=true&silent=true", "silent[a]=true"])
def test_is_said_once_and_plainly(api: Api, silent: str) -> None:
    assert api.post(f"{PEOPLE}?{silent}", ADA).status == 400


def test_reads_do_not_know_it(api: Api) -> None:
    answers = [
        api.get(f"{PEOPLE}?silent=true"),
        api.post(f"{PEOPLE}/query?silent=true", {}),
    ]

    assert [answer.errors for answer in answers] == [
        [("unknown_parameter", "silent")],
        [("unknown_parameter", "silent")],
    ]


def causes_of(call: Call, cast: dict[str, str], secret: str) -> list[JSONObject]:
    """Return what the journal says of why a call wrote what it did, and undo all."""
    last = JournalEntry.objects.latest("seq").seq
    with transaction.atomic():
        assert call.made(cast, secret).status == call.status
        causes = JournalEntry.objects.filter(seq__gt=last).values_list("cause")
        found = [cause or {} for (cause,) in causes]
        transaction.set_rollback(True)
    return found


def test_every_write_of_records_says_it_in_all_its_entries(api: Api) -> None:
    cast = make_cast(api.workspace, api.secret)
    writes = [call for call in OF_RECORDS if call.scope == Scope.WRITE]

    found = {
        str(call): causes_of(call.asking("silent=true"), cast, api.secret)
        for call in writes
    }

    assert [call for call, causes in found.items() if not causes] == []
    loud = [c for c, causes in found.items() if not all("silent" in x for x in causes)]
    assert loud == []


def test_a_job_is_as_silent_as_who_asked_for_it(api: Api) -> None:
    path, field = "schemas/person/properties", {"motto": {"type": "string"}}
    assert api.post(path, {"properties": field}).status == 201
    body = resource("schema-properties", unique=True)
    api.post(PEOPLE, ADA)

    asked = api.patch(f"{path}/motto?silent=true", body, Prefer="respond-async")
    run_job(api.workspace.id, UUID(asked.id), Event())

    assert asked.status == 202
    cause = JournalEntry.objects.latest("seq").cause
    assert cause == {"job": asked.id, "silent": True}
