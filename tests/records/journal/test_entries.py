"""What entries say beside what changed: who might see it, whence it came, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crm.authentication import Actor
from crm.models import Agent, Workspace
from objects.catalog import Catalog
from objects.models import FormerType
from records.ids import decode_id
from records.journal.telling import told_after, told_before
from records.models import JournalEntry, Record, Tombstone
from records.writing.engine import write
from records.writing.operations import Upsert
from tests.api_client import Api, items, resource, resources
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    create_object,
    relate,
    remove_field,
)
from tests.interfaces.compat.door_client import DoorClient

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
PETS = "objects/c_pet/records"


def entries(**fields: object) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(**fields).order_by("seq"))


def last() -> JournalEntry:
    return JournalEntry.objects.latest("seq")


def columns(name: str) -> list[Any]:
    return list(JournalEntry.objects.order_by("seq").values_list(name, flat=True))


def names(agents: list[Agent]) -> list[str]:
    return sorted(str(agent.pk) for agent in agents)


@pytest.fixture
def ranger(agent: Agent) -> Agent:
    """Another agent."""
    return Agent.objects.create(workspace=agent.workspace, handle="ranger")


def test_a_batch_is_known_by_the_number_of_its_first_entry(api: Api) -> None:
    api.post(PEOPLE, resource("person"))
    api.post(f"{PEOPLE}/bulk", resources("person", {}, {}, {}))
    api.post(PEOPLE, resource("person"))

    assert columns("batch") == [1, 2, 2, 2, 5]
    assert len(set(columns("noted_at"))) == 3


@pytest.mark.parametrize("door", ["clarky", "clara", "inkbox"])
def test_says_by_which_door_it_came(api: Api, agent: Agent, door: str) -> None:
    name = "given_name" if door == "inkbox" else "name"
    body = {"first_name": "Ada", "bot_id": str(agent.pk)}
    sent = body if door == "clarky" else {name: "Ada"}

    answer = DoorClient(door, api.secret).post("contacts", sent)

    assert answer.status == 201, answer.content
    assert columns("source") == [door]
    assert answer.headers["X-Change-Id"].startswith("chg_")


def test_says_why_if_the_caller_does(workspace: Workspace) -> None:
    scopes = frozenset({"write"})
    actor = Actor(workspace, "user:1", scopes, source="undo", cause={"undoes": 7})

    write(actor=actor, operations=[Upsert("person")])
    write(actor=replace(actor, source="api", cause=None), operations=[Upsert("person")])

    assert columns("source") == ["undo", "api"]
    assert columns("cause") == [{"undoes": 7}, None]


def test_says_who_might_see_the_record(api: Api, agent: Agent, ranger: Agent) -> None:
    person = f"{PEOPLE}/{api.post(PEOPLE, resource('person')).id}"

    api.delete(f"{person}/access/{agent.pk}")
    api.patch(person, resource("person", title="Ms"))
    api.delete(f"{person}/access/{ranger.pk}")
    api.delete(person)

    assert columns("action") == ["created", "access", "updated", "access", "deleted"]
    assert columns("viewers") == [None, [ranger.pk], [ranger.pk], [], []]


def test_a_change_of_access_is_noted_and_is_no_new_version(
    api: Api, agent: Agent, ranger: Agent
) -> None:
    made = api.post(PEOPLE, resource("person"))
    person = f"{PEOPLE}/{made.id}"

    api.delete(f"{person}/access/{agent.pk}")
    changed = last()
    shown = api.get(person)

    assert (changed.before, changed.after) == (
        {"_viewers": None},
        {"_viewers": names([ranger])},
    )
    assert (changed.action, changed.version) == ("access", 1)
    assert shown.data == made.data
    assert shown.headers["ETag"] == '"1"'


def test_who_is_granted_access_is_noted_at_every_door(
    api: Api, agent: Agent, ranger: Agent
) -> None:
    inkbox = DoorClient("inkbox", api.secret)
    made = inkbox.post("contacts", {"given_name": "Noor", "access_identity_ids": []})
    access = f"contacts/{made.json['id']}/access"

    granted = inkbox.post(access, {"identity_id": str(ranger.pk)})
    told = last().before, last().after, last().source
    for_all = inkbox.post(access, {"identity_id": None})
    again = inkbox.post(access, {"identity_id": None})

    assert told == ({"_viewers": []}, {"_viewers": names([ranger])}, "inkbox")
    assert last().after == {"_viewers": None}
    assert columns("action") == ["created", "access", "access"]
    assert {"X-Change-Id"} <= granted.headers.keys() & for_all.headers.keys()
    assert "X-Change-Id" not in again.headers


def test_labels_that_change_are_noted_by_what_they_label(api: Api) -> None:
    inkbox = DoorClient("inkbox", api.secret)
    address = {"label": "work", "value": "noor@alpen.test", "is_primary": True}
    made = inkbox.post("contacts", {"given_name": "Noor", "emails": [address]})
    other = address | {"label": "home"}

    inkbox.patch(f"contacts/{made.json['id']}", {"emails": [other]})

    changed = last()
    emails = "email_addresses"
    assert changed.before["_details"] == {
        emails: {"noor@alpen.test": {"label": "work"}}
    }
    assert changed.after == {
        "_details": {emails: {"noor@alpen.test": {"label": "home"}}}
    }
    assert entries()[0].after["_details"][emails] == {
        "noor@alpen.test": {"label": "work"}
    }


def test_says_when_the_record_had_been_updated_and_by_whom(api: Api) -> None:
    made = api.post(PEOPLE, resource("person", title="Countess"))

    changed = api.patch(f"{PEOPLE}/{made.id}", resource("person", title="Ms"))

    schema = Catalog.of(api.workspace).schema("person")
    created, updated = entries()
    system = {n: v for n, v in made.data["attributes"].items() if n.startswith("_")}
    now = {n: changed.data["attributes"][n] for n in ("_updated_at", "_updated_by")}
    past = {n: system[n] for n in ("_updated_at", "_updated_by")}
    assert told_after(schema, created).values == system | {"title": "Countess"}
    assert told_before(schema, updated).values == past | {"title": "Countess"}
    assert told_after(schema, updated).values == now | {"title": "Ms"}


def test_a_field_that_is_renamed_is_told_by_its_name_of_today(api: Api) -> None:
    add_fields(api, "person", c_shoe={"type": "string"})
    made = api.post(PEOPLE, resource("person", c_shoe="38"))
    assert change_field(api, "person", "c_shoe", slug="c_size").status == 200

    api.patch(f"{PEOPLE}/{made.id}", resource("person", c_size="39"))

    api.workspace.refresh_from_db()
    schema = Catalog.of(api.workspace).schema("person")
    own = entries(record_id__isnull=False)
    assert [entry.after["c_shoe"] for entry in own] == ["38", "39"]
    assert [told_after(schema, entry).values["c_size"] for entry in own] == ["38", "39"]


def test_a_field_that_is_made_again_shows_nothing_of_the_one_that_went(
    api: Api,
) -> None:
    add_fields(api, "person", c_shoe={"type": "string"})
    api.post(PEOPLE, resource("person", c_shoe="38"))
    assert remove_field(api, "person", "c_shoe").status == 204

    assert add_fields(api, "person", c_shoe={"type": "integer"}).status == 201
    api.post(PEOPLE, resource("person", c_shoe=40))

    api.workspace.refresh_from_db()
    schema = Catalog.of(api.workspace).schema("person")
    old, new = (told_after(schema, e) for e in entries(record_id__isnull=False))
    assert "c_shoe" not in old.values
    assert new.values["c_shoe"] == 40


def test_a_relationship_that_is_made_again_shows_no_former_links(api: Api) -> None:
    fleet = {"kind": "many-to-one", "entity": "company", "field": "fleet"}
    create_object(api, "Car")
    body = {
        "owner": {"type": "string", "x-type": "relationship", "x-relationship": fleet}
    }
    assert relate(api, "c_car", c_car=body).status == 201
    acme = api.post(COMPANIES, resource("company")).id
    car = resource("c_car")
    linkage = {"owner": {"data": {"type": "company", "id": acme}}}
    car["data"]["relationships"] = linkage
    assert api.post("objects/c_car/records", car).status == 201

    assert remove_field(api, "c_car", "owner").status == 204
    assert relate(api, "c_car", c_car=body).status == 201

    api.workspace.refresh_from_db()
    schema = Catalog.of(api.workspace).schema("c_car")
    (made,) = entries(object_type=schema.id, action="created")
    assert made.after["owner"] == [acme]
    assert told_after(schema, made).links == {}


def test_a_record_that_is_deleted_leaves_a_tombstone(
    api: Api, agent: Agent, ranger: Agent
) -> None:
    made = api.post(PEOPLE, resource("person", email_addresses=items("a@b.co")))
    path = f"{PEOPLE}/{made.id}"
    api.delete(f"{path}/access/{agent.pk}")
    stored = Record.objects.get()

    api.delete(path)

    left, entry = Tombstone.objects.get(), last()
    assert (left.record_id, left.object_type_id) == (stored.id, stored.object_type_id)
    assert (left.seq, left.version) == (entry.seq, 2)
    assert (left.viewers, left.merged_into) == ([ranger.pk], None)
    assert [rule["agent"] for rule in left.access] == names([ranger])
    assert (left.created_at, left.created_by) == (stored.created_at, stored.created_by)
    assert (left.deleted_at, left.deleted_by) == (entry.noted_at, entry.actor)


def test_what_is_gone_with_its_type_can_still_be_named(api: Api) -> None:
    create_object(api, "Pet")
    made = api.post(PETS, resource("c_pet"))

    assert api.delete("schemas/objects/c_pet?force=true").status == 204

    former, left = FormerType.objects.get(), JournalEntry.objects.get(action="created")
    assert (former.slug, former.id) == ("c_pet", left.object_type_id)
    assert decode_id(former.prefix, made.id) == left.record_id
