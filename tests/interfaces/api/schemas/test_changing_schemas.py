"""What holds for all changes of a schema: of which version, and how often."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api
from tests.interfaces.api.schemas.schema_calls import (
    create,
    version,
)

WRITES: list[tuple[str, str, Any]] = [
    ("POST", "schemas/deal/properties", {"properties": {"a": {"type": "string"}}}),
    ("PATCH", "schemas/deal/properties/name", {"label": "A"}),
    ("DELETE", "schemas/deal/properties/name", None),
    ("POST", "schemas/deal/relationships", {"deal": {}}),
    ("DELETE", "schemas/deal/relationships/people", None),
    ("PATCH", "schemas/deal/fields-order", {"order": ["amount"]}),
    ("PATCH", "schemas/deal/fields-visibility", {"hiddenInDetails": {"name": True}}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
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
