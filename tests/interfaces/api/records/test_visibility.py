"""A record that an agent may not see is exactly like one that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from crm.models import Agent
from records.ids import decode_id
from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, resource, resources

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"
ADDRESS: dict[str, object] = {"email_addresses": items("ada@example.com")}


@pytest.fixture
def hidden(api: Api, agent: Agent) -> str:
    """A person whom no agent may see."""
    person = api.post(PEOPLE, resource("person", title="Countess", **ADDRESS)).id
    show(person)
    return person


def show(record: str, *agents: Agent) -> None:
    """Let these agents see a record, and no others."""
    visible_to = [agent.id for agent in agents]
    found = Record.objects.filter(id=uuid_of(record))
    assert found.update(visible_to=visible_to) == 1


def uuid_of(record: str) -> UUID:
    record_id = decode_id(record.partition("_")[0], record)
    assert record_id
    return record_id


def write(api: Api, attributes: dict[str, Any], **more: object) -> Answer:
    return api.post(PEOPLE, resource("person", **attributes) | more)


def change(api: Api, person: str, attributes: dict[str, Any], **headers: str) -> Answer:
    body = resource("person", **attributes)
    return api.patch(f"{PEOPLE}/{person}", body, x_request_id="same", **headers)


def change_all(api: Api, *people: str) -> Answer:
    data = [
        {"type": "person", "id": person, "attributes": {"title": "Ms"}}
        for person in people
    ]
    return api.patch(PEOPLE, {"data": data}, x_request_id="same")


def as_of_nobody(answer: Answer, person: str) -> bytes:
    """Return an answer as it would be if nobody had been named in a person's place."""
    return answer.content.replace(person.encode(), NOBODY.encode())


def linked_to(person: Mapping[str, object]) -> dict[str, object]:
    relationships = {"people": {"data": [{"type": "person", **person}]}}
    return {"data": {"type": "company", "relationships": relationships}}


def test_is_found_by_those_who_may_see_it(
    api: Api, scout: Api, agent: Agent, hidden: str
) -> None:
    show(hidden, agent)

    assert scout.get(f"{PEOPLE}/{hidden}").data == api.get(f"{PEOPLE}/{hidden}").data
    assert [row["id"] for row in scout.get(PEOPLE).data] == [hidden]
    assert change(scout, hidden, {"title": "Ms"}).status == 200
    assert write(scout, ADDRESS).id == hidden
    assert scout.delete(f"{PEOPLE}/{hidden}").status == 204


def test_is_found_by_a_key_without_an_agent(api: Api, hidden: str) -> None:
    assert api.get(f"{PEOPLE}/{hidden}").status == 200
    assert api.get(PEOPLE).json["meta"]["total_records"] == 1
    assert write(api, ADDRESS).id == hidden


def test_is_hidden_from_another_agent(scout: Api, agent: Agent, hidden: str) -> None:
    other = Agent.objects.create(workspace=agent.workspace, handle="closer")
    show(hidden, other)

    assert scout.get(f"{PEOPLE}/{hidden}").status == 404


def test_reads_as_if_it_were_not_there(scout: Api, hidden: str) -> None:
    answers = [
        scout.get(f"{PEOPLE}/{person}", x_request_id="same", if_none_match="*")
        for person in (hidden, NOBODY)
    ]

    assert answers[0].status == 404
    assert answers[0].content == answers[1].content


def test_is_neither_listed_nor_counted(scout: Api, hidden: str) -> None:
    bea = write(scout, {"title": "Ms"}).id

    answer = scout.get(f"{PEOPLE}?page[limit]=1")

    assert [row["id"] for row in answer.data] == [bea]
    assert answer.json["meta"] == {
        "total_records": 1,
        "total_pages": 1,
        "offset": 0,
        "limit": 1,
    }
    assert answer.json["links"]["next"] is None


@pytest.mark.parametrize("attributes", [{"title": "Ms"}, {"title": 5}, {}, ADDRESS])
@pytest.mark.parametrize("headers", [{}, {"if_match": '"1"'}, {"if_match": '"7"'}])
def test_changes_as_if_it_were_not_there(
    scout: Api, hidden: str, attributes: dict[str, Any], headers: dict[str, str]
) -> None:
    answers = [
        change(scout, person, attributes, **headers) for person in (hidden, NOBODY)
    ]

    assert answers[0].status == 404
    assert answers[0].content == answers[1].content
    assert Record.objects.get().version == 1


def test_changes_in_bulk_as_if_it_were_not_there(scout: Api, hidden: str) -> None:
    bea = write(scout, {}).id

    answers = [change_all(scout, bea, person) for person in (hidden, NOBODY)]

    assert answers[0].errors == [("not_found", "/data/1/id")]
    assert as_of_nobody(answers[0], hidden) == answers[1].content
    assert {record.version for record in Record.objects.all()} == {1}


@pytest.mark.parametrize("headers", [{}, {"if_match": '"1"'}, {"if_match": '"7"'}])
def test_is_deleted_as_if_it_were_not_there(
    scout: Api, hidden: str, headers: dict[str, str]
) -> None:
    answers = [
        scout.delete(f"{PEOPLE}/{person}", x_request_id="same", **headers)
        for person in (hidden, NOBODY)
    ]

    assert answers[0].status == 404
    assert answers[0].content == answers[1].content
    assert Record.objects.exists()


def test_is_deleted_in_bulk_as_if_it_were_not_there(scout: Api, hidden: str) -> None:
    bea = write(scout, {}).id

    answers = [
        scout.delete(PEOPLE, {"items": [bea, person]}, x_request_id="same")
        for person in (hidden, NOBODY)
    ]

    assert answers[0].errors == [("not_found", "/items/1")]
    assert as_of_nobody(answers[0], hidden) == answers[1].content
    assert Record.objects.count() == 2


@pytest.mark.parametrize("mode", ["partial", "dry_run"])
def test_is_not_there_in_any_mode(scout: Api, hidden: str, mode: str) -> None:
    meta = {"mode": mode}

    answers = [
        scout.delete(PEOPLE, {"items": [person], "meta": meta}, x_request_id="same")
        for person in (hidden, NOBODY)
    ]

    assert answers[0].status == 200
    assert as_of_nobody(answers[0], hidden) == answers[1].content
    assert Record.objects.exists()


def test_is_linked_as_if_it_were_not_there(scout: Api, hidden: str) -> None:
    answers = [
        scout.post("objects/company/records", linked_to(person), x_request_id="same")
        for person in ({"id": hidden}, {"id": NOBODY})
    ]

    assert answers[0].errors == [("not_found", "/data/relationships/people/data/0")]
    assert as_of_nobody(answers[0], hidden) == answers[1].content


def test_is_matched_for_a_link_as_if_it_were_not_there(scout: Api, hidden: str) -> None:
    answers = [
        scout.post(
            "objects/company/records",
            linked_to({"meta": {"match": {"email_addresses": address}}}),
            x_request_id="same",
        )
        for address in ("ada@example.com", "nobody@example.com")
    ]

    assert answers[0].errors == [("not_found", "/data/relationships/people/data/0")]
    assert answers[0].content == answers[1].content


def test_is_not_shown_by_what_is_linked_to_it(
    api: Api, scout: Api, hidden: str
) -> None:
    relationships = {"person": {"data": {"type": "person", "id": hidden}}}
    body = {"data": {"type": "conversation", "relationships": relationships}}
    talk = api.post("objects/conversation/records", body).id
    path = f"objects/conversation/records/{talk}"

    answers = [
        scout.get(path).data,
        scout.get("objects/conversation/records").data[0],
        scout.patch(path, resource("conversation", subject="Hi")).data,
    ]

    shown = [data["relationships"]["person"]["data"] for data in answers]
    assert shown == [None] * 3
    assert api.get(path).data["relationships"] != answers[0]["relationships"]


@pytest.mark.parametrize("on_match", ["update", "skip", "refuse"])
def test_its_values_are_taken(scout: Api, hidden: str, on_match: str) -> None:
    attributes = ADDRESS | {"title": "Ms"}

    answer = write(scout, attributes, meta={"on_match": on_match})

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/attributes/email_addresses")]
    assert "meta" not in answer.json["errors"][0]
    assert not any(name in answer.content for name in spellings(hidden))
    assert Record.objects.get().version == 1


def spellings(record: str) -> list[bytes]:
    return [record.encode(), str(uuid_of(record)).encode()]


def test_its_values_are_taken_in_bulk(scout: Api, hidden: str) -> None:
    rows = resources("person", {"title": "Ms"}, ADDRESS)

    answer = scout.post(f"{PEOPLE}/bulk", rows)

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/1/attributes/email_addresses")]
    assert "meta" not in answer.json["errors"][0]
    assert Record.objects.count() == 1


@pytest.mark.parametrize("mode", ["partial", "dry_run"])
def test_its_values_are_taken_in_any_mode(scout: Api, hidden: str, mode: str) -> None:
    answer = write(scout, ADDRESS, meta={"mode": mode})

    ((result,),) = (answer.json["meta"]["results"],)
    assert answer.status == 200
    assert result["errors"][0]["code"] == "value_taken"
    assert not any(name in answer.content for name in spellings(hidden))


def test_its_values_are_taken_for_a_change(scout: Api, hidden: str) -> None:
    bea = write(scout, {}).id

    answer = change(scout, bea, ADDRESS)

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/attributes/email_addresses")]
    assert "meta" not in answer.json["errors"][0]


def test_it_is_left_out_of_several_matches(scout: Api, hidden: str) -> None:
    bea = write(scout, {"email_addresses": items("bea@example.com")}).id

    both = items("ada@example.com", "bea@example.com")
    answer = write(scout, {"email_addresses": both})

    assert answer.errors == [("multiple_matches", "/data/attributes/email_addresses")]
    assert answer.json["errors"][0]["meta"] == {"matches": [bea]}


def test_what_is_refused_leaves_no_trace(scout: Api, hidden: str) -> None:
    write(scout, ADDRESS)
    change(scout, hidden, {"title": "Ms"})
    scout.delete(f"{PEOPLE}/{hidden}")

    assert JournalEntry.objects.count() == 1


def test_a_record_is_visible_to_everyone_at_first(scout: Api, api: Api) -> None:
    ada = write(api, ADDRESS).id

    assert Record.objects.get().visible_to is None
    assert scout.get(f"{PEOPLE}/{ada}").status == 200


def test_a_change_leaves_it_hidden(api: Api, scout: Api, hidden: str) -> None:
    change(api, hidden, {"title": "Ms"})
    write(api, ADDRESS | {"notes": "Poet"})

    assert Record.objects.get().visible_to == []
    assert scout.get(f"{PEOPLE}/{hidden}").status == 404
