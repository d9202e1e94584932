"""A record is shown as a JSON:API resource with every field of its schema."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.models import Workspace
from objects.catalog import Catalog
from objects.schema import Schema
from records.reading.rows import RecordRow
from records.resources.records import Resources
from records.writing.outcomes import SavedRecord, row_of_saved

BASE = "https://kith.example/v1/workspaces/acme"
TALK = UUID("0190b2c4-7d1e-7c3a-9f00-0123456789ab")
ID = "conv_01J2SC8Z8YFGX9Y0014D2PF2DB"
RECORDS = f"{BASE}/objects/conversation/records"
ADDRESS = f"{RECORDS}/{ID}"
SCOUT = "0190b2c4-7d1e-7c3a-9f00-00000000000a"


@pytest.fixture
def conversation(workspace: Workspace) -> Schema:
    return Catalog.of(workspace).schema("conversation")


def make_row(**attributes: object) -> RecordRow:
    """Return a conversation as the database would, with its attributes as text."""
    return RecordRow(
        id=TALK,
        version=3,
        created_at="2026-03-01T12:00:00.000Z",
        updated_at="2026-03-02T12:00:00.000Z",
        created_by="api-key:1",
        updated_by="agent:2",
        attributes=json.dumps(attributes),
        agents={"owner": None},
        partners={"person": None},
    )


def shown(resource: dict[str, object]) -> Any:
    """Return a resource as a client reads it."""
    return json.loads(dumps(resource))


def test_shows_a_whole_record(conversation: Schema) -> None:
    resource = Resources(conversation, RECORDS).resource(
        make_row(subject="Hi", unread=None), {}
    )

    assert shown(resource) == {
        "type": "conversation",
        "id": ID,
        "attributes": {
            "_created_at": "2026-03-01T12:00:00.000Z",
            "_updated_at": "2026-03-02T12:00:00.000Z",
            "_created_by": "api-key:1",
            "_updated_by": "agent:2",
            "subject": "Hi",
            "unread": None,
        },
        "relationships": {
            "person": {
                "links": {
                    "self": f"{ADDRESS}/relationships/person",
                    "related": f"{ADDRESS}/person",
                },
                "data": None,
            },
            "owner": {
                "links": {
                    "self": f"{ADDRESS}/relationships/owner",
                    "related": f"{ADDRESS}/owner",
                },
                "data": None,
            },
        },
        "links": {"self": ADDRESS},
        "meta": {"version": 3},
    }


def test_shows_a_record_without_attributes(conversation: Schema) -> None:
    resource = Resources(conversation, RECORDS).resource(make_row(), {})

    assert shown(resource)["attributes"] == {
        "_created_at": "2026-03-01T12:00:00.000Z",
        "_updated_at": "2026-03-02T12:00:00.000Z",
        "_created_by": "api-key:1",
        "_updated_by": "agent:2",
    }


@pytest.mark.parametrize("data", [None, {"type": "person", "id": 'per_"\\{}'}])
def test_shows_the_linkage_that_is_known(conversation: Schema, data: JSON) -> None:
    resource = Resources(conversation, RECORDS).resource(make_row(), {"person": data})

    assert shown(resource)["relationships"]["person"]["data"] == data


def test_shows_the_agent_that_a_record_refers_to(conversation: Schema) -> None:
    row = make_row()._replace(agents={"owner": SCOUT})

    resource = Resources(conversation, RECORDS).resource(row, {})

    assert shown(resource)["relationships"]["owner"]["data"] == {
        "type": "agent",
        "id": SCOUT,
    }


def test_two_addresses_of_the_server_are_told_apart(conversation: Schema) -> None:
    other = BASE.replace("kith", "crm")

    here, there = (
        shown(Resources(conversation, base).resource(make_row(), {}))
        for base in (BASE, other)
    )

    assert there == json.loads(json.dumps(here).replace(BASE, other))


def test_a_record_that_was_written_shows_every_field(conversation: Schema) -> None:
    record = SavedRecord(
        id=TALK,
        schema=conversation,
        attributes={"subject": "Hi", "owner": SCOUT},
        version=1,
        created_at="2026-03-01T12:00:00.000Z",
        updated_at="2026-03-01T12:00:00.000Z",
        created_by="api-key:1",
        updated_by="api-key:1",
        partners={},
    )

    row = row_of_saved(record, None)

    assert json.loads(row.attributes) == conversation.blank | {"subject": "Hi"}
    assert row.agents == {"owner": SCOUT}
