"""Records are found, filtered and read in the browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.api_client import resource
from tests.live_server import Kith


def test_searches_and_filters_a_list(owner: Page) -> None:
    owner.goto("/admin/records/demo/deal/")
    owner.get_by_placeholder("Search deals").fill("renewal")
    owner.get_by_role("button", name="Search").click()
    expect(owner.get_by_role("link", name="Acme renewal")).to_be_visible()
    expect(owner.get_by_text("1 to 1 of 1")).to_be_visible()

    owner.locator("summary").click()
    owner.get_by_label("Field").select_option("Stage")
    owner.get_by_label("Condition").select_option("Is")
    owner.get_by_label("Value").fill("Discovery")
    owner.get_by_role("button", name="Add filter").click()
    expect(owner.get_by_role("heading", name="Nothing fits")).to_be_visible()

    owner.get_by_role("link", name="Show everything").click()
    expect(owner.get_by_text("1 to 2 of 2")).to_be_visible()


def test_a_filter_is_built_and_removed_with_the_keyboard(owner: Page) -> None:
    owner.goto("/admin/records/demo/deal/")
    owner.locator("summary").focus()
    owner.keyboard.press("Enter")
    owner.get_by_label("Field").select_option("Amount")
    owner.get_by_label("Condition").select_option("Greater than")
    owner.get_by_label("Value").fill("20000")
    owner.get_by_label("Value").press("Enter")
    expect(owner.get_by_text("1 to 1 of 1")).to_be_visible()

    owner.get_by_role("link", name="Remove the filter Amount Greater than").focus()
    owner.keyboard.press("Enter")

    expect(owner.get_by_text("1 to 2 of 2")).to_be_visible()


def test_shows_a_record_with_its_links_and_history(owner: Page, kith: Kith) -> None:
    with kith.client(kith.secret("API key")) as client:
        deals = "/v1/workspaces/demo/objects/deal/records"
        change = resource("deal", name="Engine pilot", amount=12500)
        client.post(deals, json=change)

    owner.goto("/admin/records/demo/deal/")
    owner.get_by_role("link", name="Engine pilot").click()

    expect(owner.get_by_text("12,500 USD").first).to_be_visible()
    changed = owner.get_by_role("listitem").filter(has_text="by First key (key)")
    expect(changed.get_by_role("row").filter(has_text="9,000")).to_contain_text(
        "12,500"
    )
    owner.get_by_role("link", name="Ada Lovelace").first.click()
    expect(owner.get_by_role("heading", name="Ada Lovelace", level=2)).to_be_visible()


def test_restores_a_deleted_record_and_undoes_that(owner: Page, kith: Kith) -> None:
    with kith.client(kith.secret("API key")) as client:
        people = "/v1/workspaces/demo/objects/person/records"
        made = client.post(people, json=resource("person", name="Zoe Gone")).json()
        client.delete(f"{people}/{made['data']['id']}")

    owner.goto("/admin/records/demo/person/")
    owner.get_by_role("link", name="Deleted").click()
    owner.get_by_role("link", name="Restore Zoe Gone").click()
    owner.get_by_role("button", name="Restore").click()
    expect(owner.get_by_text("The record is back.")).to_be_visible()

    restored = owner.get_by_role("listitem").filter(has_text="Restored by")
    restored.get_by_role("link", name="Undo").click()
    owner.get_by_role("button", name="Undo").click()

    expect(owner.get_by_text("The change is undone.")).to_be_visible()
    owner.get_by_role("link", name="Deleted").click()
    expect(owner.get_by_role("cell", name="Zoe Gone", exact=True)).to_be_visible()


def test_merges_two_records_and_takes_them_apart(owner: Page, kith: Kith) -> None:
    with kith.client(kith.secret("API key")) as client:
        people = "/v1/workspaces/demo/objects/person/records"
        for values in (
            {"first_name": "Mary", "title": "Writer"},
            {"first_name": "Mary", "last_name": "Somerville", "title": "Polymath"},
        ):
            client.post(people, json=resource("person", **values))

    owner.goto("/admin/records/demo/person/?filter[search]=mary")
    owner.get_by_role("link", name="Mary", exact=True).click()
    owner.get_by_role("link", name="Merge", exact=True).click()
    owner.get_by_label("Which record is the same?").fill("somerville")
    owner.get_by_role("button", name="Search").click()
    owner.get_by_role("link", name="Mary Somerville").click()
    owner.get_by_label("Polymath").check()
    owner.get_by_role("button", name="Preview").click()
    title = owner.get_by_role("row").filter(has_text="Title")
    expect(title.get_by_role("cell").last).to_have_text("Polymath")
    owner.get_by_role("button", name="Merge").click()

    heading = owner.get_by_role("heading", name="Mary Somerville", level=2)
    expect(heading).to_be_visible()
    owner.get_by_role("link", name="Unmerge Mary Somerville").click()
    owner.get_by_role("button", name="Unmerge").click()
    expect(owner.get_by_text("The record is back.")).to_be_visible()


def test_compares_two_duplicates_dismisses_them_and_merges_them(
    owner: Page, kith: Kith
) -> None:
    with kith.client(kith.secret("API key")) as client:
        people = "/v1/workspaces/demo/objects/person/records"
        for values in (
            {"name": "Émilie Châtelet", "title": "Physicist"},
            {"name": "Chatelet, Emilie", "title": "Translator"},
        ):
            client.post(people, json=resource("person", **values))

    owner.goto("/admin/records/demo/person/?filter[search]=chatelet")
    owner.get_by_role("link", name="Émilie Châtelet").click()
    owner.get_by_role("link", name="Duplicates", exact=True).click()
    expect(owner.get_by_text("Name: written in another way")).to_be_visible()
    owner.get_by_role("button", name="Dismiss Émilie").click()
    expect(owner.get_by_text("The two are not the same.")).to_be_visible()

    owner.get_by_role("link", name="Compare Émilie").click()
    expect(owner.get_by_role("cell", name="Translator")).to_be_visible()
    owner.get_by_role("button", name="Open again").click()
    expect(owner.get_by_text("The pair is open again.")).to_be_visible()
    owner.get_by_role("link", name="Compare Émilie").click()
    owner.get_by_role("link", name="Merge", exact=True).click()
    owner.get_by_role("button", name="Merge").click()

    expect(owner.get_by_text("The two are one now.")).to_be_visible()


def test_scans_a_type_and_follows_the_scan(owner: Page, kith: Kith) -> None:
    owner.goto("/admin/records/demo/company/")
    owner.get_by_role("link", name="Duplicates", exact=True).click()
    expect(owner.get_by_role("heading", name="No open duplicates")).to_be_visible()

    owner.get_by_role("link", name="Scan").click()
    owner.get_by_role("button", name="Scan").click()

    expect(owner.get_by_text("The scan is under way.")).to_be_visible()
