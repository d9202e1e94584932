"""A record may refer to an agent: its owner."""

from __future__ import annotations

import pytest

from crm.models import Agent, Workspace
from objects.workspaces import create_workspace
from records.models import Record
from tests.api_client import Answer, Api

PEOPLE = "objects/person/records"
PLACE = "/data/relationships/owner/data"


def create(api: Api, owner: object) -> Answer:
    relationships = {"owner": {"data": owner}}
    return api.post(
        PEOPLE, {"data": {"type": "person", "relationships": relationships}}
    )


def change(api: Api, person: str, owner: object) -> Answer:
    relationships = {"owner": {"data": owner}}
    body = {"data": {"type": "person", "relationships": relationships}}
    return api.patch(f"{PEOPLE}/{person}", body)


def owner(answer: Answer) -> object:
    return answer.data["relationships"]["owner"]["data"]


def by_id(agent: Agent) -> dict[str, object]:
    return {"type": "agent", "id": str(agent.id)}


def by_handle(handle: object) -> dict[str, object]:
    return {"type": "agent", "meta": {"match": {"handle": handle}}}


def test_is_named_by_id_or_by_handle(api: Api, agent: Agent) -> None:
    answers = [
        create(api, by_id(agent)),
        create(api, {"type": "agent", "id": str(agent.id).upper()}),
        create(api, by_handle("scout")),
    ]

    assert [answer.status for answer in answers] == [201] * 3
    assert [owner(answer) for answer in answers] == [by_id(agent)] * 3
    assert owner(api.get(f"{PEOPLE}/{answers[0].id}")) == by_id(agent)


def test_is_no_attribute(api: Api, agent: Agent) -> None:
    answer = create(api, by_id(agent))

    assert "owner" not in answer.data["attributes"]
    assert "owner" not in api.get(f"{PEOPLE}/{answer.id}").data["attributes"]
    assert "owner" not in api.get(PEOPLE).data[0]["attributes"]


def test_can_be_changed_and_cleared(api: Api, agent: Agent) -> None:
    other = Agent.objects.create(workspace=agent.workspace, handle="closer")
    person = create(api, by_id(agent)).id

    answers = [change(api, person, by_id(other)), change(api, person, None)]

    assert [owner(answer) for answer in answers] == [by_id(other), None]
    assert [answer.headers["ETag"] for answer in answers] == ['"2"', '"3"']


def test_that_is_omitted_stays(api: Api, agent: Agent) -> None:
    person = create(api, by_id(agent)).id

    body = {"data": {"type": "person", "attributes": {"title": "Ms"}}}
    answer = api.patch(f"{PEOPLE}/{person}", body)

    assert owner(answer) == by_id(agent)


@pytest.mark.parametrize("named", ["id", "handle"])
def test_that_is_named_again_changes_nothing(
    api: Api, agent: Agent, named: str
) -> None:
    person = create(api, by_id(agent)).id

    again = by_id(agent) if named == "id" else by_handle("scout")
    answer = change(api, person, again)

    assert answer.headers["ETag"] == '"1"'


def test_may_be_of_every_row(api: Api, agent: Agent) -> None:
    other = Agent.objects.create(workspace=agent.workspace, handle="closer")
    rows = [
        {"type": "person", "relationships": {"owner": {"data": data}}}
        for data in (by_id(agent), by_handle("closer"), None)
    ]

    answer = api.post(f"{PEOPLE}/bulk", {"data": rows})

    shown = [row["relationships"]["owner"]["data"] for row in answer.data]
    assert shown == [by_id(agent), by_id(other), None]


@pytest.mark.parametrize(
    "data",
    [
        {"type": "agent", "id": "0190b2c4-7d1e-7c3a-9f00-0123456789ab"},
        {"type": "agent", "id": "nobody"},
        {"type": "agent", "id": ""},
        {"type": "agent", "id": "a\x00b"},
        {"type": "agent", "id": "\ud800"},
        by_handle("nobody"),
        by_handle("SCOUT"),
        by_handle("a\x00b"),
        by_handle("\ud800"),
        by_handle(None),
        by_handle(5),
        by_handle(["scout"]),
    ],
)
def test_that_is_not_there_is_not_found(api: Api, agent: Agent, data: object) -> None:
    answer = create(api, data)

    assert answer.status == 404
    assert answer.errors == [("not_found", PLACE)]
    assert not Record.objects.exists()


def test_that_is_not_active_is_not_found(api: Api, agent: Agent) -> None:
    Agent.objects.update(is_active=False)

    assert create(api, by_id(agent)).errors == [("not_found", PLACE)]
    assert create(api, by_handle("scout")).errors == [("not_found", PLACE)]


def test_of_another_workspace_is_not_found(api: Api) -> None:
    other: Workspace = create_workspace(slug="other")
    spy = Agent.objects.create(workspace=other, handle="spy")

    answers = [create(api, by_id(spy)), create(api, by_handle("spy"))]

    assert [answer.errors for answer in answers] == [[("not_found", PLACE)]] * 2


@pytest.mark.parametrize(
    ("data", "status", "problem"),
    [
        ({"type": "person", "id": "scout"}, 409, ("type_mismatch", f"{PLACE}/type")),
        ([], 400, ("malformed_document", PLACE)),
        ([{"type": "agent", "id": "scout"}], 400, ("malformed_document", PLACE)),
        ({"type": "agent"}, 400, ("malformed_document", PLACE)),
        ("scout", 400, ("malformed_document", PLACE)),
        (
            {"type": "agent", "meta": {"match": {"name": "scout"}}},
            422,
            ("unknown_field", f"{PLACE}/meta/match"),
        ),
    ],
)
def test_that_is_no_reference_to_an_agent_is_refused(
    api: Api, agent: Agent, data: object, status: int, problem: tuple[str, str]
) -> None:
    answer = create(api, data)

    assert answer.status == status
    assert answer.errors == [problem]
