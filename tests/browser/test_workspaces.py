"""An owner logs in for the first time, and makes a workspace."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import create_workspace, go_to, log_in
from tests.live_server import Kith


def test_the_printed_login_opens_the_first_page(visitor: Page, kith: Kith) -> None:
    log_in(visitor, kith.secret("Login"), kith.secret("Password"))

    row = visitor.get_by_role("row").filter(has_text="Demo")
    expect(row).to_contain_text("Owner")
    row.get_by_role("link").last.click()
    expect(visitor.get_by_role("link", name="Companies").last).to_be_visible()


def test_a_wrong_password_is_refused(visitor: Page, kith: Kith) -> None:
    visitor.goto("/")
    visitor.get_by_label("Username").fill("owner")
    visitor.get_by_label("Password").fill("guess")
    visitor.get_by_role("button", name="Log in").click()

    expect(visitor.get_by_text("Please enter the correct username")).to_be_visible()


def test_a_new_workspace_begins_with_the_standard_objects(owner: Page) -> None:
    create_workspace(owner, "Initech Inc.", "initech")

    owner.goto("/admin/records/initech/")
    for name in ("People", "Companies", "Deals", "Meetings", "Tasks", "Conversations"):
        expect(owner.get_by_role("cell", name=name)).to_be_visible()


def test_a_slug_that_is_taken_is_refused(owner: Page) -> None:
    go_to(owner, "Workspaces")
    owner.get_by_role("link", name="Create a workspace").click()
    owner.get_by_label("Name*", exact=True).fill("Another demo")
    owner.get_by_label("Short name").fill("demo")
    owner.get_by_role("button", name="Create workspace").click()

    expect(owner.get_by_text("already exists")).to_be_visible()
    expect(owner.get_by_label("Name*", exact=True)).to_have_value("Another demo")


def test_settings_say_how_much_one_request_may_hold(owner: Page) -> None:
    create_workspace(owner, "Hooli", "hooli")
    owner.get_by_role("link", name="Settings").click()
    owner.get_by_label("Rows in one request").fill("9999")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Give a whole number from 1 to 1000.")).to_be_visible()

    owner.get_by_label("Rows in one request").fill("500")
    owner.get_by_role("button", name="Save").click()

    expect(owner.get_by_text("The settings are changed.")).to_be_visible()
    expect(owner.get_by_role("definition").filter(has_text="500")).to_be_visible()


def test_whoever_runs_the_server_sees_the_logins(owner: Page) -> None:
    owner.goto("/admin/")
    owner.get_by_role("link", name="Logins").click()

    expect(owner.get_by_role("link", name="owner", exact=True)).to_be_visible()


def test_settings_say_where_the_workspace_is_at_home(owner: Page) -> None:
    create_workspace(owner, "Pied Piper", "pied-piper")
    owner.get_by_role("link", name="Settings").click()

    owner.get_by_label("Country").select_option("DE")
    owner.get_by_label("Time zone").select_option("Europe/Berlin")
    owner.get_by_role("button", name="Save").click()

    zone = owner.get_by_role("definition").filter(has_text="Europe/Berlin")
    expect(zone).to_be_visible()
