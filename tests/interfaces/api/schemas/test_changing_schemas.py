"""What holds for all changes of schemas: who may, of which version, and how often."""

from __future__ import annotations

from typing import Any

import pytest

from objects.models import Field
from tests.api_client import Api
from tests.interfaces.api.schemas.schema_calls import (
    create,
    version,
)

WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "schemas", {"data": []}),
    ("POST", "schemas/objects", {"name": "Ship"}),
    ("PATCH", "schemas/objects/c_ship", {"name": "Ship"}),
    ("PUT", "schemas/objects/c_ship", {"name": "Ship"}),
    ("DELETE", "schemas/objects/c_ship", None),
    ("POST", "schemas/deal/properties", {"properties": {"a": {"type": "string"}}}),
    ("PATCH", "schemas/deal/properties/name", {"label": "A"}),
    ("DELETE", "schemas/deal/properties/name", None),
    ("POST", "schemas/deal/relationships", {"deal": {}}),
    ("DELETE", "schemas/deal/relationships/people", None),
    ("PATCH", "schemas/deal/fields-order", {"order": ["amount"]}),
    ("PATCH", "schemas/deal/fields-visibility", {"hiddenInDetails": {"name": True}}),
]
OF_A_SCHEMA = [call for call in WRITES if call[1].startswith("schemas/deal/")]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_only_administrators_change_schemas(
    reader: Api, scout: Api, method: str, path: str, body: object
) -> None:
    answers = [api.call(method, path, body) for api in (reader, scout)]

    assert [(answer.status, answer.errors) for answer in answers] == [
        (403, [("missing_scope", "")])
    ] * 2


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_other_workspaces_are_not_found(
    api: Api, stranger: Api, method: str, path: str, body: object
) -> None:
    fields = list(Field.objects.order_by("id").values())
    intruder = Api(api.workspace, stranger.secret)

    answer = intruder.call(method, path, body)

    assert (answer.status, answer.errors) == (404, [("not_found", "")])
    assert list(Field.objects.order_by("id").values()) == fields


@pytest.mark.parametrize(("method", "path", "body"), OF_A_SCHEMA)
def test_a_change_of_another_version_is_refused(
    api: Api, method: str, path: str, body: object
) -> None:
    answer = api.call(method, path, body, if_match='"7"')

    is_empty = body == {"deal": {}}
    expected = (422, []) if is_empty else (412, [("version_mismatch", "If-Match")])
    assert (answer.status, answer.errors if not is_empty else []) == expected
    assert version(api, "deal") == 1


def test_a_change_of_the_version_that_is_wanted(api: Api) -> None:
    answers = [
        api.patch("schemas/deal/properties/name", {"label": label}, if_match='"1"')
        for label in ("A", "B")
    ]

    assert [answer.status for answer in answers] == [200, 412]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_parameters_are_not_known(
    api: Api, method: str, path: str, body: object
) -> None:
    answer = api.call(method, f"{path}?include=fields", body)

    assert (answer.status, answer.errors) == (400, [("unknown_parameter", "include")])


@pytest.mark.parametrize(("method", "path", "body"), OF_A_SCHEMA)
def test_a_schema_that_is_not_there_is_not_changed(
    api: Api, method: str, path: str, body: object
) -> None:
    answer = api.call(method, path.replace("deal", "unicorn"), body)

    assert answer.status == (422 if body == {"deal": {}} else 404)


def test_a_change_that_names_itself_is_made_once(api: Api) -> None:
    body = {"properties": {"colour": {"type": "string", "indexed": True}}}
    create(api, "deal", name="Big")

    first = api.post("schemas/deal/properties", body, idempotency_key="k")
    again = api.post("schemas/deal/properties", body, idempotency_key="k")

    assert [answer.status for answer in (first, again)] == [201, 201]
    assert (again.json, version(api, "deal")) == (first.json, version(api, "deal"))
    assert again.headers["Idempotency-Replayed"] == "true"
