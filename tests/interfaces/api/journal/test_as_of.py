"""``?as_of=`` answers records as they were, whatever became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent, Workspace
from crm.moments import wire_time
from crm.sql import query
from records.journal.heads import begin_epochs
from records.models import JournalEntry, JournalHead
from tests.api_client import Answer, Api, items, make_record, resource, resources
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE, now
from tests.interfaces.api.journal.test_sight import grant, revoke

SHAPES = [PEOPLE, "objects/person/resources", "records/person"]


@pytest.fixture
def acme(api: Api) -> dict[str, str]:
    return make_record(api, "company", "Acme")


@pytest.fixture
def ada(api: Api, acme: dict[str, str]) -> dict[str, str]:
    return make_record(api, "person", "Ada", companies=[acme])


def shown(answer: Answer) -> dict[str, Any]:
    """Return what a record was, with who was linked to it, without addresses."""
    assert answer.status == 200, answer.json
    return plain(answer.data)


def plain(one: dict[str, Any]) -> dict[str, Any]:
    """Return a resource without addresses; all linkage stands in some order."""
    linkage = {name: side.get("data") for name, side in one["relationships"].items()}
    ordered = {
        name: sorted(data, key=lambda end: end["id"])
        if data and name != "owner"
        else data
        for name, data in linkage.items()
        if isinstance(data, list | None)
    }
    return {**one, "relationships": linkage | ordered, "links": None}


def today(api: Api, record: dict[str, str]) -> dict[str, Any]:
    """Return what a record is, with who is linked to it."""
    path = f"objects/{record['type']}/records"
    sides = api.get(f"{path}/{record['id']}").data["relationships"]
    return shown(api.get(f"{path}/{record['id']}?include={','.join(sides)}"))


def then(api: Api, record: dict[str, str], when: str) -> Answer:
    """Return the answer with a record as it was."""
    path = f"objects/{record['type']}/records/{record['id']}"
    return api.get(f"{path}?as_of={when}")


def ids(answer: Answer) -> list[str]:
    """Return the ids of the records of an answer."""
    return [one["id"] for one in answer.data]


def moment() -> str:
    """Return the time of now, as a client writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def change_everything(api: Api, ada: dict[str, str], acme: dict[str, str]) -> None:
    """Change values, labels and links of a person in several ways."""
    navy = make_record(api, "company", "Navy")
    path = f"{PEOPLE}/{ada['id']}"
    labelled = {"items": [{"value": "ada@example.com", "label": "work"}]}
    for attributes in (
        {"title": "CTO", "email_addresses": items("ada@example.com")},
        {"title": None, "deal_value": 12.5, "email_addresses": labelled},
    ):
        api.patch(path, resource("person", **attributes))
    api.post(f"{path}/relationships/companies", {"data": [navy]})
    api.delete(f"{path}/relationships/companies", {"data": [acme]})


@pytest.mark.parametrize("when", ["change", "cursor", "time"])
def test_a_record_is_as_it_was(
    api: Api, ada: dict[str, str], acme: dict[str, str], when: str
) -> None:
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", title="CEO", deal_value=0.1))
    was = today(api, ada)
    change = api.get("changes").data[-1]
    whens = {"change": change["id"], "cursor": now(api), "time": moment()}
    change_everything(api, ada, acme)

    answer = then(api, ada, whens[when])

    assert shown(answer) == was
    assert answer.json["meta"] == {"as_of": change["id"]}
    assert "ETag" not in answer.headers


def test_every_change_can_be_looked_back_to(
    api: Api, ada: dict[str, str], acme: dict[str, str]
) -> None:
    people = [make_record(api, "person", name, companies=[acme]) for name in "bc"]
    past = {}
    acts: list[Callable[[], Answer]] = [
        lambda: api.patch(f"{PEOPLE}/{ada['id']}", resource("person", title="CEO")),
        lambda: api.delete(
            f"{COMPANIES}/{acme['id']}/relationships/people", {"data": people}
        ),
        lambda: api.delete(f"{PEOPLE}/{ada['id']}"),
        lambda: api.post(f"objects/person/deleted/{ada['id']}/restore"),
        lambda: api.patch(f"{PEOPLE}/{ada['id']}", resource("person", title="CTO")),
        lambda: api.delete(f"{COMPANIES}/{acme['id']}"),
    ]
    for act in acts:
        seen = {one["id"]: today(api, one) for one in api.get(PEOPLE).data}
        past[now(api)] = seen
        assert act().status < 300

    for cursor, seen in past.items():
        found = {
            one["id"]: plain(one) for one in api.get(f"{PEOPLE}?as_of={cursor}").data
        }
        assert found == seen
        for record, was in seen.items():
            assert shown(api.get(f"{PEOPLE}/{record}?as_of={cursor}")) == was


def test_a_change_stands_for_all_of_its_batch(api: Api) -> None:
    api.post(f"{PEOPLE}/bulk", resources("person", {"name": "a"}, {"name": "b"}))
    first, second = api.get("changes").data

    answers = [api.get(f"{PEOPLE}?as_of={one['id']}") for one in (first, second)]

    assert [len(answer.data) for answer in answers] == [2, 2]
    assert {answer.json["meta"]["as_of"] for answer in answers} == {second["id"]}


def test_a_time_is_before_what_is_noted_later(api: Api, ada: dict[str, str]) -> None:
    (at,) = {one["attributes"]["at"] for one in api.get("changes").data[-1:]}

    late = moment()
    answer = api.get(f"{PEOPLE}?as_of={late}")
    bea = make_record(api, "person", "Bea")

    assert ids(answer) == ids(api.get(f"{PEOPLE}?as_of={late}")) == [ada["id"]]
    assert ids(api.get(f"{PEOPLE}?as_of={at}")) == [ada["id"]]
    assert ids(api.get(f"{PEOPLE}?as_of={now(api)}")) == [ada["id"], bea["id"]]
    assert api.get("changes").data[-1]["attributes"]["at"] > late


@pytest.mark.parametrize("shape", SHAPES)
def test_pages_go_through_all_records_of_then(api: Api, shape: str) -> None:
    people = [make_record(api, "person", name)["id"] for name in "abcde"]
    cursor = now(api)
    api.delete(f"{PEOPLE}/{people[1]}")
    api.delete(f"{PEOPLE}/{people[4]}")
    make_record(api, "person", "f")

    pages = [api.get(f"{shape}?as_of={cursor}&page[size]=2&fields[person]=name")]
    while pages[-1].json["links"]["next"]:
        path = pages[-1].json["links"]["next"].removeprefix(f"{api.base}/")
        pages.append(api.get(path))

    assert [len(page.data) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in ids(page)] == people
    first = pages[0].data[0]
    assert first["attributes"] == {"name": "a"}
    assert first["links"]["self"].startswith(
        f"{api.base}/{shape.replace('resources', 'records')}/per_"
    )


def test_a_cursor_is_good_for_one_time(api: Api, ada: dict[str, str]) -> None:
    make_record(api, "person", "Bea")
    cursor = now(api)
    make_record(api, "person", "Cid")
    path = f"{PEOPLE}?page[size]=1&as_of="
    page = api.get(f"{path}{cursor}").json["links"]["next"].partition("after%5D=")[2]

    for wrong in (
        f"{path}{now(api)}&page[after]={page}",
        f"{path}{cursor}&page[after]=x",
    ):
        assert api.get(wrong).errors == [("invalid_parameter", "page[after]")]


def test_values_are_those_of_then_in_the_fields_of_today(
    api: Api, ada: dict[str, str]
) -> None:
    fields = "schemas/person/properties"
    api.post(fields, {"properties": {"size": {"type": "string"}}})
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", size="38"))
    as_text = now(api)
    api.patch(f"{fields}/size", resource("schema-properties", type="integer"))
    as_number = now(api)
    api.patch(f"{fields}/size", {"slug": "shoe"})
    api.post(fields, {"properties": {"later": {"type": "string"}}})

    values = [then(api, ada, when).data["attributes"] for when in (as_text, as_number)]

    assert [one["shoe"] for one in values] == ["38", 38]
    assert [one["later"] for one in values] == [None, None]
    assert "size" not in values[0]


def test_a_field_that_is_made_again_shows_nothing_of_the_old_one(
    api: Api, ada: dict[str, str]
) -> None:
    fields = "schemas/person/properties"
    size = {"properties": {"size": {"type": "string"}}}
    api.post(fields, size)
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", size="secret"))
    before = now(api)
    assert api.delete(f"{fields}/size").status == 204
    assert b"secret" not in then(api, ada, before).content
    api.post(fields, size)
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", size="new"))

    for answer in (then(api, ada, before), api.get(f"{PEOPLE}?as_of={before}")):
        assert answer.status == 200
        assert b"secret" not in answer.content


def test_numbers_keep_their_digits(api: Api, ada: dict[str, str]) -> None:
    path, digits = f"{PEOPLE}/{ada['id']}", b"123456789012345678901.25"
    body = (
        b'{"data":{"type":"person","attributes":{"custom_fields":{"n":%s}}}}' % digits
    )
    assert api.patch(path, body).status == 200
    before = now(api)
    assert digits in then(api, ada, before).content
    api.patch(path, resource("person", custom_fields={"n": 1}))

    assert digits in then(api, ada, before).content


def test_what_was_not_there_is_not_found(api: Api, ada: dict[str, str]) -> None:
    before = now(api)
    bea = make_record(api, "person", "Bea")
    api.delete(f"{PEOPLE}/{bea['id']}")
    gone = now(api)
    api.post(f"objects/person/deleted/{bea['id']}/restore")

    for when in (before, gone):
        assert then(api, bea, when).errors == [("not_found", "")]
        assert ids(api.get(f"{PEOPLE}?as_of={when}")) == [ada["id"]]
    assert then(api, bea, now(api)).status == 200
    for wrong in ("x", "per_01M8DBT2RSERC8WXD7MGPFB533"):
        assert api.get(f"{PEOPLE}/{wrong}?as_of={before}").status == 404
    assert api.get(f"{COMPANIES}/{ada['id']}?as_of={before}").status == 404


def test_who_made_a_record_that_came_back_is_known_at_all_times(
    api: Api, scout: Api, ada: dict[str, str]
) -> None:
    was = today(api, ada)
    before = now(api)
    api.delete(f"{PEOPLE}/{ada['id']}")
    api.post(f"objects/person/deleted/{ada['id']}/restore")

    assert shown(then(api, ada, before)) == was
    assert shown(then(scout, ada, before))["attributes"] == was["attributes"]


class Sight:
    """Times at which an agent did not see a person, or saw her."""

    def __init__(self, api: Api, agent: Agent, ada: dict[str, str]) -> None:
        self.first = now(api)
        revoke(api, ada, agent)
        self.hidden = now(api)
        grant(api, ada, agent)
        self.last = now(api)


def test_who_did_not_see_a_record_then_or_does_not_now_finds_none(
    api: Api, scout: Api, agent: Agent, ada: dict[str, str], acme: dict[str, str]
) -> None:
    sight = Sight(api, agent, ada)

    assert then(scout, ada, sight.first).status == 200
    assert then(scout, ada, sight.hidden).status == 404
    assert then(scout, ada, sight.last).status == 200
    assert ids(scout.get(f"{PEOPLE}?as_of={sight.hidden}")) == []
    company = then(scout, acme, sight.hidden).data
    assert company["relationships"]["people"]["data"] == []
    company = then(scout, acme, sight.last).data
    assert company["relationships"]["people"]["data"] == [ada]
    revoke(api, ada, agent)
    for end in (lambda: None, lambda: api.delete(f"{PEOPLE}/{ada['id']}")):
        end()
        for when in (sight.first, sight.hidden, sight.last):
            answers = [
                then(scout, ada, when),
                scout.get(f"{PEOPLE}?as_of={when}"),
                then(scout, acme, when),
            ]
            assert [one.status for one in answers] == [404, 200, 200]
            assert not any(ada["id"].encode() in one.content for one in answers[1:])
            assert then(api, ada, when).status == 200


def test_what_went_while_it_was_seen_is_seen_as_it_was(
    api: Api, scout: Api, ada: dict[str, str], acme: dict[str, str]
) -> None:
    before = now(api)
    api.delete(f"{PEOPLE}/{ada['id']}")

    assert then(scout, ada, before).data == then(api, ada, before).data
    assert then(scout, acme, before).data == then(api, acme, before).data


def test_other_workspaces_have_no_such_past(
    api: Api, stranger: Api, ada: dict[str, str]
) -> None:
    cursor = now(api)

    assert then(stranger, ada, now(stranger)).status == 404
    assert then(stranger, ada, cursor).errors == [("invalid_parameter", "as_of")]
    assert stranger.get(f"{PEOPLE}?as_of={moment()}").data == []


@pytest.mark.parametrize(
    "question",
    [
        *("filter[name]=a", "sort=name", "include=companies", "page[total]=true"),
        *("sortOrder[column]=name", "page[number]=1", "page[limit]=1"),
        *("page[offset]=0", "page[before]=x", "page[size]=0"),
    ],
)
def test_the_past_is_only_read_as_it_was(api: Api, question: str) -> None:
    answer = api.get(f"{PEOPLE}?as_of={now(api)}&{question}")

    name = question.partition("=")[0]
    assert (answer.status, answer.errors) == (400, [("invalid_parameter", name)])


@pytest.mark.parametrize(
    "when",
    ["", "x", "now", "2026-11-26", "2026-11-26T10:00:00", "9999-01-01T00:00:00Z"],
)
@pytest.mark.parametrize("path", [PEOPLE, f"{PEOPLE}/x"])
def test_as_of_is_a_time_that_has_come_or_a_change(
    api: Api, path: str, when: str
) -> None:
    answer = api.get(f"{path}?as_of={when}")

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", "as_of")])


def test_as_of_is_said_once_and_where_there_is_a_past(
    api: Api, ada: dict[str, str]
) -> None:
    when = now(api)

    twice = api.get(f"{PEOPLE}?as_of={when}&as_of={when}")
    below = api.get(f"{PEOPLE}/{ada['id']}/companies?as_of={when}")
    written = api.patch(f"{PEOPLE}/{ada['id']}?as_of={when}", resource("person"))

    assert twice.errors == [("invalid_parameter", "as_of")]
    assert below.errors == [("unknown_parameter", "as_of")]
    assert written.errors == [("unknown_parameter", "as_of")]


def test_before_anything_was_there_was_nothing(api: Api, workspace: Workspace) -> None:
    JournalEntry.objects.filter(workspace=workspace).delete()
    JournalHead.objects.filter(workspace=workspace).delete()

    before = api.get(f"{PEOPLE}?as_of=2001-01-01T00:00:00Z")
    ada = make_record(api, "person", "Ada")

    assert (before.status, before.data) == (200, [])
    assert then(api, ada, before.json["meta"]["as_of"]).status == 404
    at = api.get("changes").data[0]["attributes"]["at"]
    assert ids(api.get(f"{PEOPLE}?as_of={at}")) == [ada["id"]]


def test_what_is_not_kept_is_gone_and_said_so(api: Api, ada: dict[str, str]) -> None:
    path = f"{PEOPLE}/{ada['id']}"
    whens = []
    for title in "abc":
        api.patch(path, resource("person", title=title))
        change = api.get("changes").data[-1]
        whens.append((change["id"], change["attributes"]["at"]))
    trim(api.workspace, "c")
    oldest = api.get("changes?page[after]=now")

    for when in [*whens[0], whens[1][1]]:
        answer = api.get(f"{path}?as_of={when}")
        assert (answer.status, answer.errors) == (410, [("history_expired", "as_of")])
        (error,) = answer.json["errors"]
        assert error["meta"] == {"oldest": whens[1][0]}
    assert oldest.status == 200
    kept = api.get(f"{path}?as_of={whens[1][0]}").data
    assert (kept["attributes"]["title"], kept["meta"]["version"]) == ("b", 3)
    assert api.get(f"{path}?as_of={whens[2][1]}").data["attributes"]["title"] == "c"


def trim(workspace: Workspace, title: str) -> None:
    """Keep nothing of the journal from before somebody got a title."""
    first = JournalEntry.objects.get(workspace=workspace, after__title=title).seq
    JournalEntry.objects.filter(workspace=workspace, seq__lt=first).delete()
    JournalHead.objects.filter(workspace=workspace).update(first_seq=first)


def test_a_change_of_a_journal_that_was_put_back_is_over(
    api: Api, ada: dict[str, str]
) -> None:
    cursor = now(api)
    begin_epochs()

    answer = then(api, ada, cursor)

    assert (answer.status, answer.errors) == (410, [("cursor_expired", "as_of")])


def test_more_links_than_a_document_has_are_named(
    api: Api, ada: dict[str, str], acme: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.journal.as_of.MOST_LINKED", 1)
    assert then(api, acme, now(api)).status == 200
    make_record(api, "person", "Bea", companies=[acme])
    both = now(api)

    for answer in (then(api, acme, both), api.get(f"{COMPANIES}?as_of={both}")):
        assert (answer.status, answer.errors) == (422, [("too_many_rows", "as_of")])
        assert "people" in answer.json["errors"][0]["detail"]
    assert api.get(f"{COMPANIES}?as_of={both}&fields[company]=name").status == 200


@pytest.mark.parametrize("many", [1, 20])
def test_it_takes_few_statements(
    api: Api, scout: Api, ada: dict[str, str], acme: dict[str, str], many: int
) -> None:
    for number in range(many):
        make_record(api, "person", str(number), companies=[acme])
    cursor = now(api)
    for number in range(many):
        api.patch(f"{PEOPLE}/{ada['id']}", resource("person", title=str(number)))

    for reader, most in ((api, 4), (scout, 5)):
        reader.get("me")
        for path in (PEOPLE, f"{PEOPLE}/{ada['id']}"):
            for when in (cursor, moment()):
                with CaptureQueriesContext(connection) as statements:
                    assert reader.get(f"{path}?as_of={when}").status == 200
                assert len(statements) <= most


def test_a_time_that_was_read_holds_the_journal_to_it(
    api: Api, ada: dict[str, str]
) -> None:
    when = datetime.now(UTC)
    api.get(f"{PEOPLE}?as_of={wire_time(when)}")

    ((noted_at,),) = query("SELECT noted_at FROM records_journalhead")

    assert wire_time(noted_at) == wire_time(when)
