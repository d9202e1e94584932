"""Agents get keys, and are kept out when they rest."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import choose_workspace, go_to, shown_secret
from tests.live_server import Kith

PEOPLE = "/v1/workspaces/demo/objects/person/records"


def test_an_agent_with_a_key_works_until_it_rests(owner: Page, kith: Kith) -> None:
    go_to(owner, "Agents")
    owner.get_by_role("link", name="Add an agent").first.click()
    choose_workspace(owner, "Demo (demo)")
    owner.get_by_label("Handle").fill("support-bot")
    owner.get_by_role("button", name="Add agent").click()
    of_the_agent = owner.url
    owner.goto("/admin/crm/apikey/add/")
    choose_workspace(owner, "Demo (demo)")
    owner.get_by_label("Label").fill("Support")
    owner.get_by_label("Acts for the agent").select_option("support-bot in demo")
    owner.get_by_role("button", name="Make the key").click()
    secret = shown_secret(owner).key
    with kith.client(secret) as client:
        before = client.get(PEOPLE).status_code

        owner.goto(of_the_agent)
        owner.get_by_role("link", name="Edit").click()
        owner.get_by_label("Active").uncheck()
        owner.get_by_role("button", name="Save").click()
        expect(owner.get_by_text("The agent is changed.")).to_be_visible()

        assert [before, client.get(PEOPLE).status_code] == [200, 401]
