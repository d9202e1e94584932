"""``/agents``: anyone may read about agents, admins keep them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crm.keys import revoke_key
from crm.models import Agent, ApiKey
from records.models import Access, Record
from tests.api_client import Api, resource

AGENTS = "agents"
PEOPLE = "objects/person/records"


def test_creates_an_agent(api: Api) -> None:
    answer = api.post(AGENTS, resource("agent", handle="ranger", name="Ranger"))

    assert answer.status == 201
    assert answer.headers["Location"] == f"{api.base}/agents/{answer.id}"
    assert answer.data == {
        "type": "agent",
        "id": answer.id,
        "attributes": {"handle": "ranger", "name": "Ranger", "is_active": True},
        "links": {"self": f"{api.base}/agents/{answer.id}"},
    }
    assert api.get(f"{AGENTS}/{answer.id}").data == answer.data


def test_records_show_agents_alike(api: Api, agent: Agent) -> None:
    owner = {"owner": {"data": {"type": "agent", "id": str(agent.pk)}}}
    document = {"data": {"type": "person", "relationships": owner}}
    api.post(PEOPLE, document)

    included = api.get(f"{PEOPLE}?include=owner").json["included"]

    assert included == [api.get(f"{AGENTS}/{agent.pk}").data]


def test_changes_an_agent(api: Api, agent: Agent) -> None:
    changes = {"handle": "porter", "name": "Porter", "is_active": False}

    answer = api.patch(f"{AGENTS}/{agent.pk}", resource("agent", **changes))

    agent.refresh_from_db()
    assert (answer.status, answer.data["attributes"]) == (200, changes)
    assert (agent.handle, agent.name, agent.is_active) == ("porter", "Porter", False)
    assert agent.updated_at > agent.created_at


def test_a_change_of_nothing_changes_nothing(api: Api, agent: Agent) -> None:
    answer = api.patch(f"{AGENTS}/{agent.pk}", resource("agent", handle="scout"))

    assert answer.status == 200
    assert Agent.objects.get().updated_at == agent.updated_at


@pytest.mark.parametrize(
    ("attributes", "errors"),
    [
        ({}, [("required", "/data/attributes")]),
        ({"handle": None}, [("required", "/data/attributes/handle")]),
        ({"handle": ""}, [("required", "/data/attributes/handle")]),
        ({"handle": "A B"}, [("invalid_value", "/data/attributes/handle")]),
        ({"handle": 5}, [("invalid_value", "/data/attributes/handle")]),
        ({"handle": "a", "name": []}, [("invalid_value", "/data/attributes/name")]),
        (
            {"handle": "a", "is_active": "yes"},
            [("invalid_value", "/data/attributes/is_active")],
        ),
        (
            {"handle": "a", "is_active": 1, "created_at": None},
            [
                ("unknown_field", "/data/attributes/created_at"),
                ("invalid_value", "/data/attributes/is_active"),
            ],
        ),
    ],
)
def test_refuses_bad_values(
    api: Api, attributes: dict[str, object], errors: list[tuple[str, str]]
) -> None:
    answer = api.post(AGENTS, resource("agent", **attributes))

    assert (answer.status, answer.errors) == (422, errors)
    assert not Agent.objects.exists()


def test_refuses_a_document_without_attributes(api: Api) -> None:
    answer = api.post(AGENTS, {"data": {"type": "agent"}})

    assert (answer.status, answer.errors) == (422, [("required", "/data")])


def test_a_handle_is_anothers_only_once(api: Api, agent: Agent) -> None:
    other = api.post(AGENTS, resource("agent", handle="ranger")).id
    body = resource("agent", handle="scout")

    answers = [api.post(AGENTS, body), api.patch(f"{AGENTS}/{other}", body)]

    taken = (409, [("value_taken", "/data/attributes/handle")])
    assert [(answer.status, answer.errors) for answer in answers] == [taken, taken]


def test_workspaces_do_not_share_handles(stranger: Api, agent: Agent) -> None:
    assert stranger.post(AGENTS, resource("agent", handle="scout")).status == 201


def test_deletes_an_agent_with_the_keys_that_ended(api: Api, scout: Api) -> None:
    key = ApiKey.objects.get(agent__handle="scout")
    revoke_key(key=key)

    answer = api.delete(f"{AGENTS}/{key.agent_id}")

    assert (answer.status, answer.content) == (204, b"")
    assert api.get(f"{AGENTS}/{key.agent_id}").status == 404
    assert not ApiKey.objects.filter(pk=key.pk).exists()


def test_does_not_delete_an_agent_with_a_key(api: Api, scout: Api) -> None:
    agent = Agent.objects.get()
    Agent.objects.update(is_active=False)

    answer = api.delete(f"{AGENTS}/{agent.pk}")

    assert (answer.status, answer.errors) == (409, [("in_use", "")])
    assert ApiKey.objects.filter(agent=agent).exists()


def test_does_not_delete_the_owner_of_a_record(api: Api, agent: Agent) -> None:
    owner = {"owner": {"data": {"type": "agent", "id": str(agent.pk)}}}
    api.post(PEOPLE, {"data": {"type": "person", "relationships": owner}})

    answer = api.delete(f"{AGENTS}/{agent.pk}")

    assert (answer.status, answer.errors) == (409, [("in_use", "")])


def test_does_not_delete_an_agent_with_access(api: Api, agent: Agent) -> None:
    api.post(PEOPLE, resource("person", name="Ada"))
    record = Record.objects.get()
    Access.objects.create(
        workspace=agent.workspace,
        record_id=record.id,
        agent=agent,
        created_at=timezone.now(),
    )

    answer = api.delete(f"{AGENTS}/{agent.pk}")

    assert (answer.status, answer.errors) == (409, [("in_use", "")])


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_another_workspaces_agent_is_not_found(
    stranger: Api, agent: Agent, method: str
) -> None:
    body = resource("agent", name="Mine") if method == "PATCH" else None

    answer = stranger.call(method, f"{AGENTS}/{agent.pk}", body)

    assert (answer.status, answer.errors) == (404, [("not_found", "")])
    assert Agent.objects.get().name == ""


@pytest.mark.parametrize("agent_id", ["scout", "1", "\0", "agents", "%FF"])
def test_what_is_no_id_is_not_found(api: Api, agent_id: str) -> None:
    assert api.get(f"{AGENTS}/{agent_id}").status == 404


def test_any_key_may_read(scout: Api, agent: Agent) -> None:
    statuses = [scout.get(path).status for path in (AGENTS, f"{AGENTS}/{agent.pk}")]

    assert statuses == [200, 200]


def test_a_named_request_makes_one_agent(api: Api) -> None:
    body = resource("agent", handle="ranger")

    ids = {api.post(AGENTS, body, idempotency_key="k").id for _ in range(2)}

    assert len(ids) == 1
    assert Agent.objects.count() == 1


def test_there_is_no_put(api: Api, agent: Agent) -> None:
    answer = api.call("PUT", f"{AGENTS}/{agent.pk}", resource("agent", handle="a"))

    assert (answer.status, answer.errors) == (405, [("method_not_allowed", "")])
    assert answer.headers["Allow"] == "GET, PATCH, DELETE, HEAD, OPTIONS"
