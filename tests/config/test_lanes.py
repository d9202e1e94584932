"""What browsers need stands before pages alone; programs pass by it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.api_client import Api

HARDENED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def log_in(client: Client) -> HttpResponse:
    data = {"username": "owner", "password": "wrong"}
    return client.post(reverse("admin:login"), data)  # type: ignore[return-value]


def test_a_form_from_elsewhere_is_refused(db: None) -> None:
    assert log_in(Client()).status_code == 200

    assert log_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_a_program_needs_no_token_of_a_form(api: Api) -> None:
    api.client.handler.enforce_csrf_checks = True

    assert api.post("objects/person/records/query", {}).status == 200


def test_cookies_of_a_program_are_not_looked_at(api: Api) -> None:
    api.get("me")
    api.client.cookies["sessionid"] = "somebody"

    with CaptureQueriesContext(connection) as statements:
        answer = api.get("me")

    assert not [one for one in statements if "django_session" in one["sql"]]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/admin/login/", "/v1/nothing", "/compat/nothing"])
def test_every_answer_tells_browsers_to_be_careful(db: None, path: str) -> None:
    answer = Client().get(path)

    assert {name: answer.headers[name] for name in HARDENED} == HARDENED
