"""Readers of changes say which ones they want."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.api_client import Api, make_record, resource
from tests.interfaces.api.journal.reading import PEOPLE, changes, now, told
from tests.interfaces.api.schemas.schema_calls import create_object
from tests.interfaces.compat.door_client import DoorClient

Attributes: TypeAlias = dict[str, Any]


@pytest.fixture
def ids(api: Api, scout: Api) -> dict[str, str]:
    """Ada comes, is linked to Acme, gets a title and a note, and goes. Noor stays.

    The title is the agent's, and Noor comes in at a door.
    """
    acme = make_record(api, "company", "Acme")["id"]
    ada = make_record(api, "person", "Ada")["id"]
    linkage = {"data": [{"type": "company", "id": acme}]}
    linked = api.post(f"{PEOPLE}/{ada}/relationships/companies", linkage)
    scout.patch(f"{PEOPLE}/{ada}", resource("person", title="CEO"))
    api.patch(f"{PEOPLE}/{ada}", resource("person", notes="x"))
    api.delete(f"{PEOPLE}/{ada}")
    DoorClient("inkbox", api.secret).post("contacts", {"given_name": "Noor"})
    return {"acme": acme, "ada": ada, "linked": linked.headers["X-Change-Id"]}


FILTERS: list[tuple[str, Callable[[Attributes, dict[str, str]], bool]]] = [
    ("[object]=company", lambda one, ids: one["object"] == "company"),
    ("[object]=company,deal,person", lambda one, ids: True),
    (
        "[kind]=record.created,record.deleted",
        lambda one, ids: one["kind"] in {"record.created", "record.deleted"},
    ),
    ("[kind]=record.linked", lambda one, ids: one["kind"] == "record.linked"),
    ("[record]={acme}", lambda one, ids: one["record"] == ids["acme"]),
    ("[record]={ada},{acme}", lambda one, ids: one["source"] == "api"),
    ("[actor]=me", lambda one, ids: not one["actor"].startswith("agent:")),
    ("[actor][ne]=me", lambda one, ids: one["actor"].startswith("agent:")),
    ("[source]=inkbox", lambda one, ids: one["source"] == "inkbox"),
    ("[source][ne]=api,admin", lambda one, ids: one["source"] == "inkbox"),
    ("[fields]=title", lambda one, ids: "title" in one["fields"]),
    (
        "[fields]=notes,people",
        lambda one, ids: bool({"notes", "people"} & {*one["fields"]}),
    ),
    ("[batch]={linked}", lambda one, ids: one["batch"] == ids["linked"]),
    (
        "[object]=person&filter[kind]=record.created&filter[source]=api",
        lambda one, ids: (one["record"], one["version"]) == (ids["ada"], 1),
    ),
]
NOTHING = [
    *("[object]=deal", "[kind]=record.shown,record.hidden,schema.changed"),
    *("[actor][ne]=me&filter[fields]=notes", "[record]=", "[source]=clarky"),
]


def attributes(change: dict[str, Any]) -> Attributes:
    return {**change["attributes"], "record": told(change)[1]}


@pytest.mark.parametrize(("asked", "is_wanted"), FILTERS)
def test_filters_are_all_heeded(
    api: Api,
    ids: dict[str, str],
    asked: str,
    is_wanted: Callable[[Attributes, dict[str, str]], bool],
) -> None:
    wanted = [one for one in changes(api) if is_wanted(attributes(one), ids)]

    found = changes(api, f"filter{asked.format(**ids)}")

    assert wanted
    assert found == wanted


@pytest.mark.parametrize("asked", NOTHING)
def test_what_is_filtered_out_still_moves_the_cursor(
    api: Api, ids: dict[str, str], asked: str
) -> None:
    answer = api.get(f"changes?filter{asked}")

    meta = {"cursor": now(api), "has_more": False, "complete": True}
    assert (answer.data, answer.json["meta"]) == ([], meta)


def test_a_type_made_again_is_found_with_the_one_that_is_gone(api: Api) -> None:
    for _ in "ab":
        create_object(api, "Ship")
        make_record(api, "c_ship")
        api.delete("schemas/objects/c_ship?force=true")
    create_object(api, "Ship")

    found = changes(api, "filter[object]=c_ship&filter[kind]=record.created")

    assert len({told(one)[1] for one in found}) == 2


WRONG = [
    ("[object]=boat", "invalid_parameter"),
    ("[kind]=record.read", "invalid_parameter"),
    ("[record]=acme", "invalid_parameter"),
    ("[source]=mail", "invalid_parameter"),
    ("[fields]=shoe", "invalid_parameter"),
    ("[actor]=%00", "invalid_parameter"),
    ("[object]=%00", "invalid_parameter"),
    ("[record]=%00", "invalid_parameter"),
    ("[batch]=x", "invalid_parameter"),
    ("[name]=Ada", "unknown_parameter"),
    ("[kind][ne]=record.created", "unknown_parameter"),
    ("[actor][in]=me", "unknown_parameter"),
    ("=x", "unknown_parameter"),
]


@pytest.mark.parametrize(("asked", "code"), WRONG)
def test_filters_that_mean_nothing_are_refused(
    api: Api, ids: dict[str, str], asked: str, code: str
) -> None:
    answer = api.get(f"changes?filter{asked}")

    assert (answer.status, answer.errors) == (
        400,
        [(code, f"filter{asked.partition('=')[0]}")],
    )


@pytest.mark.parametrize("asked", ["include=companies", "include=record.companies"])
def test_nothing_but_the_record_comes_along(api: Api, asked: str) -> None:
    answer = api.get(f"changes?{asked}")

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", "include")])


@pytest.mark.parametrize("asked", ["fields[change]=name", "fields[boat]=name"])
def test_fieldsets_name_what_there_is(api: Api, asked: str) -> None:
    answer = api.get(f"changes?{asked}")

    assert answer.status == 400
    assert answer.errors[0][1] == asked.partition("=")[0]
