"""``meta.access`` chooses which agents may see what is created."""

from __future__ import annotations

from typing import Any

import pytest

from crm.keys import create_key
from crm.models import Agent, Scope, Workspace
from records.models import Access, Record
from tests.api_client import Answer, Api, items, resource

PEOPLE = "objects/person/records"
ADA = items("ada@example.com")


@pytest.fixture
def ranger(workspace: Workspace) -> Agent:
    """Another agent."""
    return Agent.objects.create(workspace=workspace, handle="ranger")


def person(access: object, **attributes: object) -> dict[str, Any]:
    """Return a resource that says who may see it."""
    data: dict[str, Any] = resource("person", **attributes)["data"]
    return data | {"meta": {"access": access}}


def create(api: Api, access: object, **attributes: object) -> Answer:
    return api.post(PEOPLE, {"data": person(access, **attributes)})


def agents_of(api: Api, record: str) -> set[str | None]:
    """Return the ids of the agents who may see a record; None is everyone."""
    rules = api.get(f"{PEOPLE}/{record}/access").data
    linked = [rule["relationships"]["agent"]["data"] for rule in rules]
    return {data and data["id"] for data in linked}


def test_agents_are_named_by_id_or_by_handle(
    api: Api, scout: Api, agent: Agent, ranger: Agent
) -> None:
    answer = create(api, [str(agent.id).upper(), "ranger", "scout"])

    assert answer.status == 201
    assert agents_of(api, answer.id) == {str(agent.id), str(ranger.id)}
    assert scout.get(f"{PEOPLE}/{answer.id}").status == 200


def test_nobody_is_no_agent_and_null_is_every_agent(api: Api, scout: Api) -> None:
    hidden, shown = create(api, []), create(api, None)

    assert agents_of(api, hidden.id) == set()
    assert agents_of(api, shown.id) == {None}
    assert [row["id"] for row in scout.get(PEOPLE).data] == [shown.id]


def test_a_document_may_say_it_for_all_of_its_rows(
    api: Api, agent: Agent, ranger: Agent
) -> None:
    rows = [resource("person")["data"], person(["ranger"]), person(None)]

    answer = api.post(f"{PEOPLE}/bulk", {"data": rows, "meta": {"access": ["scout"]}})

    assert [agents_of(api, row["id"]) for row in answer.data] == [
        {str(agent.id)},
        {str(ranger.id)},
        {None},
    ]


def test_a_record_that_is_there_keeps_its_access(api: Api, agent: Agent) -> None:
    ada = create(api, ["scout"], email_addresses=ADA)

    others: list[object] = [None, []]
    answers = [create(api, a, email_addresses=ADA, title="Ms") for a in others]

    assert [answer.status for answer in answers] == [200, 200]
    assert agents_of(api, ada.id) == {str(agent.id)}


@pytest.mark.parametrize("access", [None, [], ["scout"]])
@pytest.mark.parametrize("is_shared", [False, True])
def test_only_an_admin_key_may_choose(
    scout: Api, workspace: Workspace, access: object, is_shared: bool
) -> None:
    secret = create_key(workspace=workspace, scopes=[Scope.WRITE]).secret
    body: dict[str, Any] = {"data": person(access)}
    if is_shared:
        body = {"data": {"type": "person"}, "meta": {"access": access}}

    for caller in (scout, Api(workspace, secret)):
        answer = caller.post(PEOPLE, body)
        place = "/meta/access" if is_shared else "/data/meta/access"
        assert (answer.status, answer.errors) == (403, [("not_allowed", place)])
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("access", "status", "error"),
    [
        ("scout", 400, ("malformed_document", "")),
        ({"scout": True}, 400, ("malformed_document", "")),
        (["scout"] * 1001, 400, ("malformed_document", "")),
        ([None], 400, ("malformed_document", "/0")),
        (["scout", "a\0"], 400, ("malformed_document", "/1")),
        (
            ["scout", {"type": "agent", "id": "scout"}],
            400,
            ("malformed_document", "/1"),
        ),
        (["scout", "nobody"], 404, ("not_found", "/1")),
        (["idle"], 404, ("not_found", "/0")),
    ],
)
def test_what_names_no_agents_is_refused_where_it_stands(
    api: Api, agent: Agent, access: object, status: int, error: tuple[str, str]
) -> None:
    Agent.objects.create(workspace=agent.workspace, handle="idle", is_active=False)
    code, below = error
    plain = resource("person")["data"]

    own = api.post(f"{PEOPLE}/bulk", {"data": [plain, person(access)]})
    shared = api.post(
        f"{PEOPLE}/bulk", {"data": [plain, plain], "meta": {"access": access}}
    )

    assert [own.status, shared.status] == [status, status]
    assert own.errors == [(code, f"/data/1/meta/access{below}")]
    assert shared.errors == [(code, f"/meta/access{below}")]
    assert not Record.objects.exists()


def test_a_row_that_names_no_agents_does_not_cost_the_others(api: Api) -> None:
    rows = [person([]), person(["nobody"])]

    answer = api.post(f"{PEOPLE}/bulk", {"data": rows, "meta": {"mode": "partial"}})

    results = answer.json["meta"]["results"]
    assert [result["outcome"] for result in results] == ["created", "refused"]
    assert not Access.objects.exists()


def test_what_is_there_does_not_get_it_again(api: Api) -> None:
    ada = create(api, None).id

    alone = api.patch(f"{PEOPLE}/{ada}", {"data": person([]) | {"id": ada}})
    many = api.patch(PEOPLE, {"data": [person([]) | {"id": ada}]})
    shared = api.patch(
        f"{PEOPLE}/{ada}", {"data": {"type": "person"}, "meta": {"access": []}}
    )

    assert alone.errors == [("malformed_document", "/data/meta/access")]
    assert many.errors == [("malformed_document", "/data/0/meta/access")]
    assert shared.errors == [("malformed_document", "/meta/access")]
    assert agents_of(api, ada) == {None}
