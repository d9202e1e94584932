"""A crowd: twenty thousand people and their companies, beside another workspace's."""

from __future__ import annotations

from typing import NamedTuple

from crm.json_types import JSONObject
from crm.sql import query
from objects.workspaces import create_workspace
from records.ids import encode_id
from tests.api_client import Api
from tests.benchmarks.load import load_workspace, person
from tests.benchmarks.workspaces import fresh_workspace

PEOPLE = "objects/person/records"
MANY, BESIDE = 20_000, 3_000


class Crowd(NamedTuple):
    """The API of a workspace with many people, and their attributes by id."""

    api: Api
    people: dict[str, JSONObject]


def make_crowd() -> Crowd:
    """Make the crowd, and another workspace with people of the same names."""
    place = fresh_workspace("crowd")
    load_workspace(place.workspace, MANY)
    load_workspace(create_workspace(slug="beside"), BESIDE)
    query("ANALYZE")
    people = [
        encode_id("per", record_id)
        for (record_id,) in query(
            "SELECT record.id FROM records_record record "
            "JOIN objects_objecttype type ON type.id = object_type_id "
            "WHERE record.workspace_id = %(workspace)s AND slug = 'person' "
            "ORDER BY record.created_at",
            workspace=place.workspace.id,
        )
    ]
    api = Api(place.workspace, place.secret)
    return Crowd(api, {id_: person(number) for number, id_ in enumerate(people)})
