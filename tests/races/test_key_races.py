"""Keys, agents and settings that are used while they change."""

from __future__ import annotations

import httpx
import pytest

from crm.keys import create_key, revoke_key, rotate_key
from crm.models import Agent, ApiKey, Scope, Workspace
from records.agents import delete_agent
from tests.api_client import Api, resource
from tests.races.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)


def status(client: httpx.Client) -> int:
    return client.get("me").status_code


def secret_of(answer: httpx.Response) -> str:
    return str(answer.json()["data"]["attributes"]["secret"])


@pytest.fixture
def key(api: Api) -> ApiKey:
    """The key of the crowd."""
    return ApiKey.objects.get()


def test_no_request_fails_while_a_key_is_rotated(
    crowd: Crowd, api: Api, key: ApiKey
) -> None:
    def act(client: httpx.Client, number: int) -> list[int]:
        if number:
            return [status(client) for _ in range(10)]
        answer = client.post(f"api-keys/{key.pk}/rotate")
        client.headers["Authorization"] = f"api-key {secret_of(answer)}"
        return [answer.status_code] + [status(client) for _ in range(10)]

    statuses = crowd.all(act, many=8)

    assert {one for many in statuses for one in many} == {200}
    assert ApiKey.objects.get().previous_digest is not None


def test_a_request_does_not_wait_for_a_rotation(crowd: Crowd, key: ApiKey) -> None:
    during = crowd.behind(lambda: rotate_key(key=key), status)

    assert (during, status(crowd.clients[0])) == (200, 200)


@pytest.mark.parametrize("path", ["me", "objects/person/records", "changes"])
def test_a_key_that_one_process_revokes_is_refused_by_the_others_at_once(
    crowd: Crowd, api: Api, key: ApiKey, path: str
) -> None:
    def read(client: httpx.Client, number: int) -> int:
        return client.get(path).status_code

    before = crowd.all(read, many=8)
    revoke_key(key=key)

    after = crowd.all(read, many=8)

    assert (set(before), set(after)) == ({200}, {401})


def test_a_key_that_is_rotated_twice_at_once_has_two_secrets(
    crowd: Crowd, api: Api, key: ApiKey
) -> None:
    def rotate(client: httpx.Client, number: int) -> httpx.Response:
        return client.post(f"api-keys/{key.pk}/rotate")

    secrets = [secret_of(answer) for answer in crowd.all(rotate, many=2)]

    working = [Api(api.workspace, secret).get("me").status for secret in secrets]
    assert (working, api.get("me").status) == ([200, 200], 401)


def test_a_key_is_not_rotated_behind_its_end(
    crowd: Crowd, workspace: Workspace
) -> None:
    doomed = create_key(workspace=workspace, scopes=[Scope.READ]).key

    answer = crowd.behind(
        lambda: revoke_key(key=doomed),
        lambda client: client.post(f"api-keys/{doomed.pk}/rotate"),
    )

    assert answer.status_code == 409


def test_a_new_key_keeps_its_agent(crowd: Crowd, agent: Agent) -> None:
    answer = crowd.behind(
        lambda: create_key(workspace=agent.workspace, scopes=[Scope.READ], agent=agent),
        lambda client: client.delete(f"agents/{agent.pk}"),
    )

    assert answer.status_code == 409
    assert Agent.objects.filter(pk=agent.pk).exists()


def test_no_key_is_made_for_an_agent_that_goes(crowd: Crowd, agent: Agent) -> None:
    document = resource("api-key", scopes=["read"])
    linkage = {"type": "agent", "id": str(agent.pk)}
    document["data"]["relationships"] = {"agent": {"data": linkage}}

    answer = crowd.behind(
        lambda: delete_agent(agent=agent),
        lambda client: client.post("api-keys", json=document),
    )

    assert answer.status_code == 404
    assert not ApiKey.objects.exclude(agent=None).exists()


def test_an_agent_is_deleted_once(crowd: Crowd, agent: Agent) -> None:
    def delete(client: httpx.Client, number: int) -> int:
        return client.delete(f"agents/{agent.pk}").status_code

    assert sorted(crowd.all(delete, many=4)) == [204, 404, 404, 404]


def test_an_agent_that_goes_is_not_changed(crowd: Crowd, agent: Agent) -> None:
    answer = crowd.behind(
        lambda: delete_agent(agent=agent),
        lambda client: client.patch(
            f"agents/{agent.pk}", json=resource("agent", name="Scout")
        ),
    )

    assert answer.status_code == 404


def test_one_of_many_agents_gets_the_handle(crowd: Crowd) -> None:
    def create(client: httpx.Client, number: int) -> int:
        document = resource("agent", handle="ranger")
        return client.post("agents", json=document).status_code

    statuses = crowd.all(create)

    assert sorted(statuses) == [201] + [409] * 15


def test_no_setting_is_lost(crowd: Crowd, api: Api) -> None:
    changes: list[dict[str, object]] = [
        {"bulk_limit": 7},
        {"default_page_size": 8},
        {"strict_upsert": True},
    ]

    crowd.all(lambda client, n: client.patch("settings", json=changes[n]), many=3)

    settings = api.get("settings").json
    assert settings | changes[0] | changes[1] | changes[2] == settings
