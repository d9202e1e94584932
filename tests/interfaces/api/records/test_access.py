"""``/objects/{o}/records/{id}/access``: which agents may see a record."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from records.models import Access, Record
from tests.api_client import Answer, Api, resource

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"


@pytest.fixture
def path(api: Api) -> str:
    """The address of the rules of a record."""
    return f"{PEOPLE}/{api.post(PEOPLE, resource('person')).id}/access"


@pytest.fixture
def ranger(agent: Agent) -> Agent:
    """Another agent."""
    return Agent.objects.create(workspace=agent.workspace, handle="ranger")


def rule(data: object, type_: str = "access") -> dict[str, Any]:
    relationships = {"agent": {"data": data}}
    return {"data": {"type": type_, "relationships": relationships}}


def by_id(agent: Agent) -> dict[str, object]:
    return {"type": "agent", "id": str(agent.id)}


def agents_of(answer: Answer) -> list[object]:
    """Return the linkage of each rule."""
    assert answer.status == 200, answer.content
    return [row["relationships"]["agent"]["data"] for row in answer.data]


def test_everyone_may_see_a_record_at_first(api: Api, path: str) -> None:
    (shown,) = api.get(path).data

    assert shown == {
        "type": "access",
        "id": shown["id"],
        "attributes": {"created_at": shown["attributes"]["created_at"]},
        "relationships": {"agent": {"data": None}},
        "links": {"self": f"{api.base}/{path}/*"},
    }


def test_the_rule_for_everyone_goes_by_its_link(
    api: Api, scout: Api, path: str, agent: Agent
) -> None:
    link = api.get(path).data[0]["links"]["self"].removeprefix(f"{api.base}/")

    refused = scout.delete(link)
    answers = [api.delete(link), api.delete(link)]

    assert (refused.status, refused.errors) == (403, [("not_allowed", "")])
    assert [answer.status for answer in answers] == [204, 404]
    assert agents_of(api.get(path)) == []
    assert Record.objects.get().visible_to == []


def test_a_rule_that_was_granted_to_everyone_goes_by_its_link(
    api: Api, path: str, agent: Agent
) -> None:
    api.post(path, rule(None))

    api.delete(f"{path}/*")

    assert agents_of(api.get(path)) == []
    assert not Access.objects.exists()


def test_revoking_leaves_every_other_active_agent_its_sight(
    api: Api, scout: Api, path: str, agent: Agent, ranger: Agent
) -> None:
    workspace = agent.workspace
    Agent.objects.create(workspace=workspace, handle="retired", is_active=False)

    status = api.delete(f"{path}/{agent.id}").status
    Agent.objects.create(workspace=workspace, handle="rookie")

    assert status == 204
    assert agents_of(api.get(path)) == [by_id(ranger)]
    assert Record.objects.get().visible_to == [ranger.id]
    assert scout.get(path).status == 404


def test_a_grant_lets_one_more_agent_see_it(
    api: Api, scout: Api, path: str, agent: Agent, ranger: Agent
) -> None:
    api.delete(f"{path}/{agent.id}")

    answer = api.post(path, rule(by_id(agent)))

    assert answer.status == 201
    assert answer.data["relationships"]["agent"]["data"] == by_id(agent)
    assert agents_of(scout.get(path)) == [by_id(ranger), by_id(agent)]


def test_an_agent_is_named_by_its_handle_too(api: Api, path: str, agent: Agent) -> None:
    api.delete(f"{path}/scout")
    named = {"type": "agent", "meta": {"match": {"handle": "scout"}}}

    answer = api.post(path, rule(named))

    assert answer.data["relationships"]["agent"]["data"] == by_id(agent)


def test_a_grant_to_everyone_replaces_all_rules(
    api: Api, path: str, agent: Agent, ranger: Agent
) -> None:
    api.delete(f"{path}/{agent.id}")

    answers = [api.post(path, rule(None)) for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 201]
    assert agents_of(api.get(path)) == [None]
    assert api.get(path).data[0]["id"] == answers[1].id
    assert Record.objects.get().visible_to is None


def test_what_is_granted_already_is_refused(
    api: Api, path: str, agent: Agent, ranger: Agent
) -> None:
    redundant = api.post(path, rule(by_id(agent)))
    api.delete(f"{path}/{agent.id}")
    again = api.post(path, rule(by_id(ranger)))

    assert [answer.status for answer in (redundant, again)] == [409, 409]
    assert redundant.errors == again.errors == [("already_exists", "")]
    assert Access.objects.count() == 1


def test_an_unknown_or_inactive_agent_is_not_found(
    api: Api, path: str, agent: Agent
) -> None:
    retired = Agent.objects.create(
        workspace=agent.workspace, handle="retired", is_active=False
    )

    place = "/data/relationships/agent/data"
    for name in ("nobody", "\0", str(retired.id)):
        answer = api.post(path, rule({"type": "agent", "id": name}))
        assert answer.errors == [("not_found", place)]
        assert api.delete(f"{path}/{name}").status == 404
    assert agents_of(api.get(path)) == [None]


def test_an_agent_that_is_not_active_any_more_can_be_revoked(
    api: Api, path: str, agent: Agent, ranger: Agent
) -> None:
    api.delete(f"{path}/{agent.id}")
    Agent.objects.filter(pk=ranger.pk).update(is_active=False)

    assert api.delete(f"{path}/{ranger.id}").status == 204
    assert agents_of(api.get(path)) == []
    assert Record.objects.get().visible_to == []


def test_an_agent_may_give_up_its_own_access_and_no_other(
    api: Api, scout: Api, path: str, agent: Agent, ranger: Agent
) -> None:
    peer = scout.delete(f"{path}/{ranger.id}")
    grant = scout.post(path, rule(by_id(ranger)))
    own = scout.delete(f"{path}/{agent.id}")

    assert [peer.status, grant.status, own.status] == [403, 403, 204]
    assert agents_of(api.get(path)) == [by_id(ranger)]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (rule(None, "agent"), ("type_mismatch", "/data/type")),
        ({"data": {"type": "access"}}, ("malformed_document", "/data")),
        (rule([]), ("malformed_document", "/data/relationships/agent/data")),
        (
            rule({"type": "person", "id": NOBODY}),
            ("type_mismatch", "/data/relationships/agent/data/type"),
        ),
        (
            {"data": {"type": "access", "attributes": {"a": 1}}},
            ("unknown_field", "/data/attributes/a"),
        ),
        ({}, ("malformed_document", "")),
    ],
)
def test_a_body_that_is_no_rule_is_refused(
    api: Api, path: str, body: dict[str, Any], error: tuple[str, str]
) -> None:
    assert api.post(path, body).errors == [error]


def test_what_is_not_there_is_not_found(
    api: Api, stranger: Api, path: str, agent: Agent
) -> None:
    elsewhere = f"{PEOPLE}/{NOBODY}/access"

    for caller, address in ((api, elsewhere), (stranger, path)):
        answers = [
            caller.get(address),
            caller.post(address, rule(None)),
            caller.delete(f"{address}/{agent.id}"),
        ]
        assert [answer.status for answer in answers] == [404] * 3
    assert agents_of(api.get(path)) == [None]
