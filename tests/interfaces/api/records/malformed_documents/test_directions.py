"""``meta`` and ``match_on`` that are not understood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.api_client import Api
from tests.interfaces.api.records.malformed_documents.calls import (
    BULK_CREATE,
    BULK_DELETE,
    BULK_UPDATE,
    CALLS,
    CREATE,
    ODD,
    ODD_OBJECTS,
    TYPE,
    UPDATE,
    WITH_RESOURCES,
    Call,
    Outcome,
    malformed,
    send,
)


def directed(
    api: Api, ada: str, calls: Iterable[Call], directions: dict[str, Any]
) -> list[Outcome]:
    """Send good documents with these directions, and return what several calls say."""
    row = TYPE | {"attributes": {"name": "Eve", "tags": {"items": ["vip"]}}}
    documents: dict[Call, dict[str, Any]] = {
        CREATE: {"data": row},
        UPDATE: {"data": row},
        BULK_CREATE: {"data": [row]},
        BULK_UPDATE: {"data": [row | {"id": ada}]},
        BULK_DELETE: {"items": [ada]},
    }
    return [send(api, call, ada, documents[call] | directions) for call in calls]


@pytest.mark.parametrize(
    ("meta", "pointer"),
    [
        *((value, "/meta") for value in ODD),
        *(({"mode": value}, "/meta/mode") for value in (*ODD_OBJECTS, "Atomic")),
        ({"nonsense": 1}, "/meta/nonsense"),
        ({"a/b": 1}, "/meta/a~1b"),
        ({"\x00": 1}, "/meta/\x00"),
        ({"\ud800": 1}, "/meta/?"),
    ],
)
def test_directions_that_are_not_understood(
    api: Api, ada: str, meta: object, pointer: str
) -> None:
    found = directed(api, ada, CALLS, {"meta": meta})

    assert found == [malformed(pointer)] * 5


@pytest.mark.parametrize(
    "strategy",
    [
        None,
        5,
        "append",
        [],
        ["append"],
        {"collection": None},
        {"collection": 5},
        {"collection": ["append"]},
        {"collection": {}},
        {"collection": "merge"},
        {"array": "append"},
        {"object": "merge"},
        {"nonsense": "append"},
        {"collection": "append", "array": "append"},
    ],
)
def test_a_strategy_that_does_not_fit(api: Api, ada: str, strategy: object) -> None:
    found = directed(api, ada, WITH_RESOURCES, {"meta": {"tags": strategy}})

    assert found == [malformed("/meta/tags")] * 4


@pytest.mark.parametrize(
    "match_on", [*ODD_OBJECTS, [[]], [None], "", "name", "\x00", "\ud800", ["id"]]
)
def test_a_field_that_nothing_can_be_matched_on(
    api: Api, ada: str, match_on: object
) -> None:
    found = directed(api, ada, [CREATE, BULK_CREATE], {"match_on": match_on})

    assert found == [malformed("/match_on")] * 2


@pytest.mark.parametrize("on_match", [*ODD_OBJECTS, "Update"])
def test_what_to_do_on_a_match_is_not_understood(
    api: Api, ada: str, on_match: object
) -> None:
    directions = {"meta": {"on_match": on_match}}

    found = directed(api, ada, [CREATE, BULK_CREATE], directions)

    assert found == [malformed("/meta/on_match")] * 2


@pytest.mark.parametrize(
    ("directions", "pointer"),
    [
        ({"match_on": "email_addresses"}, "/match_on"),
        ({"meta": {"on_match": "update"}}, "/meta/on_match"),
    ],
)
def test_directions_for_what_is_new_where_nothing_is_new(
    api: Api, ada: str, directions: dict[str, Any], pointer: str
) -> None:
    found = directed(api, ada, [UPDATE, BULK_UPDATE, BULK_DELETE], directions)

    assert found == [malformed(pointer)] * 3
