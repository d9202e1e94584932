"""A record is erased in the browser, and how long the rest is kept is set."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.api_client import resource
from tests.live_server import Kith


def test_erases_a_record_and_shows_the_receipt(owner: Page, kith: Kith) -> None:
    with kith.client(kith.secret("API key")) as client:
        people = "/v1/workspaces/demo/objects/person/records"
        made = client.post(people, json=resource("person", name="Zelda Gone")).json()
    record = made["data"]["id"]

    owner.goto(f"/admin/records/demo/person/{record}/")
    owner.get_by_role("link", name="Erase").click()
    owner.get_by_label("Type the id of the record").fill("per_")
    owner.get_by_role("button", name="Erase for good").click()
    expect(owner.get_by_text(f"Type {record} to erase this record.")).to_be_visible()

    owner.get_by_label("Type the id of the record").fill(record)
    owner.get_by_label("Reason").fill("Request of 3 March")
    owner.get_by_role("button", name="Erase for good").click()

    expect(owner.get_by_text("The record is erased.")).to_be_visible()
    heading = owner.get_by_role("heading", name=f"Erasure of {record}")
    expect(heading).to_be_visible()
    expect(owner.get_by_text("What it does not cover")).to_be_visible()
    owner.goto("/admin/crm/erasure/")
    expect(owner.get_by_role("link", name=record)).to_be_visible()
    owner.goto("/admin/records/demo/person/?q=Zelda")
    expect(owner.get_by_text("Zelda Gone")).to_have_count(0)


def test_sets_for_how_long_changes_are_kept(owner: Page) -> None:
    owner.goto("/admin/crm/workspace/")
    owner.get_by_role("link", name="demo").first.click()
    owner.get_by_role("link", name="Settings").click()
    owner.get_by_label("Days of history").fill("3")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Give a whole number of days from 7")).to_be_visible()

    owner.get_by_label("Days of history").fill("365")
    owner.get_by_label("Days for what was deleted").fill("30")
    owner.get_by_role("button", name="Save").click()

    expect(owner.get_by_text("The settings are changed.")).to_be_visible()
    facts = owner.locator("dl")
    expect(facts).to_contain_text("Days of history")
    expect(facts).to_contain_text("365")
