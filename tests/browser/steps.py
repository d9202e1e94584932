"""What people do in the admin, step by step, as docs/admin.md tells them to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page, expect


@dataclass(frozen=True)
class NewSecret:
    """A key as it was shown, with the request to try it."""

    key: str
    curl: str


def log_in(page: Page, login: str, password: str) -> None:
    """Log in from the first page."""
    page.goto("/")
    page.get_by_label("Username").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def go_to(page: Page, name: str) -> None:
    """Choose something from the menu."""
    page.goto("/admin/")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def create_workspace(page: Page, name: str, slug: str) -> None:
    """Create a workspace."""
    go_to(page, "Workspaces")
    page.get_by_role("link", name="Create a workspace").click()
    page.get_by_label("Name*", exact=True).fill(name)
    page.get_by_label("Short name").fill(slug)
    page.get_by_role("button", name="Create workspace").click()
    expect(page.get_by_text("The workspace is ready.")).to_be_visible()


def choose_workspace(page: Page, name: str) -> None:
    """Say which workspace something new is for, if that is asked."""
    choice = page.get_by_label("Workspace")
    if choice.is_visible():
        choice.select_option(label=name)


def make_key(
    page: Page, workspace: str, label: str, *, admin: bool = False
) -> NewSecret:
    """Make a key and keep what is shown once."""
    go_to(page, "API keys")
    page.get_by_role("link", name="Make a key").first.click()
    choose_workspace(page, workspace)
    page.get_by_label("Label").fill(label)
    if admin:
        page.get_by_label("Set up").check()
    page.get_by_role("button", name="Make the key").click()
    return shown_secret(page)


def shown_secret(page: Page) -> NewSecret:
    """Return the key that the page shows."""
    key = page.get_by_label("Key", exact=True)
    expect(key).to_contain_text("kith_")
    return NewSecret(
        key.inner_text(), page.get_by_label("Try it in a terminal").inner_text()
    )


def open_key(page: Page, label: str) -> None:
    """Look at a key."""
    go_to(page, "API keys")
    page.get_by_role("link", name=label).click()
    expect(page.get_by_role("heading", name=label, level=2)).to_be_visible()


def invite(page: Page, workspace: str, email: str, role: str) -> str:
    """Invite somebody and return the link for them."""
    go_to(page, "Members")
    page.get_by_role("link", name="Invite a member").first.click()
    choose_workspace(page, workspace)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Role").select_option(role)
    page.get_by_role("button", name="Invite").click()
    return page.get_by_label("Link", exact=True).inner_text()


def choose_password(page: Page, link: str, password: str) -> None:
    """Follow an invitation."""
    page.goto(link)
    page.get_by_label("New password", exact=False).first.fill(password)
    page.get_by_label("confirmation").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def add_object_type(page: Page, workspace: str, name: str, plural: str) -> None:
    """Make an object type and stay on its page."""
    go_to(page, "Object types")
    page.get_by_role("link", name="Add an object type").click()
    choose_workspace(page, workspace)
    page.get_by_label("Name*", exact=True).fill(name)
    page.get_by_label("Plural").fill(plural)
    page.get_by_role("button", name="Add object type").click()
    expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()


def add_field(page: Page, label: str, type_: str, *, flags: Sequence[str] = ()) -> None:
    """Fill in the form of a field and ask for another."""
    page.get_by_label("Label").fill(label)
    page.get_by_label("Type").select_option(label=type_)
    for flag in flags:
        page.get_by_label(flag, exact=True).check()
    page.get_by_role("button", name="Add, then another").click()
    expect(page.get_by_text("The field is added.")).to_be_visible()
    expect(page.get_by_label("Label")).to_have_value("")


def fill_options(page: Page, *labels: str) -> None:
    """Say what can be chosen."""
    for index, label in enumerate(labels):
        if index:
            page.get_by_role("button", name="Add an option").click()
        page.get_by_label("Option", exact=True).nth(index).fill(label)


def relate(page: Page, here: str, kind: str, entity: str, there: str) -> None:
    """Add a relationship to the object type of the page."""
    page.get_by_role("link", name="Add a relationship").click()
    page.get_by_label("How many").select_option(kind)
    page.get_by_label("With").select_option(entity)
    page.get_by_label("Label here").fill(here)
    page.get_by_label("Label on the other side").fill(there)
    page.get_by_role("button", name="Add relationship").click()
    expect(page.get_by_text("on both sides.")).to_be_visible()
