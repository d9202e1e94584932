"""Everything below a door's address is answered in the door's own dialect."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from crm.json_types import JSONObject
from crm.keys import create_key
from crm.models import ApiKey, RefusedRequest, Scope, Workspace
from crm.throttling import count_request
from interfaces.compat.door import Problem
from interfaces.compat.inkbox.door import InkboxDoor
from records.models import Record
from tests.api_client import Answer, Api
from tests.interfaces.compat.door_client import BASES, DoorClient

DOORS = ["clarky", "clara", "inkbox"]
NOBODY = "019abf2e-0000-7000-8000-000000000000"
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "rate_limited",
    500: "internal_error",
}


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, secret: str) -> DoorClient:
    """Each of the doors."""
    return DoorClient(request.param, secret)


def refused(door: DoorClient, answer: Answer) -> int:
    """Return the status of an answer, once it is the door's own error document."""
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Request-Id"]
    sentence: Any
    match door.door:
        case "clarky":
            error = answer.json["error"]
            assert answer.json.keys() == {"error"}
            assert error["code"] == CODES[answer.status]
            sentence = error["message"]
        case "clara":
            assert answer.json.keys() == {"success", "error"}
            assert answer.json["success"] is False
            sentence = answer.json["error"]
        case _:
            assert answer.json.keys() == {"detail"}
            sentence = answer.json["detail"]
    assert isinstance(sentence, str)
    assert sentence
    return answer.status


@pytest.mark.parametrize("path", ["", "nowhere", "contacts//", "contacts/x/y/z"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_that_leads_nowhere(door: DoorClient, method: str, path: str) -> None:
    root = f"/compat/{door.door}"
    assert [door.get(there).status for there in (root, f"{root}/")] == [404, 404]

    answer = door.call(method, path)

    assert refused(door, answer) == 404
    assert answer.headers["X-RateLimit-Remaining"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_method_that_does_not_fit(door: DoorClient, method: str) -> None:
    answer = door.call(method, "contacts")

    assert refused(door, answer) == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"


HEADERS: list[dict[str, str]] = [
    {},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer kith_nobody"},
    {"Authorization": "Basic eDp5"},
    {"Authorization": "api-key {secret}"},
    {"X-API-Key": "kith_nobody"},
    {"X-API-Key": " "},
]


@pytest.mark.parametrize("headers", HEADERS, ids=str)
@pytest.mark.parametrize("path", ["contacts", f"contacts/{NOBODY}", "nowhere"])
def test_a_key_is_needed(
    door: DoorClient, secret: str, headers: dict[str, str], path: str
) -> None:
    sent = {name: value.format(secret=secret) for name, value in headers.items()}

    response = Client().get(f"{BASES[door.door]}/{path}", headers=sent)

    answer = Answer(response.status_code, dict(response.headers), response.content)
    assert refused(door, answer) == 401
    scheme = "X-API-Key" if door.door == "inkbox" else "Bearer"
    assert answer.headers["WWW-Authenticate"] == scheme
    assert "X-RateLimit-Limit" not in answer.headers


def test_a_revoked_key_is_none(door: DoorClient) -> None:
    ApiKey.objects.update(revoked_at="2026-01-01T00:00:00Z")

    assert refused(door, door.get("contacts")) == 401


def test_a_reading_key_may_not_write(door: DoorClient, workspace: Workspace) -> None:
    secret = create_key(workspace=workspace, scopes=[Scope.READ]).secret
    reader = DoorClient(door.door, secret)

    answers = [
        reader.post("contacts", {"name": "Ada"}),
        reader.patch(f"contacts/{NOBODY}", {}),
        reader.delete(f"contacts/{NOBODY}"),
    ]

    assert reader.get("contacts").status == 200
    assert [refused(door, answer) for answer in answers] == [403] * 3
    assert not Record.objects.exists()


def test_another_workspace_is_not_found(door: DoorClient, stranger: Api) -> None:
    body = {"data": {"type": "person", "attributes": {"name": "Ada"}}}
    stranger.post("objects/person/records", body)
    theirs = Record.objects.get().id

    assert refused(door, door.get(f"contacts/{theirs}")) == 404
    assert refused(door, door.delete(f"contacts/{theirs}")) == 404
    assert Record.objects.exists()


def test_a_body_that_is_too_large(door: DoorClient, settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = door.post("contacts", b'{"name": "' + b"x" * 100 + b'"}')

    assert refused(door, answer) == 413


@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_no_json(door: DoorClient, type_: str) -> None:
    answer = door.post("contacts", b"name=Ada", content_type=type_)

    assert refused(door, answer) == 415


def test_a_body_without_a_content_type(door: DoorClient) -> None:
    answer = door.post("contacts", b"{}", content_type="")

    assert refused(door, answer) == (400 if door.door == "clarky" else 415)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_parameter_of_a_write_is_not_ignored(door: DoorClient, method: str) -> None:
    path = "contacts" if method == "POST" else f"contacts/{NOBODY}"

    answer = door.call(method, f"{path}?dry_run=true", {"name": "Ada"})

    assert answer.status == (422 if door.door == "inkbox" else 400)
    assert b"dry_run" in answer.content
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("clarky", "contacts?search=%00"),
        ("clarky", "contacts?tags=%00"),
        ("clarky", "contacts/by-email?email=%00"),
        ("clarky", "contacts/%00"),
        ("clarky", "agents/%00"),
        ("clara", "contacts?search=%ff%00"),
        ("clara", "contacts/search?q=%00"),
        ("inkbox", "contacts?q=%00"),
        ("inkbox", "contacts/lookup?email_domain=%00"),
        ("inkbox", "contacts/lookup?phone_contains=%00"),
        ("inkbox", "contacts/%00.vcf"),
        ("inkbox", "identities/%00"),
    ],
)
def test_what_cannot_be_stored_cannot_be_asked_for(
    secret: str, name: str, path: str
) -> None:
    assert DoorClient(name, secret).get(path).status in {400, 404, 422}


def test_a_crash(door: DoorClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "records.reading.reader.read_records", lambda *_: 1 / 0, raising=True
    )

    answer = door.get(f"contacts/{NOBODY}")

    assert refused(door, answer) == 500
    assert answer.headers["X-RateLimit-Remaining"]


@pytest.mark.parametrize(
    ("name", "method", "limit"),
    [
        ("clarky", "GET", 120),
        ("clarky", "POST", 60),
        ("clara", "GET", 1000),
        ("inkbox", "GET", 3000),
    ],
)
def test_each_key_has_a_budget(secret: str, name: str, method: str, limit: int) -> None:
    door = DoorClient(name, secret)

    first, second = (door.call(method, "contacts") for _ in range(2))

    assert int(first.headers["X-RateLimit-Limit"]) == limit
    assert int(first.headers["X-RateLimit-Remaining"]) == limit - 1
    assert int(second.headers["X-RateLimit-Remaining"]) == limit - 2
    assert int(first.headers["X-RateLimit-Reset"]) > 1_700_000_000


def test_a_spent_budget_refuses_and_says_until_when(
    door: DoorClient, settings: LazySettings, workspace: Workspace
) -> None:
    settings.RATE_LIMIT = 3000
    budget = int(door.get("contacts").headers["X-RateLimit-Limit"])
    spend(door, budget)

    answer = door.get("contacts")

    other = DoorClient(
        door.door, create_key(workspace=workspace, scopes=[Scope.READ]).secret
    )
    assert refused(door, answer) == 429
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert other.get("contacts").status == 200


def spend(door: DoorClient, budget: int) -> None:
    """Count as many reads as the only key may make at a door."""
    key = ApiKey.objects.get().id
    for kind in ("reads", "requests"):
        for _ in range(budget):
            count_request(f"{door.door}:{kind}:{key}", budget)


def test_reads_and_writes_have_budgets_of_their_own(clarky: DoorClient) -> None:
    clarky.get("contacts")
    answer = clarky.post("contacts", {})

    assert answer.headers["X-RateLimit-Remaining"] == "59"


def test_no_limit_is_no_limit(door: DoorClient, settings: LazySettings) -> None:
    settings.RATE_LIMIT = 0

    assert "X-RateLimit-Limit" not in door.get("contacts").headers


def test_one_key_works_at_every_door(
    clarky: DoorClient, clara: DoorClient, inkbox: DoorClient
) -> None:
    contact = inkbox.post("contacts", {"given_name": "Noor"}).json

    assert clarky.get(f"contacts/{contact['id']}").data["first_name"] == "Noor"
    assert clara.get(f"contacts/{contact['id']}").data["name"] == "Noor"


def test_a_refused_request_is_noted_for_its_key(door: DoorClient) -> None:
    door.get("nowhere", x_request_id="lost")
    door.get("contacts")

    (noted,) = RefusedRequest.objects.all()
    assert (noted.status, noted.code) == (404, "not_found")
    assert (noted.path, noted.request_id) == (f"{door.base}/nowhere", "lost")


class BrokenDoor(InkboxDoor):
    """A door that breaks while it says what is wrong."""

    def error(self, status: int, problems: Sequence[Problem]) -> JSONObject:
        if status != 500:
            raise RuntimeError("The words are missing.")
        return super().error(status, problems)


def test_a_fault_over_an_error_is_told_in_the_dialect(rf: RequestFactory) -> None:
    response = BrokenDoor.as_view()(rf.get("/"))

    assert isinstance(response, HttpResponse)
    assert response.status_code == 500
    assert response["Content-Type"] == "application/json"
    detail = "Something broke. The id is in our logs."
    assert json.loads(response.content) == {"detail": detail}


ODD_NUMBERS = ["\xb2", "\u0661", "99999999999999999999", "007", "1_0", "+1", "9" * 5000]


@pytest.mark.parametrize("name", ODD_NUMBERS, ids=lambda name: ascii(name)[:24])
def test_a_name_that_looks_like_a_number_is_a_name(door: DoorClient, name: str) -> None:
    answers = [
        door.get(f"contacts?{urlencode({name: 1})}"),
        door.get(f"contacts?{urlencode({'limit': name})}"),
        door.get(f"contacts?{urlencode({'page_size': name})}"),
        door.post("contacts", {name: 1}),
        door.post("contacts", {"emails": [{"value": "a@b.co", name: 1}]}),
    ]

    assert {answer.status for answer in answers} <= {200, 201, 400, 422}


@pytest.mark.parametrize("name", ["\xb2", "5", "99999999999999999999"])
def test_inkbox_says_where_by_names_and_indexes(inkbox: DoorClient, name: str) -> None:
    in_query = inkbox.get(f"contacts?{urlencode({name: 1})}").json["detail"]
    body = {name: 1, "emails": [{"value": "a@b.co"}, {"value": "b"}]}
    in_body = inkbox.post("contacts", body).json["detail"]

    assert [entry["loc"] for entry in in_query] == [["query", name]]
    assert [entry["loc"] for entry in in_body] == [
        ["body", name],
        ["body", "emails", 1, "value"],
    ]
