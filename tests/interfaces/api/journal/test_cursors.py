"""A cursor that cannot be gone on from is refused, and never skipped in silence."""

from __future__ import annotations

import pytest

from records.journal.heads import begin_epochs
from records.models import JournalEntry, JournalHead
from tests.api_client import Answer, Api, make_record
from tests.interfaces.api.journal.reading import PEOPLE, changes, now


@pytest.fixture
def ada(api: Api) -> dict[str, str]:
    """The first of four people in the journal."""
    first, *_ = (make_record(api, "person", name) for name in "abcd")
    return first


def every(api: Api, ada: dict[str, str], cursor: str) -> list[Answer]:
    """Return the answers to all that takes the id of a change."""
    return [
        api.get(f"changes?page[after]={cursor}"),
        api.get(f"{PEOPLE}/{ada['id']}/history?page[after]={cursor}"),
        api.get(f"changes?filter[batch]={cursor}"),
        api.get(f"changes/{cursor}"),
        api.post(f"changes/{cursor}/undo"),
    ]


PLACES = ["page[after]", "page[after]", "filter[batch]", "", ""]


def gone(answer: Answer) -> tuple[int, list[tuple[str, str]], dict[str, str]]:
    (error,) = answer.json["errors"]
    return answer.status, answer.errors, error["meta"]


def test_what_came_next_is_not_kept(api: Api, ada: dict[str, str]) -> None:
    first, second, *later = changes(api)
    JournalEntry.objects.filter(seq__lt=3).delete()
    JournalHead.objects.update(first_seq=3)

    meta = {"oldest": second["id"], "reason": "trimmed"}
    assert [gone(answer) for answer in every(api, ada, first["id"])] == [
        (410, [("cursor_expired", place)], meta) for place in PLACES
    ]
    assert changes(api, f"page[after]={meta['oldest']}") == later
    assert api.get(f"changes/{second['id']}").status == 404


def test_the_journal_was_put_back(api: Api, ada: dict[str, str]) -> None:
    *_, third, fourth = changes(api)
    JournalHead.objects.update(last_seq=3)

    meta = {"reason": "ahead"}
    for answer, place in zip(every(api, ada, fourth["id"]), PLACES, strict=True):
        status, errors, found = gone(answer)
        assert (status, errors) == (410, [("cursor_expired", place)])
        assert {"reason": found["reason"]} == meta
    assert changes(api, f"page[after]={third['id']}") == []


def test_ids_of_another_epoch_are_over(api: Api, ada: dict[str, str]) -> None:
    cursor = now(api)

    begin_epochs()

    refused = every(api, ada, cursor)
    assert {gone(answer)[2]["reason"] for answer in refused} == {"epoch"}
    oldest = gone(refused[0])[2]["oldest"]
    assert len(changes(api, f"page[after]={oldest}")) == 4


@pytest.mark.parametrize("cursor", ["", "x", "per_01", "-1", "Now", "2026-11-26", "0"])
def test_what_is_no_cursor_is_refused(
    api: Api, ada: dict[str, str], cursor: str
) -> None:
    of_feed, of_record, *_ = every(api, ada, cursor)

    refused = (400, [("invalid_parameter", "page[after]")])
    assert (of_feed.status, of_feed.errors) == refused
    assert (of_record.status, of_record.errors) == refused


def test_a_cursor_of_another_workspace_is_none(
    api: Api, stranger: Api, ada: dict[str, str]
) -> None:
    make_record(stranger, "person", "Eve")

    answers = every(api, ada, now(stranger))

    assert [(answer.status, answer.errors) for answer in answers] == [
        (400, [("invalid_parameter", "page[after]")]),
        (400, [("invalid_parameter", "page[after]")]),
        (400, [("invalid_parameter", "filter[batch]")]),
        (404, [("not_found", "")]),
        (404, [("not_found", "")]),
    ]


@pytest.mark.parametrize(
    "asked",
    ["page[before]=x", "page[offset]=1", "page[limit]=1", "page[number]=1", "sort=at"],
)
def test_there_are_no_other_pages_and_orders(api: Api, asked: str) -> None:
    answer = api.get(f"changes?{asked}")

    name = asked.partition("=")[0]
    assert (answer.status, answer.errors) == (400, [("unknown_parameter", name)])


@pytest.mark.parametrize("size", ["0", "1001", "x"])
def test_pages_have_a_size(api: Api, size: str) -> None:
    answer = api.get(f"changes?page[size]={size}")

    assert (answer.status, answer.errors) == (
        400,
        [("invalid_parameter", "page[size]")],
    )
