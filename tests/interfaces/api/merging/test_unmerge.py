"""Records that went into another come out of it as they were; later edits stay."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent
from records.models import JournalEntry, Record
from tests.api_client import Answer, Api, items, make_record, resource
from tests.interfaces.api.merging.merging import (
    PEOPLE,
    linked,
    merge,
    merged,
    patch,
    person,
    unmerge,
)
from tests.stored import content

NOBODY = "per_01HX9Z2K3M4N5P6Q7R8S9T0V1W"


def undo(api: Api, answer: Answer, **meta: object) -> Answer:
    """Undo what an answer says it changed."""
    change = answer.headers["X-Change-Id"]
    return api.post(f"changes/{change}/undo", {"meta": meta} if meta else None)


def attributes(api: Api, record: str) -> Any:
    return api.get(f"{PEOPLE}/{record}").data["attributes"]


def test_all_is_as_it_was(api: Api) -> None:
    acme, navy = (make_record(api, "company", name) for name in ("Acme", "Navy"))
    ada = person(api, {"companies": [acme]}, name="Ada", tags=items("vip"))
    bea = person(
        api,
        {"companies": [acme, navy]},
        last_name="King",
        email_addresses=items("bea@x.example"),
        tags=items("poet"),
    )
    before = content()
    merged(api, ada, bea)

    answer = unmerge(api, ada, bea)

    assert answer.status == 200, answer.json
    assert [one["id"] for one in answer.data] == [ada, bea]
    assert [one["outcome"] for one in answer.json["meta"]["results"]] == [
        "updated",
        "restored",
    ]
    assert [one["meta"]["version"] for one in answer.data] == [3, 3]
    assert content() == before


def test_one_of_several_comes_back(api: Api) -> None:
    ada = person(api, first_name="Ada", tags=items("vip"))
    bea = person(api, title="Engineer", tags=items("poet", "x"))
    cid = person(api, title="Engineer", notes="Cid's", tags=items("x", "y"))
    before = content()
    merged(api, ada, bea, cid)

    assert unmerge(api, ada, cid).status == 200
    left = attributes(api, ada)
    assert (left["title"], left["notes"]) == ("Engineer", None)
    assert left["tags"] == items("vip", "poet", "x")
    assert unmerge(api, ada, bea).status == 200

    assert content() == before


def test_what_was_edited_since_stays(api: Api) -> None:
    acme = make_record(api, "company", "Acme")
    ada = person(api, first_name="Ada", tags=items("vip"))
    bea = person(api, {"companies": [acme]}, title="Engineer", tags=items("poet"))
    merged(api, ada, bea)
    patch(api, ada, title="Countess", notes="Later", tags=items("vip", "poet", "new"))

    assert unmerge(api, ada, bea).status == 200

    after = attributes(api, ada)
    assert (after["title"], after["notes"]) == ("Countess", "Later")
    assert after["tags"] == items("vip", "new")
    assert linked(api, ada, "companies") == []
    assert linked(api, bea, "companies") == [acme["id"]]


def test_a_chain_is_taken_apart_from_its_end(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea", notes="Bea's")
    cid = person(api, email_addresses=items("cid@x.example"), title="Engineer")
    merged(api, bea, cid)
    merged(api, ada, bea)
    assert attributes(api, ada)["email_addresses"] == items("cid@x.example")

    answer = unmerge(api, ada, cid)

    assert answer.status == 200, answer.json
    after = attributes(api, ada)
    assert (after["title"], after["notes"]) == (None, "Bea's")
    assert after["email_addresses"] == items()
    assert attributes(api, cid)["email_addresses"] == items("cid@x.example")


def test_who_saw_them_sees_them_again(api: Api, agent: Agent) -> None:
    ada = person(api, name="Ada")
    body = resource("person", name="Bea") | {}
    body["data"]["meta"] = {"access": ["scout"]}
    bea = api.post(PEOPLE, body).id
    before = content()
    merged(api, ada, bea)
    assert Record.objects.get().visible_to == [agent.pk]

    assert unmerge(api, ada, bea).status == 200

    assert [r.visible_to for r in Record.objects.order_by("id")] == [None, [agent.pk]]
    assert content()[0] == before[0]


def test_a_value_that_was_taken_since_is_dropped_if_asked(api: Api) -> None:
    ada = person(api, name="Ada")
    bea = person(api, name="Bea", email_addresses=items("bea@x.example"))
    merged(api, ada, bea)
    patch(api, ada, email_addresses=items())
    person(api, name="Cid", email_addresses=items("bea@x.example"))

    refused = unmerge(api, ada, bea)
    at = "/data/0/attributes/email_addresses"
    assert (refused.status, refused.errors) == (409, [("value_taken", at)])
    assert unmerge(api, ada, bea, mode="dry_run").errors == [("value_taken", at)]
    answer = unmerge(api, ada, bea, on_conflict="drop")
    assert answer.status == 200, answer.json
    dropped = answer.json["meta"]["results"][1]["dropped"]
    assert dropped == {"email_addresses": ["bea@x.example"]}


def test_a_dry_run_writes_nothing(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, title="Engineer")
    merged(api, ada, bea)

    answer = unmerge(api, ada, bea, mode="dry_run")

    outcomes = [one["outcome"] for one in answer.json["meta"]["results"]]
    assert (answer.status, outcomes) == (200, ["updated", "restored"])
    assert Record.objects.count() == 1


def test_what_did_not_go_into_it_does_not_come_out(api: Api) -> None:
    ada, bea, cid = (person(api, name=name) for name in ("Ada", "Bea", "Cid"))
    merged(api, ada, bea)

    nothing = [("not_found", "/data/0/id")]
    assert unmerge(api, ada, cid).errors == nothing
    assert unmerge(api, ada, NOBODY).errors == nothing
    assert unmerge(api, cid, bea).errors == nothing
    assert unmerge(api, NOBODY, bea).status == 404
    assert unmerge(api, ada, bea, bea).errors == [("repeated_in_batch", "/data/1/id")]
    assert unmerge(api, ada).errors == [("too_many_rows", "/data")]
    assert unmerge(api, ada, bea, who=1).errors == [("malformed_document", "/meta/who")]
    merged(api, cid, ada)
    assert [error for error, _ in unmerge(api, ada, bea).errors] == ["merged"]


def test_what_is_not_kept_any_more_does_not_come_back(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    merged(api, ada, bea)
    JournalEntry.objects.filter(action="merged").delete()

    answer = unmerge(api, ada, bea)

    assert (answer.status, answer.errors[0][0]) == (410, "history_expired")


def test_an_undo_is_strict_and_done_again(api: Api) -> None:
    acme = make_record(api, "company", "Acme")
    ada = person(api, name="Ada")
    bea = person(
        api,
        {"companies": [acme]},
        title="Engineer",
        email_addresses=items("b@x.example"),
    )
    make_record(api, "conversation", person={"type": "person", "id": bea})
    before = content()
    answer = merge(api, ada, bea)
    after = content()

    undone = undo(api, answer)
    assert undone.status == 200, undone.json
    assert content() == before
    again = undo(api, undone)
    assert again.status == 200, again.json
    assert content() == after
    assert api.get(f"{PEOPLE}/{bea}").status == 308
    assert unmerge(api, ada, bea).status == 200
    assert content() == before


def test_an_undo_is_refused_once_somebody_changed_what_was_merged(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, title="Engineer")
    answer = merge(api, ada, bea)
    change = patch(api, ada, title="Countess").headers["X-Change-Id"]

    refused = undo(api, answer)

    assert refused.status == 409
    assert [error["meta"] for error in refused.json["errors"]] == [
        {"record": ada, "field": "title", "change": change}
    ]


def test_an_unmerge_is_undone(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, title="Engineer")
    merged(api, ada, bea)
    after = content()

    undone = undo(api, unmerge(api, ada, bea))

    assert undone.status == 200, undone.json
    assert content() == after
    assert api.get(f"{PEOPLE}/{bea}").status == 308


def test_the_journal_says_where_it_came_out(api: Api) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    merged(api, ada, bea)

    answer = unmerge(api, ada, bea)

    (back,) = api.get("changes?filter[kind]=record.restored").data
    assert back["attributes"]["cause"] == {"unmerged_from": ada}
    assert back["attributes"]["batch"] == answer.headers["X-Change-Id"]


def test_it_makes_few_statements(api: Api) -> None:
    ada = person(api, name="Ada")
    bea = person(api, name="Bea", email_addresses=items("b@x.example"))
    merged(api, ada, bea)

    with CaptureQueriesContext(connection) as queries:
        assert unmerge(api, ada, bea).status == 200

    assert len(queries) <= 16, [one["sql"][:80] for one in queries]


def random_person(random: Random, api: Api, companies: list[dict[str, str]]) -> str:
    """Create a person with some values and links."""
    chosen: dict[str, Any] = {
        "first_name": random.choice(["Ada", "Bea"]),
        "last_name": random.choice(["King", "Lovelace"]),
        "name": random.choice(["Countess", "Dr. X"]),
        "title": random.choice(["Engineer", "Poet"]),
        "email_addresses": items(f"{random.random()}@x.example"),
        "tags": items(*random.sample("abcdef", 3)),
        "custom_fields": {random.choice("ab"): random.choice([1, 2])},
    }
    kept = {name: value for name, value in chosen.items() if random.random() < 0.5}
    partners = random.sample(companies, random.randint(0, 2))
    return person(api, {"companies": partners}, **kept)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_merged_comes_apart_again(api: Api, seed: int) -> None:
    random = Random(seed)
    companies = [make_record(api, "company", f"C{n}") for n in range(3)]
    people = [random_person(random, api, companies) for _ in range(4)]
    for number, record in enumerate(people):
        for _ in range(random.randint(0, 2)):
            make_record(api, "conversation", person={"type": "person", "id": record})
        if number % 2:
            patch(api, record, notes="Changed")
    ada, *losers = people
    picks = {"title": random.choice([*people, "keep"]), "name": random.choice(people)}
    before = content()
    merged(api, ada, *losers, fields=picks)

    if seed % 2:
        answer = unmerge(api, ada, *losers)
    else:
        random.shuffle(losers)
        answer = [unmerge(api, ada, loser) for loser in losers][-1]

    assert answer.status == 200, answer.json
    assert content() == before


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_link_that_was_picked_comes_back(api: Api, is_linked: bool) -> None:
    ada, bea = ({"type": "person", "id": person(api, name=n)} for n in ("Ada", "Bea"))
    talk = make_record(api, "conversation", person=ada)
    picked = bea if is_linked else None
    other = make_record(api, "conversation", person=picked)
    before = content()
    path = f"objects/conversation/records/{talk['id']}"
    meta = {"fields": {"person": other["id"]}}

    answer = api.post(f"{path}/merge", {"data": [other], "meta": meta})
    assert answer.status == 200, answer.json
    linkage = answer.data["relationships"]["person"]["data"]
    assert linkage == picked

    assert api.post(f"{path}/unmerge", {"data": [other]}).status == 200
    assert content() == before
