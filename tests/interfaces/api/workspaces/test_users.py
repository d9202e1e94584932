"""``/users``: who has a login, for everybody in the workspace to read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Member, Workspace
from tests.api_client import Api

USERS = "users"


def make_member(workspace: Workspace, username: str, **values: object) -> Member:
    role = str(values.pop("role", "member"))
    user = User.objects.create(username=username, **values)
    return Member.objects.create(workspace=workspace, user=user, role=role)


@pytest.fixture
def ada(workspace: Workspace) -> Member:
    return make_member(
        workspace,
        "ada",
        role="owner",
        first_name="Ada",
        last_name="Lovelace",
        email="Ada@acme.example",
        last_login=datetime(2026, 11, 1, 12, tzinfo=UTC),
    )


@pytest.fixture
def bob(workspace: Workspace) -> Member:
    return make_member(workspace, "bob")


def names(api: Api, parameters: str) -> list[str]:
    """Return the names that a list has, in its order."""
    answer = api.get(f"{USERS}?{parameters}")
    assert answer.status == 200, answer.json
    return [user["attributes"]["name"] for user in answer.data]


def test_shows_a_user(reader: Api, ada: Member) -> None:
    answer = reader.get(f"{USERS}/{ada.pk}")

    assert answer.data == {
        "type": "user",
        "id": str(ada.pk),
        "attributes": {
            "name": "Ada Lovelace",
            "email": "Ada@acme.example",
            "role": "owner",
            "last_active_at": "2026-11-01T12:00:00.000Z",
        },
        "links": {"self": f"{reader.base}/users/{ada.pk}"},
    }


def test_a_user_without_a_name_goes_by_the_login(reader: Api, bob: Member) -> None:
    attributes = reader.get(f"{USERS}/{bob.pk}").data["attributes"]

    assert attributes == {
        "name": "bob",
        "email": "",
        "role": "member",
        "last_active_at": None,
    }


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ("", ["bob", "Ada Lovelace"]),
        ("sort=created_at", ["Ada Lovelace", "bob"]),
        ("sort=name", ["Ada Lovelace", "bob"]),
        ("sort=-name", ["bob", "Ada Lovelace"]),
        ("sort=last_active_at", ["Ada Lovelace", "bob"]),
        ("sort=-last_active_at", ["Ada Lovelace", "bob"]),
        ("sortOrder[column]=role&sortOrder[dir]=DESC", ["Ada Lovelace", "bob"]),
        ("filter[email]=ada@ACME.example", ["Ada Lovelace"]),
        ("filter[email]=ada@acme", []),
        ("filter[email][ne]=ada@acme.example", ["bob"]),
        ("filter[email][empty]=true", ["bob"]),
        ("filter[email][Is empty]=false", ["Ada Lovelace"]),
        ("filter[email]=", ["bob"]),
        ("filter[name][contains]=LOVE", ["Ada Lovelace"]),
        ("filter[name][Does not contain]=love", ["bob"]),
        ("filter[name][startswith]=ada l", ["Ada Lovelace"]),
        ("filter[name][Ends with]=lace", ["Ada Lovelace"]),
        ("filter[name][in]=BOB,ada lovelace", ["bob", "Ada Lovelace"]),
        ("filter[name][in]=", []),
        ("filter[name][notin]=bob", ["Ada Lovelace"]),
        ("filter[name][contains]=a&filter[name][contains]=b", []),
        ("filter[role]=owner", ["Ada Lovelace"]),
        ("filter[role][One of]=owner,member", ["bob", "Ada Lovelace"]),
        ("filter[role][Is not]=owner", ["bob"]),
        ("filter[last_active_at]=2026-11-01", ["Ada Lovelace"]),
        ("filter[last_active_at]=2026-11-01T12:00:00.000Z", ["Ada Lovelace"]),
        ("filter[last_active_at][ne]=2026-11-01", ["bob"]),
        ("filter[last_active_at][gt]=2026-11-01", []),
        ("filter[last_active_at][gte]=2026-11-01", ["Ada Lovelace"]),
        ("filter[last_active_at][Is before]=2026-11-01T11:00:00-01:00", []),
        (
            "filter[last_active_at][Is on or before]=2026-11-01T12:00:00Z",
            ["Ada Lovelace"],
        ),
        ("filter[last_active_at][Is not empty]=true", ["Ada Lovelace"]),
    ],
)
def test_finds_and_sorts_users(
    reader: Api, ada: Member, bob: Member, parameters: str, found: list[str]
) -> None:
    assert names(reader, parameters) == found


@pytest.mark.parametrize(
    ("parameters", "code", "name"),
    [
        ("nonsense=1", "unknown_parameter", "nonsense"),
        ("filter[password]=x", "unknown_parameter", "filter[password]"),
        ("filter=x", "unknown_parameter", "filter"),
        ("filter[name][eq][x]=x", "unknown_parameter", "filter[name][eq][x]"),
        ("filter[user__password]=x", "unknown_parameter", "filter[user__password]"),
        ("filter[name][regex]=x", "invalid_parameter", "filter[name][regex]"),
        ("filter[name]=\0", "invalid_parameter", "filter[name]"),
        ("filter[name][empty]=x", "invalid_parameter", "filter[name][empty]"),
        ("filter[role]=king", "invalid_parameter", "filter[role]"),
        ("filter[role][in]=owner,king", "invalid_parameter", "filter[role][in]"),
        ("filter[role]=", "invalid_parameter", "filter[role]"),
        ("filter[created_at]=now", "invalid_parameter", "filter[created_at]"),
        ("sort=password", "invalid_parameter", "sort"),
        ("sort=", "invalid_parameter", "sort"),
        ("sort=name,-name", "invalid_parameter", "sort"),
        ("fields[user]=password", "invalid_parameter", "fields[user]"),
        ("fields[person]=name", "unknown_parameter", "fields[person]"),
        ("include=agent", "invalid_parameter", "include"),
        ("page[limit]=0", "invalid_parameter", "page[limit]"),
        ("page[limit]=1001", "invalid_parameter", "page[limit]"),
        ("page[number]=1&page[after]=x", "invalid_parameter", "page[after]"),
        ("page[size]=1&page[after]=x", "invalid_parameter", "page[after]"),
    ],
)
def test_refuses_parameters_that_it_does_not_understand(
    reader: Api, parameters: str, code: str, name: str
) -> None:
    answer = reader.get(f"{USERS}?{parameters}")

    assert (answer.status, answer.errors) == (400, [(code, name)])


def test_says_which_filters_there_are(reader: Api) -> None:
    answer = reader.get(f"{USERS}?filter[password]=x")

    there = "name, email, role, last_active_at, created_at, id"
    assert answer.json["errors"][0]["detail"].endswith(f"There are: {there}.")


def test_shows_only_the_fields_asked_for(reader: Api, ada: Member) -> None:
    (user,) = reader.get(f"{USERS}?fields[user]=email").data

    assert user["attributes"] == {"email": "Ada@acme.example"}


def walk(api: Api, parameters: str, step: str) -> list[list[str]]:
    """Return the names on each page, following links."""
    pages = []
    path: str | None = f"{USERS}?{parameters}"
    while path:
        answer = api.get(path)
        pages.append([user["attributes"]["name"] for user in answer.data])
        link = answer.json["links"][step]
        path = link and link.removeprefix(f"{api.base}/")
    return pages


@pytest.mark.parametrize("style", ["page[limit]=2", "page[number]=1&page[size]=2"])
def test_walks_pages_by_offset(reader: Api, workspace: Workspace, style: str) -> None:
    for name in "abcde":
        make_member(workspace, name)

    assert walk(reader, f"sort=name&{style}", "next") == [
        ["a", "b"],
        ["c", "d"],
        ["e"],
    ]


@pytest.mark.parametrize(
    ("sort", "pages"),
    [
        ("last_active_at", [["b", "d"], ["a", "c"], ["e"]]),
        ("-last_active_at", [["d", "b"], ["e", "c"], ["a"]]),
        ("role,-name", [["e", "d"], ["c", "b"], ["a"]]),
        ("-name", [["e", "d"], ["c", "b"], ["a"]]),
        ("-created_at", [["e", "d"], ["c", "b"], ["a"]]),
    ],
)
def test_walks_pages_by_cursor_both_ways(
    reader: Api, workspace: Workspace, sort: str, pages: list[list[str]]
) -> None:
    for day, name in enumerate("abcde", 1):
        seen = datetime(2026, 1, day, tzinfo=UTC) if name in "bd" else None
        make_member(workspace, name, last_login=seen)

    everyone = names(reader, f"sort={sort}")
    middle = f"sort={sort}&page[size]=1&page[after]={cursor_at(reader, sort, 3)}"
    back = walk(reader, middle, "prev")

    assert walk(reader, f"sort={sort}&page[size]=2&page[total]=true", "next") == pages
    assert [name for page in back for name in page] == everyone[3::-1]


def cursor_at(api: Api, sort: str, number: int) -> str:
    """Return the cursor of the last on a page of some number."""
    path = f"{USERS}?sort={sort}&page[size]={number}&page[total]=true"
    return str(api.get(path).json["links"]["next"]).rpartition("=")[2]


def test_a_cursor_is_good_for_one_order_of_one_collection(
    reader: Api, workspace: Workspace
) -> None:
    for name in "abc":
        make_member(workspace, name)
    cursor = cursor_at(reader, "name", 1)

    for path in (f"{USERS}?sort=-name", "agents?sort=name"):
        answer = reader.get(f"{path}&page[size]=1&page[after]={cursor}")
        assert answer.errors == [("invalid_parameter", "page[after]")]


def test_a_range_between_cursors(reader: Api, workspace: Workspace) -> None:
    for name in "abcde":
        make_member(workspace, name)
    after, before = (cursor_at(reader, "name", number) for number in (1, 4))

    ends = f"page[after]={after}&page[before]={before}"
    answer = reader.get(f"{USERS}?sort=name&page[size]=1&{ends}")

    assert [user["attributes"]["name"] for user in answer.data] == ["b"]
    assert answer.json["meta"] == {"page": {"rangeTruncated": True}}
    assert names(reader, f"sort=name&{ends}") == ["b", "c"]


def test_users_of_other_workspaces_are_not_there(stranger: Api, ada: Member) -> None:
    assert stranger.get(USERS).data == []
    assert stranger.get(f"{USERS}/{ada.pk}").status == 404


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_users_are_kept_in_the_admin_only(api: Api, ada: Member, method: str) -> None:
    answers = [api.call(method, USERS), api.call(method, f"{USERS}/{ada.pk}")]

    assert [answer.status for answer in answers] == [405, 405]


def test_listing_takes_two_statements(reader: Api, workspace: Workspace) -> None:
    for name in "abcde":
        make_member(workspace, name)
    reader.get(USERS)

    with CaptureQueriesContext(connection) as queries:
        reader.get(USERS)

    assert len(queries) == 2
