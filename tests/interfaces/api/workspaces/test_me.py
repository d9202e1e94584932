"""``/me``: a key can tell what it is and what it may do."""

from __future__ import annotations

from pytest_django import Settings

from crm.models import Agent, ApiKey
from tests.api_client import Api


def test_tells_a_key_about_itself(api: Api) -> None:
    answer = api.get("me")

    assert answer.status == 200
    assert answer.data == {
        "type": "me",
        "id": str(ApiKey.objects.get().pk),
        "attributes": {
            "workspace": {"slug": "acme", "name": "acme"},
            "agent": None,
            "scopes": ["read", "write", "admin"],
            "limits": {
                "requests_per_minute": 3000,
                "rows": 25,
                "page_size": 1000,
                "body_bytes": 8 * 1024 * 1024,
            },
            "jobs": {"waiting": 0, "worker_seen_at": None},
        },
        "links": {"self": f"{api.base}/me"},
    }


def test_tells_an_agent_about_itself(scout: Api, agent: Agent) -> None:
    attributes = scout.get("me").data["attributes"]

    assert attributes["scopes"] == ["read", "write"]
    assert attributes["agent"] == {
        "id": str(agent.pk),
        "handle": "scout",
        "name": "",
    }


def test_tells_that_there_is_no_limit(api: Api, settings: Settings) -> None:
    settings.RATE_LIMIT = 0

    limits = api.get("me").data["attributes"]["limits"]

    assert limits["requests_per_minute"] is None


def test_cannot_be_written(api: Api) -> None:
    assert api.patch("me", {"data": {"type": "me"}}).status == 405


def test_is_not_found_under_another_workspace(api: Api, stranger: Api) -> None:
    response = api.client.get("/v1/workspaces/globex/me")

    assert response.status_code == 404
