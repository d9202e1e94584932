"""``?silent=true`` is understood on writes, and nowhere else."""

from __future__ import annotations

import pytest

from records.models import JournalEntry, Record
from tests.api_client import Api, resource

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
