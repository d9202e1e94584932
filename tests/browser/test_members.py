"""People are invited, and see nothing of the workspaces of others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import (
    choose_password,
    create_workspace,
    go_to,
    invite,
    make_key,
)
from tests.live_server import Kith


@pytest.fixture
def guest(browser: Browser, kith: Kith) -> Iterator[Page]:
    """A page of somebody else's browser."""
    with browser.new_context(base_url=kith.url) as context:
        yield context.new_page()


def test_an_invited_owner_sees_their_workspace_and_no_other(
    owner: Page, guest: Page, kith: Kith
) -> None:
    create_workspace(owner, "Umbrella", "umbrella")
    hidden = make_key(owner, "Demo (demo)", "Unseen")
    open_address = f"{kith.url}/admin/crm/apikey/?q=Unseen"
    owner.goto(open_address)
    owner.get_by_role("link", name="Unseen").click()
    of_the_key = owner.url
    link = invite(owner, "Umbrella (umbrella)", "wesker@umbrella.example", "owner")

    choose_password(guest, link, "a password of their own")

    expect(guest.get_by_role("link", name="Umbrella", exact=True)).to_be_visible()
    expect(guest.get_by_text("Demo")).to_have_count(0)
    guest.goto(open_address)
    expect(guest.get_by_text("Nothing fits")).to_be_visible()
    for address in (of_the_key, "/admin/records/demo/", "/admin/records/demo/person/"):
        answer = guest.goto(address)
        assert answer is not None
        assert answer.status == 404
        expect(guest.get_by_role("heading", name="Nothing here")).to_be_visible()
    assert hidden.key not in guest.content()


def test_a_link_works_once(owner: Page, guest: Page) -> None:
    link = invite(owner, "Demo (demo)", "ada@engines.example", "member")
    choose_password(guest, link, "difference engine")

    guest.context.clear_cookies()
    guest.goto(link)

    expect(guest.get_by_text("This link does not work any more")).to_be_visible()


def test_a_member_looks_but_does_not_touch(owner: Page, guest: Page) -> None:
    link = invite(owner, "Demo (demo)", "babbage@engines.example", "member")
    choose_password(guest, link, "difference engine")

    go_to(guest, "API keys")
    expect(guest.get_by_role("link", name="First key")).to_be_visible()
    expect(guest.get_by_role("link", name="Make a key")).to_have_count(0)
    guest.get_by_role("link", name="First key").click()
    expect(guest.get_by_role("heading", name="First key", level=2)).to_be_visible()
    expect(guest.get_by_role("link", name="Revoke")).to_have_count(0)
    guest.goto(guest.url.replace("change", "revoke"))
    expect(guest.get_by_role("heading", name="Not for you")).to_be_visible()
