"""What is read of the past is what was there, while others write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import httpx
import pytest
from django.db import transaction

from crm.models import Agent
from crm.sql import query
from tests.api_client import Api, resource, resources
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE, now
from tests.races.crowd import Crowd
from tests.races.mutations import Writer
from tests.survival.rounds import CAMPAIGN, rounds

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8 if CAMPAIGN else 4
TYPES = ("person", "company", "conversation")
HOLD = "SELECT last_seq FROM records_journalhead FOR UPDATE"

Records = dict[str, dict[str, Any]]


def plain(found: list[dict[str, Any]]) -> Records:
    """Return records by id: values, version and linkage in some order."""
    return {
        one["id"]: {
            "attributes": one["attributes"],
            "version": one["meta"]["version"],
            "links": {
                name: sorted(ends_of(side["data"]))
                for name, side in one["relationships"].items()
            },
        }
        for one in found
    }


def ends_of(data: Any) -> list[str]:
    """Return the ids in linkage."""
    ends = data if isinstance(data, list) else [data]
    return [end["id"] for end in ends if end]


class Instant(NamedTuple):
    """What two readers saw while nobody could note anything."""

    cursor: str
    snapshots: list[dict[str, Records]]

    @classmethod
    def of(cls, readers: list[Api]) -> Instant:
        """Look at everything, under the lock of the journal's head."""
        with transaction.atomic():
            query(HOLD)
            seen = [
                {type_: plain(whole(reader, type_)) for type_ in TYPES}
                for reader in readers
            ]
            return cls(now(readers[0]), seen)


def whole(reader: Api, type_: str) -> list[dict[str, Any]]:
    """Return all records of a type as they are now, with all linkage."""
    path = f"objects/{type_}/records"
    sides = [
        name
        for name, field in reader.get(f"schemas/{type_}")
        .data["attributes"]["properties"]
        .items()
        if "x-relationship" in field
    ]
    answer = reader.get(f"{path}?page[limit]=1000&include={','.join(sides)}")
    assert answer.status == 200, answer.json
    found: list[dict[str, Any]] = answer.data
    return found


def walk(reader: Api, type_: str, when: str) -> Iterator[dict[str, Any]]:
    """Yield all records of a type as they were, page by page."""
    path: str | None = f"objects/{type_}/records?as_of={when}&page[size]=20"
    while path:
        page = reader.get(path).json
        yield from page["data"]
        path = page["links"]["next"] and page["links"]["next"].removeprefix(
            f"{reader.base}/"
        )


def listed(reader: Api, when: str) -> dict[str, Records]:
    """Return all records of all types as they were."""
    return {type_: plain([*walk(reader, type_, when)]) for type_ in TYPES}


def cut(snapshot: dict[str, Records], hidden: set[str]) -> dict[str, Records]:
    """Return what was seen without all that is hidden by now."""
    return {
        type_: {
            record: {
                **seen,
                "links": {
                    name: [end for end in ends if end not in hidden]
                    for name, ends in seen["links"].items()
                },
            }
            for record, seen in records.items()
            if record not in hidden
        }
        for type_, records in snapshot.items()
    }


def hidden_from(reader: Api, snapshots: list[dict[str, Records]]) -> set[str]:
    """Return the records that were seen once, and that a reader does not see now."""
    known = {
        (type_, record)
        for snapshot in snapshots
        for type_, records in snapshot.items()
        for record in records
    }
    return {
        record
        for type_, record in known
        if reader.get(f"objects/{type_}/records/{record}/history").status == 404
    }


def check(reader: Api, when: str, expected: dict[str, Records]) -> None:
    """Check that all records, and each of some by itself, are as they were."""
    assert listed(reader, when) == expected
    for type_, records in expected.items():
        for record in [*records][:2]:
            answer = reader.get(f"objects/{type_}/records/{record}?as_of={when}")
            assert plain([answer.data]) == {record: records[record]}


def test_the_past_is_what_was_there(
    crowd: Crowd, api: Api, scout: Api, agent: Agent
) -> None:
    for _ in "ab":
        api.post(f"{PEOPLE}/bulk", resources("person", *[{}] * 10))
        api.post(f"{COMPANIES}/bulk", resources("company", *[{}] * 5))
    many = 1_000 if CAMPAIGN else 9
    changes: list[str] = []

    writing = [
        crowd.start(partial(Writer(n, [agent], changes).write, many=many), n)
        for n in range(WRITERS)
    ]
    instants = []
    for _ in rounds(short=4, long=1_000):
        instant = Instant.of([api, scout])
        instants.append(instant)
        check(api, instant.cursor, instant.snapshots[0])
    for future in writing:
        future.result()

    hidden = hidden_from(scout, [one.snapshots[1] for one in instants])
    for instant in instants:
        check(api, instant.cursor, instant.snapshots[0])
        check(scout, instant.cursor, cut(instant.snapshots[1], hidden))


def test_a_time_that_was_read_is_final(crowd: Crowd, api: Api) -> None:
    def create(client: httpx.Client, number: int) -> None:
        for _ in rounds(short=5, long=200):
            client.post(PEOPLE, json=resource("person", name=str(number)))

    seen: dict[str, list[str]] = {}

    def look(client: httpx.Client) -> None:
        for _ in rounds(short=10, long=400):
            when = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            answer = client.get(f"{PEOPLE}?as_of={when}&page[size]=1000")
            seen[when] = [one["id"] for one in answer.json()["data"]]

    looking: Callable[[], object] = crowd.start(look, 60).result
    crowd.all(create, WRITERS)
    looking()

    for when, ids in seen.items():
        page = api.get(f"{PEOPLE}?as_of={when}&page[size]=1000")
        assert [one["id"] for one in page.data] == ids


def test_a_reader_waits_for_who_notes_before_its_time(crowd: Crowd, api: Api) -> None:
    def create() -> None:
        assert api.post(PEOPLE, resource("person", name="Ada")).status == 201

    def look(client: httpx.Client) -> httpx.Response:
        when = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        return client.get(f"{PEOPLE}?as_of={when}")

    answer = crowd.behind(create, look)

    assert [one["attributes"]["name"] for one in answer.json()["data"]] == ["Ada"]
