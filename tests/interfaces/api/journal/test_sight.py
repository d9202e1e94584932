"""An agent reads of no record that it does not see, whatever it saw once."""

from __future__ import annotations

import json
from typing import Any

from crm.keys import create_key
from crm.models import Agent, Scope, Workspace
from objects.workspaces import create_workspace
from tests.api_client import Api, make_record, resource
from tests.interfaces.api.journal.reading import (
    COMPANIES,
    PEOPLE,
    changes,
    normal,
    now,
    told,
    walk,
)

SECRET = "Wolverhampton"
NO_VALUES: tuple[Any, ...] = (None, {"items": []})


def revoke(api: Api, record: dict[str, str], agent: Agent) -> None:
    path = f"objects/{record['type']}/records/{record['id']}/access/{agent.pk}"
    assert api.delete(path).status == 204


def grant(api: Api, record: dict[str, str], agent: Agent) -> None:
    path = f"objects/{record['type']}/records/{record['id']}/access"
    linkage = {"data": {"type": "agent", "id": str(agent.pk)}}
    rule = {"type": "access", "relationships": {"agent": linkage}}
    assert api.post(path, {"data": rule}).status == 201


def test_a_record_that_was_hidden_has_left_nothing_but_its_id(
    api: Api, scout: Api, agent: Agent
) -> None:
    start = now(api)
    ada = make_record(api, "person", SECRET)
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", title=SECRET))
    assert SECRET.encode() in scout.get("changes").content

    revoke(api, ada, agent)
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", notes=SECRET))

    for path in ("changes", f"changes?page[after]={start}&include=record"):
        answer = scout.get(path)
        (change,) = answer.data
        assert told(change) == ("record.hidden", ada["id"])
        assert SECRET.encode() not in answer.content
        said = change["attributes"]
        assert not any(said[name] for name in ("before", "after", "linked", "unlinked"))
        assert (said["version"], said["fields"], said["sequence"]) == (None, [], None)
    every = changes(api)
    assert [scout.get(f"changes/{one['id']}").status for one in every] == [
        404,
        404,
        200,
        404,
    ]
    assert f"{PEOPLE}/{ada['id']}".encode() not in scout.get("changes").content


def test_what_is_deleted_while_hidden_stays_so(
    api: Api, scout: Api, agent: Agent
) -> None:
    ada = make_record(api, "person", SECRET)
    revoke(api, ada, agent)
    api.delete(f"{PEOPLE}/{ada['id']}")
    bea = make_record(api, "person", "Bea")
    api.delete(f"{PEOPLE}/{bea['id']}")

    assert [told(one) for one in changes(scout)] == [
        ("record.hidden", ada["id"]),
        ("record.created", bea["id"]),
        ("record.deleted", bea["id"]),
    ]


def test_hidden_records_are_not_named_by_others(
    api: Api, scout: Api, agent: Agent
) -> None:
    acme, navy = (make_record(api, "company", name) for name in ("Acme", "Navy"))
    ada = make_record(api, "person", "Ada", companies=[acme, navy])
    bea = make_record(api, "person", "Bea", companies=[acme])

    revoke(api, acme, agent)

    answer = scout.get(f"changes?filter[record]={ada['id']},{bea['id']},{navy['id']}")
    links = [
        (told(one), one["attributes"]["linked"], one["attributes"]["fields"])
        for one in answer.data
        if one["attributes"]["object"] == "person"
    ]
    assert links == [
        (
            ("record.created", ada["id"]),
            {"companies": [navy["id"]]},
            ["companies", "name"],
        ),
        (("record.created", bea["id"]), {}, ["name"]),
    ]
    assert acme["id"].encode() not in answer.content
    found = changes(scout, "filter[fields]=companies")
    assert [told(one)[1] for one in found] == [ada["id"]]


def test_links_to_hidden_records_alone_are_no_change(
    api: Api, scout: Api, agent: Agent
) -> None:
    acme = make_record(api, "company", "Acme")
    ada = make_record(api, "person", "Ada")
    revoke(api, ada, agent)
    start = now(scout)

    api.patch(f"{PEOPLE}/{ada['id']}/relationships/companies", {"data": [acme]})

    assert changes(scout, f"page[after]={start}") == []
    assert len(changes(api, f"page[after]={start}")) == 2


def test_who_gains_sight_is_shown_the_record_of_that_moment(
    api: Api, scout: Api, agent: Agent
) -> None:
    acme, navy = (make_record(api, "company", name) for name in ("Acme", "Navy"))
    ada = make_record(api, "person", SECRET, companies=[acme])
    path = f"{PEOPLE}/{ada['id']}"
    revoke(api, ada, agent)
    api.patch(path, resource("person", name="Ada", title="CEO"))
    then = api.get(path).data["attributes"]
    grant(api, ada, agent)
    api.patch(path, resource("person", name="Ada L.", title=None, notes="x"))
    api.patch(f"{path}/relationships/companies", {"data": [navy]})

    for end in (lambda: None, lambda: api.delete(path)):
        end()
        _, hidden, shown, updated, *_ = changes(scout, f"filter[record]={ada['id']}")

        said = shown["attributes"]
        assert [told(one)[0] for one in (hidden, shown, updated)] == [
            "record.hidden",
            "record.shown",
            "record.updated",
        ]
        kept = {name: value for name, value in then.items() if value not in NO_VALUES}
        assert said["after"] == kept
        assert (said["before"], said["unlinked"]) == ({}, {})
        assert said["linked"] == {"companies": [acme["id"]]}
        assert said["version"] == 2
        assert SECRET.encode() not in json.dumps([said, updated]).encode()


def test_who_sees_a_record_hears_who_else_does(
    api: Api, scout: Api, agent: Agent, workspace: Workspace
) -> None:
    other = Agent.objects.create(workspace=workspace, handle="ranger")
    ada = make_record(api, "person", "Ada")
    revoke(api, ada, other)

    for reader in (api, scout):
        *_, change = changes(reader)

        assert told(change) == ("access.changed", ada["id"])
        said = change["attributes"]
        assert (said["before"], said["after"], said["version"]) == (
            {"viewers": None},
            {"viewers": [str(agent.pk)]},
            1,
        )


def feed_of_agent(slug: str, *, with_ghosts: bool) -> list[Any]:
    """Return the feed of an agent in a workspace of its own.

    In one of them there is more, none of which the agent ever sees.
    """
    workspace = create_workspace(slug=slug)
    api = Api(workspace, create_key(workspace=workspace, scopes=list(Scope)).secret)
    guard = Agent.objects.create(workspace=workspace, handle="guard")
    ghosts = [make_record(api, "person", SECRET) for _ in range(3 * with_ghosts)]
    for ghost in ghosts:
        revoke(api, ghost, guard)
    scout = Agent.objects.create(workspace=workspace, handle="scout")
    key = create_key(workspace=workspace, scopes=[Scope.READ], agent=scout)
    haunt(api, ghosts)
    return normal(walk(Api(workspace, key.secret)))


def haunt(api: Api, ghosts: list[dict[str, str]]) -> None:
    """Do things that an agent sees, each with ghosts about."""
    acme = make_record(api, "company", "Acme")
    for ghost in ghosts:
        linkage = {"data": [acme]}
        api.patch(f"{PEOPLE}/{ghost['id']}/relationships/companies", linkage)
    ada = make_record(api, "person", "Ada", companies=[acme])
    both = [*ghosts[:1], ada]
    rows = [{**one, "attributes": {"title": "CEO"}} for one in both]
    assert api.patch(PEOPLE, {"data": rows}).status == 200
    for ghost in ghosts[1:]:
        api.delete(f"{PEOPLE}/{ghost['id']}")
    api.patch(f"{COMPANIES}/{acme['id']}", resource("company", name="ACME"))
    api.delete(PEOPLE, {"items": [one["id"] for one in both]})


def test_hidden_records_leave_no_trace(db: None) -> None:
    haunted_feed = feed_of_agent("haunted", with_ghosts=True)
    quiet_feed = feed_of_agent("quiet", with_ghosts=False)

    assert len(quiet_feed) == 7
    assert haunted_feed == quiet_feed
