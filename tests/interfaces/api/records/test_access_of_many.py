"""``/objects/{o}/records/access``: who may see many records, changed at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent, Workspace
from records.ids import decode_id
from records.models import Access, JournalEntry, Record
from tests.api_client import Answer, Api, resource, resources

PEOPLE = "objects/person/records"
ACCESS = f"{PEOPLE}/access"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"
MOST = 25


@pytest.fixture
def ranger(agent: Agent) -> Agent:
    """Another agent."""
    return Agent.objects.create(workspace=agent.workspace, handle="ranger")


@pytest.fixture
def idle(agent: Agent) -> Agent:
    """An agent that is not active."""
    return Agent.objects.create(
        workspace=agent.workspace, handle="idle", is_active=False
    )


def people(api: Api, *seen_by: object) -> list[str]:
    """Create people, each seen by some agents or by everyone, and return their ids."""
    rows = [resource("person")["data"] | {"meta": {"access": a}} for a in seen_by]
    answer = api.post(f"{PEOPLE}/bulk", {"data": rows})
    return [row["id"] for row in answer.data]


def counts(answer: Answer) -> tuple[int, int]:
    """Return how many records were meant, and how many were changed."""
    assert answer.status == 200, answer.content
    meta = answer.json["meta"]
    return meta["records"], meta["changed"]


def viewers(api: Api, ids: list[str]) -> list[set[str] | None]:
    """Return the handles of the agents who may see each record; None is everyone."""
    handles = {str(agent.id): agent.handle for agent in Agent.objects.all()}
    found: list[set[str] | None] = []
    for record in ids:
        rules = api.get(f"{PEOPLE}/{record}/access").data
        linked = [rule["relationships"]["agent"]["data"] for rule in rules]
        everyone = linked == [None]
        found.append(None if everyone else {handles[one["id"]] for one in linked})
    stored = {str(record.id): record.visible_to for record in Record.objects.all()}
    assert len(stored) == len(ids)
    return found


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({"grant": ["scout"]}, [None, {"scout"}, {"scout"}, {"scout", "ranger"}]),
        ({"revoke": ["scout"]}, [{"ranger"}, set(), set(), {"ranger"}]),
        ({"revoke": ["idle"]}, [None, set(), {"scout"}, {"scout", "ranger"}]),
        ({"set": ["ranger"]}, [{"ranger"}] * 4),
        ({"set": []}, [set()] * 4),
        ({"set": None}, [None] * 4),
    ],
)
def test_changes_who_sees_each_record(
    api: Api,
    ranger: Agent,
    idle: Agent,
    change: dict[str, Any],
    after: list[set[str] | None],
) -> None:
    before = [None, set(), {"scout"}, {"scout", "ranger"}]
    ids = people(api, None, [], ["scout"], ["scout", "ranger"])

    answer = api.post(ACCESS, {"items": ids} | change)
    again = api.post(ACCESS, {"items": ids} | change)

    changed = sum(a != b for a, b in zip(before, after, strict=True))
    assert (counts(answer), counts(again)) == ((4, changed), (4, 0))
    assert viewers(api, ids) == after


def test_what_agents_read_follows(api: Api, scout: Api, agent: Agent) -> None:
    shown, _ = people(api, [], [])

    api.post(ACCESS, {"items": [shown], "grant": ["scout"]})

    assert [row["id"] for row in scout.get(PEOPLE).data] == [shown]


def test_records_are_found_by_a_filter(api: Api, agent: Agent) -> None:
    rows: list[dict[str, object]] = [
        {"name": "Ada", "lead_source": "web"},
        {"name": "Bea"},
    ]
    ada, bea = (
        row["id"] for row in api.post(f"{PEOPLE}/bulk", resources("person", *rows)).data
    )

    answer = api.post(ACCESS, {"filter": {"lead_source": "web"}, "set": []})

    assert counts(answer) == (1, 1)
    assert viewers(api, [ada, bea]) == [set(), None]


def test_more_than_are_changed_at_once_are_refused(
    api: Api, workspace: Workspace
) -> None:
    api.patch("settings", {"bulk_limit": 2})
    ids = [*people(api, None, None), *people(api, None)]

    found = api.post(ACCESS, {"filter": {}, "set": []})
    named = api.post(ACCESS, {"items": ids, "set": []})

    assert (found.status, found.errors) == (422, [("too_many_rows", "/filter")])
    assert (named.status, named.errors) == (422, [("too_many_rows", "/items")])
    assert viewers(api, ids) == [None] * 3


def test_a_record_that_is_not_there_costs_the_others(
    api: Api, stranger: Api, agent: Agent
) -> None:
    ids = people(api, None)
    foreign = people(stranger, None)

    answer = api.post(ACCESS, {"items": [*ids, NOBODY, "x", *foreign, *ids], "set": []})

    places = [("not_found", f"/items/{index}") for index in (1, 2, 3)]
    assert (answer.status, answer.errors) == (404, places)
    assert not Access.objects.exists()
    assert set(Record.objects.values_list("visible_to", flat=True)) == {None}


@pytest.mark.parametrize("how", ["grant", "set"])
@pytest.mark.parametrize("name", ["nobody", "idle"])
def test_an_agent_that_cannot_see_anything_is_not_found(
    api: Api, idle: Agent, how: str, name: str
) -> None:
    answer = api.post(ACCESS, {"items": people(api, []), how: ["scout", name]})

    assert (answer.status, answer.errors) == (404, [("not_found", f"/{how}/1")])
    assert not Access.objects.exists()


def test_an_agent_may_only_give_up_its_own_access(
    api: Api, scout: Api, agent: Agent, ranger: Agent
) -> None:
    ids = people(api, ["scout", "ranger"], None)

    refused = [
        scout.post(ACCESS, {"items": ids} | change).errors
        for change in (
            {"grant": ["scout"]},
            {"set": ["scout"]},
            {"set": None},
            {"revoke": ["ranger"]},
            {"revoke": ["scout", "ranger"]},
        )
    ]
    own = scout.post(ACCESS, {"items": ids, "revoke": ["scout"]})

    assert refused == [[("not_allowed", "")]] * 5
    assert counts(own) == (2, 2)
    assert viewers(api, ids) == [{"ranger"}, {"ranger"}]


def test_an_agent_finds_only_what_it_sees(
    api: Api, scout: Api, agent: Agent, ranger: Agent
) -> None:
    hidden, _ = people(api, ["ranger"], ["scout", "ranger"])

    named = scout.post(ACCESS, {"items": [hidden], "revoke": ["scout"]})
    found = scout.post(ACCESS, {"filter": {}, "revoke": ["scout"]})

    assert named.errors == [("not_found", "/items/0")]
    assert counts(found) == (1, 1)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, ""),
        ({"items": [NOBODY]}, ""),
        ({"set": []}, ""),
        ({"items": [NOBODY], "filter": {}, "set": []}, ""),
        ({"items": [NOBODY], "grant": ["scout"], "revoke": ["scout"]}, ""),
        ({"items": [NOBODY], "set": [], "data": []}, "/data"),
        ({"items": NOBODY, "set": []}, "/items"),
        ({"items": [7], "set": []}, "/items/0"),
        ({"items": [NOBODY], "set": "scout"}, "/set"),
        ({"items": [NOBODY], "set": [7]}, "/set/0"),
        ({"items": [NOBODY], "grant": []}, "/grant"),
        ({"items": [NOBODY], "revoke": None}, "/revoke"),
        ({"filter": {"name": {}}, "set": []}, "/filter/name"),
        ({"filter": [], "set": []}, "/filter"),
    ],
)
def test_a_body_that_says_no_change_is_refused(
    api: Api, body: dict[str, Any], error: str
) -> None:
    answer = api.post(ACCESS, body)

    assert answer.status == 400, answer.json
    assert [place for _, place in answer.errors] == [error]


def test_many_records_cost_no_more_statements_than_one(
    api: Api, agent: Agent, ranger: Agent
) -> None:
    ids = people(api, *[None] * MOST)
    spent = []
    for chosen, agents in ((ids[:1], ["scout"]), (ids, ["scout", "ranger"])):
        with CaptureQueriesContext(connection) as queries:
            api.post(ACCESS, {"items": chosen, "set": agents})
        spent.append(len(queries))

    assert spent[0] == spent[1] <= 8


def test_the_journal_notes_each_record_that_is_seen_otherwise(
    api: Api, agent: Agent
) -> None:
    seen, open_, hidden = people(api, ["scout"], None, [])

    answer = api.post(ACCESS, {"items": [seen, open_, hidden], "grant": ["scout"]})

    entry = JournalEntry.objects.get(action="access")
    assert (entry.record_id, entry.version) == (decode_id("per", hidden), 1)
    assert (entry.before, entry.after) == (
        {"_viewers": []},
        {"_viewers": [str(agent.id)]},
    )
    assert entry.viewers == [agent.id]
    assert answer.headers["X-Change-Id"] == answer.json["meta"]["change"]
