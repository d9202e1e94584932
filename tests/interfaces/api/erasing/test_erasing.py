"""``/erasures``: nothing of a record is left but that it was erased."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from crm.models import Workspace
from jobs.models import Job
from jobs.running import run_job
from records.ids import decode_id
from records.models import JournalEntry
from tests.api_client import Api, items, resource
from tests.interfaces.api.erasing.erasing import erase
from tests.interfaces.api.journal.reading import changes, now, told
from tests.interfaces.api.merging.merging import merge, person, unmerge
from tests.interfaces.api.schemas.schema_calls import create_object
from tests.interfaces.cast import create, ref

PEOPLE = "objects/person/records"


def test_erases_a_record_and_answers_the_receipt(api: Api) -> None:
    acme = create(api, "company", name="Acme")
    emails = items("ada@example.com", "ada@home.example")
    ada = create(
        api,
        "person",
        {"companies": [ref("company", acme)]},
        name="Ada",
        email_addresses=emails,
    )
    api.patch(f"{PEOPLE}/{ada}", resource("person", title="Countess"))

    answer = erase(api, ada, reason="She asked for it.")

    assert answer.status == 201, answer.json
    data = answer.data
    assert answer.headers["Location"] == f"{api.base}/erasures/{answer.id}"
    assert data["relationships"] == {
        "record": {"data": ref("person", ada)},
        "merged": {"data": []},
        "job": {"data": None},
    }
    assert data["attributes"]["reason"] == "She asked for it."
    assert data["attributes"]["counts"] == {
        "records": 1,
        "unique_values": 2,
        "sort_keys": 3,
        "links": 1,
        "access_rules": 0,
        "tombstones": 0,
        "entries": 3,
        "entries_of_partners": 2,
        "answers": 0,
        "pairs": 0,
        "deliveries": 0,
    }
    assert api.get(f"{PEOPLE}/{ada}").status == 404
    assert api.get(f"objects/person/deleted/{ada}").status == 404
    assert api.get(f"erasures/{answer.id}").data == data
    assert api.get("erasures").data == [data]


@pytest.fixture
def acme(api: Api) -> str:
    return create(api, "company", name="Acme")


@pytest.fixture
def ada(api: Api, acme: str) -> str:
    """A person with a company and a past."""
    linkage = {"companies": [ref("company", acme)]}
    ada = create(api, "person", linkage, name="Ada")
    api.patch(f"{PEOPLE}/{ada}", resource("person", title="Countess"))
    return ada


def kinds(api: Api, record: str) -> list[tuple[str, int | None]]:
    """Return what the feed tells of a record, and its versions."""
    found = [one["attributes"] for one in changes(api, f"filter[record]={record}")]
    return [(one["kind"], one["version"]) for one in found]


def test_its_entries_stay_and_say_nothing(api: Api, ada: str, acme: str) -> None:
    start = now(api)

    erase(api, ada)

    assert kinds(api, ada) == [
        ("record.created", 1),
        ("record.updated", 2),
        ("record.deleted", 3),
        ("record.erased", None),
    ]
    said = [one["attributes"] for one in changes(api, f"filter[record]={ada}")]
    names = ("fields", "linked", "unlinked", "details")
    assert [[one[n] for n in names] for one in said] == [[[], {}, {}, None]] * 4
    assert None not in {one["actor"] for one in said}
    assert [*map(told, changes(api, f"page[after]={start}"))] == [
        ("record.deleted", ada),
        ("record.erased", ada),
    ]
    history = api.get(f"{PEOPLE}/{ada}/history").data
    assert [one["attributes"]["fields"] for one in history] == [[]] * 4
    assert [*map(told, changes(api, f"filter[record]={acme}"))] == [
        ("record.created", acme)
    ]


def test_it_was_there_at_no_instant(api: Api, ada: str, acme: str) -> None:
    instants = [one["attributes"]["at"] for one in changes(api)]
    company = f"objects/company/records/{acme}"

    erase(api, ada)

    instants += [one["attributes"]["at"] for one in changes(api)]
    for instant in instants:
        assert api.get(f"{PEOPLE}/{ada}?as_of={instant}").status == 404
        assert api.get(f"{PEOPLE}?as_of={instant}").data == []
        then = api.get(f"{company}?as_of={instant}").data
        assert then["relationships"]["people"]["data"] == []
    assert api.get("objects/person/deleted").data == []
    assert api.get("objects/person/deleted-resources").data == []
    assert api.post(f"objects/person/deleted/{ada}/restore").status == 404


def test_a_second_erasure_is_the_first(api: Api, ada: str) -> None:
    first = erase(api, ada, reason="She asked.")
    again = erase(api, ada, reason="Once more.")
    by_uuid = erase(api, str(decode_id("per", ada)))

    assert (first.status, again.status, by_uuid.status) == (201, 200, 200)
    assert first.data == again.data == by_uuid.data
    assert len(api.get("erasures").data) == 1


def test_a_deleted_record_is_erased(api: Api, ada: str) -> None:
    api.delete(f"{PEOPLE}/{ada}")

    answer = erase(api, ada)

    counts = answer.data["attributes"]["counts"]
    assert (answer.status, counts["records"], counts["tombstones"]) == (201, 0, 1)
    assert kinds(api, ada)[-2:] == [("record.deleted", 3), ("record.erased", None)]
    assert api.get("objects/person/deleted").data == []


@pytest.mark.parametrize("which", [0, 1, 2], ids=["survivor", "between", "loser"])
def test_what_became_one_with_it_is_erased_too(api: Api, which: int) -> None:
    people = [person(api, name=name) for name in ("Ada", "Bea", "Cid")]
    ada, bea, cid = people
    assert (merge(api, bea, cid).status, merge(api, ada, bea).status) == (200, 200)

    answer = erase(api, people[which])

    others = {one["id"] for one in answer.data["relationships"]["merged"]["data"]}
    assert (answer.status, others) == (201, {*people} - {people[which]})
    assert answer.data["attributes"]["counts"]["tombstones"] == 2
    assert {api.get(f"{PEOPLE}/{one}").status for one in people} == {404}
    erased = {kinds(api, one)[-1][0] for one in people}
    assert erased == {"record.erased"}
    assert {erase(api, one).data["id"] for one in people} == {answer.id}


def test_a_record_that_came_out_again_is_erased_alone(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea", title="Countess")
    merge(api, ada, bea)
    assert unmerge(api, ada, bea).status == 200

    answer = erase(api, bea)

    assert answer.data["relationships"]["merged"]["data"] == []
    (named, *_) = answer.data["attributes"]["not_covered"]
    assert ada in named
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["name"] == "Ada"
    assert bea not in str(changes(api, f"filter[record]={ada}"))


def test_a_record_whose_type_was_removed_is_erased(api: Api) -> None:
    create_object(api, "Pet", properties={"secret": {"type": "string"}})
    pet = create(api, "c_pet", secret="canary")
    api.delete("schemas/objects/c_pet?force=true")

    answer = erase(api, pet, "c_pet")

    assert (answer.status, answer.data["attributes"]["counts"]["entries"]) == (201, 1)
    assert erase(api, pet, "c_pet").status == 200
    (created,) = JournalEntry.objects.filter(action="created")
    assert created.after == {}


UNKNOWN = "per_00000000000000000000000000"


def body(**members: Any) -> dict[str, Any]:
    """Return the document of an erasure of nobody, changed."""
    record = {"data": {"type": "person", "id": UNKNOWN}}
    data = {"type": "erasure", "relationships": {"record": record}, **members}
    return {"data": data}


@pytest.mark.parametrize(
    ("document", "status", "errors"),
    [
        (body(), 404, [("not_found", "/data/relationships/record/data")]),
        ({}, 400, [("malformed_document", "")]),
        (body() | {"more": 1}, 400, [("malformed_document", "/more")]),
        (body(type="person"), 409, [("type_mismatch", "/data/type")]),
        (body(id="1"), 422, [("client_id", "/data/id")]),
        (
            body(attributes={"reason": 1, "counts": {}}),
            422,
            [
                ("unknown_field", "/data/attributes/counts"),
                ("invalid_value", "/data/attributes/reason"),
            ],
        ),
        (
            body(attributes={"reason": "x" * 1001}),
            422,
            [("invalid_value", "/data/attributes/reason")],
        ),
        (
            body(relationships={}),
            422,
            [("required", "/data/relationships/record")],
        ),
        (
            body(relationships={"record": {"data": None}}),
            400,
            [("malformed_document", "/data/relationships/record/data")],
        ),
        (
            body(relationships={"record": {"data": {"type": "person", "id": "x"}}}),
            404,
            [("not_found", "/data/relationships/record/data")],
        ),
    ],
)
def test_says_what_is_wrong(
    api: Api, document: object, status: int, errors: list[tuple[str, str]]
) -> None:
    answer = api.post("erasures", document)

    assert (answer.status, answer.errors) == (status, errors)


def test_another_type_or_prefix_is_not_found(api: Api, ada: str) -> None:
    assert erase(api, ada, "company").status == 404
    assert erase(api, ada.replace("per_", "com_")).status == 404


def test_it_is_not_undone(api: Api, ada: str) -> None:
    whole = [one["id"] for one in changes(api, f"filter[record]={ada}")]

    answer = erase(api, ada)

    undone = api.post(f"changes/{answer.headers['X-Change-Id']}/undo")
    assert (undone.status, undone.errors) == (422, [("not_undoable", "")])
    (deletion, _) = changes(api, f"filter[record]={ada}")[-2:]
    for change in [*whole, deletion["id"]]:
        refused = api.post(f"changes/{change}/undo")
        assert (refused.status, {code for code, _ in refused.errors}) == (
            409,
            {"undo_conflict"},
        )
        skipped = api.post(f"changes/{change}/undo", {"meta": {"on_conflict": "skip"}})
        assert (skipped.status, skipped.data) == (200, [])
    assert api.get(PEOPLE).data == []


def test_an_agent_hears_of_it_who_saw_it_in_the_end(api: Api, scout: Api) -> None:
    seen, hidden = (create(api, "person", name=name) for name in ("Ada", "Bea"))
    start = now(scout)
    api.delete(f"{PEOPLE}/{hidden}/access/scout")

    erase(api, seen)
    erase(api, hidden)

    assert [*map(told, changes(scout, f"page[after]={start}"))] == [
        ("record.hidden", hidden),
        ("record.deleted", seen),
        ("record.erased", seen),
    ]


def test_an_answer_that_names_it_is_forgotten(api: Api, acme: str) -> None:
    made = api.post(PEOPLE, resource("person", name="Ada"), Idempotency_Key="a")
    kept = api.post(PEOPLE, resource("person", name="Bea"), Idempotency_Key="b")

    answer = erase(api, made.id, Idempotency_Key="c")
    again = erase(api, made.id, Idempotency_Key="c")

    assert answer.data["attributes"]["counts"]["answers"] == 1
    assert (again.status, again.headers["Idempotency-Replayed"]) == (201, "true")
    replayed = api.post(PEOPLE, resource("person", name="Bea"), Idempotency_Key="b")
    assert replayed.id == kept.id
    new = api.post(PEOPLE, resource("person", name="Ada"), Idempotency_Key="a")
    assert "Idempotency-Replayed" not in new.headers


def test_a_job_erases_what_is_too_much_for_a_request(
    api: Api, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.erasing.erasures.MOST_IN_A_REQUEST", 2)

    answer = erase(api, ada)
    waiting = erase(api, ada)

    assert (answer.status, answer.data["type"]) == (202, "job")
    assert (waiting.status, waiting.id) == (202, answer.id)
    (pending,) = api.get("erasures").data
    assert pending["attributes"]["at"] is None
    run_all(api.workspace)
    done = erase(api, ada)
    assert (done.status, done.id) == (200, pending["id"])
    assert done.data["attributes"]["counts"]["entries"] == 3
    assert done.data["relationships"]["job"]["data"]["id"] == answer.id
    assert kinds(api, ada)[-1] == ("record.erased", None)


def test_a_job_that_is_cancelled_leaves_all_as_it_was(
    api: Api, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.erasing.erasures.MOST_IN_A_REQUEST", 2)
    job = erase(api, ada).id

    assert api.delete(f"jobs/{job}").status == 202

    run_all(api.workspace)
    assert api.get("erasures").data == []
    assert api.get(f"{PEOPLE}/{ada}").status == 200
    assert erase(api, ada).status == 202


def test_the_tables_are_cleared_afterwards(api: Api, ada: str) -> None:
    bea = create(api, "person", name="Bea")
    erase(api, ada)
    erase(api, bea)

    (job,) = Job.objects.filter(kind="vacuum")
    run_all(api.workspace)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("succeeded", 9, 9)


def run_all(workspace: Workspace) -> None:
    """Do all jobs that wait."""
    for job in Job.objects.alive().order_by("id"):
        run_job(workspace.id, job.id, Event())
