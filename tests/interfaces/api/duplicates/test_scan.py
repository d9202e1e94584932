"""A scan finds the duplicates of a type, which are worked through from a list."""

from __future__ import annotations

from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent
from jobs.models import Job
from jobs.running import PutBack, run_job
from objects.models import ObjectType
from records.duplicates import scanning
from records.duplicates.pairs import forget_pairs
from records.erasing.stores import Forgotten
from records.ids import record_in
from records.models import Duplicate, DuplicateKey
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.duplicates.finding import (
    PEOPLE,
    company,
    duplicates,
    person,
    told,
)

PAIRS = "objects/person/duplicates"


def scan(api: Api, type_: str = "person") -> Job:
    """Scan a type to the end, and return the job."""
    answer = api.post(f"objects/{type_}/duplicates/scan")
    assert answer.status == 202, answer.json
    run_job(api.workspace.id, UUID(answer.id), Event())
    return Job.objects.get(id=answer.id)


def listed(api: Api, query: str = "") -> list[str]:
    """Return the ids of the pairs that are kept, in their order."""
    answer = api.get(f"{PAIRS}?{query}")
    assert answer.status == 200, answer.json
    return [pair["id"] for pair in answer.data]


def judge(api: Api, pair: str, state: object = "dismissed", **more: object) -> Answer:
    attributes = {"state": state, **more}
    body = {"data": {"type": "duplicate", "id": pair, "attributes": attributes}}
    return api.patch(f"{PAIRS}/{pair}", body)


def twins(api: Api, name: str = "Ada Lovelace", **attributes: object) -> str:
    """Make two people of a name, and return the id of their pair."""
    return "-".join(person(api, name, **attributes) for _ in range(2))


def test_a_scan_is_a_job_that_says_what_it_found(api: Api) -> None:
    pair = twins(api)
    person(api, "Charles Babbage")

    job = scan(api)

    assert (job.kind, job.state, job.done, job.total) == (
        "duplicates",
        "succeeded",
        3,
        3,
    )
    assert job.result == {"open": 1}
    assert listed(api) == [pair]
    assert DuplicateKey.objects.count() == 0


def test_the_list_has_what_is_told_live_the_surest_first(api: Api) -> None:
    named = twins(api)
    reached = twins(api, "Bea", phone_numbers=items("+14155550100"))
    scan(api)

    answer = api.get(PAIRS)

    assert [pair["id"] for pair in answer.data] == [reached, named]
    assert answer.data == [
        duplicates(api, pair.partition("-")[0])[0] for pair in (reached, named)
    ]
    assert api.get(f"{PAIRS}/{named}").data == answer.data[1]


def test_the_list_has_pages(api: Api) -> None:
    pairs = [twins(api, f"{name} {name}son") for name in ("Ada", "Bea", "Cid")]
    scan(api)

    first = api.get(f"{PAIRS}?page[size]=2&filter[state]=open").json
    path = first["links"]["next"].removeprefix(f"{api.base}/")
    second = api.get(path).json
    back = api.get(second["links"]["prev"].removeprefix(f"{api.base}/")).json

    assert [one["id"] for one in first["data"]] == pairs[:2] == sorted(pairs)[:2]
    assert [one["id"] for one in second["data"]] == pairs[2:]
    assert back["data"] == first["data"]


def test_a_pair_that_is_dismissed_stays_so_until_a_value_changes(api: Api) -> None:
    pair = twins(api)
    scan(api)

    answer = judge(api, pair)
    scan(api)

    assert answer.data["attributes"]["state"] == "dismissed"
    assert listed(api, "filter[state]=open") == []
    assert listed(api, "filter[state]=dismissed") == [pair]
    ada = pair.partition("-")[0]
    assert duplicates(api, ada)[0]["attributes"]["state"] == "dismissed"
    assert api.patch(f"{PEOPLE}/{ada}", resource("person", title="X")).status == 200
    scan(api)
    assert listed(api, "filter[state]=open") == []
    changed = resource("person", phone_numbers=items("+14155550100"))
    assert api.patch(f"{PEOPLE}/{ada}", {"data": changed["data"]}).status == 200
    assert duplicates(api, ada)[0]["attributes"]["state"] == "open"
    scan(api)
    assert listed(api, "filter[state]=open") == [pair]


def test_a_pair_can_be_dismissed_before_any_scan_and_opened_again(api: Api) -> None:
    pair = twins(api)

    assert judge(api, pair).status == 200
    scan(api)
    assert listed(api, "filter[state]=open") == []
    assert judge(api, pair, "open").data["attributes"]["state"] == "open"
    assert listed(api, "filter[state]=open") == [pair]


def test_what_is_not_alike_any_more_is_closed_by_the_next_scan(api: Api) -> None:
    ada = twins(api).partition("-")[0]
    scan(api)
    renamed = resource("person", name="Grace Hopper")

    assert api.patch(f"{PEOPLE}/{ada}", renamed).status == 200
    scan(api)

    assert listed(api) == []
    assert not Duplicate.objects.exists()


@pytest.mark.parametrize("end", ["delete", "merge"])
def test_pairs_of_records_that_are_gone_are_absent_at_once(api: Api, end: str) -> None:
    pair = twins(api)
    ada, also = pair.split("-")
    scan(api)

    if end == "delete":
        assert api.delete(f"{PEOPLE}/{also}").status == 204
    else:
        loser = {"data": [{"type": "person", "id": also}]}
        assert api.post(f"{PEOPLE}/{ada}/merge", loser).status == 200

    assert listed(api) == []
    assert api.get(f"{PAIRS}/{pair}").status == 404
    assert judge(api, pair).status == 404
    assert scan(api).result == {"open": 0}
    assert not Duplicate.objects.exists()


def test_agents_are_told_of_pairs_of_which_they_see_both(
    api: Api, scout: Api, agent: Agent
) -> None:
    ada, also, hidden = (person(api, "Ada Lovelace") for _ in range(3))
    assert api.delete(f"{PEOPLE}/{hidden}/access/*").status == 204
    scan(api)

    assert len(listed(api)) == 3
    assert listed(scout) == [f"{ada}-{also}"]
    assert scout.get(f"{PAIRS}?page[limit]=1").json["meta"]["total_records"] == 1
    assert scout.get(f"{PAIRS}/{ada}-{hidden}").status == 404
    assert judge(scout, f"{ada}-{hidden}").status == 404


def test_a_company_that_not_everybody_sees_is_no_reason_in_the_list(api: Api) -> None:
    engines = company(api, "Engines")
    link = {"companies": {"data": [{"type": "company", "id": engines}]}}
    for _ in range(2):
        body = resource("person", name="Ada Lovelace")
        body["data"]["relationships"] = link
        assert api.post(PEOPLE, body).status == 201
    scan(api)
    (pair,) = api.get(PAIRS).data
    assert told(pair)[1] == [("name", "same"), ("companies", "same")]

    assert api.delete(f"objects/company/records/{engines}/access/*").status == 204
    scan(api)

    (pair,) = api.get(PAIRS).data
    assert told(pair)[1] == [("name", "same")]


def test_a_scan_that_is_killed_at_every_step_finds_the_same(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in (("RECORDS", 2), ("KEYS", 5), ("MOST_PAIRS", 1), ("CLOSED", 1)):
        monkeypatch.setattr(scanning, name, few)
    pairs = [twins(api, f"{name} {name}son") for name in ("Ada", "Bea", "Cid")]
    answer = api.post(f"{PAIRS}/scan")
    leaving = Event()
    leaving.set()

    steps = 0
    while Job.objects.alive().filter(id=answer.id).exists():
        steps += 1
        try:
            run_job(api.workspace.id, UUID(answer.id), leaving)
        except PutBack:
            continue

    assert steps > 10
    assert listed(api) == sorted(pairs)
    assert Job.objects.get(id=answer.id).result == {"open": 3}
    assert DuplicateKey.objects.count() == 0


def test_a_key_that_many_share_brings_nobody_together(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "KEYS", 4)
    monkeypatch.setattr(scanning, "MOST_SHARING", 3)
    for _ in range(4):
        person(api, "Ada Lovelace")

    assert scan(api).result == {"open": 0}


def test_a_scan_that_is_cancelled_leaves_no_keys(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "RECORDS", 1)
    twins(api)
    answer = api.post(f"{PAIRS}/scan")
    leaving = Event()
    leaving.set()
    with pytest.raises(PutBack):
        run_job(api.workspace.id, UUID(answer.id), leaving)
    assert DuplicateKey.objects.exists()

    assert api.delete(f"jobs/{answer.id}").status == 202
    run_job(api.workspace.id, UUID(answer.id), Event())

    assert not DuplicateKey.objects.exists()


def test_pairs_of_a_record_can_be_forgotten(api: Api) -> None:
    ada, also, third = (person(api, "Ada Lovelace") for _ in range(3))
    scan(api)
    found = record_in(also)
    assert found

    forget_pairs(Forgotten(api.workspace.id, [found], [], []))

    assert listed(api) == [f"{ada}-{third}"]


def test_pairs_go_with_their_object_type(api: Api) -> None:
    made = api.post("schemas/objects", resource("object", name="Supplier"))
    assert made.status == 201, made.json
    fields = {
        "name": {"type": "string"},
        "phone": {"type": "string", "format": "phone"},
    }
    made = api.post("schemas/c_supplier/properties", {"properties": fields})
    assert made.status == 201, made.json
    for _ in range(2):
        body = resource("c_supplier", name="Bolt", phone="+14155550100")
        assert api.post("objects/c_supplier/records", body).status == 201
    assert scan(api, "c_supplier").result == {"open": 1}

    assert api.delete("schemas/objects/c_supplier?force=true").status == 204

    assert not ObjectType.objects.filter(slug="c_supplier").exists()
    assert not Duplicate.objects.exists()


REFUSED: list[tuple[dict[str, Any], int, tuple[str, str]]] = [
    ({"type": "person"}, 409, ("type_mismatch", "/data/type")),
    ({"id": "per_1-per_2"}, 409, ("id_mismatch", "/data/id")),
    ({"attributes": {}}, 422, ("invalid_value", "/data/attributes/state")),
    (
        {"attributes": {"state": "gone"}},
        422,
        ("invalid_value", "/data/attributes/state"),
    ),
    (
        {"attributes": {"state": "open", "score": 1}},
        422,
        ("read_only", "/data/attributes/score"),
    ),
]


@pytest.mark.parametrize(("members", "status", "error"), REFUSED)
def test_refuses_what_is_no_judgement(
    api: Api, members: dict[str, Any], status: int, error: tuple[str, str]
) -> None:
    pair = twins(api)
    judged = {"type": "duplicate", "id": pair, "attributes": {"state": "open"}}

    answer = api.patch(f"{PAIRS}/{pair}", {"data": judged | members})

    assert (answer.status, answer.errors) == (status, [error])
    assert not Duplicate.objects.exists()


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("filter[state]=gone", "filter[state]"),
        ("filter[score]=1", "filter[score]"),
        ("sort=score", "sort"),
        ("page[after]=nowhere", "page[after]"),
    ],
)
def test_refuses_what_cannot_be_asked_of_the_list(
    api: Api, query: str, parameter: str
) -> None:
    answer = api.get(f"{PAIRS}?{query}")

    assert (answer.status, answer.errors[0][1]) == (400, parameter)


@pytest.mark.parametrize("pair", ["x", "per_1-per_2", "{ada}", "{ada}-{ada}", "-"])
def test_what_is_no_pair_is_not_found(api: Api, pair: str) -> None:
    ada = person(api, "Ada")

    assert api.get(f"{PAIRS}/{pair.format(ada=ada)}").status == 404


@pytest.mark.parametrize("many", [1, 5])
def test_the_list_takes_one_statement(api: Api, many: int) -> None:
    for number in range(many):
        twins(api, f"Ada Lovelace{number}")
    scan(api)

    with CaptureQueriesContext(connection) as statements:
        assert len(listed(api)) == many

    assert len(statements) == 1


def test_a_type_without_anything_to_reach_by_is_scanned_at_once(api: Api) -> None:
    for _ in range(2):
        body = resource("task", title="Call back")
        assert api.post("objects/task/records", body).status == 201

    assert scan(api, "task").result == {"open": 0}
