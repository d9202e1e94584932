"""Owners and admins merge records, pick by field, and take them apart again."""

from __future__ import annotations

import pytest

from crm.models import Member, Workspace
from records.models import JournalEntry, Record
from tests.api_client import Api, items, resource
from tests.browsing import Person, join

Role = Member.Role
LIST = "/admin/records/acme/person/"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Role.OWNER)


@pytest.fixture
def pair(api: Api) -> list[str]:
    """The ids of two people who are one."""
    people = [
        {"first_name": "Ada", "title": "Countess", "tags": items("vip")},
        {"last_name": "King", "title": "Engineer", "tags": items("poet")},
    ]
    return [
        api.post("objects/person/records", resource("person", **p)).id for p in people
    ]


def test_another_record_is_found_and_merged(
    owner: Person, api: Api, pair: list[str]
) -> None:
    ada, king = pair
    page = owner.page(f"{LIST}{ada}/")
    assert f"{LIST}{ada}/merge/" in page
    found = owner.page(f"{LIST}{ada}/merge/?q=king")
    assert f"?with={king}" in found
    assert f"?with={ada}" not in found

    choosing = owner.page(f"{LIST}{ada}/merge/?with={king}")
    done = owner.submit(
        f"{LIST}{ada}/merge/",
        **{"with": king, "merge": "1", "pick-title": king, "pick-tags": "union"},
    )

    assert "Will be" in choosing
    assert "Ada King" in choosing
    assert "The two are one now." in done
    attributes = api.get(f"objects/person/records/{ada}").data["attributes"]
    assert (attributes["name"], attributes["title"]) == ("Ada King", "Engineer")
    assert attributes["tags"] == items("vip", "poet")
    entry = JournalEntry.objects.latest("seq")
    assert (entry.actor, entry.source) == (f"user:{owner.user.pk}", "merge")


def test_a_preview_writes_nothing(owner: Person, pair: list[str]) -> None:
    ada, king = pair

    page = owner.submit(
        f"{LIST}{ada}/merge/",
        **{"with": king, "preview": "1", "pick-title": king},
    )

    assert "Engineer</td>" in page
    assert Record.objects.count() == 2


def test_what_is_wrong_is_said(
    owner: Person, pair: list[str], settings: pytest.FixtureRequest
) -> None:
    ada, king = pair
    settings.COLLECTION_LIMIT = 1  # type: ignore[attr-defined]

    page = owner.submit(f"{LIST}{ada}/merge/", **{"with": king, "merge": "1"})

    assert "Send at most 1 items." in page
    assert Record.objects.count() == 2


def test_a_merge_is_taken_back(owner: Person, api: Api, pair: list[str]) -> None:
    ada, king = pair
    owner.submit(f"{LIST}{ada}/merge/", **{"with": king, "merge": "1"})
    address = f"{LIST}{ada}/unmerge/{king}/"
    assert address in owner.page(f"{LIST}{ada}/")
    assert "Unmerge this record?" in owner.page(address)

    done = owner.submit(address)

    assert "The record is back." in done
    assert Record.objects.count() == 2
    assert address not in owner.page(f"{LIST}{ada}/")
    assert owner.post(address).status_code == 404


def test_the_old_address_leads_on(owner: Person, pair: list[str]) -> None:
    ada, king = pair
    owner.submit(f"{LIST}{ada}/merge/", **{"with": king, "merge": "1"})

    response = owner.get(f"{LIST}{king}/")

    assert (response.status_code, response["Location"]) == (302, f"{LIST}{ada}/")


def test_members_only_look(workspace: Workspace, pair: list[str]) -> None:
    member = join(workspace, Role.MEMBER)
    ada, king = pair

    assert "/merge/" not in member.page(f"{LIST}{ada}/")
    for address in ("merge/", f"unmerge/{king}/"):
        assert member.get(f"{LIST}{ada}/{address}").status_code == 403
    assert member.post(f"{LIST}{ada}/merge/", {"with": king}).status_code == 403
