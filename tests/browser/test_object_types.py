"""An owner describes an object type, and its records come in over HTTP at once."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.api_client import resource
from tests.browser.steps import (
    add_field,
    add_object_type,
    fill_options,
    make_key,
    relate,
)
from tests.live_server import Kith

INVOICES = "/v1/workspaces/demo/objects/c_invoice/records"
DEMO = "Demo (demo)"


def fields(page: Page) -> Locator:
    """Return the names of the fields in their order."""
    return page.locator(".is-fields tbody code")


def test_from_a_description_to_a_record(owner: Page, kith: Kith) -> None:
    add_object_type(owner, DEMO, "Invoice", "Invoices")
    of_the_type = owner.url
    owner.get_by_role("link", name="Add a field").click()
    add_field(owner, "Number", "Text, one line", flags=["Required", "Unique"])
    add_field(owner, "Amount", "Amount of money", flags=["Sorted"])
    add_field(owner, "Due", "Date")
    add_field(owner, "Sent", "Yes or no", flags=["Hidden"])
    add_field(owner, "Recipients", "E-mail addresses", flags=["Searched"])
    owner.get_by_label("Type").select_option(label="One of several options")
    fill_options(owner, "Draft", "Paid")
    add_field(owner, "Status", "One of several options")
    owner.goto(of_the_type)
    relate(owner, "Company", "many-to-one", "company", "Invoices")

    values = {
        "number": "2026-001",
        "amount": 1250.5,
        "due": "2026-12-24",
        "sent": False,
        "recipients": {"items": ["books@acme.example"]},
        "status": "Draft",
    }
    document = resource("c_invoice", **values)
    document["data"]["relationships"] = {"company": {"data": ACME}}
    with kith.client(make_key(owner, DEMO, "Books").key) as client:
        made = client.post(INVOICES, json=document)
        read = client.get(made.json()["data"]["links"]["self"]).json()["data"]
        refused = client.post(INVOICES, json=resource("c_invoice", status="Lost"))

    assert made.status_code == 201
    assert {name: read["attributes"][name] for name in values} == values
    assert read["relationships"]["company"]["data"]["type"] == "company"
    assert sorted(error["code"] for error in refused.json()["errors"]) == [
        "invalid_value",
        "required",
    ]
    owner.get_by_role("link", name="I have kept it").click()
    owner.goto("/admin/records/demo/c_invoice/")
    owner.get_by_role("link", name="2026-001").click()
    table = owner.get_by_role("table")
    expect(table.get_by_role("link", name="Acme Corp")).to_be_visible()
    expect(owner.get_by_text("1,250.5").first).to_be_visible()


ACME = {"type": "company", "meta": {"match": {"domains": "acme.example"}}}


def test_a_form_shows_what_the_type_makes_use_of(owner: Page) -> None:
    owner.goto("/admin/objects/objecttype/?q=company")
    owner.get_by_role("link", name="Companies").last.click()
    owner.get_by_role("link", name="Add a field").click()
    options, unique = (
        owner.get_by_text("Options", exact=True),
        owner.get_by_label("Unique"),
    )
    expect(options).to_be_hidden()
    expect(unique).to_be_visible()

    owner.get_by_label("Type").select_option("multi_select")

    expect(options).to_be_visible()
    expect(unique).to_be_hidden()


def test_fields_are_put_in_order_by_button_and_by_dragging(owner: Page) -> None:
    add_object_type(owner, DEMO, "Parcel", "Parcels")
    of_the_type = owner.url
    owner.get_by_role("link", name="Add a field").click()
    for label in ("Alpha", "Beta", "Gamma"):
        add_field(owner, label, "Text, one line")
    owner.goto(of_the_type)

    owner.get_by_role("button", name="Move Alpha down").press("Enter")
    expect(fields(owner)).to_have_text(["beta", "alpha", "gamma"])

    rows = owner.locator(".is-fields tbody tr")
    rows.nth(2).get_by_title("Drag").drag_to(rows.nth(0))
    expect(fields(owner)).to_have_text(["gamma", "beta", "alpha"])
    owner.reload()
    expect(fields(owner)).to_have_text(["gamma", "beta", "alpha"])


def test_a_renamed_option_is_renamed_on_records(owner: Page, kith: Kith) -> None:
    tasks = "/v1/workspaces/demo/objects/task/records"
    with kith.client(kith.secret("API key")) as client:
        document = resource("task", title="Rename me", priority="Low")
        made = client.post(tasks, json=document).json()["data"]["links"]["self"]
        owner.goto("/admin/objects/objecttype/?q=task")
        owner.get_by_role("link", name="Tasks").last.click()
        owner.get_by_role("link", name="Priority").click()

        owner.get_by_label("Option", exact=True).nth(3).fill("Some day")
        owner.get_by_role("button", name="Save").click()
        expect(owner.get_by_text("The field is changed.")).to_be_visible()

        read = client.get(made).json()["data"]
    assert read["attributes"]["priority"] == "Some day"


def test_says_which_records_stand_in_the_way(owner: Page) -> None:
    owner.goto("/admin/objects/objecttype/?q=person")
    owner.get_by_role("link", name="People").last.click()
    owner.get_by_role("link", name="Birthday").click()
    owner.get_by_label("Required").check()
    owner.get_by_role("button", name="Save").click()

    expect(owner.get_by_text("Records that stand in the way")).to_be_visible()
    owner.get_by_role("link", name="per_").first.click()
    expect(owner.get_by_role("heading", name="Values")).to_be_visible()


def test_a_type_with_records_is_deleted_only_if_told(owner: Page, kith: Kith) -> None:
    add_object_type(owner, DEMO, "Draft", "Drafts")
    of_the_type = owner.url
    with kith.client(kith.secret("API key")) as client:
        path = "/v1/workspaces/demo/objects/c_draft/records"
        assert client.post(path, json=resource("c_draft")).status_code == 201

    owner.get_by_role("link", name="Delete").click()
    owner.get_by_role("button", name="Delete").click()
    expect(owner.get_by_text("There are records of it.")).to_be_visible()
    owner.get_by_label("Delete its records as well").check()
    owner.get_by_role("button", name="Delete").click()

    expect(owner.get_by_text("Drafts are deleted.")).to_be_visible()
    answer = owner.goto(of_the_type)
    assert answer is not None
    assert answer.status == 404
