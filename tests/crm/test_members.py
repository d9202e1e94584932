"""Who may invite, promote and remove whom."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from crm.errors import NotAllowed
from crm.members import (
    AlreadyMember,
    LastOwner,
    UnknownToYou,
    change_role,
    invite_member,
    may_make_link,
    remove_member,
)
from crm.models import Member, Workspace
from objects.workspaces import create_workspace
from tests.browsing import join, make_user

OWNER, ADMIN, MEMBER = Member.Role


def member_of(workspace: Workspace, role: str, user: User | None = None) -> Member:
    return Member.objects.get(
        workspace=workspace, user=join(workspace, role, user).user
    )


def roles(workspace: Workspace) -> list[str]:
    members = Member.objects.filter(workspace=workspace)
    return sorted(members.values_list("role", flat=True))


@pytest.fixture
def owner(workspace: Workspace) -> User:
    return join(workspace, OWNER).user


def test_makes_a_login_without_a_password(workspace: Workspace, owner: User) -> None:
    member, is_new = invite_member(
        workspace=workspace,
        by=owner,
        email=" Ada@A.example ",
        role=ADMIN,
        name="Ada",
    )

    user = member.user
    assert (is_new, member.role) == (True, ADMIN)
    assert (user.username, user.email) == ("ada@a.example", "ada@a.example")
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert not user.has_usable_password()


def test_takes_a_login_of_somebody_known(workspace: Workspace, owner: User) -> None:
    shared = create_workspace(slug="shared")
    friend = join(shared, MEMBER).user
    join(shared, MEMBER, owner)

    member, is_new = invite_member(
        workspace=workspace, by=owner, email=friend.email.upper(), role=MEMBER
    )

    assert (member.user, is_new) == (friend, False)


def test_does_not_take_the_login_of_a_stranger(
    workspace: Workspace, owner: User
) -> None:
    stranger = make_user("stranger")

    with pytest.raises(UnknownToYou):
        invite_member(workspace=workspace, by=owner, email=stranger.email, role=MEMBER)

    assert roles(workspace) == [OWNER]


def test_whoever_runs_the_server_knows_everybody(workspace: Workspace) -> None:
    root = make_user("root", is_superuser=True)
    stranger = make_user("stranger")

    member, _ = invite_member(
        workspace=workspace, by=root, email=stranger.email, role=OWNER
    )

    assert member.user == stranger


def test_invites_nobody_twice(workspace: Workspace, owner: User) -> None:
    with pytest.raises(AlreadyMember):
        invite_member(workspace=workspace, by=owner, email=owner.email, role=MEMBER)


@pytest.mark.parametrize(
    ("by", "role"), [(MEMBER, MEMBER), (ADMIN, OWNER), (MEMBER, ADMIN)]
)
def test_nobody_gives_what_they_have_not(
    workspace: Workspace, owner: User, by: str, role: str
) -> None:
    inviting = join(workspace, by).user

    with pytest.raises(NotAllowed):
        invite_member(workspace=workspace, by=inviting, email="a@b.co", role=role)

    assert not User.objects.filter(email="a@b.co").exists()


@pytest.mark.parametrize(("old", "new"), [(OWNER, MEMBER), (MEMBER, OWNER)])
def test_an_admin_makes_and_unmakes_no_owner(
    workspace: Workspace, owner: User, old: str, new: str
) -> None:
    member, admin = member_of(workspace, old), join(workspace, ADMIN).user

    with pytest.raises(NotAllowed):
        change_role(member=member, by=admin, role=new)

    member.refresh_from_db()
    assert member.role == old


def test_an_admin_does_not_remove_an_owner(workspace: Workspace, owner: User) -> None:
    member, admin = member_of(workspace, OWNER), join(workspace, ADMIN).user

    with pytest.raises(NotAllowed):
        remove_member(member=member, by=admin)


def test_the_last_owner_stays(workspace: Workspace, owner: User) -> None:
    last = Member.objects.get(user=owner)

    with pytest.raises(LastOwner):
        change_role(member=last, by=owner, role=ADMIN)
    with pytest.raises(LastOwner):
        remove_member(member=last, by=owner)

    assert roles(workspace) == [OWNER]


def test_an_owner_may_leave_when_there_is_another(
    workspace: Workspace, owner: User
) -> None:
    remove_member(member=member_of(workspace, OWNER), by=owner)

    assert roles(workspace) == [OWNER]
    assert User.objects.count() == 2


LINKS = [
    (OWNER, MEMBER, True, True),
    (OWNER, OWNER, True, True),
    (ADMIN, MEMBER, False, True),
    (ADMIN, MEMBER, True, False),
    (ADMIN, OWNER, False, False),
    (MEMBER, MEMBER, False, False),
]
"""Who asks, for whom, whether those have a password, and whether they get a link."""


@pytest.mark.parametrize(("by", "role", "has_password", "expected"), LINKS)
def test_a_link_to_a_password_is_for_those_above(
    workspace: Workspace, by: str, role: str, has_password: bool, expected: bool
) -> None:
    asking, member = join(workspace, by).user, member_of(workspace, role)
    member.user.set_password("a long one" if has_password else None)

    assert may_make_link(member=member, by=asking) is expected


def test_no_link_to_somebody_of_another_workspace(
    workspace: Workspace, owner: User
) -> None:
    member = member_of(workspace, MEMBER)
    join(create_workspace(slug="globex"), MEMBER, member.user)

    assert may_make_link(member=member, by=owner) is False


def test_no_link_to_whoever_runs_the_server(workspace: Workspace, owner: User) -> None:
    member = member_of(workspace, MEMBER, make_user("root", is_superuser=True))

    assert may_make_link(member=member, by=owner) is False
