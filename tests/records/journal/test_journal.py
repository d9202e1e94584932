"""The journal has one entry for each change, and counts the records that are alive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from crm.models import Agent, Workspace
from objects.models import ObjectType
from records.ids import decode_id
from records.models import JournalEntry, JournalHead
from tests.api_client import Api, items, resource, resources

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"


def entries(record: str) -> list[dict[str, Any]]:
    """Return the journal of a record, without what the system keeps."""
    changes = JournalEntry.objects.filter(record_id=uuid_of(record)).order_by("seq")
    return [
        {
            "action": change.action,
            "version": change.version,
            "before": own(change.before),
            "after": own(change.after),
        }
        for change in changes
    ]


def own(side: dict[str, Any]) -> dict[str, Any]:
    """Return the values of fields on one side of an entry."""
    system = ("_updated_at", "_updated_by")
    return {name: value for name, value in side.items() if name not in system}


def uuid_of(record: str) -> UUID:
    record_id = decode_id(record.partition("_")[0], record)
    assert record_id
    return record_id


def numbers(workspace: Workspace) -> list[int]:
    changes = JournalEntry.objects.filter(workspace=workspace)
    return list(changes.order_by("seq").values_list("seq", flat=True))


def counts(workspace: Workspace) -> dict[str, int]:
    """Return how many records of each type are alive, without those that are none."""
    head = JournalHead.objects.get(workspace=workspace)
    types = ObjectType.objects.filter(workspace=workspace)
    found = {t.slug: head.counts.get(str(t.id), 0) for t in types}
    return {slug: count for slug, count in found.items() if count}


def company(api: Api, name: str = "Acme") -> str:
    return api.post(COMPANIES, resource("company", name=name)).id


def person(api: Api, *companies: str, **attributes: object) -> str:
    body = resource("person", **attributes)
    body["data"]["relationships"] = {"companies": linkage(*companies)}
    return api.post(PEOPLE, body).id


def linkage(*companies: str) -> dict[str, object]:
    return {"data": [{"type": "company", "id": record_id} for record_id in companies]}


def relink(api: Api, person: str, *companies: str) -> None:
    relationships = {"companies": linkage(*companies)}
    body = {"data": {"type": "person", "relationships": relationships}}
    assert api.patch(f"{PEOPLE}/{person}", body).status == 200


def test_a_record_that_is_created_is_noted(api: Api) -> None:
    ada = person(api, title="Countess", tags=items("vip"))

    assert entries(ada) == [
        {
            "action": "created",
            "version": 1,
            "before": {},
            "after": {"title": "Countess", "tags": items("vip")},
        }
    ]


def test_an_update_notes_what_changed_and_nothing_else(api: Api) -> None:
    ada = person(api, title="Countess", notes="Poet", company_name="Acme")

    changes = {
        "title": "Ms",
        "notes": None,
        "lead_source": "fair",
        "company_name": "Acme",
    }
    api.patch(f"{PEOPLE}/{ada}", resource("person", **changes))

    assert entries(ada)[1:] == [
        {
            "action": "updated",
            "version": 2,
            "before": {"title": "Countess", "notes": "Poet"},
            "after": {"title": "Ms", "notes": None, "lead_source": "fair"},
        }
    ]


def test_a_record_that_is_deleted_leaves_its_values(api: Api) -> None:
    ada = person(api, title="Countess")

    api.delete(f"{PEOPLE}/{ada}")

    assert entries(ada)[1:] == [
        {
            "action": "deleted",
            "version": 2,
            "before": {"title": "Countess"},
            "after": {},
        }
    ]


def test_a_link_is_noted_at_both_ends(api: Api) -> None:
    acme = company(api)

    ada = person(api, acme)

    assert [entry["after"] for entry in entries(ada)] == [{"companies": [acme]}]
    assert entries(acme)[1:] == [
        {"action": "linked", "version": 0, "before": {}, "after": {"people": [ada]}}
    ]


def test_links_that_stay_are_in_neither_before_nor_after(api: Api) -> None:
    old, kept, new = (company(api, name) for name in ("Old", "Kept", "New"))
    ada = person(api, old, kept)

    relink(api, ada, kept, new)

    assert entries(ada)[1:] == [
        {
            "action": "updated",
            "version": 2,
            "before": {"companies": [old]},
            "after": {"companies": [new]},
        }
    ]
    assert len(entries(kept)) == 2
    assert entries(old)[-1]["before"] == {"people": [ada]}
    assert entries(new)[-1]["after"] == {"people": [ada]}


def test_the_links_of_a_record_that_is_deleted_are_noted_at_both_ends(api: Api) -> None:
    acme = company(api)
    ada = person(api, acme, title="Countess")

    api.delete(f"{PEOPLE}/{ada}")

    assert entries(ada)[-1]["before"] == {"title": "Countess", "companies": [acme]}
    assert entries(acme)[-1] == {
        "action": "linked",
        "version": 0,
        "before": {"people": [ada]},
        "after": {},
    }


def test_an_owner_is_noted_by_id(api: Api, agent: Agent) -> None:
    owner = {"data": {"type": "agent", "id": str(agent.id)}}
    body = {"data": {"type": "person", "relationships": {"owner": owner}}}

    ada = api.post(PEOPLE, body).id

    assert [entry["after"] for entry in entries(ada)] == [{"owner": str(agent.id)}]


def test_says_who_did_it_in_which_request_and_when(scout: Api, agent: Agent) -> None:
    answer = scout.post(PEOPLE, resource("person"), x_request_id="import-7")

    change = JournalEntry.objects.get()
    assert (change.actor, change.request_id) == (f"agent:{agent.id}", "import-7")
    assert change.object_type.slug == "person"
    assert (
        change.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        == (answer.data["attributes"]["_updated_at"])
    )


def test_numbers_have_no_gaps(api: Api) -> None:
    acme = company(api)
    api.post(f"{PEOPLE}/bulk", resources("person", {}, {}, {}))
    ada = person(api, acme)
    api.post(PEOPLE, resource("person", title=1))
    api.delete(f"{PEOPLE}/{ada}")

    assert numbers(api.workspace) == list(range(1, 9))


def test_each_workspace_has_its_own_numbers(api: Api, stranger: Api) -> None:
    company(api)
    company(stranger)
    company(api)

    assert numbers(api.workspace) == [1, 2]
    assert numbers(stranger.workspace) == [1]


def test_counts_what_is_alive(api: Api) -> None:
    acme = company(api)
    company(api, "Globex")
    ada = person(api, acme)
    api.post(f"{PEOPLE}/bulk", resources("person", {}, {}, {}))
    relink(api, ada)
    api.delete(COMPANIES, {"items": [acme]})

    assert counts(api.workspace) == {"person": 4, "company": 1}


def test_counts_nothing_once_all_is_deleted(api: Api) -> None:
    acme = company(api)

    api.delete(f"{COMPANIES}/{acme}")

    assert counts(api.workspace) == {}


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"title": "Countess"},
        {"email_addresses": items("ADA@example.com ", "ada@example.com")},
        {"deal_value": 5.0, "birthday": "1815-12-10", "notes": None},
        {"last_contacted_at": "2026-03-01T13:00:00.0000+01:00"},
        {"custom_fields": {"b": [1, -0.5, 100], "a": None}, "tags": None},
    ],
)
def test_a_write_that_changes_nothing_leaves_no_trace(
    api: Api, same: dict[str, object]
) -> None:
    body = resource(
        "person",
        title="Countess",
        email_addresses=items("ada@example.com"),
        deal_value=5,
        birthday="1815-12-10",
        last_contacted_at="2026-03-01T12:00:00Z",
        custom_fields={"a": None, "b": [1, -0.5, 100]},
    )
    before = api.post(PEOPLE, body)

    after = api.patch(f"{PEOPLE}/{before.id}", resource("person", **same))

    assert (after.status, after.data) == (200, before.data)
    assert api.get(f"{PEOPLE}/{before.id}").data == before.data
    assert numbers(api.workspace) == [1]


def test_links_that_are_sent_again_leave_no_trace(api: Api, agent: Agent) -> None:
    acme, globex = company(api), company(api, "Globex")
    ada = person(api, acme, globex)
    before = api.get(f"{PEOPLE}/{ada}").data

    relink(api, ada, globex, acme, globex)

    assert api.get(f"{PEOPLE}/{ada}").data == before
    assert numbers(api.workspace) == [1, 2, 3, 4, 5]


def test_what_is_deleted_and_made_again_is_another_record(api: Api) -> None:
    body = resource("person", email_addresses=items("ada@example.com"))
    first = api.post(PEOPLE, body).id
    api.delete(f"{PEOPLE}/{first}")

    second = api.post(PEOPLE, body).id

    assert [entry["action"] for entry in entries(first)] == ["created", "deleted"]
    assert [entry["action"] for entry in entries(second)] == ["created"]
