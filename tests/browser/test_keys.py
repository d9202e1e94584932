"""A key is made, shown once, tried, rotated and revoked."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.steps import make_key, open_key, shown_secret
from tests.live_server import Kith

PEOPLE = "/v1/workspaces/demo/objects/person/records"


def status(kith: Kith, key: str, path: str = PEOPLE) -> int:
    """Return what the API answers a key."""
    with kith.client(key) as client:
        return client.get(path).status_code


def run(line: str) -> Any:
    """Run a command as pasted into a shell."""
    done = subprocess.run(["sh", "-c", line], check=True, capture_output=True)
    return json.loads(done.stdout)


def test_the_command_that_is_shown_works_as_copied(owner: Page) -> None:
    make_key(owner, "Demo (demo)", "Curl")

    owner.get_by_role("button", name="Copy").last.click()
    expect(owner.get_by_role("button", name="Copied")).to_be_visible()
    copied = owner.evaluate("navigator.clipboard.readText()")

    assert run(copied)["meta"]["total_records"] == 3


def test_the_key_is_shown_once_and_loading_again_makes_no_other(
    owner: Page, kith: Kith
) -> None:
    secret = make_key(owner, "Demo (demo)", "Once").key

    owner.reload()

    expect(owner.get_by_role("heading", name="Once", level=2)).to_be_visible()
    assert secret not in owner.content()
    assert status(kith, secret) == 200
    owner.goto("/admin/crm/apikey/?q=Once")
    expect(owner.get_by_text("1 API key", exact=True)).to_be_visible()


def test_rotating_gives_another_secret(owner: Page, kith: Kith) -> None:
    old = make_key(owner, "Demo (demo)", "Rotated").key
    open_key(owner, "Rotated")

    owner.get_by_role("link", name="Rotate").click()
    owner.get_by_label("The old secret works").select_option("0")
    owner.get_by_role("button", name="Rotate").click()

    new = shown_secret(owner).key
    assert [status(kith, old), status(kith, new)] == [401, 200]


def test_revoking_asks_first(owner: Page, kith: Kith) -> None:
    secret = make_key(owner, "Demo (demo)", "Doomed").key
    open_key(owner, "Doomed")

    owner.get_by_role("link", name="Revoke").click()
    expect(owner.get_by_text("It cannot be undone")).to_be_visible()
    before = status(kith, secret)
    owner.get_by_role("button", name="Revoke").click()

    expect(owner.get_by_text("Revoked the key.")).to_be_visible()
    expect(owner.get_by_role("link", name="Rotate")).to_have_count(0)
    assert [before, status(kith, secret)] == [200, 401]


def test_shows_what_was_refused(owner: Page, kith: Kith) -> None:
    secret = make_key(owner, "Demo (demo)", "Clumsy").key
    with kith.client(secret) as client:
        client.post(PEOPLE, json={"data": {"type": "robot"}})

    open_key(owner, "Clumsy")

    row = owner.get_by_role("row").filter(has_text="type_mismatch")
    expect(row).to_contain_text(f"POST {PEOPLE}")
    expect(row).to_contain_text("409")
