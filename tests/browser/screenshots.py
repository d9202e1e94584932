"""Makes the pictures in docs/images anew: ``make screenshots``."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright  # noqa: E402

from tests.api_client import resource  # noqa: E402
from tests.browser.conftest import CHROMIUM  # noqa: E402
from tests.browser.steps import (  # noqa: E402
    add_field,
    add_object_type,
    fill_options,
    invite,
    log_in,
    make_key,
    open_key,
    relate,
)
from tests.live_server import Kith, free_port, start  # noqa: E402

IMAGES = Path(__file__).parents[2] / "docs" / "images"
DEMO = "Demo (demo)"
WINDOW = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=700)


def take_all(page: Page, kith: Kith) -> None:
    """Walk through the admin as docs/admin.md does."""
    log_in(page, kith.secret("Login"), kith.secret("Password"))
    take(page, "home")
    describe_invoices(page)
    invite(page, DEMO, "ada@engines.example", "admin")
    take(page, "invitation")
    secret = make_key(page, DEMO, "Bookkeeping").key
    take(page, "key")
    with kith.client(secret) as client:
        tasks = "/v1/workspaces/demo/objects/task/records"
        client.post(tasks, json=resource("task", colour="red"))
        client.get(f"{tasks}?sort=colour")
    open_key(page, "Bookkeeping")
    take(page, "refused")
    page.goto(
        "/admin/records/demo/deal/?filter[amount][Greater than]=5000&sort=-amount"
    )
    take(page, "records")
    page.get_by_role("link", name="Acme renewal").click()
    take(page, "record")


def describe_invoices(page: Page) -> None:
    """Make an object type, and take its pictures on the way."""
    add_object_type(page, DEMO, "Invoice", "Invoices")
    of_the_type = page.url
    page.get_by_role("link", name="Add a field").click()
    add_field(page, "Number", "Text, one line", flags=["Required", "Unique"])
    add_field(page, "Amount", "Amount of money", flags=["Sorted"])
    page.get_by_label("Label").fill("Status")
    page.get_by_label("Type").select_option(label="One of several options")
    fill_options(page, "Draft", "Sent", "Paid")
    page.get_by_label("Colour").nth(1).select_option("blue")
    page.get_by_label("Colour").nth(2).select_option("green")
    take(page, "field")
    page.get_by_role("button", name="Add field", exact=True).click()
    page.goto(of_the_type)
    relate(page, "Company", "many-to-one", "company", "Invoices")
    page.goto(of_the_type)
    take(page, "object-type")


def take(page: Page, name: str) -> None:
    """Take a picture of what the page shows."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")


def take_phone(browser: Browser, kith: Kith) -> None:
    """Take a picture of the menu on a phone in the dark."""
    with browser.new_context(
        base_url=kith.url,
        viewport=PHONE,
        color_scheme="dark",
    ) as context:
        page = context.new_page()
        log_in(page, kith.secret("Login"), kith.secret("Password"))
        page.get_by_role("button", name="Show or hide the menu").click()
        take(page, "phone")


def main() -> None:
    """Start Kith for the first time, and take pictures."""
    IMAGES.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as data,
        start(Path(data) / "data", free_port()) as kith,
        sync_playwright() as playwright,
    ):
        try:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"]
            )
            with browser.new_context(base_url=kith.url, viewport=WINDOW) as context:
                take_all(context.new_page(), kith)
            take_phone(browser, kith)
        finally:
            kith.end(signal.SIGINT)  # It stops its database.


if __name__ == "__main__":
    main()
