"""A key in the ``Authorization`` header says who is asking, and what they may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.authentication import Actor
from crm.keys import AgentWithAdminScope, create_key
from crm.models import Agent, ApiKey, Scope, Workspace
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")
HOUR = timedelta(hours=1)


def make_api(workspace: Workspace, *scopes: Scope) -> Api:
    return Api(workspace, create_key(workspace=workspace, scopes=scopes).secret)


@pytest.mark.parametrize(
    "header", ["api-key {}", "API-KEY {}", "Api-Key {}", "  api-key   {}  "]
)
def test_takes_a_key_under_its_scheme(api: Api, header: str) -> None:
    answer = api.get(PEOPLE, authorization=header.format(api.secret))

    assert answer.status == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "{}",
        "api-key",
        "api-key ",
        "api-key{}",
        "api-key:{}",
        "api-key={}",
        "api-key unknown",
        "api-key {}x",
        "api-key {} {}",
        "api-key \x00",
        "api-key \xe9",
        "apikey {}",
        "Basic {}",
        "Token {}",
        "Bearer",
        "Bearer {}",
        "bearer {}",
    ],
)
def test_refuses_a_header_without_a_good_key(api: Api, header: str) -> None:
    answer = api.get(PEOPLE, authorization=header.format(api.secret, api.secret))

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "api-key"
    assert answer.errors == [("not_authenticated", "Authorization")]


def test_refuses_a_request_without_the_header(workspace: Workspace) -> None:
    response = Client().get(f"/v1/workspaces/{workspace.slug}/{PEOPLE}")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "api-key"


def test_names_the_right_scheme_to_who_sends_bearer(api: Api) -> None:
    answer = api.get(PEOPLE, authorization=f"Bearer {api.secret}")

    assert "Authorization: api-key" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize("moment", ["expires_at", "revoked_at"])
def test_refuses_a_key_that_is_over(api: Api, moment: str) -> None:
    ApiKey.objects.update(**{moment: timezone.now() - HOUR})

    answer = api.get(PEOPLE)

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "api-key")


def test_takes_a_key_until_it_expires(api: Api) -> None:
    ApiKey.objects.update(expires_at=timezone.now() + HOUR)

    assert api.get(PEOPLE).status == 200


def test_refuses_the_key_of_an_agent_that_is_not_active(scout: Api) -> None:
    Agent.objects.update(is_active=False)

    answer = scout.get(PEOPLE)

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "api-key")


def test_does_not_say_what_is_wrong_with_a_key(api: Api) -> None:
    unknown = api.get(PEOPLE, authorization="api-key unknown")

    ApiKey.objects.update(revoked_at=timezone.now() - HOUR)
    revoked = api.get(PEOPLE)

    details = [answer.json["errors"][0]["detail"] for answer in (unknown, revoked)]
    assert details[0] == details[1]


@pytest.mark.parametrize("ago", [None, timedelta(seconds=61), timedelta(days=9)])
def test_notes_when_a_key_is_used(api: Api, ago: timedelta | None) -> None:
    before = timezone.now()
    ApiKey.objects.update(last_used_at=ago and before - ago)

    api.get(PEOPLE)

    used = ApiKey.objects.get().last_used_at
    assert used is not None
    assert used >= before - timedelta(seconds=1)


def test_notes_it_at_most_once_a_minute(api: Api) -> None:
    noted = timezone.now() - timedelta(seconds=30)
    ApiKey.objects.update(last_used_at=noted)

    api.get(PEOPLE)

    assert ApiKey.objects.get().last_used_at == noted


def test_does_not_note_the_use_of_a_key_that_is_refused(api: Api) -> None:
    ApiKey.objects.update(revoked_at=timezone.now() - HOUR)

    api.get(PEOPLE)

    assert ApiKey.objects.get().last_used_at is None


@pytest.mark.parametrize(
    ("own", "allowed"),
    [
        ({Scope.READ}, {Scope.READ}),
        ({Scope.WRITE}, {Scope.READ, Scope.WRITE}),
        ({Scope.ADMIN}, {Scope.READ, Scope.WRITE, Scope.ADMIN}),
        ({Scope.READ, Scope.WRITE}, {Scope.READ, Scope.WRITE}),
        (set(), set()),
    ],
)
def test_a_scope_includes_the_lesser_ones(own: set[str], allowed: set[Scope]) -> None:
    actor = Actor(Workspace(), "api-key:1", frozenset(own))

    assert {scope for scope in Scope if actor.may(scope)} == allowed


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_reading_is_not_enough_to_write(reader: Api, method: str) -> None:
    answer = reader.call(method, PEOPLE, ADA)

    assert (answer.status, answer.errors) == (403, [("missing_scope", "")])
    assert reader.get(PEOPLE).data == []


@pytest.mark.parametrize("scope", [Scope.WRITE, Scope.ADMIN])
def test_writing_is_enough_to_read(workspace: Workspace, scope: Scope) -> None:
    api = make_api(workspace, scope)

    assert [api.post(PEOPLE, ADA).status, api.get(PEOPLE).status] == [201, 200]


def test_a_head_request_only_reads(reader: Api) -> None:
    answer = reader.call("HEAD", PEOPLE)

    assert (answer.status, answer.content) == (200, b"")


def test_an_agent_cannot_have_the_admin_scope(agent: Agent) -> None:
    with pytest.raises(AgentWithAdminScope) as refused:
        create_key(workspace=agent.workspace, scopes=list(Scope), agent=agent)

    assert list(refused.value.problems) == ["/attributes/scopes"]
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("slug", ["globex", "nowhere", "ACME", "acme "])
def test_a_key_opens_no_other_workspace(api: Api, stranger: Api, slug: str) -> None:
    response = api.client.get(f"/v1/workspaces/{slug}/{PEOPLE}")

    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "not_found"


def test_does_not_tell_who_has_no_key_which_workspaces_exist(api: Api) -> None:
    statuses = [
        Client().get(f"/v1/workspaces/{slug}/{PEOPLE}").status_code
        for slug in (api.workspace.slug, "nowhere")
    ]

    assert statuses == [401, 401]


def test_signs_what_is_written_with_the_key_or_its_agent(
    api: Api, scout: Api, agent: Agent
) -> None:
    authors = [
        caller.post(PEOPLE, ADA).data["attributes"]["_created_by"]
        for caller in (api, scout)
    ]

    key = ApiKey.objects.get(agent=None)
    assert authors == [f"api-key:{key.pk}", f"agent:{agent.pk}"]
