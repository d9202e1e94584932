"""``If-None-Match`` on a write: nothing is done to what the client does not want."""

from __future__ import annotations

import pytest

from records.models import Record
from tests.api_client import Answer, Api, items, resource

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada", email_addresses=items("ada@example.com"))
REFUSED = (412, [("version_mismatch", "If-None-Match")])


def outcome(answer: Answer) -> tuple[int, list[tuple[str, str]]]:
    """Return the status of an answer, and its errors if it has any."""
    return answer.status, answer.errors if answer.status >= 400 else []


def test_a_star_creates_and_never_updates(api: Api) -> None:
    first = api.post(PEOPLE, ADA, if_none_match="*")
    again = api.post(PEOPLE, ADA, if_none_match="*")

    assert first.status == 201
    assert outcome(again) == REFUSED
    assert Record.objects.get().version == 1


@pytest.mark.parametrize(("tag", "is_refused"), [('"1"', True), ('"2"', False)])
@pytest.mark.parametrize("on_match", ["update", "skip"])
def test_an_upsert_leaves_a_version_alone(
    api: Api, tag: str, is_refused: bool, on_match: str
) -> None:
    api.post(PEOPLE, ADA)
    body = ADA | {"meta": {"on_match": on_match}}

    answer = api.post(PEOPLE, body, if_none_match=tag)

    assert outcome(answer) == (REFUSED if is_refused else (200, []))


@pytest.mark.parametrize("tag", ["*", '"1"', 'W/"1"', '"7", "1"'])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_record_that_has_the_version_is_left_alone(
    api: Api, method: str, tag: str
) -> None:
    person = api.post(PEOPLE, ADA).id
    body = resource("person", name="Bea") if method == "PATCH" else None

    answer = api.call(method, f"{PEOPLE}/{person}", body, if_none_match=tag)

    assert outcome(answer) == REFUSED
    assert Record.objects.get().version == 1


def test_a_record_at_another_version_is_changed(api: Api) -> None:
    person = api.post(PEOPLE, ADA).id
    body = resource("person", name="Bea")

    answer = api.patch(f"{PEOPLE}/{person}", body, if_none_match='"2"')

    assert answer.status == 200


def test_linkage_is_left_alone(api: Api) -> None:
    person = api.post(PEOPLE, ADA).id
    path = f"{PEOPLE}/{person}/relationships/companies"

    assert outcome(api.patch(path, {"data": []}, if_none_match="*")) == REFUSED


def test_a_schema_is_left_alone(api: Api) -> None:
    path = "schemas/deal/properties/name"

    refused = api.patch(path, {"label": "Title"}, if_none_match='"1"')
    allowed = api.patch(path, {"label": "Title"}, if_none_match='"2"')

    assert (outcome(refused), allowed.status) == (REFUSED, 200)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{PEOPLE}/bulk", {"data": [ADA["data"]]}),
        ("PATCH", PEOPLE, {"data": []}),
        ("DELETE", PEOPLE, {"items": []}),
        ("PATCH", "schemas", {"data": []}),
        ("POST", "agents", resource("agent", handle="scout")),
        ("PATCH", "settings", {"bulk_limit": 5}),
    ],
)
@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_is_refused_where_it_means_nothing(
    api: Api, method: str, path: str, body: object, header: str
) -> None:
    answer = api.call(method, path, body, **{header.replace("-", "_"): "*"})

    assert outcome(answer) == (400, [("invalid_header", header)])
    assert not Record.objects.exists()
