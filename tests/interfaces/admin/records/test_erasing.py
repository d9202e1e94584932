"""Records are erased in the admin by who runs the workspace, and types the id."""

from __future__ import annotations

import pytest

from crm.models import Erasure, Member, Workspace
from tests.api_client import Api, resource
from tests.browsing import Person, join

RECEIPTS = "/admin/crm/erasure/"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.OWNER)


@pytest.fixture
def ada(api: Api) -> str:
    return api.post("objects/person/records", resource("person", name="Ada")).id


def place(api: Api, record: str, page: str = "") -> str:
    """Return the address of a page about a person."""
    return f"/admin/records/{api.workspace.slug}/person/{record}/{page}"


def test_who_types_the_id_erases_the_record(api: Api, owner: Person, ada: str) -> None:
    assert "erase/" in owner.page(place(api, ada))

    wrong = owner.submit(place(api, ada, "erase/"), typed=ada[:-1], reason="Asked")
    page = owner.submit(place(api, ada, "erase/"), typed=f" {ada.lower()} ", reason="?")

    assert f"Type {ada} to erase this record." in wrong
    assert "The record is erased." in page
    (erasure,) = Erasure.objects.all()
    assert f"Erasure of {ada}" in page
    assert "Backups, copies" in page
    assert f"{erasure.pk}" in owner.page(RECEIPTS)
    assert owner.get(place(api, ada)).status_code == 404
    assert owner.get(place(api, ada, "erase/")).status_code == 200


def test_a_deleted_record_is_erased_from_the_list(
    api: Api, owner: Person, ada: str
) -> None:
    api.delete(f"objects/person/records/{ada}")
    deleted = f"/admin/records/{api.workspace.slug}/person/deleted/"
    assert place(api, ada, "erase/") in owner.page(deleted)

    owner.submit(place(api, ada, "erase/"), typed=ada, reason="")

    assert ada not in owner.page(deleted)
    assert ada in owner.page(RECEIPTS)


def test_nobody_is_there_to_be_erased(api: Api, owner: Person, ada: str) -> None:
    nobody = ada[:-4] + "0000"
    answer = owner.post(place(api, nobody, "erase/"), {"typed": nobody})

    assert answer.status_code == 404


def test_members_only_look(api: Api, workspace: Workspace, ada: str) -> None:
    member = join(workspace, Member.Role.MEMBER)

    assert "erase/" not in member.page(place(api, ada))
    assert member.get(place(api, ada, "erase/")).status_code == 403
    assert member.get(RECEIPTS).status_code == 200


def test_another_workspace_does_not_find_it(
    api: Api, owner: Person, stranger: Api, ada: str
) -> None:
    owner.submit(place(api, ada, "erase/"), typed=ada, reason="")
    other = join(stranger.workspace, Member.Role.OWNER)
    (erasure,) = Erasure.objects.all()

    assert other.get(place(api, ada, "erase/")).status_code == 404
    assert ada not in other.page(RECEIPTS)
    assert other.get(f"{RECEIPTS}{erasure.pk}/change/").status_code != 200
