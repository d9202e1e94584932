"""Records of a type become one, which has what all of them had."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.keys import create_key
from crm.models import Agent, Scope
from records.models import Record, UniqueValue
from tests.api_client import Api, items, make_record, resource
from tests.interfaces.api.merging.merging import (
    PEOPLE,
    TALKS,
    linked,
    merge,
    merged,
    person,
)

Viewers = list[str] | None
NOBODY = "per_01HX9Z2K3M4N5P6Q7R8S9T0V1W"


def test_the_survivor_has_what_it_lacked(api: Api) -> None:
    ada = person(api, first_name="Ada", title="Countess")
    other = person(api, last_name="Lovelace", title="Engineer", notes="Poet")

    attributes = merged(api, ada, other)

    assert attributes["name"] == "Ada Lovelace"
    assert (attributes["title"], attributes["notes"]) == ("Countess", "Poet")
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"] == attributes
    assert Record.objects.count() == 1


def test_collections_come_together_and_the_primary_stays(api: Api) -> None:
    ada = person(api, email_addresses=items("a@x.example"), tags=items("vip"))
    bea = person(api, email_addresses=items("b@x.example"), tags=items("VIP", "poet"))
    cid = person(api, email_addresses=items("c@x.example"))

    attributes = merged(api, ada, bea, cid)

    emails = items("a@x.example", "b@x.example", "c@x.example")
    assert attributes["email_addresses"] == emails
    assert attributes["tags"] == items("vip", "poet")
    assert UniqueValue.objects.values("record_id").distinct().count() == 1


@pytest.mark.parametrize(
    ("ours", "theirs", "united"),
    [
        ({"a": 1, "b": 1}, {"b": 2, "c": 2}, {"b": 1, "c": 2, "a": 1}),
        ([1], [2], [1]),
        ([1], {"a": 1}, [1]),
        (
            [{"label": "a", "value": "1"}],
            [{"label": "a", "value": "2"}, {"label": "b", "value": "2"}],
            [{"label": "a", "value": "1"}, {"label": "b", "value": "2"}],
        ),
        (
            {"a": 1},
            [{"label": "b", "value": "2"}],
            [{"label": "a", "value": 1}, {"label": "b", "value": "2"}],
        ),
        (None, [2], [2]),
    ],
)
def test_members_come_together(api: Api, ours: Any, theirs: Any, united: Any) -> None:
    ada = person(api, name="Ada", custom_fields=ours)
    other = person(api, custom_fields=theirs)

    assert merged(api, ada, other)["custom_fields"] == united


@pytest.mark.parametrize(
    ("picks", "field", "value"),
    [
        ({"title": "{bea}"}, "title", "Engineer"),
        ({"notes": "{bea}"}, "notes", None),
        ({"lead_source": "keep"}, "lead_source", None),
        ({"tags": "{bea}"}, "tags", items("poet")),
        ({"tags": "keep"}, "tags", items("vip")),
        ({"tags": "union"}, "tags", items("vip", "poet")),
        ({"name": "{bea}"}, "name", "Bea"),
        ({"name": "keep"}, "name", "Ada"),
        ({}, "name", "Ada King"),
    ],
)
def test_each_field_can_be_picked(
    api: Api, picks: dict[str, str], field: str, value: object
) -> None:
    ada = person(
        api, first_name="Ada", title="Countess", notes="Poet", tags=items("vip")
    )
    bea = person(
        api, name="Bea", last_name="King", title="Engineer", tags=items("poet"),
        lead_source="fair",
    )  # fmt: skip
    fields = {name: pick.format(bea=bea) for name, pick in picks.items()}

    assert merged(api, ada, bea, fields=fields)[field] == value


@pytest.mark.parametrize(
    ("survivor", "loser", "name"),
    [
        ({"company_name": "Acme"}, {"name": "Grace Hopper"}, "Grace Hopper"),
        ({"company_name": "Acme"}, {"first_name": "Grace"}, "Grace"),
        ({"name": "Ada"}, {"first_name": "Grace"}, "Ada"),
        ({"first_name": "Ada"}, {"name": "Grace Hopper"}, "Ada"),
    ],
)
def test_a_name_follows_its_parts_unless_there_are_none(
    api: Api, survivor: dict[str, str], loser: dict[str, str], name: str
) -> None:
    ada, grace = (person(api, None, **one) for one in (survivor, loser))

    assert merged(api, ada, grace)["name"] == name


def test_links_lead_to_the_survivor(api: Api) -> None:
    acme, navy = (make_record(api, "company", name) for name in ("Acme", "Navy"))
    ada = person(api, {"companies": [acme]}, name="Ada")
    bea = person(api, {"companies": [acme, navy]}, name="Bea")
    talk = make_record(api, "conversation", person={"type": "person", "id": bea})

    merged(api, ada, bea)

    assert linked(api, ada, "companies") == [navy["id"], acme["id"]]
    assert linked(api, ada, "conversations") == [talk["id"]]
    shown = api.get(f"{TALKS}/{talk['id']}").data
    assert shown["relationships"]["person"]["data"]["id"] == ada
    assert shown["meta"]["version"] == 2


def test_the_last_contact_moves_on(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    body = resource("conversation", last_message_at="2026-03-01T10:00:00Z")
    body["data"]["relationships"] = {"person": {"data": {"type": "person", "id": bea}}}
    assert api.post(TALKS, body).status == 201

    assert merged(api, ada, bea)["last_contacted_at"] == "2026-03-01T10:00:00.000Z"


def test_the_owner_comes_along_and_can_be_picked(api: Api, agent: Agent) -> None:
    owner = {"type": "agent", "id": str(agent.pk)}
    ada, bea = person(api, name="Ada"), person(api, {"owner": owner}, name="Bea")
    cid = person(api, name="Cid")

    merged(api, ada, bea)
    assert api.get(f"{PEOPLE}/{ada}").data["relationships"]["owner"]["data"] == owner
    merged(api, ada, cid, fields={"owner": cid})
    assert api.get(f"{PEOPLE}/{ada}").data["relationships"]["owner"]["data"] is None


@pytest.mark.parametrize(
    ("each", "access", "seen"),
    [
        ([[], ["scout"]], "intersect", []),
        ([["scout", "ranger"], ["scout"]], "intersect", ["scout"]),
        ([None, ["scout"]], "intersect", ["scout"]),
        ([None, None], "intersect", None),
        ([["scout"], ["ranger"]], "union", ["ranger", "scout"]),
        ([["scout"], None], "union", None),
        ([["scout"], ["ranger"]], "keep", ["scout"]),
    ],
)
def test_nobody_sees_more_unless_an_admin_says_so(
    api: Api, agent: Agent, each: list[Viewers], access: str, seen: Viewers
) -> None:
    ranger = Agent.objects.create(workspace=api.workspace, handle="ranger")
    ids = {"scout": agent.pk, "ranger": ranger.pk}

    def make(viewers: Viewers) -> str:
        body = resource("person", name="X")
        if viewers is not None:
            body["meta"] = {"access": viewers}
        answer = api.post(PEOPLE, body)
        assert answer.status == 201, answer.json
        return answer.id

    ada, bea = map(make, each)

    merged(api, ada, bea, access=access)

    visible = Record.objects.get().visible_to
    assert visible == (None if seen is None else sorted(ids[one] for one in seen))


def test_a_dry_run_shows_what_would_be_and_writes_nothing(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea", title="Engineer")

    answer = merge(api, ada, bea, mode="dry_run")

    meta = answer.json["meta"]
    assert answer.status == 200
    assert meta["results"] == [{"index": 0, "outcome": "updated", "id": ada}]
    assert (meta["preview"]["name"], meta["preview"]["title"]) == ("Ada", "Engineer")
    assert Record.objects.count() == 2
    assert "X-Change-Id" not in answer.headers


def test_a_dry_run_says_what_would_be_refused(api: Api) -> None:
    ada = person(api, name="Ada")

    answer = merge(api, ada, NOBODY, mode="dry_run")

    (result,) = answer.json["meta"]["results"]
    assert (answer.status, result["outcome"]) == (200, "refused")
    assert result["errors"][0]["source"] == {"pointer": "/data/0/id"}
    assert "preview" not in answer.json["meta"]


def test_the_journal_says_what_became_of_whom(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea", title="Engineer")

    answer = merge(api, ada, bea)

    changes = api.get(f"changes?filter[batch]={answer.headers['X-Change-Id']}").data
    told = {one["relationships"]["record"]["data"]["id"]: one for one in changes}
    gone, survivor = told[bea]["attributes"], told[ada]["attributes"]
    assert (gone["kind"], gone["cause"]) == ("record.merged", {"merged_into": ada})
    assert gone["before"].items() >= {"name": "Bea", "title": "Engineer"}.items()
    assert told[bea]["relationships"]["survivor"]["data"]["id"] == ada
    assert (survivor["kind"], survivor["cause"]) == (
        "record.updated",
        {"merged": [bea]},
    )
    assert survivor["after"]["title"] == "Engineer"
    assert {one["attributes"]["source"] for one in changes} == {"merge"}


REFUSED: list[tuple[dict[str, Any], int, list[tuple[str, str]]]] = [
    ({"data": []}, 422, [("too_many_rows", "/data")]),
    ({"data": ["{bea}"] * 11}, 422, [("too_many_rows", "/data")]),
    ({"data": ["{ada}"]}, 422, [("repeated_in_batch", "/data/0/id")]),
    ({"data": ["{bea}", "{bea}"]}, 422, [("repeated_in_batch", "/data/1/id")]),
    ({"data": [NOBODY, "{bea}"]}, 404, [("not_found", "/data/0/id")]),
    ({"data": ["nobody"]}, 404, [("not_found", "/data/0/id")]),
    (
        {"data": [{"type": "company", "id": "x"}]},
        409,
        [("type_mismatch", "/data/0/type")],
    ),
    ({"data": {"type": "person", "id": "x"}}, 400, [("malformed_document", "/data")]),
    ({}, 400, [("malformed_document", "")]),
    ({"data": ["{bea}"], "x": 1}, 400, [("malformed_document", "/x")]),
    (
        {"data": ["{bea}"], "meta": {"who": 1}},
        400,
        [("malformed_document", "/meta/who")],
    ),
    (
        {"data": ["{bea}"], "meta": {"access": "all"}},
        400,
        [("malformed_document", "/meta/access")],
    ),
    (
        {"data": ["{bea}"], "meta": {"fields": {"title": 1}}},
        400,
        [("malformed_document", "/meta/fields/title")],
    ),
    (
        {"data": ["{bea}"], "meta": {"fields": {"title": "union"}}},
        422,
        [("invalid_value", "/meta/fields/title")],
    ),
    (
        {"data": ["{bea}"], "meta": {"fields": {"title": NOBODY}}},
        422,
        [("invalid_value", "/meta/fields/title")],
    ),
    (
        {"data": ["{bea}"], "meta": {"fields": {"colour": "keep"}}},
        422,
        [("unknown_field", "/meta/fields/colour")],
    ),
    (
        {"data": ["{bea}"], "meta": {"fields": {"companies": "keep"}}},
        422,
        [("unknown_field", "/meta/fields/companies")],
    ),
]


@pytest.mark.parametrize(("body", "status", "errors"), REFUSED)
def test_what_makes_no_sense_is_refused_where_it_stands(
    api: Api, body: dict[str, Any], status: int, errors: list[tuple[str, str]]
) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    sent = dict(body)
    if isinstance(body.get("data"), list):
        sent["data"] = [
            {"type": "person", "id": one.format(ada=ada, bea=bea)}
            if isinstance(one, str)
            else one
            for one in body["data"]
        ]

    answer = api.post(f"{PEOPLE}/{ada}/merge", sent)

    assert (answer.status, answer.errors) == (status, errors)
    assert Record.objects.count() == 2


def test_too_many_items_are_refused_unless_one_is_picked(
    api: Api, settings: Any
) -> None:
    settings.COLLECTION_LIMIT = 2
    ada = person(api, tags=items("a", "b"))
    bea = person(api, tags=items("c"))

    refused = merge(api, ada, bea)

    assert (refused.status, refused.errors) == (
        422,
        [("invalid_value", "/meta/fields/tags")],
    )
    assert merged(api, ada, bea, fields={"tags": bea})["tags"] == items("c")


def test_a_required_field_cannot_be_picked_blank(api: Api) -> None:
    tasks = [api.post("objects/task/records", resource("task", title="T")).id] * 1
    other = api.post("objects/task/records", resource("task", title="U")).id
    Record.objects.filter(attributes__title="U").update(attributes={})

    body = {
        "data": [{"type": "task", "id": other}],
        "meta": {"fields": {"title": other}},
    }
    answer = api.post(f"objects/task/records/{tasks[0]}/merge", body)

    assert answer.errors == [("required", "/meta/fields/title")]


def test_the_condition_is_of_the_survivor(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")

    answer = api.post(
        f"{PEOPLE}/{ada}/merge",
        {"data": [{"type": "person", "id": bea}]},
        if_match='"2"',
    )

    assert (answer.status, answer.errors) == (412, [("version_mismatch", "If-Match")])


def test_a_merge_is_sent_twice_and_done_once(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    body = {"data": [{"type": "person", "id": bea}]}

    answers = [
        api.post(f"{PEOPLE}/{ada}/merge", body, idempotency_key="once")
        for _ in range(2)
    ]

    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


def test_an_agent_merges_what_it_sees_and_cannot_widen_who_does(
    api: Api, scout: Api, agent: Agent
) -> None:
    ada, bea, hidden = (person(api, name=name) for name in ("Ada", "Bea", "Cid"))
    everyone = api.get(f"{PEOPLE}/{hidden}/access").data[0]["links"]["self"]
    assert api.delete(everyone.partition("/acme/")[2]).status == 204
    key = create_key(workspace=api.workspace, scopes=[Scope.WRITE], agent=agent)
    writer = Api(api.workspace, key.secret)

    assert merge(writer, ada, hidden).errors == [("not_found", "/data/0/id")]
    assert merge(writer, hidden, ada).status == 404
    wider = merge(writer, ada, bea, access="union")
    assert (wider.status, wider.errors) == (403, [("not_allowed", "/meta/access")])
    assert merge(writer, ada, bea).status == 200


def test_clients_of_clarify_merge_by_sources(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea", title="Engineer")

    def sources(*ids: object) -> Any:
        body = resource("person", sources=[*ids])
        return api.post(f"{PEOPLE}/{ada}/merges", body)

    assert sources().errors == [("too_many_rows", "/data/attributes/sources")]
    at = "/data/attributes/sources"
    assert sources(1).errors == [("malformed_document", at)]
    assert sources(NOBODY).errors == [("not_found", f"{at}/0")]
    assert sources(ada).errors == [("repeated_in_batch", f"{at}/0")]
    answer = sources(bea)
    assert (answer.status, answer.content) == (204, b"")
    assert "X-Change-Id" in answer.headers
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["title"] == "Engineer"


def test_a_merge_of_many_makes_few_statements(api: Api) -> None:
    acme = make_record(api, "company")
    ada = person(api, {"companies": [acme]}, email_addresses=items("a@x.example"))
    losers = [
        person(api, {"companies": [acme]}, email_addresses=items(f"b{n}@x.example"))
        for n in range(10)
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert merge(api, ada, *losers).status == 200

    assert len(queries) <= 14, [one["sql"][:80] for one in queries]
