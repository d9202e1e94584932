"""The admin works by keyboard, on a phone, and in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

PAGES = [
    "/admin/",
    "/admin/crm/workspace/",
    "/admin/crm/apikey/",
    "/admin/crm/apikey/add/",
    "/admin/crm/member/",
    "/admin/crm/agent/",
    "/admin/objects/objecttype/",
    "/admin/webhooks/endpoint/",
    "/admin/webhooks/endpoint/add/",
    "/admin/records/demo/",
    "/admin/records/demo/person/",
    "/admin/records/demo/conversation/",
]


def test_a_list_is_filtered_by_keyboard(owner: Page) -> None:
    owner.goto("/admin/crm/apikey/")
    owner.get_by_role("button", name="Filters").focus()
    owner.keyboard.press("Enter")
    owner.get_by_role("link", name="Expired").focus()
    owner.keyboard.press("Enter")

    expect(owner.get_by_text("Nothing fits")).to_be_visible()


def test_the_menu_opens_on_a_phone(owner: Page) -> None:
    owner.set_viewport_size({"width": 390, "height": 800})
    owner.goto("/admin/")
    expect(owner.get_by_role("link", name="API keys")).to_be_hidden()

    owner.get_by_role("button", name="Show or hide the menu").click()
    owner.get_by_role("link", name="API keys").click()

    expect(owner.get_by_role("heading", name="API keys")).to_be_visible()


def test_no_page_is_wider_than_a_phone(owner: Page) -> None:
    owner.set_viewport_size({"width": 390, "height": 800})
    wider = []
    owner.goto("/admin/records/demo/deal/")
    owner.get_by_role("link", name="Acme renewal").click()
    expect(owner.get_by_role("heading", name="History")).to_be_visible()
    for address in [owner.url, *PAGES]:
        owner.goto(address)
        if owner.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wider.append(address)

    assert wider == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follows_the_colours_of_the_device(owner: Page, scheme: str) -> None:
    owner.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # It is one.
    owner.goto("/admin/")

    back = owner.locator("#main").evaluate(
        "node => getComputedStyle(node).backgroundColor"
    )
    assert (back == "rgb(255, 255, 255)") == (scheme == "light")
