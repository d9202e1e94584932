"""A field that gets another type by a job, while others read and write."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from jobs.models import Job
from jobs.running import run_job, take_step
from objects.models import Field, ObjectType
from records.models import JournalEntry, Record
from records.schema_changes import stripping, walking
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    change_field,
    create,
    create_object,
    properties,
    remove_field,
    schema_entries,
)

DEALS = "objects/deal/records"
SIZE = "schemas/deal/properties/size"


@pytest.fixture
def api(api: Api) -> Api:
    """The API, where deals have a size that is text; they are taken one by one."""
    add_fields(api, "deal", size={"type": "string"})
    return api


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "BATCH", 1)
    monkeypatch.setattr(stripping, "STRIPPED", 1)


def retype(api: Api, type_: str = "number", **said: object) -> Answer:
    """Give the size another type, and rather have an answer at once."""
    body = resource("schema-properties", type=type_, **said)
    return api.patch(SIZE, body, Prefer="respond-async")


def run(answer: Answer) -> Job:
    """Do the job of an answer to its end."""
    job = Job.objects.get(pk=answer.id)
    run_job(job.workspace_id, job.id, Event())
    job.refresh_from_db()
    return job


def run_until(answer: Answer, phase: str, steps: int = 0) -> Job:
    """Do a job until the field is so far, and some steps more."""
    job = Job.objects.get(pk=answer.id)
    field = Field.objects.filter(pk=job.arguments["field"])
    while field.get().retyping["phase"] != phase:
        take_step(job.workspace_id, job.id)
    for _ in range(steps):
        take_step(job.workspace_id, job.id)
    return job


def size(api: Api, deal: str) -> Any:
    """Return the size of a deal."""
    return attributes(api, "deal", deal)["size"]


def updates() -> list[tuple[Any, Any, str]]:
    """Return what the journal says of sizes that changed, and where that came from."""
    entries = JournalEntry.objects.filter(action="updated").order_by("seq")
    return [(e.before.get("size"), e.after.get("size"), e.source) for e in entries]


def test_answers_with_the_job_that_gives_a_field_another_type(api: Api) -> None:
    deals = [create(api, "deal", name=v, size=v) for v in ("10", "9")]
    create(api, "deal", name="Blank")

    answer = retype(api)

    shown = answer.data["attributes"]
    assert answer.status == 202
    assert answer.headers["Content-Location"] == f"{api.base}/jobs/{answer.id}"
    assert (shown["kind"], shown["object"], shown["total"]) == ("retype", "deal", 6)
    assert (properties(api, "deal")["size"]["x-type"], size(api, deals[0])) == (
        *("text", "10"),
    )
    job = run(answer)
    assert (job.state, job.done) == ("succeeded", 6)
    assert [size(api, deal) for deal in deals] == [10, 9]
    assert properties(api, "deal")["size"]["x-type"] == "number"
    assert "x-retyping" not in properties(api, "deal")["size"]


def test_the_journal_has_the_switch_before_what_reads_otherwise(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="12")
    create(api, "deal", name="Blank")

    job = run(retype(api))

    assert schema_entries()[-1] == (
        {"size": {"type": "text"}},
        {"size": {"type": "number"}},
    )
    last, switch = JournalEntry.objects.order_by("-seq")[:2]
    assert switch.action == "reshaped"
    assert (last.before["size"], last.after, last.version) == ("12", {"size": 12}, 2)
    assert (last.source, last.cause) == ("job", {"job": str(job.id)})
    assert api.get(f"{DEALS}/{deal}").headers["ETag"] == '"2"'


def test_nothing_is_stored_beside_the_value_in_the_end(api: Api) -> None:
    create(api, "deal", name="Big", size="12")

    run(retype(api))
    run(retype(api, "text"))

    field = Field.objects.get(slug="size")
    record = Record.objects.get()
    assert record.attributes == {"name": "Big", field.member: "12"}
    assert record.folded == {"name": "big", field.member: "12"}
    assert (field.noted_member, field.retyping) == ("size", {})


@pytest.mark.parametrize("is_through", [False, True])
def test_writers_keep_values_of_both_types(api: Api, is_through: bool) -> None:
    deal = create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "converting", steps=int(is_through))

    other = create(api, "deal", name="Small", size="3")
    api.patch(f"{DEALS}/{deal}", resource("deal", size="13"))

    assert (size(api, deal), size(api, other)) == ("13", "3")
    assert run(answer).state == "succeeded"
    assert (size(api, deal), size(api, other)) == (13, 3)


def test_a_value_that_fits_one_of_both_types_is_refused_at_its_pointer(
    api: Api,
) -> None:
    deal = create(api, "deal", name="Big", size="12")
    retype(api)

    answers = [
        api.post(DEALS, resource("deal", name="Small", size="three")),
        api.post(DEALS, resource("deal", name="Small", size=3)),
        api.patch(f"{DEALS}/{deal}", resource("deal", size="many")),
    ]

    expected = (422, [("invalid_value", "/data/attributes/size")])
    assert [(answer.status, answer.errors) for answer in answers] == [expected] * 3
    assert "number" in answers[0].json["errors"][0]["detail"]


def test_others_may_be_written_of_a_record_that_is_in_the_way(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="many")
    answer = retype(api)

    written = api.patch(f"{DEALS}/{deal}", resource("deal", name="Huge", size="many"))

    assert written.status == 200
    assert run(answer).state == "failed"


def test_a_job_names_each_record_in_its_way_and_leaves_all_as_it_was(api: Api) -> None:
    create(api, "deal", name="Big", size="12")
    bad = [create(api, "deal", name=v, size=v) for v in ("many", "few")]
    before = list(Record.objects.order_by("id").values())
    journal = JournalEntry.objects.count()

    job = run(retype(api))
    for purge in Job.objects.filter(kind="remove"):
        run_job(purge.workspace_id, purge.id, Event())

    assert job.state == "failed"
    assert [error["meta"]["record"] for error in job.errors] == bad
    assert {(error["code"], error["source"]["pointer"]) for error in job.errors} == {
        ("invalid_value", "/data/attributes/type")
    }
    assert list(Record.objects.order_by("id").values()) == before
    assert JournalEntry.objects.count() == journal
    assert properties(api, "deal")["size"]["x-type"] == "text"
    assert ObjectType.objects.get(slug="deal").removed_members == []


def test_a_job_that_is_cancelled_before_the_switch_puts_everything_back(
    api: Api,
) -> None:
    deals = [create(api, "deal", name=v, size=v) for v in ("1", "2")]
    before = list(Record.objects.order_by("id").values())
    answer = retype(api)
    job = run_until(answer, "converting", steps=1)

    assert api.delete(f"jobs/{answer.id}").status == 202
    take_step(job.workspace_id, job.id)

    assert [size(api, deal) for deal in deals] == ["1", "2"]
    for purge in Job.objects.filter(kind="remove"):
        run_job(purge.workspace_id, purge.id, Event())
    assert list(Record.objects.order_by("id").values()) == before
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert api.post(DEALS, resource("deal", name="Big", size="many")).status == 201
    assert retype(api).status == 202


def test_a_job_is_finished_once_the_field_has_its_new_type(api: Api) -> None:
    create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "noting")

    refused = api.delete(f"jobs/{answer.id}")

    assert (refused.status, refused.errors) == (409, [("in_progress", "")])
    assert run(answer).state == "succeeded"


def test_records_have_no_entity_tag_until_all_is_noted(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "converting", steps=1)
    tagged = api.get(f"{DEALS}/{deal}")
    run_until(answer, "noting")

    known = api.get(f"{DEALS}/{deal}", if_none_match='"1"')

    assert (tagged.headers["ETag"], size(api, deal)) == ('"1"', 12)
    assert (known.status, "ETag" in known.headers) == (200, False)
    body = resource("deal", name="Huge")
    assert api.patch(f"{DEALS}/{deal}", body, if_match='"2"').status == 412
    assert api.patch(f"{DEALS}/{deal}", body, if_match='"1"').status == 200
    run(answer)
    assert api.get(f"{DEALS}/{deal}").headers["ETag"] == '"3"'


def test_a_write_before_it_is_noted_leaves_that_to_the_job(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "noting")

    api.patch(f"{DEALS}/{deal}", resource("deal", name="Huge"))
    run(answer)

    assert updates() == [(None, None, "api"), ("12", 12, "job")]
    assert attributes(api, "deal", deal)["name"] == "Huge"
    assert size(api, deal) == 12


def test_who_changes_a_value_before_it_is_noted_notes_it(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "noting")

    api.patch(f"{DEALS}/{deal}", resource("deal", size=13))
    run(answer)

    assert updates() == [("12", 13, "api")]
    assert size(api, deal) == 13


def test_a_record_that_goes_before_it_is_noted_goes_as_it_was(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "noting")

    api.delete(f"{DEALS}/{deal}")
    run(answer)

    entry = JournalEntry.objects.get(action="deleted")
    assert entry.before["size"] == "12"


@pytest.mark.parametrize("steps", [0, 1, 9])
def test_the_past_is_told_in_values_of_the_former_type(api: Api, steps: int) -> None:
    deal = create(api, "deal", name="Big", size="12")
    then = api.get("changes?page[after]=now").json["meta"]["cursor"]
    answer = retype(api)
    run_until(answer, "noting", steps=min(steps, 1))
    if steps > 1:
        run(answer)

    was = api.get(f"{DEALS}/{deal}?as_of={then}")
    told = api.get(f"{DEALS}/{deal}/history").data

    assert was.data["attributes"]["size"] == "12"
    assert told[-1]["attributes"]["after"]["size"] == "12"


def test_the_past_after_the_switch_is_the_same_before_and_after_it_is_noted(
    api: Api,
) -> None:
    deal = create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "noting")
    then = api.get("changes?page[after]=now").json["meta"]["cursor"]
    path = f"{DEALS}/{deal}?as_of={then}"

    before = api.get(path).data["attributes"]
    run(answer)

    assert api.get(path).data["attributes"] == before
    assert before["size"] == "12"


@pytest.mark.parametrize("phase", ["converting", "noting"])
def test_values_are_found_and_sorted_as_they_are_shown(api: Api, phase: str) -> None:
    change_field(api, "deal", "size", indexed=True)
    deals = [create(api, "deal", name=v, size=v) for v in ("10", "9", "200")]
    answer = retype(api)
    run_until(answer, phase, steps=2)

    rows = api.get(f"{DEALS}?sort=size").data
    equal = api.get(f"{DEALS}?filter[size]=10").data

    order = [0, 2, 1] if phase == "converting" else [1, 0, 2]
    assert [row["id"] for row in rows] == [deals[place] for place in order]
    assert [row["id"] for row in equal] == [deals[0]]
    run(answer)
    assert properties(api, "deal")["size"]["x-indexed"] is True
    rows = api.get(f"{DEALS}?sort=size").data
    assert [row["id"] for row in rows] == [deals[1], deals[0], deals[2]]


@pytest.mark.parametrize("phase", ["converting", "noting"])
def test_a_field_on_its_way_to_another_type_is_not_sent_elsewhere(
    api: Api, phase: str
) -> None:
    create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, phase)

    refused = [
        retype(api, "integer"),
        change_field(api, "deal", "size", label="Extent"),
        change_field(api, "deal", "size", unique=True),
        remove_field(api, "deal", "size"),
    ]

    assert {(one.status, one.json["errors"][0]["code"]) for one in refused} == {
        (409, "in_progress")
    }
    assert retype(api).id == answer.id
    assert change_field(api, "deal", "size", type="number").id == answer.id


def test_a_second_field_of_a_type_gets_its_type_too(api: Api) -> None:
    add_fields(api, "deal", width={"type": "string"})
    deal = create(api, "deal", name="Big", size="12", width="3")
    first = retype(api)
    body = resource("schema-properties", type="integer")
    second = api.patch("schemas/deal/properties/width", body, Prefer="respond-async")

    jobs = [run(first), run(second)]

    assert [job.state for job in jobs] == ["succeeded", "succeeded"]
    shown = attributes(api, "deal", deal)
    assert (shown["size"], shown["width"]) == (12, 3)


@pytest.mark.parametrize("phase", ["converting", "noting"])
def test_the_object_type_may_go_meanwhile(api: Api, phase: str) -> None:
    create_object(api, "Thing", properties={"size": {"type": "string"}})
    create(api, "c_thing", size="12")
    body = resource("schema-properties", type="number")
    path = "schemas/c_thing/properties/size"
    answer = api.patch(path, body, Prefer="respond-async")
    run_until(answer, phase)

    gone = api.delete("schemas/objects/c_thing?force=true")

    assert gone.status == 204
    assert run(answer).state == "cancelled"


def test_undo_of_another_field_works_while_it_is_noted(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="12")
    answer = retype(api)
    run_until(answer, "noting")
    changed = api.patch(f"{DEALS}/{deal}", resource("deal", name="Huge"))

    undone = api.post(f"changes/{changed.headers['X-Change-Id']}/undo", {})

    assert undone.status == 200
    run(answer)
    shown = attributes(api, "deal", deal)
    assert (shown["name"], shown["size"]) == ("Big", 12)


def test_an_undo_puts_back_no_value_that_fits_one_of_both_types(api: Api) -> None:
    deal = create(api, "deal", name="Big", size="many")
    changed = api.patch(f"{DEALS}/{deal}", resource("deal", size="12"))
    retype(api)

    undone = api.post(f"changes/{changed.headers['X-Change-Id']}/undo", {})

    assert (undone.status, size(api, deal)) == (409, "12")


def test_what_comes_of_a_merge_fits_both_types(api: Api) -> None:
    add_fields(api, "deal", kinds={"x-type": "tags"})
    survivor, loser = (
        create(api, "deal", name=name, kinds=items(name)) for name in ("A", "B")
    )
    body = resource("schema-properties", type="text")
    api.patch("schemas/deal/properties/kinds", body, Prefer="respond-async")

    merged = api.post(
        f"{DEALS}/{survivor}/merge", {"data": [{"type": "deal", "id": loser}]}
    )

    assert (merged.status, merged.json["errors"][0]["code"]) == (422, "invalid_value")


@pytest.mark.parametrize(
    ("narrow", "wide"), [("agent", "owner"), ("text", "multiline_text")]
)
def test_a_type_that_takes_all_values_as_they_are_is_there_at_once(
    api: Api, narrow: str, wide: str
) -> None:
    add_fields(api, "deal", extra={"x-type": narrow})
    create(api, "deal", name="Big")
    body = resource("schema-properties", type=wide)

    answer = api.patch("schemas/deal/properties/extra", body, Prefer="respond-async")

    assert answer.status == 200
    assert properties(api, "deal")["extra"]["x-type"] == wide


def test_text_that_gets_several_lines_leaves_records_as_they_are(api: Api) -> None:
    add_fields(api, "deal", extra={"x-type": "text", "x-searchable": True})
    one = f"{DEALS}/{create(api, 'deal', name='Big', extra='A line')}"
    before = api.get(one).json["data"]
    body = resource("schema-properties", type="multiline_text")

    api.patch("schemas/deal/properties/extra", body)

    assert api.get(one).json["data"] == before


def test_flags_that_are_asked_for_with_the_type_come_behind_it(api: Api) -> None:
    for name, value in (("A", "1"), ("B", "2")):
        create(api, "deal", name=name, size=value)

    job = run(retype(api, "integer", unique=True, indexed=True))

    shown = properties(api, "deal")["size"]
    assert (job.state, job.done, job.total) == ("succeeded", 6, 6)
    assert (shown["x-type"], shown["x-unique"], shown["x-indexed"]) == (
        *("integer", True),
        True,
    )
    taken = api.post(DEALS, resource("deal", name="C", size=2))
    assert taken.status == 409
