"""Fields that are filled while others read, write and change schemas too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import httpx
import pytest
from django.db import connection, transaction

from crm.json_types import JSONObject
from crm.sql import Row, query
from objects.models import Field, ObjectType
from objects.schema_lock import lock_schemas
from records.ids import encode_id
from records.models import Record, UniqueValue
from tests.api_client import Api, resource
from tests.benchmarks.load import load
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    create_object,
    properties,
)
from tests.races.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")

THINGS = "objects/c_thing/records"
CODE = "schemas/c_thing/properties/code"
UNIQUE = {"unique": True}
MANY = 5000
"""Records, which are filled in several steps."""

COUNTS = """
INSERT INTO records_journalhead (workspace_id, last_seq, counts)
VALUES (%(workspace)s, 0, jsonb_build_object(%(type)s::text, %(many)s))
ON CONFLICT (workspace_id) DO UPDATE SET counts = excluded.counts
"""
HELD = """
SELECT lower(attributes->>'code'), id FROM records_record
WHERE attributes ? 'code' ORDER BY 1, 2
"""


def load_things(api: Api, code: Callable[[int], str], many: int = MANY) -> list[str]:
    """Load things with a code each, and return their ids."""
    create_object(api, "Thing", properties={"code": {"type": "string"}})
    api.workspace.refresh_from_db()

    def thing(number: int) -> JSONObject:
        return {"code": code(number)}

    ids = load(api.workspace, "c_thing", thing, many)
    type_ = ObjectType.objects.get(slug="c_thing")
    query(COUNTS, workspace=api.workspace.id, type=str(type_.id), many=many)
    return [encode_id(type_.prefix, record_id) for record_id in ids]


def held_codes() -> list[Row]:
    """Return each code with each thing that has it."""
    return query(HELD)


def claimed_codes() -> list[Row]:
    """Return each code with the one thing that the unique values name."""
    values = UniqueValue.objects.filter(field__slug="code").order_by("key", "record_id")
    return list(values.values_list("key", "record_id"))


class Interrupted(Exception):
    """The server stops here."""


@contextmanager
def interrupted(statement: str, after: int) -> Iterator[None]:
    """Stop at a statement that has been run some times, and expect that."""
    left = after

    def stop(execute: Callable[..., T], sql: str, *rest: object) -> T:
        nonlocal left
        if statement in sql:
            left -= 1
            if left < 0:
                raise Interrupted
        return execute(sql, *rest)

    with connection.execute_wrapper(stop), pytest.raises(Interrupted):
        yield


@pytest.fixture
def half_filled(api: Api) -> list[str]:
    """Things of which only some are through on their way to unique codes."""
    ids = load_things(api, "c{}".format)
    with interrupted("INSERT INTO records_uniquevalue", after=2):
        change_field(api, "c_thing", "code", **UNIQUE)
    return ids


def test_names_exactly_the_records_that_share_a_value(api: Api) -> None:
    shared = [3, 2500, 4999]
    ids = load_things(api, lambda n: "Same" if n in shared else f"c{n}")

    answer = change_field(api, "c_thing", "code", **UNIQUE)

    (error,) = answer.json["errors"]
    assert (answer.status, error["code"]) == (409, "value_taken")
    assert error["meta"]["matches"] == [ids[number] for number in shared]
    assert claimed_codes() == []


def test_becomes_unique_while_eight_write(crowd: Crowd, api: Api) -> None:
    ids = load_things(api, "c{}".format)
    changing = crowd.start(lambda c: c.patch(CODE, json=UNIQUE), 8)

    def write(number: int, client: httpx.Client) -> set[int]:
        seen, step = set(), 0
        while step < 5 or not changing.done():
            step += 1
            new = resource("c_thing", code=f"new {number} {step}")
            seen.add(client.post(THINGS, json=new).status_code)
            one = ids[number * 600 + step % 600]
            moved = resource("c_thing", code=f"moved {number} {step}")
            seen.add(client.patch(f"{THINGS}/{one}", json=moved).status_code)
            seen.add(client.delete(f"{THINGS}/{ids[-1 - number]}").status_code)
        return seen

    writing = [crowd.start(partial(write, number), number) for number in range(8)]

    assert changing.result().status_code == 200
    assert [future.result() for future in writing] == [{200, 201, 204, 404}] * 8
    assert held_codes() == claimed_codes()
    taken = api.post(THINGS, resource("c_thing", code="NEW 0 1"))
    assert taken.status == 409


def test_no_duplicate_slips_in(crowd: Crowd, api: Api) -> None:
    load_things(api, "c{}".format)

    def act(client: httpx.Client, number: int) -> int:
        if number == 0:
            return client.patch(CODE, json=UNIQUE).status_code
        body = resource("c_thing", code=f"C{number * 550}")
        return client.post(THINGS, json=body).status_code

    changed, *written = crowd.all(act, 9)

    slipped_in = written.count(201)
    assert set(written) <= {201, 409}
    assert changed == (409 if slipped_in else 200)
    assert Record.objects.count() == MANY + slipped_in
    assert claimed_codes() == ([] if slipped_in else held_codes())


def test_how_far_it_is_can_be_seen(api: Api, half_filled: list[str]) -> None:
    answer = api.get("schemas/c_thing", if_none_match='"2"')

    code = answer.data["attributes"]["properties"]["code"]
    done = len(claimed_codes())
    assert code["x-filling"] == {"flags": ["unique"], "done": done, "total": MANY}
    assert 0 < done < MANY
    assert "x-unique" not in code
    assert (answer.status, answer.headers.get("ETag")) == (200, None)


def test_who_asks_again_goes_on(api: Api, half_filled: list[str]) -> None:
    with interrupted("INSERT INTO records_uniquevalue", after=0):
        change_field(api, "c_thing", "code", **UNIQUE)
    answer = change_field(api, "c_thing", "code", **UNIQUE)

    code = properties(api, "c_thing")["code"]
    assert answer.status == 200
    assert (code["x-unique"], "x-filling" in code) == (True, False)
    assert held_codes() == claimed_codes()


def test_writers_keep_up_meanwhile(api: Api, half_filled: list[str]) -> None:
    taken = api.post(THINGS, resource("c_thing", code="C7"))
    api.delete(f"{THINGS}/{half_filled[7]}")
    free = api.post(THINGS, resource("c_thing", code="C7"))
    by_code = resource("c_thing", code="c8") | {"match_on": "code"}

    answer = change_field(api, "c_thing", "code", **UNIQUE)

    assert (taken.status, free.status, answer.status) == (409, 201, 200)
    assert held_codes() == claimed_codes()
    assert api.post(THINGS, by_code).id == half_filled[8]


def test_readers_do_not_rely_on_it_meanwhile(api: Api, half_filled: list[str]) -> None:
    with_match = resource("c_thing", code="c8") | {"match_on": "code"}

    upserted = api.post(THINGS, with_match)
    found = [api.get(f"{THINGS}?filter[code]=c{n}").data for n in (8, 4998)]

    assert upserted.status == 400
    assert [row["id"] for rows in found for row in rows] == [
        half_filled[8],
        half_filled[4998],
    ]


@pytest.mark.parametrize("flag", ["indexed", "searchable"])
def test_reads_are_whole_while_a_field_is_filled(api: Api, flag: str) -> None:
    load_things(api, "c{:04d}".format)
    statement = "INTO records_indexedvalue" if flag == "indexed" else "SET search ="
    with interrupted(statement, after=1):
        change_field(api, "c_thing", "code", **{flag: True})

    found = api.get(f"{THINGS}?sort=-code&page[limit]=2")
    parts = api.get(f"{THINGS}?filter[code][contains]=c499")

    codes = [row["attributes"]["code"] for row in found.data]
    assert codes == ["c4999", "c4998"]
    assert parts.json["meta"]["total_records"] == 10


def test_something_else_waits_until_it_is_done(
    api: Api, half_filled: list[str]
) -> None:
    other = change_field(api, "c_thing", "code", indexed=True)
    label = change_field(api, "c_thing", "code", label="Key")

    assert (other.status, other.errors) == (409, [("in_progress", "/data/attributes")])
    assert label.status == 200
    assert "x-filling" in properties(api, "c_thing")["code"]


def test_it_can_be_called_off(api: Api, half_filled: list[str]) -> None:
    answer = change_field(api, "c_thing", "code", unique=False)

    code = properties(api, "c_thing")["code"]
    assert answer.status == 200
    assert {"x-filling", "x-unique"} & code.keys() == set()
    assert claimed_codes() == []
    assert api.post(THINGS, resource("c_thing", code="C7")).status == 201


def test_it_goes_on_under_another_name(api: Api, half_filled: list[str]) -> None:
    renamed = change_field(api, "c_thing", "code", slug="sku")
    answer = change_field(api, "c_thing", "sku", **UNIQUE)

    assert (renamed.status, answer.status) == (200, 200)
    assert properties(api, "c_thing")["sku"]["x-unique"] is True
    assert UniqueValue.objects.filter(field__slug="sku").count() == MANY


def test_its_field_can_be_removed(api: Api, half_filled: list[str]) -> None:
    answer = api.delete(CODE)

    assert answer.status == 204
    assert not UniqueValue.objects.exists()
    assert not Record.objects.filter(attributes__has_key="code").exists()


def test_its_object_type_can_be_deleted(api: Api) -> None:
    load_things(api, "c{}".format, 600)
    with interrupted("SELECT id, version", after=0):
        change_field(api, "c_thing", "code", **UNIQUE)

    answer = api.delete("schemas/objects/c_thing?force=true")

    assert answer.status == 204
    assert not Record.objects.exists()
    assert not UniqueValue.objects.exists()


@pytest.mark.parametrize("code", ["c{}", "same"])
def test_two_who_ask_for_the_same_get_the_same(
    crowd: Crowd, api: Api, code: str
) -> None:
    load_things(api, code.format)

    answers = crowd.all(lambda client, _: client.patch(CODE, json=UNIQUE), 2)

    expected = 200 if "{" in code else 409
    assert [answer.status_code for answer in answers] == [expected] * 2
    assert Field.objects.get(slug="code").unique is (expected == 200)


def test_reads_do_not_wait_for_schema_changes(crowd: Crowd, api: Api) -> None:
    load_things(api, "c{}".format, 10)

    with transaction.atomic():
        lock_schemas(api.workspace.id)
        paths = [THINGS, "schemas/c_thing", "objects/c_thing"]
        reading = [crowd.start(partial(httpx.Client.get, url=path)) for path in paths]
        statuses = [future.result().status_code for future in reading]

    assert statuses == [200] * 3


def test_filling_may_take_longer_than_other_statements(api: Api) -> None:
    load_things(api, "c{}".format, 10)
    limits = []

    def look(execute: Callable[..., T], sql: str, *rest: object) -> T:
        if "INSERT INTO records_uniquevalue" in sql:
            limits.append(query("SHOW statement_timeout"))
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        change_field(api, "c_thing", "code", **UNIQUE)

    assert limits == [[("0",)]]
    assert query("SHOW statement_timeout") != [("0",)]


def test_other_processes_know_at_once(crowd: Crowd, api: Api) -> None:
    create_object(api, "Thing")
    client = crowd.clients[0]

    statuses = []
    for slug in ("a", "b", "c"):
        body = resource("c_thing", **{slug: "x"})
        before = client.post(THINGS, json=body).status_code
        add_fields(api, "c_thing", **{slug: {"type": "string"}})
        statuses.append((before, client.post(THINGS, json=body).status_code))

    assert statuses == [(422, 201)] * 3


def test_of_two_schema_changes_one_waits(crowd: Crowd, api: Api) -> None:
    create_object(api, "Thing")

    def add(client: httpx.Client, number: int) -> int:
        body = {"properties": {f"f{number % 8}": {"type": "string"}}}
        return client.post("schemas/c_thing/properties", json=body).status_code

    statuses = crowd.all(add, 16)

    assert sorted(statuses) == [201] * 8 + [409] * 8
    assert sorted(properties(api, "c_thing")) == [f"f{n}" for n in range(8)]
    assert api.get("schemas/c_thing").headers["ETag"] == '"9"'


def test_writes_by_either_name_fit_a_field_that_is_renamed(
    crowd: Crowd, api: Api
) -> None:
    create_object(api, "Thing", properties={"code": {"type": "string", **UNIQUE}})
    add_fields(api, "c_thing", other={"type": "string"})
    change_field(api, "c_thing", "code", slug="sku")

    def write(number: int, client: httpx.Client) -> list[int]:
        names = ["code", "sku"] * 8
        return [
            client.post(
                THINGS, json=resource("c_thing", **{name: f"{number} {step}"})
            ).status_code
            for step, name in enumerate(names)
        ]

    writing = [crowd.start(partial(write, number), number) for number in range(4)]
    slugs = ["sku", "code"]
    while not all(future.done() for future in writing):
        slugs.reverse()
        assert change_field(api, "c_thing", slugs[1], slug=slugs[0]).status == 200

    assert [future.result() for future in writing] == [[201] * 16] * 4
    assert len(held_codes()) == 64
    assert UniqueValue.objects.count() == 64


def test_an_object_type_that_is_deleted_leaves_no_records(
    crowd: Crowd, api: Api
) -> None:
    create_object(api, "Thing")

    def act(client: httpx.Client, number: int) -> set[int]:
        if number == 0:
            path = "schemas/objects/c_thing?force=true"
            return {client.delete(path).status_code}
        body = {"data": [{"type": "c_thing"}] * 5}
        answers = [client.post(f"{THINGS}/bulk", json=body) for _ in range(6)]
        return {answer.status_code for answer in answers}

    deleted, *written = crowd.all(act, 5)

    assert deleted == {204}
    assert set.union(*written) <= {201, 404}
    assert not Record.objects.exists()
