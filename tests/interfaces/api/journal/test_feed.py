"""``/changes`` tells what happened, in the order in which it did."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import JournalHead
from tests.api_client import Api, make_record, resource, resources
from tests.interfaces.api.journal.reading import (
    COMPANIES,
    PEOPLE,
    changes,
    now,
    plain,
    told,
    walk,
)
from tests.interfaces.api.schemas.schema_calls import add_fields, create_object


def test_each_kind_tells_what_went_and_what_came(api: Api) -> None:
    acme = make_record(api, "company", "Acme")
    ada = make_record(api, "person", "Ada", companies=[acme])
    path = f"{PEOPLE}/{ada['id']}"
    api.patch(path, resource("person", title="CTO"))
    api.patch(path, resource("person", title=None, notes="x"))
    api.delete(path)

    found = [
        (one["kind"], one["version"], plain(one["before"]), plain(one["after"]))
        for one in (change["attributes"] for change in changes(api))
    ]
    links = [
        (one["linked"], one["unlinked"])
        for one in (change["attributes"] for change in changes(api))
    ]

    name = {"name": "Ada"}
    assert found == [
        ("record.created", 1, {}, {"name": "Acme"}),
        ("record.linked", None, {}, {}),
        ("record.created", 1, {}, name),
        ("record.updated", 2, {}, {"title": "CTO"}),
        ("record.updated", 3, {"title": "CTO"}, {"title": None, "notes": "x"}),
        ("record.deleted", 4, {**name, "notes": "x"}, {}),
        ("record.linked", None, {}, {}),
    ]
    to_ada, to_acme = {"people": [ada["id"]]}, {"companies": [acme["id"]]}
    assert links == [
        ({}, {}),
        (to_ada, {}),
        (to_acme, {}),
        ({}, {}),
        ({}, {}),
        ({}, to_acme),
        ({}, to_ada),
    ]


def test_a_change_says_who_made_it_where_when_and_with_what_else(api: Api) -> None:
    body = resources("person", {"name": "Ada"}, {"name": "Bea"})

    made = api.post(f"{PEOPLE}/bulk", body, x_request_id="import-7")

    first, second = changes(api)
    for change, record, number in zip((first, second), made.data, (1, 2), strict=True):
        said, times = change["attributes"], record["attributes"]
        assert told(change) == ("record.created", record["id"])
        assert said["actor"] == times["_created_by"] == said["after"]["_created_by"]
        assert said["at"] == times["_updated_at"] == said["after"]["_updated_at"]
        assert said["batch"] == first["id"] == made.headers["X-Change-Id"]
        assert (said["source"], said["request_id"]) == ("api", "import-7")
        assert (said["sequence"], said["cause"]) == (number, {})


def test_schemas_change_for_everybody(api: Api, scout: Api) -> None:
    add_fields(api, "person", c_shoe={"type": "string"})

    (change,) = changes(scout)

    said = change["attributes"]
    assert told(change) == ("schema.changed", None)
    assert (said["object"], said["fields"], said["removed"]) == (
        "person",
        ["c_shoe"],
        False,
    )
    assert said["before"] == {"c_shoe": None}
    assert said["version"] == api.get("objects/person").data["attributes"]["version"]


def test_a_type_that_is_gone_is_still_called_what_it_was(api: Api) -> None:
    create_object(api, "Ship")
    ship = make_record(api, "c_ship")
    api.delete("schemas/objects/c_ship?force=true")

    found = changes(api, "filter[object]=c_ship")

    assert [told(change) for change in found] == [
        ("schema.changed", None),
        ("record.created", ship["id"]),
        ("schema.changed", None),
    ]
    assert [one["attributes"]["removed"] for one in found] == [False] * 2 + [True]


def test_pages_go_on_behind_their_cursor_until_the_end(api: Api) -> None:
    api.post(f"{PEOPLE}/bulk", resources("person", *[{}] * 7))
    every = changes(api)

    answer = api.get("changes?page[size]=3")
    steps = [len(answer.data)]
    while answer.json["links"]["next"]:
        assert answer.json["meta"]["cursor"] == answer.data[-1]["id"]
        answer = api.get(answer.json["links"]["next"].partition("/acme/")[2])
        steps.append(len(answer.data))

    assert steps == [3, 3, 1]
    assert answer.json["meta"]["has_more"] is False
    assert list(walk(api, every[0]["id"])) == every[1:]


def test_an_empty_journal_has_a_cursor_too(api: Api) -> None:
    cursor = now(api)

    made = api.post(PEOPLE, resource("person", name="Ada"))

    (change,) = changes(api, f"page[after]={cursor}")
    assert told(change) == ("record.created", made.id)
    assert api.get(f"changes?page[after]={change['id']}").json["data"] == []


def test_a_time_stands_for_the_first_change_after_it(api: Api) -> None:
    for _ in range(9):
        api.post(PEOPLE, resource("person"))
    every = changes(api)
    times = [change["attributes"]["at"] for change in every]

    for number, time in enumerate(times):
        assert changes(api, f"page[after]={time}") == every[number + 1 :]
    assert changes(api, "page[after]=2000-01-01T00:00:00%2B01:00") == every
    assert changes(api, "page[after]=2999-01-01T00:00:00Z") == []


def test_it_says_when_older_changes_are_not_kept(api: Api) -> None:
    for _ in range(4):
        api.post(PEOPLE, resource("person"))
    _, second, *_ = changes(api)
    JournalHead.objects.update(first_seq=3)
    api.get("changes")

    whole = api.get("changes?page[after]=" + second["id"]).json["meta"]
    cut = [
        api.get(f"changes{asked}").json
        for asked in ("", "?page[after]=2000-01-01T00:00:00Z")
    ]

    assert whole["complete"] is True
    assert [one["meta"]["complete"] for one in cut] == [False, False]
    assert [one["data"][0]["attributes"]["sequence"] for one in cut] == [3, 3]


def test_records_come_along_as_they_are_now(api: Api) -> None:
    acme = make_record(api, "company", "Acme")
    ada = make_record(api, "person", "Ada")
    bea = make_record(api, "person", "Bea")
    api.delete(f"{PEOPLE}/{bea['id']}")
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", name="Ada L."))

    answer = api.get("changes?include=record&fields[person]=name&fields[change]=kind")

    included = answer.json["included"]
    whole = api.get(f"{COMPANIES}/{acme['id']}").data
    assert [one for one in included if one["type"] == "company"] == [whole]
    assert [one["attributes"] for one in included if one["type"] == "person"] == [
        {"name": "Ada L."}
    ]
    assert answer.data[0].keys() == {
        "type",
        "id",
        "attributes",
        "relationships",
        "links",
    }
    assert [one["attributes"] for one in answer.data[:1]] == [
        {"kind": "record.created"}
    ]
    assert api.get("changes?include=").json["included"] == []


def test_one_change_is_at_its_address(api: Api, stranger: Api) -> None:
    make_record(api, "person", "Ada")
    make_record(stranger, "person", "Eve")
    (change,) = changes(api)

    answer = api.get(f"changes/{change['id']}?include=record")

    assert answer.data == change
    assert len(answer.json["included"]) == 1
    assert stranger.get(f"changes/{change['id']}").status == 404
    assert api.get("changes/chg_00000000000000000000000000").status == 404
    assert api.get("changes/now").status == 404


@pytest.mark.parametrize("many", [1, 60])
@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ("", 3),
        ("include=record", 4),
        ("filter[object]=person&filter[kind]=record.created", 3),
        ("filter[fields]=companies&filter[source][ne]=job", 3),
        ("page[after]=2000-01-01T00:00:00Z", 4),
    ],
)
def test_a_page_takes_few_statements(
    api: Api, scout: Api, many: int, asked: str, most: int
) -> None:
    acme = make_record(api, "company", "Acme")
    linked = {"companies": {"data": [acme]}}
    row = {"type": "person", "relationships": linked}
    for _ in range(max(many // 20, 1)):
        body = {"data": [row] * min(many, 20)}
        assert api.post(f"{PEOPLE}/bulk", body).status == 201

    for reader, bound in ((api, most), (scout, most + 1)):
        reader.get("me")
        with CaptureQueriesContext(connection) as statements:
            assert reader.get(f"changes?{asked}").data
        assert len(statements) <= bound


def test_workspaces_do_not_see_each_other(api: Api, stranger: Api) -> None:
    make_record(api, "person", "Ada")
    eve = make_record(stranger, "person", "Eve")

    assert [told(one) for one in changes(stranger)] == [("record.created", eve["id"])]
