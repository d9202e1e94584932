"""Workspaces keep an owner, and nobody is invited twice, whoever acts at once."""

from __future__ import annotations

import httpx
import pytest
from django.contrib.auth.models import User

from crm.errors import Refusal
from crm.members import change_role, invite_member
from crm.models import Member, Workspace
from objects.workspaces import InvalidWorkspace, create_workspace
from tests.browsing import join
from tests.races.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)

OWNER, ADMIN, MEMBER = Member.Role


def test_an_address_is_invited_once(crowd: Crowd, workspace: Workspace) -> None:
    owner = join(workspace, OWNER).user

    def invite(client: httpx.Client, number: int) -> str:
        try:
            invite_member(workspace=workspace, by=owner, email="a@b.co", role=MEMBER)
        except Refusal as refusal:
            return refusal.code
        return "invited"

    outcomes = crowd.all(invite, many=8)

    assert sorted(outcomes) == ["already_exists"] * 7 + ["invited"]
    assert User.objects.filter(email="a@b.co").count() == 1


def test_a_slug_goes_to_one_workspace(crowd: Crowd) -> None:
    def create(client: httpx.Client, number: int) -> bool:
        try:
            create_workspace(slug="initech")
        except InvalidWorkspace:
            return False
        return True

    assert crowd.all(create, many=8).count(True) == 1
    assert Workspace.objects.filter(slug="initech").count() == 1


def test_owners_who_demote_each_other_leave_one(
    crowd: Crowd, workspace: Workspace
) -> None:
    people = [join(workspace, OWNER).user for _ in range(4)]
    members = [Member.objects.get(user=person) for person in people]

    def demote(client: httpx.Client, number: int) -> None:
        for member in members[number + 1 :] + members[: number + 1]:
            try:
                change_role(member=member, by=people[number], role=ADMIN)
            except Refusal:
                continue

    crowd.all(demote, many=4)

    owners = Member.objects.filter(workspace=workspace, role=OWNER)
    assert owners.count() == 1
