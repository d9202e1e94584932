"""Numbers have the digits that were sent, wherever they are told again."""

from __future__ import annotations

import re

import pytest

from tests.api_client import Answer, Api
from tests.interfaces.api.journal.reading import PEOPLE, now
from tests.interfaces.api.merging.merging import merge, person, unmerge

NUMBERS = [
    "-123456789012345678901234567890.0",
    "1234567890.1234567890123456789012345678901",
    "1.10",
]


def body(number: str) -> bytes:
    """Return a document with a number that no float of Python's may touch."""
    values = b'{"custom_fields":{"n":%s}}' % number.encode()
    return b'{"data":{"type":"person","attributes":%s}}' % values


def undo(api: Api, done: Answer) -> Answer:
    return api.post(f"changes/{done.headers['X-Change-Id']}/undo")


def check(number: str, *answers: Answer, times: int = 1) -> None:
    """Check that answers have a number so many times, to the digit."""
    written = re.compile(rb'{"n": ?%s}' % re.escape(number.encode()))
    for answer in answers:
        assert answer.status in {200, 201}, answer.content
        assert len(written.findall(answer.content)) == times


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_written_and_read_has_its_digits(api: Api, number: str) -> None:
    made = api.post(PEOPLE, body(number))
    ada = f"{PEOPLE}/{made.id}"

    check(number, made, api.get(ada), api.get(PEOPLE), api.patch(ada, body(number)))
    check(number, api.get("changes"), api.get(f"{ada}/history"))
    check(number, api.get(f"{ada}?as_of={now(api)}"))
    check(number, api.get("changes?include=record"), times=2)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_was_there_has_its_digits(api: Api, number: str) -> None:
    made = api.post(PEOPLE, body(number))
    ada, before = f"{PEOPLE}/{made.id}", now(api)
    changed = api.patch(ada, body("1"))

    check(number, api.get(f"{ada}?as_of={before}"))
    check(number, api.get(f"{PEOPLE}?as_of={before}"))
    check(number, api.get("changes"), api.get(f"{ada}/history"), times=2)
    check(number, undo(api, changed), api.get(ada))


@pytest.mark.parametrize("number", NUMBERS)
def test_what_comes_back_has_its_digits(api: Api, number: str) -> None:
    made = api.post(PEOPLE, body(number))
    ada, gone = f"{PEOPLE}/{made.id}", f"objects/person/deleted/{made.id}"
    api.delete(ada)

    check(number, api.get(gone), api.get("objects/person/deleted"))
    check(number, api.get("objects/person/deleted-resources"))
    check(number, api.post(f"{gone}/restore"), api.get(ada))
    check(number, undo(api, api.delete(ada)), api.get(ada))
    check(number, api.get(f"{ada}/history"), times=5)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_comes_together_and_apart_has_its_digits(api: Api, number: str) -> None:
    ada, bea = person(api), api.post(PEOPLE, body(number)).id

    check(number, merge(api, ada, bea), api.get(f"{PEOPLE}/{ada}"))
    assert unmerge(api, ada, bea).status == 200
    check(number, api.get(f"{PEOPLE}/{bea}"))
    check(number, api.get("changes?filter[kind]=record.merged"))
    merged = merge(api, ada, bea)
    assert undo(api, merged).status == 200
    check(number, api.get(f"{PEOPLE}/{bea}"))
