"""``/deleted`` and ``/deleted-resources`` list the records that are gone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent
from records.ids import decode_id
from records.journal.heads import begin_epochs
from records.models import JournalEntry, JournalHead, Tombstone
from tests.api_client import Answer, Api, items, make_record, resource
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE
from tests.interfaces.api.journal.test_sight import revoke

DELETED = "objects/person/deleted"
FEED = "objects/person/deleted-resources"


@pytest.fixture
def acme(api: Api) -> dict[str, str]:
    return make_record(api, "company", "Acme")


@pytest.fixture
def gone(api: Api, acme: dict[str, str]) -> list[str]:
    """Three people who were deleted, the last first, among others who were not."""
    people = [make_record(api, "person", n, companies=[acme])["id"] for n in "abcd"]
    for one in people[:3]:
        assert api.delete(f"{PEOPLE}/{one}").status == 204
    return people[2::-1]


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.json
    return [one["id"] for one in answer.data]


def uuid_of(record: str) -> UUID:
    found = decode_id("per", record)
    assert found
    return found


def merge(api: Api, loser: str, survivor: str) -> None:
    """Let a deleted person be one that was merged into another."""
    Tombstone.objects.filter(record_id=uuid_of(loser)).update(
        merged_into=uuid_of(survivor)
    )


def test_a_record_is_as_it_was_in_the_end(
    api: Api, acme: dict[str, str], agent: Agent
) -> None:
    address = items("ada@example.com")
    body = resource("person", name="Ada", deal_value=0.1, email_addresses=address)
    owner = {"data": {"type": "agent", "id": str(agent.pk)}}
    body["data"]["relationships"] = {"companies": {"data": [acme]}, "owner": owner}
    ada = api.post(PEOPLE, body).data
    api.patch(f"{PEOPLE}/{ada['id']}", resource("person", title="CEO"))
    was = api.get(f"{PEOPLE}/{ada['id']}?include=companies").data
    api.delete(f"{PEOPLE}/{ada['id']}")

    answer = api.get(f"{DELETED}/{ada['id']}")

    change = api.get(f"{PEOPLE}/{ada['id']}/history").data[0]
    found = answer.data
    assert found["attributes"] == was["attributes"]
    assert found["relationships"]["companies"] == {"data": [acme]}
    assert found["relationships"]["owner"] == owner
    assert found["meta"] == {
        "version": 3,
        "deleted_at": change["attributes"]["at"],
        "deleted_by": change["attributes"]["actor"],
        "change": change["id"],
        "merged_into": None,
    }
    assert found["links"] == {"self": f"{api.base}/{DELETED}/{ada['id']}"}
    assert api.get(DELETED).data == [found]


def test_the_last_come_first_page_by_page(api: Api, gone: list[str]) -> None:
    first = api.get(f"{DELETED}?page[size]=2&fields[person]=name")
    rest = api.get(first.json["links"]["next"].removeprefix(f"{api.base}/"))

    assert [ids(first), ids(rest)] == [gone[:2], gone[2:]]
    assert (first.json["meta"], rest.json["meta"]) == (
        {"has_more": True},
        {"has_more": False},
    )
    assert rest.json["links"]["next"] is None
    assert rest.data[0]["attributes"] == {"name": "a"}
    assert rest.data[0]["relationships"] == {}


def test_what_came_back_is_not_gone(api: Api, gone: list[str]) -> None:
    api.post(f"{DELETED}/{gone[0]}/restore")

    assert ids(api.get(DELETED)) == gone[1:]
    assert api.get(f"{DELETED}/{gone[0]}").status == 404
    assert ids(api.get("objects/company/deleted")) == []


def test_merged_ones_come_if_they_are_asked_for(
    api: Api, scout: Api, agent: Agent, gone: list[str]
) -> None:
    survivor = make_record(api, "person", "Survivor")
    merge(api, gone[0], survivor["id"])

    assert ids(api.get(DELETED)) == ids(api.get(FEED)) == gone[1:]
    assert ids(api.get(f"{DELETED}?filter[merged]=false")) == gone[1:]
    for reader in (api, scout):
        (found,) = reader.get(f"{DELETED}?filter[merged]=true").data
        assert (found["id"], found["meta"]["merged_into"]) == (gone[0], survivor["id"])
    revoke(api, survivor, agent)
    assert scout.get(f"{DELETED}/{gone[0]}").data["meta"]["merged_into"] is None


@pytest.mark.parametrize("path", [DELETED, FEED])
def test_agents_see_what_they_saw_in_the_end(
    api: Api, scout: Api, agent: Agent, gone: list[str], path: str
) -> None:
    acme, eve = api.get(COMPANIES).data[0], make_record(api, "person", "Eve")
    for hidden in (eve, acme):
        revoke(api, hidden, agent)
    api.delete(f"{PEOPLE}/{eve['id']}")

    answer = scout.get(path)

    assert ids(answer) == gone
    assert acme["id"].encode() not in answer.content
    assert ids(api.get(path)) == [eve["id"], *gone]
    assert scout.get(f"{DELETED}/{eve['id']}").status == 404


def test_other_workspaces_have_none_of_it(stranger: Api, gone: list[str]) -> None:
    assert ids(stranger.get(DELETED)) == ids(stranger.get(FEED)) == []
    assert stranger.get(f"{DELETED}/{gone[0]}").status == 404


def test_what_was_not_deleted_is_not_found(api: Api, gone: list[str]) -> None:
    alive = api.get(PEOPLE).data[0]["id"]

    for wrong in (alive, "x", "per_01M8DBT2RSERC8WXD7MGPFB533"):
        assert api.get(f"{DELETED}/{wrong}").errors == [("not_found", "")]
    assert api.get(f"objects/company/deleted/{gone[0]}").status == 404
    assert api.get("objects/nothing/deleted").status == 404


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("page[after]=x", "invalid_parameter"),
        ("page[offset]=1", "invalid_parameter"),
        ("filter[merged]=1", "invalid_parameter"),
        ("filter[name]=a", "unknown_parameter"),
        ("sort=name", "unknown_parameter"),
    ],
)
def test_the_list_takes_little(api: Api, question: str, code: str) -> None:
    answer = api.get(f"{DELETED}?{question}")

    name = question.partition("=")[0]
    assert (answer.status, answer.errors) == (400, [(code, name)])


def test_it_is_listed_also_when_what_it_had_is_not_kept(
    api: Api, gone: list[str]
) -> None:
    workspace = api.workspace
    JournalEntry.objects.filter(workspace=workspace).delete()
    head = JournalHead.objects.get(workspace=workspace)
    JournalHead.objects.filter(pk=head.pk).update(first_seq=head.last_seq + 1)

    first = api.get(f"{DELETED}?page[size]=2")
    rest = api.get(first.json["links"]["next"].removeprefix(f"{api.base}/"))

    assert ids(first) + ids(rest) == gone
    assert first.data[0]["attributes"]["name"] is None
    begin_epochs()
    again = api.get(first.json["links"]["next"].removeprefix(f"{api.base}/"))
    assert again.errors == [("cursor_expired", "page[after]")]


def seconds(api: Api, record: str) -> int:
    """Return when a record was deleted, in whole seconds."""
    at = api.get(f"{DELETED}/{record}").data["meta"]["deleted_at"]
    return int(datetime.fromisoformat(at).timestamp())


def test_clients_of_clarify_read_when_it_was(api: Api, gone: list[str]) -> None:
    answer = api.get(f"{FEED}?page[limit]=2")

    (first, _) = answer.data
    there = api.get(f"{DELETED}/{gone[0]}").data
    at = {"_deleted_at": seconds(api, gone[0])}
    assert first == {**there, "attributes": there["attributes"] | at}
    assert answer.json["meta"] == {
        "total_records": 3,
        "total_pages": 2,
        "offset": 0,
        "limit": 2,
    }
    rest = api.get(answer.json["links"]["next"].removeprefix(f"{api.base}/"))
    assert ids(answer) + ids(rest) == gone
    assert ids(api.get(f"{FEED}?page[offset]=9")) == []


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("filter[_deleted_at][Greater than]={before}", True),
        ("filter[_deleted_at][Is on or after]={at}", True),
        ("filter[_deleted_at]={at}", True),
        ("filter[_deleted_at]=>={at}", True),
        ("filter[_deleted_at][gt]={at}", False),
        ("filter[_deleted_at][Is before]={at}", False),
        ("filter[_deleted_at][ne]={at}", False),
        ("filter[_deleted_at][gt]={before}&filter[_deleted_at][lte]={before}", False),
    ],
)
def test_they_filter_by_it_in_seconds(
    api: Api, gone: list[str], question: str, found: bool
) -> None:
    Tombstone.objects.exclude(record_id=uuid_of(gone[0])).delete()
    at = seconds(api, gone[0])

    answer = api.get(f"{FEED}?{question.format(at=at, before=at - 1)}")

    assert ids(answer) == gone[:1] * found


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("filter[name]=a", "unknown_parameter"),
        ("filter[_deleted_at]=yesterday", "invalid_parameter"),
        ("filter[_deleted_at][contains]=1", "invalid_parameter"),
        ("page[after]=x", "invalid_parameter"),
        ("sortOrder[column]=_deleted_at", "unknown_parameter"),
    ],
)
def test_they_ask_for_nothing_else(api: Api, question: str, code: str) -> None:
    answer = api.get(f"{FEED}?{question}")

    name = question.partition("=")[0]
    assert (answer.status, answer.errors) == (400, [(code, name)])


@pytest.mark.parametrize("many", [1, 20])
def test_lists_take_few_statements(
    api: Api, scout: Api, acme: dict[str, str], many: int
) -> None:
    for number in range(many):
        one = make_record(api, "person", str(number), companies=[acme])
        api.delete(f"{PEOPLE}/{one['id']}")

    for reader, more in ((api, 0), (scout, 1)):
        reader.get("me")
        for path, most in ((DELETED, 3), (f"{DELETED}/{one['id']}", 3), (FEED, 4)):
            with CaptureQueriesContext(connection) as statements:
                assert reader.get(path).status == 200
            assert len(statements) <= most + more
