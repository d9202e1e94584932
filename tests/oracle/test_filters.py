"""Filters find exactly what the oracle finds."""

from __future__ import annotations

import json

import pytest

from crm.json_types import JSONObject
from tests.api_client import Answer
from tests.oracle.addresses import document_of
from tests.oracle.oracle import find
from tests.oracle.questions import Questions, address_of
from tests.oracle.things import JSON
from tests.oracle.world import World, attributes
from tests.survival.rounds import rounds

CHUNKS, EACH = rounds(short=8, long=40), 50
DEEPEST = 8


def names(answer: Answer) -> object:
    """Return the ids in an answer, or why there are none."""
    return {r["id"] for r in answer.data} if answer.status == 200 else answer.json


def test_reads_what_was_written(world: World) -> None:
    for things in (world.gadgets, world.makers):
        kind = things[0].kind

        answer = world.api.get(f"objects/{kind.slug}/records?page[limit]=1000")

        assert {row["id"]: own(row["attributes"]) for row in answer.data} == {
            thing.id: attributes(kind, thing.values) for thing in things
        }


def own(attributes: JSONObject) -> JSONObject:
    return {n: value for n, value in attributes.items() if not n.startswith("_")}


@pytest.mark.parametrize("chunk", CHUNKS)
def test_query_documents_find_what_they_describe(world: World, chunk: int) -> None:
    kind = world.gadgets[0].kind
    questions = Questions(f"documents {chunk}", world, kind)
    documents = [questions.document(chunk % (DEEPEST + 1)) for _ in range(EACH)]

    found = {json.dumps(one): ask(world, one) for one in documents}

    assert found == {json.dumps(one): find(world.gadgets, one) for one in documents}


def ask(world: World, document: JSON) -> object:
    """Return the ids of the gadgets that a query document finds."""
    body = {
        "filter": document,
        "page": {"limit": 1000},
        "fields": {"c_gadget": "code"},
    }
    return names(world.api.post("objects/c_gadget/records/query", body))


@pytest.mark.parametrize("chunk", CHUNKS)
def test_addresses_find_what_they_describe(world: World, chunk: int) -> None:
    things = world.gadgets if chunk % 2 else world.makers
    kind = things[0].kind
    questions = Questions(f"addresses {chunk}", world, kind)
    asked = [questions.parameters() for _ in range(EACH)]

    path = f"objects/{kind.slug}/records?page[limit]=1000&fields[{kind.slug}]=code"
    found = {
        str(one): names(world.api.get(f"{path}&{address_of(one)}")) for one in asked
    }

    assert found == {str(one): find(things, document_of(kind, one)) for one in asked}
