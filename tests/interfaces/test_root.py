"""The root leads people and programs on, whatever they accept."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

JSONAPI = "application/vnd.api+json"


def test_leads_browsers_to_the_admin(client: Client) -> None:
    answer = client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", JSONAPI),
        ("", JSONAPI),
        (JSONAPI, JSONAPI),
        ("application/json", "application/json"),
        ("text/plain", JSONAPI),
        ("image/*;q=0", JSONAPI),
        (f'{JSONAPI};ext="https://example.com/none"', JSONAPI),
    ],
)
def test_tells_programs_where_they_begin(
    client: Client, accept: str, media_type: str
) -> None:
    answer = client.get("/", headers={"Accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
    assert answer.json() == {
        "jsonapi": {"version": "1.1"},
        "meta": {
            "name": "Kith",
            "version": settings.VERSION,
            "workspaces": "http://testserver/v1/workspaces/{slug}",
            "authorization": "api-key {key}",
        },
        "links": {
            "self": "http://testserver/",
            "admin": "http://testserver/admin/",
        },
    }


def test_answers_head_and_no_other_method(client: Client) -> None:
    head, post = client.head("/"), client.post("/")

    assert (head.status_code, head.content) == (200, b"")
    assert (post.status_code, post["Allow"]) == (405, "GET, HEAD")
    assert post.json()["errors"][0]["code"] == "method_not_allowed"
