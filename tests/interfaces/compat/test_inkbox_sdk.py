"""The published Inkbox SDK works against a real server, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import inkbox
import pytest
from inkbox.exceptions import InkboxAPIError, RedundantContactAccessGrantError

from crm.models import Agent
from tests.live_server import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

CARDS = "BEGIN:VCARD\nVERSION:3.0\nFN:{0}\nEND:VCARD\n"


@pytest.fixture
def base_url(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> str:
    """All that a client has to set, beside its key."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("INKBOX_VAULT_KEY", raising=False)
    return f"{server.url}/compat/inkbox"


@pytest.fixture
def admin(base_url: str, secret: str) -> Iterator[inkbox.Inkbox]:
    with inkbox.Inkbox(api_key=secret, base_url=base_url) as client:
        yield client


@pytest.fixture
def scout(base_url: str, agent_secret: str) -> Iterator[inkbox.Inkbox]:
    with inkbox.Inkbox(api_key=agent_secret, base_url=base_url) as client:
        yield client


def names(contacts: list[inkbox.Contact]) -> list[str | None]:
    return [contact.preferred_name for contact in contacts]


def test_contacts_live_their_whole_life(admin: inkbox.Inkbox) -> None:
    noor = admin.contacts.create(
        given_name="Noor",
        family_name="Haas",
        company_name="Alpen Labs",
        birthday="1990-01-31",
        emails=[inkbox.ContactEmail("work", "noor@alpen.test", is_primary=True)],
        phones=[inkbox.ContactPhone("mobile", "+436605550100")],
        websites=[inkbox.ContactWebsite(None, "https://alpen.test")],
        dates=[inkbox.ContactDate("joined", date(2020, 6, 1))],
        addresses=[
            inkbox.ContactAddress("home", "Platz 1", "Graz", None, "8010", "AT")
        ],
        custom_fields=[inkbox.ContactCustomField("tier", "gold")],
    )

    changed = admin.contacts.update(noor.id, notes="x", birthday=None, phones=None)

    assert names([noor]) == ["Noor Haas"]
    assert noor.birthday == date(1990, 1, 31)
    assert noor.addresses[0].postal_code == "8010"
    assert admin.contacts.get(noor.id) == changed
    assert (changed.notes, changed.birthday, changed.phones) == ("x", None, [])
    assert admin.contacts.list(q="haas", order="recent", limit=5, offset=0) == [changed]

    admin.contacts.delete(noor.id)

    assert admin.contacts.list() == []


@pytest.mark.parametrize(
    "by",
    [
        {"email": "NOOR@alpen.test"},
        {"email_contains": "alpen"},
        {"email_domain": "alpen.test"},
        {"phone": "+436605550100"},
        {"phone_contains": "555"},
    ],
)
def test_contacts_are_looked_up(admin: inkbox.Inkbox, by: dict[str, str]) -> None:
    admin.contacts.create(given_name="Bea")
    admin.contacts.create(
        given_name="Noor",
        emails=[inkbox.ContactEmail(None, "noor@alpen.test")],
        phones=[inkbox.ContactPhone(None, "+436605550100")],
    )

    assert names(admin.contacts.lookup(**by)) == ["Noor"]


def test_access_is_granted_and_revoked(
    admin: inkbox.Inkbox, scout: inkbox.Inkbox, agent: Agent
) -> None:
    noor = admin.contacts.create(given_name="Noor", access_identity_ids=[])
    hidden = scout.contacts.list()

    rule = admin.contacts.access.grant(noor.id, identity_id=agent.id)
    seen = scout.contacts.access.list(noor.id)
    scout.contacts.access.revoke(noor.id, agent.id)
    admin.contacts.access.grant(noor.id, wildcard=True)
    with pytest.raises(RedundantContactAccessGrantError) as redundant:
        admin.contacts.access.grant(noor.id, identity_id=agent.id)

    assert hidden == []
    assert seen == [rule]
    assert rule.identity_id == agent.id
    assert redundant.value.error == "redundant_grant"
    assert names(scout.contacts.list()) == ["Noor"]


def test_cards_are_imported_and_exported(admin: inkbox.Inkbox) -> None:
    cards = CARDS.format("Ada") + "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"

    result = admin.contacts.vcards.import_vcards(cards)

    card = admin.contacts.vcards.export_vcard(result.created_ids[0])
    assert (result.created_count, result.error_count) == (1, 1)
    assert [item.index for item in result.errors] == [1]
    assert "FN:Ada\r\n" in card


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({}, 400),
        (
            {"given_name": "N", "emails": [inkbox.ContactEmail(None, "nobody")]},
            422,
        ),
        ({"given_name": "N", "access_identity_ids": [str(uuid4())]}, 404),
    ],
)
def test_refusals_arrive_as_the_sdk_knows_them(
    admin: inkbox.Inkbox, members: dict[str, Any], status: int
) -> None:
    with pytest.raises(InkboxAPIError) as refusal:
        admin.contacts.create(**members)

    assert refusal.value.status_code == status


def test_what_is_not_there_is_not_found(admin: inkbox.Inkbox) -> None:
    with pytest.raises(InkboxAPIError) as refusal:
        admin.contacts.get(UUID(int=0))

    assert refusal.value.status_code == 404


def test_the_key_and_the_identities_are_known(
    admin: inkbox.Inkbox, base_url: str
) -> None:
    made = admin.create_identity("ranger", display_name="Ranger")
    key = admin.api_keys.create(label="Ranger's", scoped_identity_id=made.id)

    with inkbox.Inkbox(api_key=key.api_key, base_url=base_url) as ranger:
        who = ranger.whoami()

    listed = [identity.agent_handle for identity in admin.list_identities()]
    assert listed == ["ranger"]
    assert admin.get_identity("ranger").id == made.id
    assert who.auth_subtype == "api_key.agent_scoped.claimed"
    assert key.record.scoped_identity_id == made.id
