"""The first page says what to do first; the menu leads to what somebody may see."""

from __future__ import annotations

import re

import pytest

from crm.keys import create_key
from crm.models import Member, Scope, Workspace
from objects.workspaces import create_workspace
from tests.api_client import Api, resource
from tests.browsing import Person, join, superuser

OWNER, ADMIN, MEMBER = Member.Role


def done(page: str) -> list[str]:
    """Return the steps that are ticked."""
    return re.findall(r"<b>([^<]*)<span class=\"sr-only\"> \(done\)", page)


def menu(person: Person) -> list[str]:
    """Return the lines of the menu."""
    page = person.page("/admin/")
    return re.findall(r"<span>([^<]+)</span>", page.partition('id="main"')[0])


def test_ticks_what_is_done(workspace: Workspace) -> None:
    owner = join(workspace, OWNER)
    assert done(owner.page("/admin/")) == ["Create a workspace"]

    join(workspace, MEMBER)
    create_key(workspace=workspace, scopes=list(Scope))
    steps = ["Create a workspace", "Invite a member", "Make a key"]
    assert done(owner.page("/admin/")) == steps

    workspace.object_types.create(slug="c_x", label="X", plural="Xs", prefix="x")
    assert "First steps" not in owner.page("/admin/")


def test_begins_with_a_workspace_where_there_is_none(db: None) -> None:
    page = superuser().page("/admin/")

    assert done(page) == []
    assert re.findall(r'is-primary" href="([^"]*)"', page) == [
        "/admin/crm/workspace/add/"
    ]


@pytest.mark.parametrize("role", [ADMIN, MEMBER])
def test_asks_only_owners(workspace: Workspace, role: str) -> None:
    assert "First steps" not in join(workspace, role).page("/admin/")


def test_counts_what_workspaces_hold(api: Api) -> None:
    for name in ("Ada", "Grace"):
        api.post("objects/person/records", resource("person", name=name))

    page = join(api.workspace, MEMBER).page("/admin/")

    cells = re.findall(r"<td[^>]*>(?:<a [^>]*>)?([^<]*)", page)
    assert cells == ["acme", "2", "1", "1", "Member"]


def test_lists_types_in_one_workspace_and_workspaces_if_there_are_more(
    workspace: Workspace,
) -> None:
    person = join(workspace, MEMBER)
    first = menu(person)
    join(create_workspace(slug="globex"), MEMBER, person.user)

    second = menu(person)

    assert first[:3] == ["Home", "People", "Companies"]
    assert second[:3] == ["Home", "acme", "globex"]
    assert "Logins" not in first


def test_only_superusers_manage_logins(workspace: Workspace) -> None:
    owner = join(workspace, OWNER)

    owner.page("/admin/auth/user/", status=403)
    assert owner.user.username in superuser().page("/admin/auth/user/")


def test_reads_a_fixed_number_of_rows(
    workspace: Workspace, django_assert_max_num_queries: object
) -> None:
    person = join(workspace, OWNER)
    for number in range(5):
        join(create_workspace(slug=f"more-{number}"), OWNER, person.user)

    with django_assert_max_num_queries(20):  # type: ignore[operator]
        person.page("/admin/")
