"""Requests over the limit of a workspace and view are refused, and told when."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from crm.throttling import count_request
from tests.api_client import Answer, Api, resource

PEOPLE = "objects/person/records"
NOBODY = f"{PEOPLE}/per_00000000000000000000000000"
ADA = resource("person", name="Ada")


def limits(answer: Answer) -> list[str]:
    """Return which headers of the limit an answer has."""
    return [name for name in answer.headers if name.startswith("X-RateLimit-")]


def test_refuses_requests_over_the_limit(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 2

    answers = [api.get(PEOPLE) for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 200, 429, 429]
    assert answers[2].errors == [("rate_limited", "")]


def test_counts_down(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 2

    headers = [api.get(PEOPLE).headers for _ in range(3)]

    assert [h["X-RateLimit-Limit"] for h in headers] == ["2", "2", "2"]
    assert [h["X-RateLimit-Remaining"] for h in headers] == ["1", "0", "0"]
    assert all(1 <= int(h["X-RateLimit-Reset"]) <= 60 for h in headers)


def test_says_when_to_try_again(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 1

    good, refused = api.get(PEOPLE), api.get(PEOPLE)

    assert "Retry-After" not in good.headers
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_a_refused_request_has_no_effect(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 1
    api.post(PEOPLE, ADA)

    refused = api.post(PEOPLE, ADA)

    assert refused.status == 429
    assert api.get(PEOPLE).json["meta"]["total_records"] == 1


def test_all_keys_of_a_workspace_share_its_limit(
    api: Api, reader: Api, settings: Settings
) -> None:
    settings.RATE_LIMIT = 1

    assert [api.get(PEOPLE).status, reader.get(PEOPLE).status] == [200, 429]


def test_each_workspace_has_its_own_limit(
    api: Api, stranger: Api, settings: Settings
) -> None:
    settings.RATE_LIMIT = 1

    assert [api.get(PEOPLE).status, stranger.get(PEOPLE).status] == [200, 200]


def test_each_view_has_its_own_limit(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 1

    answers = [api.get(PEOPLE), api.post(PEOPLE, ADA), api.get(NOBODY)]

    assert [answer.status for answer in answers] == [200, 201, 404]


def test_a_view_counts_under_all_of_its_addresses(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 1

    answers = [api.get(PEOPLE), api.get("objects/company/resources")]

    assert [answer.status for answer in answers] == [200, 429]


@pytest.mark.parametrize(
    ("status", "call"),
    [
        (200, lambda api: api.get(PEOPLE)),
        (200, lambda api: api.call("HEAD", PEOPLE)),
        (201, lambda api: api.post(PEOPLE, ADA)),
        (400, lambda api: api.get(f"{PEOPLE}?nonsense=1")),
        (400, lambda api: api.get(f"{PEOPLE}?{'&'.join('abcdefgh' * 200)}")),
        (400, lambda api: api.post(PEOPLE, b"{")),
        (400, lambda api: api.post(PEOPLE, ADA, idempotency_key="")),
        (404, lambda api: api.get(NOBODY)),
        (404, lambda api: api.get("objects/nothing/records")),
        (405, lambda api: api.call("PUT", PEOPLE)),
        (406, lambda api: api.get(PEOPLE, accept="text/html")),
        (409, lambda api: api.post(PEOPLE, resource("deal"))),
        (415, lambda api: api.post(PEOPLE, ADA, content_type="text/plain")),
        (422, lambda api: api.post(PEOPLE, resource("person", nonsense=1))),
    ],
)
def test_every_answer_tells_the_limit(
    api: Api, status: int, call: Callable[[Api], Answer]
) -> None:
    answer = call(api)

    assert answer.status == status
    assert limits(answer) == [
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
    ]


def test_an_answer_without_the_scope_tells_the_limit(reader: Api) -> None:
    answer = reader.post(PEOPLE, ADA)

    assert (answer.status, len(limits(answer))) == (403, 3)


def test_an_answer_about_another_workspace_tells_the_limit(api: Api) -> None:
    response = api.client.get(f"/v1/workspaces/globex/{PEOPLE}")

    assert response.status_code == 404
    assert response["X-RateLimit-Limit"] == "3000"


def test_counts_nothing_without_a_good_key(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 1

    refused = [api.get(PEOPLE, authorization="api-key no") for _ in range(3)]

    assert [(answer.status, limits(answer)) for answer in refused] == [(401, [])] * 3
    assert api.get(PEOPLE).status == 200


def test_there_may_be_no_limit(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 0

    answers = [api.get(PEOPLE) for _ in range(3)]

    assert [(answer.status, limits(answer)) for answer in answers] == [(200, [])] * 3


def test_a_window_lasts_a_minute_from_its_first_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = [1000.0, 1059.0, 1061.0]

    allowances = []
    for moment in moments:
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        allowances.append(count_request("people", 9))

    assert [(a.used, a.resets_at) for a in allowances] == [
        (1, 1060.0),
        (2, 1060.0),
        (1, 1121.0),
    ]


def test_says_it_in_the_fields_that_are_to_be_a_standard(
    api: Api, settings: Settings
) -> None:
    settings.RATE_LIMIT = 7

    headers = api.get(PEOPLE).headers

    left = headers["X-RateLimit-Reset"]
    assert headers["RateLimit-Policy"] == '"view";q=7;w=60'
    assert headers["RateLimit"] == f'"view";r=6;t={left}'


def test_says_nothing_of_limits_that_are_none(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 0

    headers = api.get(PEOPLE).headers

    assert [name for name in headers if "ratelimit" in name.lower()] == []
