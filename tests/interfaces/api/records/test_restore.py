"""A deleted record comes back: as it was, or with what the client sets besides."""

from __future__ import annotations

from typing import Any

import pytest

from crm.keys import create_key
from crm.models import Agent, Scope
from records.models import Access, JournalEntry, Record, Tombstone
from tests.api_client import Answer, Api, items, make_record, resource
from tests.interfaces.api.schemas.schema_calls import add_fields, change_field

PEOPLE = "objects/person/records"
ADA = {
    "name": "Ada",
    "email_addresses": items("ada@example.com", "ada@home.example"),
    "title": "Countess",
}


def gone(api: Api, **attributes: object) -> str:
    """Create a person and delete it, and return its id."""
    record = api.post(PEOPLE, resource("person", **(attributes or ADA))).id
    assert api.delete(f"{PEOPLE}/{record}").status == 204
    return record


def restore(
    api: Api, record: str, body: object = None, type_: str = "person"
) -> Answer:
    return api.post(f"objects/{type_}/deleted/{record}/restore", body)


def content(answer: Answer) -> Any:
    """Return what a resource says beside its last update."""
    shown = dict(answer.data["attributes"])
    del shown["_updated_at"]
    return shown, answer.data["relationships"]


def agent_key(api: Api, agent: Agent) -> Api:
    """Return the API with a key that acts for an agent."""
    key = create_key(workspace=api.workspace, scopes=[Scope.WRITE], agent=agent)
    return Api(api.workspace, key.secret)


def test_a_record_comes_back_as_it_was(api: Api, agent: Agent) -> None:
    acme, talk = make_record(api, "company"), make_record(api, "conversation")
    owner = {"type": "agent", "id": str(agent.pk)}
    ada = make_record(api, "person", "Ada", companies=[acme], owner=owner)
    person = f"{PEOPLE}/{ada['id']}"
    api.patch(f"{person}/relationships/conversations", {"data": [talk]})
    api.patch(person, resource("person", email_addresses=items("ada@example.com")))
    before, version = api.get(person), api.get(person).data["meta"]["version"]
    api.delete(person)

    answer = restore(api, ada["id"])

    assert answer.status == 200, answer.json
    assert content(answer) == content(before)
    assert answer.data["meta"]["version"] == version + 2
    assert answer.json["meta"]["dropped"] == {}
    assert answer.json["meta"]["skipped_links"] == {}
    assert api.get(person).data == answer.data
    for name, other in (("companies", acme), ("conversations", talk)):
        linkage = api.get(f"{person}/relationships/{name}").data
        assert linkage == [other]


def test_it_is_found_again_by_what_it_has(api: Api) -> None:
    ada = gone(api)

    restore(api, ada)

    found = api.get(f"{PEOPLE}?filter[title]=countess&sort=name")
    assert [one["id"] for one in found.data] == [ada]
    taken = api.post(PEOPLE, resource("person", **ADA))
    assert (taken.status, taken.id) == (200, ada)
    assert not Tombstone.objects.exists()


def test_the_journal_has_all_of_it(api: Api) -> None:
    ada = gone(api)
    made = JournalEntry.objects.get(action="created")

    change = restore(api, ada).change

    entry = JournalEntry.objects.latest("seq")
    assert (entry.action, entry.version, entry.batch) == ("restored", 3, entry.seq)
    assert (
        entry.after.pop("_created_at")
        == api.get(f"{PEOPLE}/{ada}").data["attributes"]["_created_at"]
    )
    assert entry.after.pop("_created_by") == made.actor
    assert entry.after == made.after
    assert change["change"].startswith("chg_")


def test_it_comes_back_once(api: Api) -> None:
    ada = gone(api)

    answers = [restore(api, ada).status, restore(api, ada).status]

    assert answers == [200, 404]


def test_what_is_no_deleted_record_is_not_found(api: Api, stranger: Api) -> None:
    ada, living = gone(api), make_record(api, "person")["id"]

    answers = [
        restore(api, living),
        restore(api, ada, type_="company"),
        restore(api, "nobody"),
        restore(api, "per_01HX9Z2K3M4N5P6Q7R8S9T0V1W"),
        restore(stranger, ada),
    ]

    assert [(answer.status, answer.errors) for answer in answers] == [
        (404, [("not_found", "")])
    ] * 5


def test_who_might_see_it_sees_it_again(api: Api, agent: Agent) -> None:
    other = Agent.objects.create(workspace=api.workspace, handle="other")
    ada = api.post(PEOPLE, resource("person", **ADA)).id
    api.delete(f"{PEOPLE}/{ada}/access/{other.pk}")
    rules = list(Access.objects.values_list("id", "agent", "created_at"))
    api.delete(f"{PEOPLE}/{ada}")

    hidden = restore(agent_key(api, other), ada)
    seen = restore(agent_key(api, agent), ada)

    assert (hidden.status, seen.status) == (404, 200)
    assert Record.objects.get().visible_to == [agent.pk]
    assert list(Access.objects.values_list("id", "agent", "created_at")) == rules


def test_agents_that_are_gone_are_left_out(api: Api, agent: Agent) -> None:
    other = Agent.objects.create(workspace=api.workspace, handle="other")
    owner = {"type": "agent", "id": str(agent.pk)}
    ada = make_record(api, "person", owner=owner)["id"]
    api.delete(f"{PEOPLE}/{ada}/access/{other.pk}")
    api.delete(f"{PEOPLE}/{ada}")
    assert api.delete(f"agents/{agent.pk}").status == 204

    answer = restore(api, ada)

    assert answer.data["relationships"]["owner"]["data"] is None
    assert Record.objects.get().visible_to == []
    assert not Access.objects.exists()


def test_a_taken_value_is_refused_and_named(api: Api) -> None:
    ada = gone(api)
    address = items("ADA@example.com")
    bea = api.post(PEOPLE, resource("person", email_addresses=address)).id

    answer = restore(api, ada)

    assert answer.errors == [("value_taken", "/data/attributes/email_addresses")]
    assert answer.json["errors"][0]["meta"] == {"matches": [bea]}
    assert restore(api, ada).status == 409


def test_a_taken_value_is_dropped_if_the_client_says_so(api: Api) -> None:
    ada = gone(api)
    api.post(PEOPLE, resource("person", email_addresses=items("ada@example.com")))

    answer = restore(api, ada, {"meta": {"on_conflict": "drop"}})

    assert answer.status == 200
    addresses = answer.data["attributes"]["email_addresses"]
    assert addresses == items("ada@home.example")
    assert answer.json["meta"]["dropped"] == {"email_addresses": ["ada@example.com"]}


def test_the_client_sets_what_does_not_fit_any_more(api: Api) -> None:
    add_fields(api, "person", size={"x-type": "select", "options": ["S", "L"]})
    ada = gone(api, name="Ada", size="S")
    change = {"size": {"enum": ["S"]}}
    meta = {"size": {"enum": "remove"}}
    path, type_ = "schemas", "schema-properties"
    options = {"type": type_, "id": "person", "attributes": change, "meta": meta}
    assert api.patch(path, {"data": [options]}).status == 200

    refused = restore(api, ada)
    answer = restore(api, ada, {"data": {"attributes": {"size": "L"}}})

    assert refused.errors == [("invalid_value", "/data/attributes/size")]
    assert answer.status == 200
    assert answer.data["attributes"]["size"] == "L"
    assert answer.data["attributes"]["name"] == "Ada"


def test_links_come_back_where_the_partner_lives_and_is_free(api: Api) -> None:
    talks = [make_record(api, "conversation") for _ in range(3)]
    ada = make_record(api, "person", conversations=talks)["id"]
    api.delete(f"{PEOPLE}/{ada}")
    dead, bound, free = talks
    api.delete(f"objects/conversation/records/{dead['id']}")
    make_record(api, "person", conversations=[bound])

    answer = restore(api, ada)

    assert answer.json["meta"]["skipped_links"] == {"conversations": [dead, bound]}
    links = f"{PEOPLE}/{ada}/relationships/conversations"
    assert api.get(links).data == [free]


def test_hidden_partners_are_linked_and_skipped_unsaid(api: Api, agent: Agent) -> None:
    talks = [make_record(api, "conversation") for _ in range(3)]
    ada = make_record(api, "person", conversations=talks)["id"]
    path = "objects/conversation/records"
    dead, bound, free = talks
    for talk in talks:
        api.delete(f"{path}/{talk['id']}/access/{agent.pk}")
    api.delete(f"{PEOPLE}/{ada}")
    api.delete(f"{path}/{dead['id']}")
    make_record(api, "person", conversations=[bound])

    answer = restore(agent_key(api, agent), ada)

    assert answer.json["meta"]["skipped_links"] == {}
    links = f"{PEOPLE}/{ada}/relationships/conversations"
    assert api.get(links).data == [free]


def test_the_client_sets_links_in_place_of_those_that_were(api: Api) -> None:
    acme, globex = make_record(api, "company"), make_record(api, "company")
    ada = make_record(api, "person", companies=[acme])["id"]
    api.delete(f"{PEOPLE}/{ada}")
    body = {"data": {"relationships": {"companies": {"data": [globex]}}}}

    answer = restore(api, ada, body)

    assert answer.status == 200
    assert api.get(f"{PEOPLE}/{ada}/relationships/companies").data == [globex]


def test_trying_it_out_writes_nothing(api: Api) -> None:
    ada = gone(api)
    entries = JournalEntry.objects.count()

    answer = restore(api, ada, {"meta": {"mode": "dry_run"}})

    assert answer.status == 200
    assert answer.json["meta"]["results"] == [
        {"index": 0, "outcome": "restored", "id": ada}
    ]
    assert "X-Change-Id" not in answer.headers
    assert (JournalEntry.objects.count(), Record.objects.count()) == (entries, 0)


def test_a_merged_record_does_not_come_back_so(api: Api) -> None:
    ada = gone(api)
    Tombstone.objects.update(merged_into=Tombstone.objects.get().record_id)

    answer = restore(api, ada)

    assert (answer.status, answer.errors) == (409, [("merged", "")])


def test_what_is_not_kept_does_not_come_back(api: Api) -> None:
    ada = gone(api)
    JournalEntry.objects.filter(action="deleted").delete()

    answer = restore(api, ada)

    assert (answer.status, answer.errors) == (410, [("history_expired", "")])


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"metta": {}}, "/metta"),
        ({"meta": []}, "/meta"),
        ({"meta": {"mode": "partial"}}, "/meta/mode"),
        ({"meta": {"on_conflict": "skip"}}, "/meta/on_conflict"),
        ({"meta": {"force": True}}, "/meta/force"),
        ({"data": []}, "/data"),
        ({"data": {"attributes": []}}, "/data/attributes"),
    ],
)
def test_a_malformed_body_is_refused_where_it_is_wrong(
    api: Api, body: object, place: str
) -> None:
    ada = gone(api)

    answer = restore(api, ada, body)

    assert (answer.status, answer.errors) == (400, [("malformed_document", place)])


def test_a_field_that_is_required_by_now_has_to_be_set(api: Api) -> None:
    add_fields(api, "person", rank={"x-type": "text"})
    ada = gone(api, name="Ada")
    change_field(api, "person", "rank", required=True)

    refused = restore(api, ada)
    answer = restore(api, ada, {"data": {"attributes": {"rank": "First"}}})

    assert refused.errors == [("required", "/data/attributes/rank")]
    assert answer.status == 200
