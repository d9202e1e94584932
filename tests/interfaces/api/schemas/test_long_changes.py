"""Changes of schemas that go through more records than a request does are jobs."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from jobs.models import Job
from jobs.running import run_job, take_step
from objects.declarations import pace
from objects.models import Field, ObjectType
from records.models import IndexedValue, JournalEntry, Record, UniqueValue
from records.schema_changes import narrow_tables, stripping, walking
from tests.api_client import Answer, Api, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    create,
    ids,
    properties,
)

DEALS = "objects/deal/records"
COLOUR = "schemas/deal/properties/colour"
SIZE = "schemas/deal/properties/size"
SIZES = ({"label": "Small", "id": "s"}, {"label": "Large", "id": "l"})


@pytest.fixture
def api(api: Api) -> Api:
    """The API, where deals have a colour and a size, and are filled one by one."""
    size = {"x-type": "select", "options": list(SIZES)}
    add_fields(api, "deal", colour={"type": "string"}, size=size)
    return api


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "BATCH", 1)
    monkeypatch.setattr(stripping, "STRIPPED", 1)


def change(api: Api, path: str, /, **said: object) -> Answer:
    """Change a field, and rather have an answer at once."""
    body = resource("schema-properties", **said)
    return api.patch(path, body, Prefer="respond-async")


def run(answer: Answer) -> Job:
    """Do the job of an answer to its end."""
    job = Job.objects.get(pk=answer.id)
    run_job(job.workspace_id, job.id, Event())
    job.refresh_from_db()
    return job


def state(job: Job) -> tuple[Any, ...]:
    """Return how a job ended, and how much of it is done."""
    return job.state, job.done, job.total


def test_answers_with_the_job_that_makes_a_field_unique(api: Api) -> None:
    red = create(api, "deal", name="A", colour="Red")
    create(api, "deal", name="B", colour="Blue")

    answer = change(api, COLOUR, unique=True)

    assert answer.status == 202
    assert answer.headers["Content-Location"] == f"{api.base}/jobs/{answer.id}"
    shown = answer.data["attributes"]
    assert (shown["kind"], shown["state"], shown["object"], shown["total"]) == (
        *("fill", "queued", "deal"),
        2,
    )
    assert "x-unique" not in properties(api, "deal")["colour"]
    assert state(run(answer)) == ("succeeded", 2, 2)
    assert properties(api, "deal")["colour"]["x-unique"] is True
    body = resource("deal", colour="red") | {"match_on": "colour"}
    assert api.post(DEALS, body).id == red


def test_the_journal_says_that_a_job_did_it_for_whom(api: Api) -> None:
    create(api, "deal", name="A", colour="Red")

    job = run(change(api, COLOUR, unique=True))

    entry = JournalEntry.objects.latest("seq")
    assert entry.after == {"colour": {"unique": True}}
    assert (entry.actor, entry.source) == (job.created_by, "job")
    assert entry.cause == {"job": str(job.id)}


def test_writers_keep_up_from_the_start(api: Api) -> None:
    create(api, "deal", name="A", colour="Red")

    answer = change(api, COLOUR, unique=True)
    create(api, "deal", name="B", colour="Blue")
    taken = api.post(DEALS, resource("deal", name="C", colour="blue"))

    assert taken.status == 409
    assert run(answer).state == "succeeded"


def test_a_job_names_each_record_in_its_way_and_leaves_the_field_as_it_was(
    api: Api,
) -> None:
    red = [create(api, "deal", name=n, colour="Red") for n in ("A", "B")]

    job = run(change(api, COLOUR, unique=True))

    assert job.state == "failed"
    assert sorted(error["meta"]["record"] for error in job.errors) == sorted(red)
    assert {(error["code"], error["source"]["pointer"]) for error in job.errors} == {
        ("value_taken", "/data/attributes/unique")
    }
    assert "x-filling" not in properties(api, "deal")["colour"]
    assert not UniqueValue.objects.filter(field__slug="colour").exists()


def test_a_field_becomes_required(api: Api) -> None:
    lacking = create(api, "deal", name="A", colour="")

    answer = change(api, COLOUR, required=True)
    refused = api.post(DEALS, resource("deal", name="B"))
    failed = run(answer)
    api.patch(f"{DEALS}/{lacking}", resource("deal", colour="Red"))
    done = run(change(api, COLOUR, required=True))

    assert refused.errors == [("required", "/data/attributes")]
    (error,) = failed.errors
    assert (error["code"], error["meta"]) == ("required", {"record": lacking})
    assert done.state == "succeeded"
    assert api.get("schemas/deal").data["attributes"]["required"] == ["colour"]


def test_a_field_becomes_searchable_and_indexed(api: Api) -> None:
    red = create(api, "deal", name="A", colour="Red")
    create(api, "deal", name="B")

    job = run(change(api, COLOUR, searchable=True, indexed=True))

    assert state(job) == ("succeeded", 2, 2)
    assert ids(api.get(f"{DEALS}?filter[search]=red")) == [red]
    assert IndexedValue.objects.filter(field__slug="colour").count() == 2


def test_records_that_change_while_they_are_read_are_filled_as_they_are(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    red = create(api, "deal", name="A", colour="Red")
    gone = create(api, "deal", name="B", colour="Grey")
    monkeypatch.setattr(walking, "BATCH", 2)
    answer = change(api, COLOUR, unique=True)
    read = walking.as_of_now

    def change_and_go_on(*given: Any) -> Any:
        api.patch(f"{DEALS}/{red}", resource("deal", colour="Blue"))
        api.delete(f"{DEALS}/{gone}")
        return read(*given)

    monkeypatch.setattr("records.schema_changes.steps.as_of_now", change_and_go_on)
    job = run(answer)

    assert job.state == "succeeded"
    held = UniqueValue.objects.filter(field__slug="colour")
    assert list(held.values_list("key", flat=True)) == ["blue"]


def test_options_are_renamed_and_cleared_by_a_job(api: Api) -> None:
    small, large = (create(api, "deal", name=s, size=s) for s in ("Small", "Large"))
    options = [{"label": "Tiny", "id": "s"}]

    answer = api.patch(
        f"{SIZE}?force=true",
        resource("schema-properties", options=options),
        Prefer="respond-async",
    )
    job = run(answer)

    assert (job.state, job.result) == ("succeeded", {"records_changed": 2})
    assert attributes(api, "deal", small)["size"] == "Tiny"
    assert attributes(api, "deal", large)["size"] is None
    entry = JournalEntry.objects.filter(action="updated").latest("seq")
    assert (entry.source, entry.cause) == ("job", {"job": str(job.id)})


def test_other_labels_are_found_and_sorted_and_give_a_record_a_version(
    api: Api,
) -> None:
    change(api, SIZE, indexed=True)
    run_all()
    small = create(api, "deal", name="A", size="Small")
    options = [{"label": "Tiny", "id": "s"}, *SIZES[1:]]

    job = run(change(api, SIZE, options=options))

    assert (job.state, job.result) == ("succeeded", {"records_changed": 1})
    assert ids(api.get(f"{DEALS}?filter[size]=Tiny&sort=size")) == [small]
    assert api.get(f"{DEALS}/{small}").headers["ETag"] == '"2"'
    entry = JournalEntry.objects.filter(action="updated").latest("seq")
    assert (entry.before["size"], entry.after) == ("Small", {"size": "Tiny"})
    assert (entry.version, entry.before["_updated_by"]) == (2, job.created_by)


def test_what_is_kept_of_many_records_goes_bit_by_bit(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for colour in ("Red", "Blue"):
        create(api, "deal", name=colour, colour=colour)
    run(change(api, COLOUR, unique=True, indexed=True))
    monkeypatch.setattr(narrow_tables, "AT_ONCE", 1)
    monkeypatch.setattr(narrow_tables, "PURGED", 1)

    answer = change(api, COLOUR, unique=False)
    meanwhile = change(api, COLOUR, unique=True)
    create(api, "deal", name="Other", colour="Red")

    assert (answer.status, meanwhile.status) == (202, 409)
    assert "x-unique" not in properties(api, "deal")["colour"]
    api.delete(f"jobs/{answer.id}")
    run_all()
    field = Field.objects.get(slug="colour", object_type__slug="deal")
    assert field.backfill == {}
    assert not UniqueValue.objects.filter(field=field).exists()
    assert IndexedValue.objects.filter(field=field).count() == 3


def test_options_of_several_fields_are_one_job(api: Api) -> None:
    create(api, "deal", name="A", size="Small")
    edit = {"type": "schema-properties", "id": "deal"}
    said = {"attributes": {"size": {"enum": ["Small"]}}}
    how = {"meta": {"size": {"enum": "remove"}}}

    answer = api.patch("schemas", {"data": [edit | said | how]}, Prefer="respond-async")

    assert answer.status == 202
    assert run(answer).result == {"records_changed": 1}


def test_a_new_field_is_indexed_by_a_job(api: Api) -> None:
    create(api, "deal", name="A")

    body = {"properties": {"age": {"type": "integer", "x-indexed": True}}}
    answer = api.post("schemas/deal/properties", body, Prefer="respond-async")

    assert (answer.status, run(answer).state) == (202, "succeeded")
    assert properties(api, "deal")["age"]["x-indexed"] is True


def test_a_removed_field_is_gone_at_once_and_its_values_bit_by_bit(api: Api) -> None:
    change(api, COLOUR, unique=True, searchable=True)
    red, blue = (create(api, "deal", name=c, colour=c) for c in ("Red", "Blue"))

    field_id = Field.objects.get(slug="colour", object_type__slug="deal").id
    assert UniqueValue.objects.filter(field=field_id).count() == 2
    answer = api.delete(COLOUR, Prefer="respond-async")

    assert answer.status == 204
    assert "colour" not in attributes(api, "deal", red)
    api.patch(f"{DEALS}/{blue}", resource("deal", name="B"))
    job = Job.objects.get(kind="remove")
    run_job(job.workspace_id, job.id, Event())
    job.refresh_from_db()
    assert state(job) == ("succeeded", 2, 2)
    assert not Record.objects.filter(attributes__has_key="colour").exists()
    assert not UniqueValue.objects.filter(field=field_id).exists()
    assert ObjectType.objects.get(slug="deal").removed_members == []


def test_what_takes_no_time_is_done_at_once_whatever_is_preferred(api: Api) -> None:
    create(api, "deal", name="A")

    assert change(api, COLOUR, title="Paint").status == 200
    assert change(api, COLOUR, **{"x-hidden": True}).status == 200


@pytest.mark.parametrize(("headers", "limit"), [({}, 3), ({"Idempotency-Key": "a"}, 2)])
def test_the_number_of_records_decides(
    api: Api, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], limit: int
) -> None:
    monkeypatch.setattr("interfaces.api.schemas.view.AT_ONCE", 3)
    monkeypatch.setattr("interfaces.api.schemas.view.AT_ONCE_IF_NAMED", 2)
    for number in range(limit):
        create(api, "deal", name=str(number), colour=str(number))
    unique = resource("schema-properties", unique=True)
    at_once = api.patch(COLOUR, unique, **headers)
    create(api, "deal", name="more")

    indexed = resource("schema-properties", indexed=True)
    named = {name: f"{value}b" for name, value in headers.items()}
    left = api.patch(COLOUR, indexed, **named)

    assert (at_once.status, left.status) == (200, 202)
    again = api.patch(COLOUR, indexed, **named)
    if named:
        assert (again.id, again.headers["Content-Location"]) == (
            left.id,
            left.headers["Content-Location"],
        )
    assert pace.AT_ONCE == 10_000


def test_who_asks_again_is_told_of_the_same_job(api: Api) -> None:
    create(api, "deal", name="A")

    first, second = (change(api, COLOUR, unique=True) for _ in range(2))

    assert (second.status, second.id) == (202, first.id)
    other = change(api, COLOUR, indexed=True)
    assert (other.status, other.errors[0][0]) == (409, "in_progress")


def test_a_cancelled_job_leaves_the_field_as_it_was(api: Api) -> None:
    create(api, "deal", name="A", colour="Red")
    create(api, "deal", name="B", colour="Blue")
    answer = change(api, COLOUR, searchable=True, unique=True)
    job = Job.objects.get(pk=answer.id)
    take_step(job.workspace_id, job.id)

    assert api.delete(f"jobs/{job.id}").status == 202
    assert run(answer).state == "cancelled"

    run_all()
    field = Field.objects.get(slug="colour", object_type__slug="deal")
    assert (field.unique, field.searchable, field.backfill) == (False, False, {})
    assert not UniqueValue.objects.filter(field=field).exists()
    assert ids(api.get(f"{DEALS}?filter[search]=red")) == []


def run_all() -> None:
    """Do all that is in the queue."""
    for job in Job.objects.alive().order_by("id"):
        run_job(job.workspace_id, job.id, Event())
