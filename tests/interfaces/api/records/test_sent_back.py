"""What a read shows, sent back, changes nothing; its version included."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from crm.jsonapi.rendering import dumps
from crm.keys import create_key
from crm.models import Agent, Member, Scope
from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.browsing import join
from tests.interfaces.api.records.test_generated_records import (
    exact,
    generated,
    records,
)
from tests.survival.rounds import rounds

STANDARD = ("person", "company", "deal", "task", "meeting", "conversation")
PEOPLE = "objects/person/records"
EXAMPLES = len(rounds(short=2, long=60))
"""How many random records of each type are sent back."""
ADA = {"first_name": "Ada", "last_name": "Lovelace"}


def send_back(api: Api, path: str, **headers: str) -> tuple[Answer, Answer]:
    """Read a resource and send all of it back; return both answers."""
    read = api.get(path)
    return read, api.patch(path.partition("?")[0], dumps(exact(read)), **headers)


@pytest.fixture
def ada(api: Api, agent: Agent) -> str:
    """The address of a person with links, an owner and a name that follows."""
    company = api.post("objects/company/records", resource("company", name="Acme"))
    body = resource("person", **ADA, email_addresses=items("ada@example.com"))
    body["data"]["relationships"] = {
        "companies": {"data": [{"type": "company", "id": company.id}]},
        "owner": {"data": {"type": "agent", "id": str(agent.pk)}},
    }
    return f"{PEOPLE}/{api.post(PEOPLE, body).id}"


@pytest.mark.parametrize("type_", STANDARD)
def test_a_record_as_it_is_read_changes_nothing(api: Api, type_: str) -> None:
    path = f"objects/{type_}/records"
    published = exact(api.get(f"schemas/{type_}", accept="application/schema+json"))

    @settings(generated, max_examples=EXAMPLES)
    @given(records(published))
    def check(attributes: dict[str, Any]) -> None:
        body = {"data": {"type": type_, "attributes": attributes}}
        made = api.post(path, dumps(body))
        if made.status == 409:
            return  # Another example has its unique values.
        read, again = send_back(api, f"{path}/{made.id}")
        assert again.status == 200, (attributes, again.json)
        assert again.headers["ETag"] == read.headers["ETag"]
        assert exact(again)["data"] == exact(read)["data"]

    check()


@pytest.mark.parametrize("include", ["", "?include=companies,owner,deals"])
def test_links_and_owners_stay(api: Api, ada: str, include: str) -> None:
    read, again = send_back(api, f"{ada}{include}")

    assert again.status == 200, again.json
    assert again.data["meta"] == read.data["meta"]
    linked = api.get(f"{ada}/relationships/companies").data
    assert len(linked) == 1


def test_an_owner_who_is_not_active_any_more_stays(
    api: Api, agent: Agent, ada: str
) -> None:
    Agent.objects.update(is_active=False)

    read, again = send_back(api, f"{ada}?include=owner")

    owner = {"type": "agent", "id": str(agent.pk)}
    assert again.status == 200, again.json
    assert again.data["meta"] == read.data["meta"]
    assert again.data["relationships"]["owner"]["data"] == owner


def test_a_user_who_has_left_stays_an_owner(api: Api, ada: str) -> None:
    join(api.workspace, Member.Role.MEMBER)
    user = {"data": {"type": "user", "id": str(Member.objects.get().pk)}}
    owned = f"{ada}/relationships/owner"
    assert api.patch(owned, user).status == 200
    Member.objects.all().delete()

    read, again = send_back(api, ada)

    assert again.status == 200, again.json
    assert again.data["meta"] == read.data["meta"]
    assert api.get(owned).data == user["data"]
    assert api.patch(owned, {"data": None}).status == 200
    assert api.patch(owned, user).errors == [("not_found", "/data")]


def test_nobody_else_gets_an_owner_who_is_not_active_any_more(
    api: Api, agent: Agent, ada: str
) -> None:
    Agent.objects.update(is_active=False)
    owner = {"owner": {"data": {"type": "agent", "id": str(agent.pk)}}}
    other = api.post(PEOPLE, resource("person")).id
    body = resource("person", name="Grace", birthday="tomorrow")
    body["data"]["relationships"] = owner

    refused = api.patch(f"{PEOPLE}/{other}", body)

    assert sorted(refused.errors) == [
        ("invalid_value", "/data/attributes/birthday"),
        ("not_found", "/data/relationships/owner/data"),
    ]
    assert api.post(PEOPLE, body).status == refused.status


def test_many_records_as_they_are_read_change_nothing(api: Api, ada: str) -> None:
    read = api.get(PEOPLE)

    again = api.patch(PEOPLE, {"data": read.data})

    assert (again.status, again.data) == (200, read.data)


def test_an_agent_unlinks_nobody_whom_it_does_not_see(api: Api, scout: Api) -> None:
    hidden = api.post(PEOPLE, resource("person", **ADA)).id
    linked = {"person": {"data": {"type": "person", "id": hidden}}}
    talk = {"type": "conversation", "relationships": linked}
    talks = "objects/conversation/records"
    path = f"{talks}/{api.post(talks, {'data': talk}).id}"
    Record.objects.filter(object_type__slug="person").update(visible_to=[])

    read, again = send_back(scout, path)

    assert read.data["relationships"]["person"]["data"] is None
    assert (again.status, again.headers["ETag"]) == (200, read.headers["ETag"])
    assert api.get(path).data["relationships"]["person"]["data"]["id"] == hidden


def test_a_name_that_follows_goes_on_to_follow(api: Api, ada: str) -> None:
    send_back(api, ada)

    changed = api.patch(ada, resource("person", last_name="King"))

    assert changed.data["attributes"]["name"] == "Ada King"


def test_a_name_that_was_set_by_hand_stays_so(api: Api, ada: str) -> None:
    api.patch(ada, resource("person", name="The Countess"))
    send_back(api, ada)

    changed = api.patch(ada, resource("person", last_name="King"))

    assert changed.data["attributes"]["name"] == "The Countess"


@pytest.mark.parametrize(
    "name", ["_created_at", "_updated_at", "_created_by", "_updated_by"]
)
@pytest.mark.parametrize("value", [None, 5, "somebody", "2020-01-01T00:00:00.000Z"])
def test_what_the_system_keeps_is_not_set(
    api: Api, ada: str, name: str, value: object
) -> None:
    answer = api.patch(ada, resource("person", title="Countess", **{name: value}))

    assert answer.status == 422
    assert answer.errors == [("read_only", f"/data/attributes/{name}")]
    assert api.get(ada).data["attributes"]["title"] is None


def test_a_time_may_be_written_in_another_way(api: Api, ada: str) -> None:
    at = api.get(ada).data["attributes"]["_created_at"]

    written = at.replace("Z", "000+00:00")
    answer = api.patch(ada, resource("person", _created_at=written))

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')


def test_a_new_record_has_no_time_of_its_own(api: Api) -> None:
    at = "2026-03-01T12:00:00.000Z"

    answer = api.post(PEOPLE, resource("person", _created_at=at))

    assert answer.errors == [("read_only", "/data/attributes/_created_at")]


@pytest.mark.parametrize("relationship", [{"links": {}}, {"meta": {"count": 1}}])
def test_a_relationship_without_data_is_left_alone(
    api: Api, ada: str, relationship: dict[str, object]
) -> None:
    body = {"data": {"type": "person", "relationships": {"companies": relationship}}}

    answer = api.patch(ada, body)

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')


@pytest.mark.parametrize("relationship", [{}, {"data_": None}, None, []])
def test_a_relationship_that_says_nothing_is_refused(
    api: Api, ada: str, relationship: object
) -> None:
    body = {"data": {"type": "person", "relationships": {"companies": relationship}}}

    answer = api.patch(ada, body)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", "/data/relationships/companies")]


def test_a_new_record_has_data_in_its_relationships(api: Api) -> None:
    linked: dict[str, object] = {"companies": {"links": {}}}
    body = {"data": {"type": "person", "relationships": linked}}

    answer = api.post(PEOPLE, body)

    assert answer.status == 400


@pytest.mark.parametrize("path", [PEOPLE, f"{PEOPLE}/bulk"])
def test_null_is_no_id_of_a_new_record(api: Api, path: str) -> None:
    person = {"type": "person", "id": None, "attributes": ADA}

    answer = api.post(path, {"data": [person] if "bulk" in path else person})

    assert answer.status == 201


def test_null_is_no_id_of_a_record_that_is_there(api: Api, ada: str) -> None:
    answer = api.patch(ada, {"data": {"type": "person", "id": None}})

    assert answer.status == 400


def test_agents_and_keys_as_they_are_read_change_nothing(
    api: Api, agent: Agent
) -> None:
    made = create_key(workspace=api.workspace, scopes=[Scope.READ], agent=agent)

    for path in (f"agents/{agent.pk}", f"api-keys/{made.key.pk}"):
        read, again = send_back(api, path)
        assert (again.status, again.data) == (200, read.data), again.json


def test_numbers_keep_their_digits(api: Api) -> None:
    path = "objects/deal/records"
    body = resource("deal", name="Big", amount=0)
    body["data"]["attributes"]["amount"] = Decimal("999999999999.9999")
    made = api.post(path, dumps(body))

    read, again = send_back(api, f"{path}/{made.id}")

    assert exact(again)["data"] == exact(read)["data"]
