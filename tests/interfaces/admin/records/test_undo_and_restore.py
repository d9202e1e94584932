"""Members see what was deleted; owners and admins restore it, and undo changes."""

from __future__ import annotations

import re

import pytest

from crm.models import Member, Workspace
from records.models import JournalEntry, Record
from tests.api_client import Api, items, resource
from tests.browsing import Person, join

Role = Member.Role
LIST = "/admin/records/acme/person/"
DELETED = f"{LIST}deleted/"
UNDO = re.compile(r'href="([^"]+/undo/[^"]+)"')


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Role.OWNER)


@pytest.fixture
def ada(api: Api) -> str:
    """The id of a person whose title has changed."""
    address = items("ada@example.com")
    body = resource("person", name="Ada", title="CTO", email_addresses=address)
    record = api.post("objects/person/records", body).id
    change = resource("person", title="CEO")
    api.patch(f"objects/person/records/{record}", change)
    return record


@pytest.fixture
def gone(api: Api, ada: str) -> str:
    """The id of a person who was deleted."""
    api.delete(f"objects/person/records/{ada}")
    return ada


def undos(person: Person, record: str) -> list[str]:
    """Return the addresses by which changes of a record are undone, the last first."""
    return UNDO.findall(person.page(f"{LIST}{record}/"))


def test_a_change_is_undone(owner: Person, api: Api, ada: str) -> None:
    last, _ = undos(owner, ada)
    assert "Undo this change?" in owner.page(last)

    page = owner.submit(last)

    assert "The change is undone." in page
    shown = api.get(f"objects/person/records/{ada}").data["attributes"]
    assert shown["title"] == "CTO"
    entry = JournalEntry.objects.latest("seq")
    assert (entry.actor, entry.source) == (f"user:{owner.user.pk}", "undo")


def test_what_stands_in_the_way_is_said_and_can_be_left(
    owner: Person, api: Api, ada: str
) -> None:
    last, _ = undos(owner, ada)
    path = f"objects/person/records/{ada}"
    api.patch(path, resource("person", title="Chair"))

    refused = owner.submit(last)
    done = owner.submit(last, is_lenient="on")

    assert "Somebody has changed this since" in refused
    assert "The change is undone." in done
    assert api.get(path).data["attributes"]["title"] == "Chair"


def test_undoing_a_creation_leads_to_the_list(owner: Person, api: Api) -> None:
    record = api.post("objects/person/records", resource("person", name="Bea")).id
    (created,) = undos(owner, record)

    page = owner.submit(created)

    assert "The change is undone." in page
    assert not Record.objects.exists()


def test_a_deleted_record_is_listed_and_restored(
    owner: Person, api: Api, gone: str
) -> None:
    page = owner.page(DELETED)
    assert "Ada" in page
    assert f"{DELETED}{gone}/restore/" in page
    assert DELETED in owner.page(LIST)

    restored = owner.submit(f"{DELETED}{gone}/restore/")

    assert "The record is back." in restored
    assert "Nothing is deleted" in owner.page(DELETED)
    assert api.get(f"objects/person/records/{gone}").status == 200


def test_a_taken_value_is_said_and_can_be_left(
    owner: Person, api: Api, gone: str
) -> None:
    address = items("ada@example.com")
    api.post("objects/person/records", resource("person", email_addresses=address))
    path = f"{DELETED}{gone}/restore/"

    refused, done = owner.submit(path), owner.submit(path, is_lenient="on")

    assert "Another person has this value." in refused
    assert "The record is back." in done


def test_members_look_and_do_not_act(workspace: Workspace, api: Api, ada: str) -> None:
    owner, member = join(workspace, Role.OWNER), join(workspace, Role.MEMBER)
    last, _ = undos(owner, ada)
    assert undos(member, ada) == []
    api.delete(f"objects/person/records/{ada}")
    entries = JournalEntry.objects.count()

    page = member.page(DELETED)

    assert "Ada" in page
    assert "/restore/" not in page
    for address in (last, f"{DELETED}{ada}/restore/"):
        member.page(address, status=403)
        assert member.post(address).status_code == 403
    assert JournalEntry.objects.count() == entries


def test_strangers_find_none_of_it(
    workspace: Workspace, stranger: Api, owner: Person, ada: str
) -> None:
    last, _ = undos(owner, ada)
    outsider = join(stranger.workspace, Role.OWNER)

    for address in (DELETED, f"{DELETED}{ada}/restore/", last):
        outsider.page(address, status=404)


def test_what_is_not_there_is_not_found(owner: Person, ada: str) -> None:
    addresses = [
        f"{DELETED}{ada}/restore/",
        f"{DELETED}nobody/restore/",
        f"{LIST}{ada}/undo/chg_01HX9Z2K3M4N5P6Q7R8S9T0V1W/",
    ]

    assert [owner.post(one).status_code for one in addresses] == [404] * 3
