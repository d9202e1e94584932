"""Workspaces are made, renamed and set up in the admin."""

from __future__ import annotations

import pytest

from crm.models import Member, Workspace
from objects.models import ObjectType
from tests.browsing import Person, join

OWNER, ADMIN, MEMBER = Member.Role
ADD = "/admin/crm/workspace/add/"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, OWNER)


def test_belongs_to_who_made_it_and_has_the_standard_objects(owner: Person) -> None:
    page = owner.submit(ADD, name="Initech Inc.", slug="initech")

    made = Workspace.objects.get(slug="initech")
    assert "The workspace is ready." in page
    assert Member.objects.get(workspace=made).user == owner.user
    assert ObjectType.objects.filter(workspace=made).count() == 6


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("acme", "Workspace with this Slug already exists."),
        ("No Slug", "Use lower-case letters"),
        ("", "This field is required."),
        ("a" * 64, "at most 63 characters"),
    ],
)
def test_refuses_a_slug(owner: Person, slug: str, why: str) -> None:
    page = owner.submit(ADD, name="Another", slug=slug)

    assert why in page
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize("role", [ADMIN, MEMBER])
def test_only_owners_make_workspaces(workspace: Workspace, role: str) -> None:
    join(workspace, role).page(ADD, status=403)


def test_renames(owner: Person, workspace: Workspace) -> None:
    owner.submit(f"/admin/crm/workspace/{workspace.pk}/rename/", name="Acme Corp.")

    workspace.refresh_from_db()
    assert (workspace.slug, workspace.name) == ("acme", "Acme Corp.")


def test_changes_settings(owner: Person, workspace: Workspace) -> None:
    address = f"/admin/crm/workspace/{workspace.pk}/settings/"

    page = owner.submit(address, bulk_limit="100", default_access="creator")

    workspace.refresh_from_db()
    assert workspace.settings == {
        "bulk_limit": 100,
        "strict_upsert": False,
        "default_access": "creator",
    }
    assert "The settings are changed." in page


def test_sets_where_the_workspace_is_at_home(
    owner: Person, workspace: Workspace
) -> None:
    address = f"/admin/crm/workspace/{workspace.pk}/settings/"
    home = {"default_country": "DE", "time_zone": "Europe/Berlin"}

    page = owner.submit(address, **home)
    workspace.refresh_from_db()
    kept = workspace.settings
    owner.submit(address, default_country="", time_zone="")

    workspace.refresh_from_db()
    assert kept == {**home, "strict_upsert": False}
    assert workspace.settings == {"strict_upsert": False}
    assert "Europe/Berlin" in page


def test_refuses_settings_that_cannot_be(owner: Person, workspace: Workspace) -> None:
    address = f"/admin/crm/workspace/{workspace.pk}/settings/"

    page = owner.submit(address, bulk_limit="5000")

    workspace.refresh_from_db()
    assert workspace.settings == {}
    assert "Give a whole number from 1 to 1000." in page
