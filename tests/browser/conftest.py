"""Chromium, and a Kith that was just started for the first time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.steps import log_in
from tests.live_server import Kith, free_port, new_database, start

CHROMIUM = Path("/usr/bin/chromium")
MISSING = "These need Debian's Chromium: apt-get install chromium."

ALLOWED = {"RATE_LIMIT": "0", "WEBHOOK_HTTP": "1", "WEBHOOK_NETWORKS": "127.0.0.0/8"}
"""What the server lets who tries it do: ask as often as it likes, and be told here."""

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Where there is none, its tests are skipped, unless REQUIRE_CHROMIUM."""
    if not CHROMIUM.exists():
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright has an event loop in this thread, where Django wants none. Nothing
        # here awaits anything, so that the database of other tests is as safe as ever.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def kith(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Kith]:
    """A server as ``make run`` leaves it: one workspace, one login, one key."""
    data = tmp_path_factory.mktemp("kith") / "data"
    with (
        new_database() as url,
        start(data, free_port(), DATABASE_URL=url, **ALLOWED) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def owners_session(browser: Browser, kith: Kith) -> object:
    """What the owner's browser keeps of being logged in."""
    with browser.new_context(base_url=kith.url) as context:
        login, password = kith.secret("Login"), kith.secret("Password")
        log_in(context.new_page(), login, password)
        return context.storage_state()


@pytest.fixture
def visitor(browser: Browser, kith: Kith) -> Iterator[Page]:
    """A page of a browser in which nobody is logged in."""
    with browser.new_context(base_url=kith.url) as context:
        page = context.new_page()
        with refusing_nothing(page):
            yield page


@pytest.fixture
def owner(browser: Browser, kith: Kith, owners_session: object) -> Iterator[Page]:
    """A page of the owner's browser."""
    with browser.new_context(
        base_url=kith.url,
        storage_state=owners_session,  # type: ignore[arg-type]  # Its own.
        permissions=["clipboard-read", "clipboard-write"],
    ) as context:
        page = context.new_page()
        with refusing_nothing(page):
            yield page


@contextmanager
def refusing_nothing(page: Page) -> Iterator[None]:
    """Hold that the policy of the pages lets them load and run what they need."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield
    assert [text for text in said if "Content Security Policy" in text] == []
