"""Pages of the origins in CORS_ORIGINS may call the API, and no others."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api_client import Api

APP, OTHER = "https://app.example", "https://other.example"
PEOPLE = "/v1/workspaces/acme/objects/person/records"
ALLOWED = "access-control-allow-origin"


@pytest.fixture
def origins(settings: Settings) -> Settings:
    """Settings as CORS_ORIGINS=https://app.example makes them."""
    settings.MIDDLEWARE = [
        settings.MIDDLEWARE[0],
        "corsheaders.middleware.CorsMiddleware",
        *settings.MIDDLEWARE[1:],
    ]
    settings.CORS_ALLOWED_ORIGINS = [APP]
    return settings


def preflight(path: str, origin: str) -> dict[str, str]:
    """Return the headers that answer what a browser asks before a request."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }
    return dict(Client().options(path, headers=asked).headers)


def test_a_browser_is_told_what_it_may_send(origins: Settings) -> None:
    headers = preflight(PEOPLE, APP)

    assert headers[ALLOWED] == APP
    methods = headers["access-control-allow-methods"].split(", ")
    assert {"GET", "POST", "PATCH", "DELETE", "QUERY"} <= {*methods}
    sent = headers["access-control-allow-headers"].lower().split(", ")
    assert {"authorization", "idempotency-key", "if-match", "x-api-key"} <= {*sent}
    assert headers["access-control-max-age"] == "600"
    assert "access-control-allow-credentials" not in headers


def test_it_may_read_what_answers_say_of_themselves(
    origins: Settings, api: Api
) -> None:
    answer = api.get("objects/person/records", origin=APP)

    assert answer.headers[ALLOWED] == APP
    shown = answer.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Link", "Location", "Retry-After", "X-Change-Id"} <= {*shown}
    assert "origin" in answer.headers["Vary"].lower()


@pytest.mark.parametrize("path", [PEOPLE, "/v1/nowhere"])
def test_it_may_read_refusals(origins: Settings, db: None, path: str) -> None:
    answer = Client().get(path, headers={"Origin": APP})

    assert answer.status_code in {401, 404}
    assert answer.headers[ALLOWED] == APP


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        (PEOPLE, OTHER),
        (PEOPLE, "https://app.example.evil.example"),
        (PEOPLE, "http://app.example"),
        (PEOPLE, "null"),
        ("/admin/", APP),
        ("/compat/clarky/v1/contacts", APP),
        ("/", APP),
    ],
)
def test_nothing_else_is_said(
    origins: Settings, db: None, path: str, origin: str
) -> None:
    got = Client().get(path, headers={"Origin": origin})

    assert ALLOWED not in preflight(path, origin)
    assert ALLOWED not in got.headers


def test_all_may_where_that_is_set(origins: Settings, api: Api) -> None:
    origins.CORS_ALLOW_ALL_ORIGINS = True

    answer = api.get("objects/person/records", origin=OTHER)

    assert answer.headers[ALLOWED] == "*"


def test_nobody_may_unless_it_is_set(api: Api) -> None:
    answer = api.get("objects/person/records", origin=APP)

    assert [name for name in answer.headers if name.startswith("access-")] == []
