"""/objects/{object}/records/{id}/relationships/{name} reads and changes linkage."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent, Workspace
from objects.models import Field, Kind
from records.models import JournalEntry
from tests.api_client import Answer, Api, items, resource
from tests.schemas import make_relationship, note_change

Identifier = dict[str, Any]

NOBODY = "01J2SC8Z8YFGX9Y0014D2PF2DB"
BASE = "http://testserver/v1/workspaces/acme"
EMPTY: dict[str, list[Identifier]] = {"data": []}
BODIES = {"GET": None, "PATCH": EMPTY, "POST": EMPTY, "DELETE": EMPTY}


def make(api: Api, type_: str, **attributes: object) -> Identifier:
    """Create a record and return its identifier."""
    answer = api.post(f"objects/{type_}/records", resource(type_, **attributes))
    assert answer.status == 201
    return {"type": type_, "id": answer.id}


def home(record: Identifier) -> str:
    return f"objects/{record['type']}/records/{record['id']}"


def at(record: Identifier, relationship: str) -> str:
    return f"{home(record)}/relationships/{relationship}"


def send(api: Api, method: str, path: str, linkage: Any, **headers: str) -> Answer:
    return api.call(method, path, {"data": linkage}, **headers)


def linked(api: Api, record: Identifier, relationship: str) -> Any:
    """Return the linkage of a record, by id if there are several."""
    found = api.get(at(record, relationship)).data
    return by_id(*found) if isinstance(found, list) else found


def by_id(*identifiers: Identifier) -> list[Identifier]:
    return sorted(identifiers, key=lambda one: str(one["id"]))


def versions(api: Api, *records: Identifier) -> list[int]:
    return [api.get(home(record)).data["meta"]["version"] for record in records]


def missing(type_: str) -> Identifier:
    prefix = {"person": "per", "company": "com", "conversation": "conv"}[type_]
    return {"type": type_, "id": f"{prefix}_{NOBODY}"}


def test_reads_linkage_to_many(api: Api) -> None:
    ada, acme = make(api, "person"), make(api, "company")
    send(api, "PATCH", at(ada, "companies"), [acme])

    answer = api.get(at(ada, "companies"))

    page = f"{BASE}/{at(ada, 'companies')}?page%5Blimit%5D=1000&page%5Boffset%5D=0"
    assert answer.status == 200
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": [acme],
        "links": {
            "self": f"{BASE}/{at(ada, 'companies')}",
            "related": f"{BASE}/{home(ada)}/companies",
            "first": page,
            "prev": None,
            "next": None,
            "last": page,
        },
        "meta": {"total_records": 1, "total_pages": 1, "offset": 0, "limit": 1000},
    }


@pytest.mark.parametrize("is_linked", [True, False])
def test_reads_linkage_to_one(api: Api, is_linked: bool) -> None:
    ada, talk = make(api, "person"), make(api, "conversation")
    if is_linked:
        send(api, "PATCH", at(talk, "person"), ada)

    answer = api.get(at(talk, "person"))

    assert answer.status == 200
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "data": ada if is_linked else None,
        "links": {
            "self": f"{BASE}/{at(talk, 'person')}",
            "related": f"{BASE}/{home(talk)}/person",
        },
    }


def test_linkage_to_many_has_pages(api: Api) -> None:
    ada = make(api, "person")
    companies = [make(api, "company") for _ in range(5)]
    send(api, "PATCH", at(ada, "companies"), companies)

    pages = [
        api.get(f"{at(ada, 'companies')}?page[limit]=2&page[offset]={offset}")
        for offset in (0, 2, 4)
    ]

    newest_first = companies[::-1]
    assert [one for page in pages for one in page.data] == newest_first
    assert [page.json["meta"]["total_records"] for page in pages] == [5] * 3
    assert pages[2].json["links"]["next"] is None
    assert "page%5Boffset%5D=4" in pages[1].json["links"]["next"]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("page[after]=x", ("invalid_parameter", "page[after]")),
        ("page[limit]=1001", ("invalid_parameter", "page[limit]")),
        ("page[bogus]=1", ("unknown_parameter", "page[bogus]")),
        ("sort=name", ("unknown_parameter", "sort")),
        ("filter[name]=a", ("unknown_parameter", "filter[name]")),
        ("include=people", ("unknown_parameter", "include")),
        ("fields[company]=name", ("unknown_parameter", "fields[company]")),
    ],
)
def test_linkage_is_only_paged(api: Api, query: str, error: tuple[str, str]) -> None:
    ada = make(api, "person")

    answer = api.get(f"{at(ada, 'companies')}?{query}")

    assert (answer.status, answer.errors) == (400, [error])


@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
def test_changes_take_no_parameters(api: Api, method: str) -> None:
    ada, acme = make(api, "person"), make(api, "company")

    answer = send(api, method, f"{at(ada, 'companies')}?page[limit]=1", [acme])

    assert (answer.status, answer.errors) == (
        400,
        [("unknown_parameter", "page[limit]")],
    )
    assert linked(api, ada, "companies") == []


def test_replaces_linkage_and_answers_it(api: Api) -> None:
    ada = make(api, "person")
    acme, globex, hooli = (make(api, "company") for _ in range(3))
    send(api, "PATCH", at(ada, "companies"), [acme, globex])

    answer = send(api, "PATCH", at(ada, "companies"), [globex, hooli])

    assert (answer.status, by_id(*answer.data)) == (200, by_id(globex, hooli))
    assert linked(api, acme, "people") == []
    assert linked(api, hooli, "people") == [ada]
    assert versions(api, ada, acme, globex, hooli) == [3, 1, 1, 1]


def test_adds_and_removes(api: Api) -> None:
    ada = make(api, "person")
    acme, globex, hooli = (make(api, "company") for _ in range(3))
    path = at(ada, "companies")

    added = [send(api, "POST", path, data) for data in ([acme], [globex, hooli])]
    removed = send(api, "DELETE", path, [acme, globex])

    assert [(a.status, a.content) for a in (*added, removed)] == [(204, b"")] * 3
    assert linked(api, ada, "companies") == [hooli]
    assert versions(api, ada, acme, globex, hooli) == [4, 1, 1, 1]


def test_the_other_side_is_the_same_link(api: Api) -> None:
    ada, bea, acme = make(api, "person"), make(api, "person"), make(api, "company")

    send(api, "POST", at(acme, "people"), [ada, bea])
    send(api, "DELETE", at(ada, "companies"), [acme])

    assert linked(api, acme, "people") == [bea]
    assert linked(api, bea, "companies") == [acme]


@pytest.mark.parametrize(
    ("method", "linkage"), [("POST", True), ("PATCH", True), ("DELETE", False)]
)
def test_what_changes_nothing_leaves_the_versions(
    api: Api, method: str, linkage: bool
) -> None:
    ada, acme, globex = make(api, "person"), make(api, "company"), make(api, "company")
    send(api, "POST", at(ada, "companies"), [acme])
    changes = JournalEntry.objects.count()

    answer = send(api, method, at(ada, "companies"), [acme if linkage else globex])

    assert answer.status in {200, 204}
    assert versions(api, ada, acme, globex) == [2, 1, 1]
    assert JournalEntry.objects.count() == changes


def test_nothing_can_be_added_and_nothing_removed(api: Api) -> None:
    ada, acme = make(api, "person"), make(api, "company")
    send(api, "POST", at(ada, "companies"), [acme])

    answers = [send(api, m, at(ada, "companies"), []) for m in ("POST", "DELETE")]

    assert [answer.status for answer in answers] == [204, 204]
    assert linked(api, ada, "companies") == [acme]


def test_names_a_target_twice(api: Api) -> None:
    ada, acme = make(api, "person"), make(api, "company")

    answer = send(api, "PATCH", at(ada, "companies"), [acme, acme])

    assert (answer.status, answer.data) == (200, [acme])
    assert versions(api, ada, acme) == [2, 1]


def test_names_a_target_by_a_unique_value(api: Api) -> None:
    ada = make(api, "person")
    acme = make(api, "company", domains=items("acme.com"))
    named = {"type": "company", "meta": {"match": {"domains": "ACME.com"}}}

    added = send(api, "POST", at(ada, "companies"), [named])
    found = linked(api, ada, "companies")
    removed = send(api, "DELETE", at(ada, "companies"), [named])

    assert (added.status, found, removed.status) == (204, [acme], 204)
    assert linked(api, ada, "companies") == []


def test_both_ends_are_journalled(api: Api) -> None:
    ada, acme = make(api, "person"), make(api, "company")

    send(api, "POST", at(ada, "companies"), [acme])
    send(api, "DELETE", at(acme, "people"), [ada])

    entries = JournalEntry.objects.exclude(action="created").order_by("seq")
    assert [(entry.version, gone(entry), entry.after) for entry in entries] == [
        (2, {}, {"companies": [acme["id"]]}),
        (0, {}, {"people": [ada["id"]]}),
        (0, {"companies": [acme["id"]]}, {}),
        (2, {"people": [ada["id"]]}, {}),
    ]


def gone(entry: JournalEntry) -> dict[str, Any]:
    """Return the links that went."""
    return {name: ids for name, ids in entry.before.items() if name[0] != "_"}


def test_a_to_one_is_replaced_and_cleared(api: Api) -> None:
    ada, bea, talk = make(api, "person"), make(api, "person"), make(api, "conversation")

    answers = [send(api, "PATCH", at(talk, "person"), p) for p in (ada, bea, None)]

    assert [(answer.status, answer.data) for answer in answers] == [
        (200, ada),
        (200, bea),
        (200, None),
    ]
    assert versions(api, talk, ada, bea) == [4, 1, 1]


@pytest.mark.parametrize("relationship", ["person", "owner"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_to_one_can_only_be_replaced(
    api: Api, relationship: str, method: str
) -> None:
    ada, talk = make(api, "person"), make(api, "conversation")

    answer = send(api, method, at(talk, relationship), [ada])

    assert (answer.status, answer.errors) == (403, [("not_allowed", "")])
    assert linked(api, talk, relationship) is None


def test_children_move_from_their_former_parent(api: Api) -> None:
    ada, bea, talk = make(api, "person"), make(api, "person"), make(api, "conversation")
    send(api, "PATCH", at(talk, "person"), ada)

    answer = send(api, "POST", at(bea, "conversations"), [talk])

    assert answer.status == 204
    assert linked(api, talk, "person") == bea
    assert linked(api, ada, "conversations") == []
    assert versions(api, ada, bea, talk) == [1, 2, 3]


def test_one_to_one_frees_both_former_partners(api: Api, workspace: Workspace) -> None:
    sides = ("company", "leader"), ("person", "leads")
    make_relationship(workspace, sides[0], Kind.ONE_TO_ONE, sides[1])
    ada, bea = make(api, "person"), make(api, "person")
    acme, globex = make(api, "company"), make(api, "company")
    send(api, "PATCH", at(acme, "leader"), ada)
    send(api, "PATCH", at(globex, "leader"), bea)

    send(api, "PATCH", at(bea, "leads"), acme)

    assert linked(api, acme, "leader") == bea
    assert [linked(api, globex, "leader"), linked(api, ada, "leads")] == [None, None]


def test_an_owner_is_linkage_too(api: Api, agent: Agent) -> None:
    ada = make(api, "person")
    scout = {"type": "agent", "id": str(agent.id)}
    named = {"type": "agent", "meta": {"match": {"handle": "scout"}}}

    answers = [send(api, "PATCH", at(ada, "owner"), one) for one in (named, None)]

    assert [(answer.status, answer.data) for answer in answers] == [
        (200, scout),
        (200, None),
    ]
    assert versions(api, ada) == [3]


@pytest.mark.parametrize("method", ["PATCH", "POST"])
@pytest.mark.parametrize(
    ("target", "status", "error"),
    [
        (missing("company"), 404, ("not_found", "/data/1")),
        ({"type": "company", "id": "1"}, 404, ("not_found", "/data/1")),
        (missing("person"), 409, ("type_mismatch", "/data/1/type")),
        ({"type": "x", "id": "1"}, 409, ("type_mismatch", "/data/1/type")),
        (
            {"type": "company", "meta": {"match": {"domains": "no.example"}}},
            404,
            ("not_found", "/data/1"),
        ),
        (
            {"type": "company", "meta": {"match": {"name": "Acme"}}},
            422,
            ("unknown_field", "/data/1/meta/match"),
        ),
        (
            {"type": "company", "meta": {"match": {"domains": 5}}},
            422,
            ("invalid_value", "/data/1/meta/match/domains"),
        ),
    ],
)
def test_a_target_that_cannot_be_linked_stops_all(
    api: Api, method: str, target: Identifier, status: int, error: tuple[str, str]
) -> None:
    ada, acme = make(api, "person"), make(api, "company")

    answer = send(api, method, at(ada, "companies"), [acme, target])

    assert (answer.status, answer.errors) == (status, [error])
    assert linked(api, ada, "companies") == []
    assert versions(api, ada, acme) == [1, 1]


def test_a_target_that_is_gone_is_as_good_as_removed(api: Api) -> None:
    ada, acme, gone = make(api, "person"), make(api, "company"), make(api, "company")
    send(api, "POST", at(ada, "companies"), [acme, gone])
    api.delete(home(gone))

    answer = send(api, "DELETE", at(ada, "companies"), [gone, acme])

    assert answer.status == 204
    assert linked(api, ada, "companies") == []


def test_a_target_of_another_workspace_is_not_found(api: Api, stranger: Api) -> None:
    ada, theirs = make(api, "person"), make(stranger, "company")

    answers = [
        send(api, "POST", at(ada, "companies"), [one], x_request_id="same")
        for one in (theirs, missing("company"))
    ]

    assert answers[0].errors == [("not_found", "/data/0")]
    own, none = (str(one["id"]).encode() for one in (theirs, missing("company")))
    assert answers[0].content.replace(own, none) == answers[1].content


@pytest.mark.parametrize("method", BODIES)
@pytest.mark.parametrize(
    "path",
    [
        f"objects/person/records/per_{NOBODY}/relationships/companies",
        "objects/person/records/1/relationships/companies",
        "objects/unicorn/records/1/relationships/companies",
        "{home}/relationships/bogus",
        "{home}/relationships/name",
        "{home}/relationships/Companies",
        "{home}/relationships/%00",
    ],
)
def test_what_is_not_there_is_not_found(api: Api, method: str, path: str) -> None:
    ada = make(api, "person")

    answer = api.call(method, path.format(home=home(ada)), BODIES[method])

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


@pytest.mark.parametrize("method", BODIES)
def test_another_workspace_is_not_found(api: Api, stranger: Api, method: str) -> None:
    ada = make(stranger, "person")

    answer = api.call(method, at(ada, "companies"), BODIES[method])

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
def test_an_old_version_is_not_changed(api: Api, method: str) -> None:
    ada, acme = make(api, "person"), make(api, "company")
    path = at(ada, "companies")

    old = send(api, method, path, [acme], if_match='"7"')
    new = send(api, method, path, [acme], if_match='"1"')

    assert (old.status, old.errors) == (412, [("version_mismatch", "If-Match")])
    assert new.status in {200, 204}


def test_a_named_request_links_once(api: Api) -> None:
    ada, acme = make(api, "person"), make(api, "company")
    path = at(ada, "companies")

    first = send(api, "POST", path, [acme], idempotency_key="one")
    send(api, "DELETE", path, [acme])
    again = send(api, "POST", path, [acme], idempotency_key="one")

    assert (first.status, again.status) == (204, 204)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert linked(api, ada, "companies") == []


def test_a_former_name_is_as_good(api: Api, workspace: Workspace) -> None:
    fields = Field.objects.filter(object_type__slug="person", slug="companies")
    fields.update(aliases=["employers"])
    note_change(workspace)
    ada, acme = make(api, "person"), make(api, "company")

    send(api, "POST", at(ada, "employers"), [acme])

    assert linked(api, ada, "employers") == [acme]
    assert [row["id"] for row in api.get(f"{home(ada)}/employers").data] == [acme["id"]]
