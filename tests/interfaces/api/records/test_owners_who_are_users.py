"""A record may be owned by a user: a member of the workspace."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent, Member
from objects.models import Field
from tests.api_client import Answer, Api, items, resource
from tests.browsing import join
from tests.interfaces.api.schemas.schema_calls import change_field, properties
from tests.interfaces.compat.door_client import DoorClient
from tests.schemas import note_change

PEOPLE = "objects/person/records"
PLACE = "/data/relationships/owner/data"
NOBODY = "0190b2c4-7d1e-7c3a-9f00-0123456789ab"


@pytest.fixture
def grace(api: Api) -> Member:
    """A member of the workspace."""
    join(api.workspace, Member.Role.MEMBER)
    return Member.objects.get()


def user(member: Member) -> dict[str, str]:
    return {"type": "user", "id": str(member.id)}


def agent_of(agent: Agent) -> dict[str, str]:
    return {"type": "agent", "id": str(agent.id)}


def create(api: Api, owner: object, **attributes: object) -> Answer:
    body: dict[str, Any] = resource("person", **attributes)
    body["data"]["relationships"] = {"owner": {"data": owner}}
    return api.post(PEOPLE, body)


def owner(answer: Answer) -> object:
    return answer.data["relationships"]["owner"]["data"]


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.json
    return [row["attributes"]["name"] for row in answer.data]


def test_type_says_which(api: Api, agent: Agent, grace: Member) -> None:
    answers = [create(api, one) for one in (user(grace), agent_of(agent), None)]

    assert [owner(answer) for answer in answers] == [user(grace), agent_of(agent), None]
    shown = [owner(api.get(f"{PEOPLE}/{answer.id}")) for answer in answers]
    assert shown == [user(grace), agent_of(agent), None]


def test_can_be_given_from_one_to_the_other(
    api: Api, agent: Agent, grace: Member
) -> None:
    path = f"{PEOPLE}/{create(api, agent_of(agent)).id}/relationships/owner"

    answers = [api.patch(path, {"data": one}) for one in (user(grace), agent_of(agent))]

    assert [answer.data for answer in answers] == [user(grace), agent_of(agent)]


def test_that_is_sent_back_changes_nothing(api: Api, grace: Member) -> None:
    person = create(api, user(grace))

    kept = {"owner": person.data["relationships"]["owner"]}
    body = {"data": {"type": "person", "relationships": kept}}
    again = api.patch(f"{PEOPLE}/{person.id}", body)

    assert (again.status, again.headers["ETag"]) == (200, '"1"')


def test_comes_along_as_what_it_is(api: Api, agent: Agent, grace: Member) -> None:
    people = [create(api, one).id for one in (user(grace), agent_of(agent))]

    shown = "fields[user]=role&fields[agent]=handle"
    listed = api.get(f"{PEOPLE}?include=owner&{shown}")
    related = [api.get(f"{PEOPLE}/{person}/owner").data for person in people]

    included = {row["type"]: row for row in listed.json["included"]}
    assert included["user"]["attributes"] == {"role": "member"}
    assert included["agent"]["attributes"] == {"handle": "scout"}
    assert related[0] == api.get(f"users/{grace.id}").data
    assert related[1] == api.get(f"agents/{agent.id}").data


def test_are_asked_for_by_id_or_me(
    api: Api, scout: Api, agent: Agent, grace: Member
) -> None:
    create(api, user(grace), name="Ada")
    create(api, agent_of(agent), name="Bea")
    both = f"{grace.id},{agent.id}"

    assert names(api.get(f"{PEOPLE}?filter[owner]={grace.id}")) == ["Ada"]
    assert names(api.get(f"{PEOPLE}?filter[owner]={agent.id}")) == ["Bea"]
    assert names(api.get(f"{PEOPLE}?filter[owner][ne]={grace.id}")) == ["Bea"]
    assert names(api.get(f"{PEOPLE}?filter[owner][in]={both}&sort=name")) == [
        "Ada",
        "Bea",
    ]
    assert names(scout.get(f"{PEOPLE}?filter[owner]=me")) == ["Bea"]
    assert names(scout.get(f"{PEOPLE}?filter[owner][ne]=me")) == ["Ada"]
    query = {"filter": {"owner": {"in": ["me"]}}}
    assert names(scout.post(f"{PEOPLE}/query", query)) == ["Bea"]


def test_me_is_nobody_for_a_key_without_an_agent(api: Api) -> None:
    answer = api.get(f"{PEOPLE}?filter[owner]=me")

    assert answer.errors == [("invalid_parameter", "filter[owner]")]


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        ({"type": "user", "id": NOBODY}, 404, ("not_found", PLACE)),
        ({"type": "user", "id": "grace"}, 404, ("not_found", PLACE)),
        ({"type": "user", "id": "a\0"}, 404, ("not_found", PLACE)),
        (
            {"type": "user", "meta": {"match": {"email": "a@b.co"}}},
            422,
            ("unknown_field", f"{PLACE}/meta/match"),
        ),
        ({"type": "person", "id": NOBODY}, 409, ("type_mismatch", f"{PLACE}/type")),
    ],
)
def test_who_is_not_there_is_refused(
    api: Api, data: object, status: int, error: tuple[str, str]
) -> None:
    answer = create(api, data)

    assert (answer.status, answer.errors) == (status, [error])


def test_of_another_workspace_is_not_found(api: Api, stranger: Api) -> None:
    join(stranger.workspace, Member.Role.MEMBER)

    answer = create(api, user(Member.objects.get()))

    assert answer.errors == [("not_found", PLACE)]


def test_who_has_left_stays_the_owner(api: Api, grace: Member) -> None:
    person = create(api, user(grace)).id
    sent = user(grace)
    grace.delete()

    answer = api.get(f"{PEOPLE}/{person}?include=owner")

    assert owner(answer) == sent
    assert answer.json["included"] == []
    assert api.get(f"{PEOPLE}/{person}/owner").data is None


def test_a_field_for_agents_takes_users_once_it_is_one_for_owners(
    api: Api, agent: Agent, grace: Member
) -> None:
    Field.objects.filter(slug="owner").update(type="agent")
    note_change(api.workspace)
    before = create(api, agent_of(agent))
    refused = create(api, user(grace))

    changed = change_field(api, "person", "owner", type="owner")

    assert refused.errors == [("type_mismatch", f"{PLACE}/type")]
    assert changed.status == 200, changed.json
    assert properties(api, "person")["owner"]["x-type"] == "owner"
    assert owner(api.get(f"{PEOPLE}/{before.id}")) == agent_of(agent)
    assert owner(create(api, user(grace))) == user(grace)


def test_doors_that_know_agents_alone_show_none(api: Api, grace: Member) -> None:
    create(api, user(grace), email_addresses=items("ada@example.com"))

    (contact,) = DoorClient("clarky", api.secret).get("contacts").data

    assert contact["bot_id"] is None
