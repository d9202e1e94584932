"""A change is undone as a whole or in part, and refused by name where it cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.keys import create_key
from crm.models import Agent, Member, Scope
from records.journal.heads import begin_epochs
from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, make_record, resource, resources
from tests.browsing import join
from tests.stored import content

PEOPLE = "objects/person/records"
TALKS = "objects/conversation/records"
NO_CHANGE = "chg_01HX9Z2K3M4N5P6Q7R8S9T0V1W"


def undo(api: Api, change: Answer | str, **meta: object) -> Answer:
    """Undo what an answer says it changed."""
    id_ = change if isinstance(change, str) else change.headers["X-Change-Id"]
    return api.post(f"changes/{id_}/undo", {"meta": meta} if meta else None)


def key(api: Api, scope: Scope, agent: Agent | None = None) -> Api:
    """Return the API with another key."""
    made = create_key(workspace=api.workspace, scopes=[scope], agent=agent)
    return Api(api.workspace, made.secret)


def patch(api: Api, person: str, **attributes: object) -> Answer:
    answer = api.patch(f"{PEOPLE}/{person}", resource("person", **attributes))
    assert answer.status == 200, answer.json
    return answer


def conflicts(answer: Answer) -> list[dict[str, Any]]:
    """Return what stands in the way of an undo."""
    assert answer.status == 409, answer.json
    errors = answer.json["errors"]
    assert {error["code"] for error in errors} == {"undo_conflict"}
    return [error["meta"] for error in errors]


def test_a_creation_is_undone_and_done_again(api: Api) -> None:
    acme = make_record(api, "company")
    before = content()
    body = resource("person", name="Ada", email_addresses=items("ada@example.com"))
    body["data"]["relationships"] = {"companies": {"data": [acme]}}
    created = api.post(PEOPLE, body)
    after = content()

    undone = undo(api, created)

    assert (undone.status, undone.data) == (200, [])
    result = {"type": "person", "id": created.id}
    assert undone.json["meta"]["results"] == [{**result, "outcome": "deleted"}]
    assert content() == before
    again = undo(api, undone)
    assert again.json["meta"]["results"] == [{**result, "outcome": "restored"}]
    assert [one["id"] for one in again.data] == [created.id]
    assert content() == after


def test_an_update_is_undone(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    patch(api, ada, title="CTO", email_addresses=items("a@example.com"))
    before = content()
    change = patch(
        api, ada, title="CEO", email_addresses=items("b@example.com"), first_name="A"
    )

    undone = undo(api, change)

    assert undone.status == 200
    assert content() == before
    assert undone.data == [api.get(f"{PEOPLE}/{ada}").data]
    entry = JournalEntry.objects.latest("seq")
    made = JournalEntry.objects.get(seq=entry.seq - 1)
    assert (entry.source, entry.cause) == ("undo", {"undoes": made.batch})


def test_a_deletion_is_undone_with_its_links(api: Api) -> None:
    talks = [make_record(api, "conversation") for _ in range(2)]
    ada = make_record(api, "person", "Ada", conversations=talks)["id"]
    before = content()
    change = api.delete(f"{PEOPLE}/{ada}")

    undone = undo(api, change)

    assert undone.status == 200
    assert content() == before
    outcomes = {one["id"]: one["outcome"] for one in undone.json["meta"]["results"]}
    assert outcomes == {
        ada: "restored",
        **{talk["id"]: "updated" for talk in talks},
    }


def test_a_bulk_is_undone_as_a_whole_and_a_change_alone(api: Api) -> None:
    before = content()
    rows: list[dict[str, object]] = [
        {"name": f"P{n}", "email_addresses": items(f"p{n}@a.de")} for n in range(3)
    ]
    bulk = api.post(f"{PEOPLE}/bulk", resources("person", *rows))

    alone = undo(api, bulk, only="change")
    rest = undo(api, bulk)
    lenient = undo(api, bulk, on_conflict="skip")

    assert len(alone.json["meta"]["results"]) == 1
    assert [one["field"] for one in conflicts(rest)] == [None]
    outcomes = [one["outcome"] for one in lenient.json["meta"]["results"]]
    assert sorted(outcomes) == ["deleted", "deleted", "skipped"]
    assert content() == before


def test_a_value_that_moved_between_records_moves_back(api: Api) -> None:
    address = items("shared@example.com")
    ada = api.post(PEOPLE, resource("person", email_addresses=address))
    bea = api.post(PEOPLE, resource("person", name="Bea"))
    for giver, taker in ((ada, bea), (bea, ada)):
        before = content()
        rows = [
            {"type": "person", "id": giver.id, "attributes": {"email_addresses": None}},
            {
                "type": "person",
                "id": taker.id,
                "attributes": {"email_addresses": address},
            },
        ]
        change = api.patch(PEOPLE, {"data": rows})
        assert change.status == 200, change.json

        assert undo(api, change).status == 200
        assert content() == before
        patch(api, giver.id, email_addresses=None)
        patch(api, taker.id, email_addresses=address)


def test_a_changed_field_is_refused_by_name(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    change = patch(api, ada, title="CTO", birthday="2000-01-01")
    patch(api, ada, first_name="Augusta")
    later = patch(api, ada, title="CEO").headers["X-Change-Id"]
    patch(api, ada, last_name="King")

    answer = undo(api, change)

    assert conflicts(answer) == [{"record": ada, "field": "title", "change": later}]
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["title"] == "CEO"


def test_what_was_changed_away_and_back_is_undone(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    change = patch(api, ada, title="CTO")
    patch(api, ada, title="CEO")
    patch(api, ada, title="CTO")

    answer = undo(api, change)

    assert answer.status == 200
    assert answer.data[0]["attributes"]["title"] is None


def test_what_came_back_and_went_again_comes_back(api: Api) -> None:
    acme = make_record(api, "company")
    ada = make_record(api, "person", "Ada", companies=[acme])["id"]
    deleted = api.delete(f"{PEOPLE}/{ada}")
    again = undo(api, undo(api, deleted))

    assert (again.status, undo(api, deleted).status) == (200, 200)

    assert api.get(f"{PEOPLE}/{ada}/relationships/companies").data == [acme]


def test_what_went_again_otherwise_stays_away(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    deleted = api.delete(f"{PEOPLE}/{ada}")
    undo(api, deleted)
    patch(api, ada, title="Countess")
    last = api.delete(f"{PEOPLE}/{ada}").headers["X-Change-Id"]

    (conflict,) = conflicts(undo(api, deleted))

    assert conflict == {"record": ada, "field": None, "change": last}


def test_skipping_undoes_the_rest(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    change = patch(api, ada, title="CTO", first_name="Augusta")
    later = patch(api, ada, title="CEO").headers["X-Change-Id"]

    answer = undo(api, change, on_conflict="skip")

    conflict = {"record": ada, "field": "title", "change": later}
    assert answer.json["meta"]["results"] == [
        {"type": "person", "id": ada, "outcome": "updated", "conflicts": [conflict]}
    ]
    shown = answer.data[0]["attributes"]
    assert (shown["title"], shown["first_name"]) == ("CEO", None)


def test_items_that_others_added_stay(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    patch(api, ada, email_addresses=items("old@a.de", "kept@a.de"))
    change = patch(api, ada, email_addresses=items("kept@a.de", "new@a.de"))
    patch(api, ada, email_addresses=items("kept@a.de", "new@a.de", "other@a.de"))

    answer = undo(api, change)

    shown = answer.data[0]["attributes"]["email_addresses"]
    assert shown == items("kept@a.de", "other@a.de", "old@a.de")


def test_a_value_that_another_record_holds_by_now_is_refused(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    patch(api, ada, email_addresses=items("ada@a.de"))
    change = patch(api, ada, email_addresses=None)
    api.post(PEOPLE, resource("person", email_addresses=items("ada@a.de")))

    answer = undo(api, change)

    (conflict,) = conflicts(answer)
    assert conflict["field"] == "email_addresses"


def test_a_created_record_that_others_linked_stays(api: Api) -> None:
    ada = api.post(PEOPLE, resource("person", name="Ada"))
    talk = make_record(api, "conversation", person={"type": "person", "id": ada.id})

    answer = undo(api, ada)

    (conflict,) = conflicts(answer)
    assert (conflict["record"], conflict["field"]) == (ada.id, "conversations")
    assert conflict["change"]
    assert api.delete(f"{TALKS}/{talk['id']}").status == 204
    assert undo(api, ada).status == 200


def test_a_link_that_moved_is_refused(api: Api) -> None:
    ada, bea = make_record(api, "person", "Ada"), make_record(api, "person", "Bea")
    talk = make_record(api, "conversation", person=ada)["id"]
    link = f"{TALKS}/{talk}/relationships/person"
    change = api.patch(link, {"data": bea})
    api.patch(link, {"data": None})

    answer = undo(api, change)

    (conflict,) = conflicts(answer)
    assert (conflict["record"], conflict["field"]) == (talk, "person")


def test_links_are_undone_at_both_ends(api: Api) -> None:
    ada, bea = make_record(api, "person", "Ada"), make_record(api, "person", "Bea")
    talks = [make_record(api, "conversation", person=ada) for _ in range(2)]
    before = content()
    change = api.patch(
        f"{PEOPLE}/{bea['id']}/relationships/conversations", {"data": talks}
    )

    assert undo(api, change).status == 200

    assert content() == before


def test_access_is_undone_by_admins(api: Api, agent: Agent) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    other = Agent.objects.create(workspace=api.workspace, handle="other")
    before = content()
    revoked = api.delete(f"{PEOPLE}/{ada}/access/{other.pk}")
    writer = key(api, Scope.WRITE)

    refused, answer = undo(writer, revoked), undo(api, revoked)

    assert (refused.status, refused.errors) == (403, [("not_allowed", "")])
    assert answer.json["meta"]["results"][0]["outcome"] == "updated"
    assert content() == before
    assert undo(api, answer).status == 200
    assert Record.objects.get().visible_to == [agent.pk]
    (conflict,) = conflicts(undo(api, answer))
    assert (conflict["record"], conflict["field"]) == (ada, "access")


def test_a_key_undoes_what_it_did_itself(api: Api, agent: Agent) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    writer, other = key(api, Scope.WRITE), key(api, Scope.WRITE)
    scouts = [key(api, Scope.WRITE, agent) for _ in range(2)]
    of_writer, of_scout = (
        patch(writer, ada, title="A"),
        patch(scouts[0], ada, title="B"),
    )

    answers = [undo(one, of_writer) for one in (other, scouts[0])]

    assert [answer.errors for answer in answers] == [[("not_allowed", "")]] * 2
    assert undo(scouts[1], of_scout).status == 200
    assert undo(writer, of_writer).status == 200


def test_an_agent_finds_only_what_it_sees(api: Api, agent: Agent) -> None:
    scout = key(api, Scope.WRITE, agent)
    bulk = scout.post(
        f"{PEOPLE}/bulk", resources("person", {"name": "A"}, {"name": "B"})
    )
    first, second = (one["id"] for one in bulk.data)
    api.delete(f"{PEOPLE}/{second}/access/{agent.pk}")

    whole, part = undo(scout, bulk), undo(scout, bulk, only="change")

    assert (whole.status, whole.errors) == (404, [("not_found", "")])
    assert (part.status, part.json["meta"]["results"][0]["id"]) == (200, first)


@pytest.mark.parametrize("id_", [NO_CHANGE, "nothing", "per_1"])
def test_what_is_no_change_of_the_workspace_is_not_found(api: Api, id_: str) -> None:
    make_record(api, "person")

    answer = undo(api, id_)

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


def test_the_changes_of_an_epoch_that_is_over_are_gone(api: Api) -> None:
    change = api.post(PEOPLE, resource("person"))
    begin_epochs()

    answer = undo(api, change)

    assert (answer.status, answer.errors) == (410, [("cursor_expired", "")])
    assert answer.json["errors"][0]["meta"]["reason"] == "epoch"


def test_changes_of_schemas_stay(api: Api) -> None:
    change = api.post("schemas/objects", {"name": "Dog"})

    answer = undo(api, change)

    assert (answer.status, answer.errors) == (422, [("not_undoable", "")])


def test_trying_it_out_writes_nothing(api: Api) -> None:
    ada = make_record(api, "person", "Ada")["id"]
    change = patch(api, ada, title="CTO")
    before = JournalEntry.objects.count()

    good = undo(api, change, mode="dry_run")

    assert good.json["meta"] == {
        "results": [{"type": "person", "id": ada, "outcome": "updated"}]
    }
    patch(api, ada, title="CEO")
    assert undo(api, change, mode="dry_run").status == 409
    assert JournalEntry.objects.count() == before + 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"data": {}}, "/data"),
        ({"meta": 1}, "/meta"),
        ({"meta": {"only": "all"}}, "/meta/only"),
        ({"meta": {"on_conflict": "drop"}}, "/meta/on_conflict"),
        ({"meta": {"mode": "partial"}}, "/meta/mode"),
        ({"meta": {"until": 1}}, "/meta/until"),
    ],
)
def test_a_malformed_body_is_refused_where_it_is_wrong(
    api: Api, body: object, place: str
) -> None:
    change = api.post(PEOPLE, resource("person")).headers["X-Change-Id"]

    answer = api.post(f"changes/{change}/undo", body)

    assert (answer.status, answer.errors) == (400, [("malformed_document", place)])


def test_too_many_records_are_refused(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.writing.undo_entries.MOST_UNDONE", 2)
    bulk = api.post(f"{PEOPLE}/bulk", resources("person", {}, {}, {}))

    answer = undo(api, bulk)

    assert (answer.status, answer.errors) == (422, [("too_many_rows", "")])


def test_undoing_costs_few_statements(api: Api, agent: Agent) -> None:
    owner = {"type": "agent", "id": str(agent.pk)}
    rows: list[dict[str, object]] = [
        {"name": f"P{n}", "email_addresses": items(f"p{n}@a.de")} for n in range(20)
    ]
    body = resources("person", *rows)
    for row in body["data"]:
        row["relationships"] = {"owner": {"data": owner}}
    bulk = api.post(f"{PEOPLE}/bulk", body)
    ids = [one["id"] for one in bulk.data]
    talks = [make_record(api, "conversation", person={"type": "person", "id": ids[0]})]
    other = Agent.objects.create(workspace=api.workspace, handle="other")
    api.delete(f"{PEOPLE}/{ids[0]}/access/{other.pk}")
    change = api.delete(PEOPLE, {"items": ids})

    with CaptureQueriesContext(
        connection,
    ) as statements:
        answer = undo(api, change)

    assert (answer.status, len(talks)) == (200, 1)
    assert len([one for one in statements if "SAVEPOINT" not in one["sql"]]) <= 14


@pytest.fixture
def grace(api: Api) -> Member:
    """A member of the workspace."""
    join(api.workspace, Member.Role.MEMBER)
    return Member.objects.get()


def set_owner(api: Api, person: str, owner: object) -> Answer:
    answer = api.patch(f"{PEOPLE}/{person}/relationships/owner", {"data": owner})
    assert answer.status == 200, answer.json
    return answer


def test_a_user_owns_it_again(api: Api, grace: Member) -> None:
    ada, user = make_record(api, "person"), {"type": "user", "id": str(grace.pk)}
    set_owner(api, ada["id"], user)
    changed = set_owner(api, ada["id"], None)
    gone = api.delete(f"{PEOPLE}/{ada['id']}")

    assert [undo(api, one).status for one in (gone, changed)] == [200, 200]

    assert api.get(f"{PEOPLE}/{ada['id']}/relationships/owner").data == user


@pytest.mark.parametrize("type_", ["agent", "user"])
def test_who_has_left_is_no_owner_again(
    api: Api, agent: Agent, grace: Member, type_: str
) -> None:
    ada = make_record(api, "person")["id"]
    ids = {"agent": agent.pk, "user": grace.pk}
    set_owner(api, ada, {"type": type_, "id": str(ids[type_])})
    changed = set_owner(api, ada, None)
    grace.delete()
    assert api.delete(f"agents/{agent.pk}").status == 204

    (conflict,) = conflicts(undo(api, changed))

    assert (conflict["record"], conflict["field"]) == (ada, "owner")
