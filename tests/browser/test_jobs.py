"""An owner sees what a job has done."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import go_to, make_key
from tests.live_server import Kith

WORKSPACE = "/v1/workspaces/demo"
FIELD = f"{WORKSPACE}/schemas/company/properties/industry"


def test_a_job_is_found_from_the_menu_with_how_far_it_is(
    owner: Page, kith: Kith
) -> None:
    secret = make_key(owner, "Demo (demo)", "Jobs", admin=True).key
    with kith.client(secret) as client:
        wanted = {"indexed": True}
        headers = {"Prefer": "respond-async"}
        job = client.patch(FIELD, json=wanted, headers=headers).json()["data"]["id"]
        client.get(f"{WORKSPACE}/jobs/{job}?max_wait=20", timeout=30)

    go_to(owner, "Jobs")
    row = owner.get_by_role("row").filter(has_text="Take records through a change")
    expect(row.get_by_text("Succeeded")).to_be_visible()
    expect(row.get_by_role("progressbar")).to_be_visible()
    row.get_by_role("link").first.click()

    expect(owner.get_by_role("heading", name="Progress")).to_be_visible()
    expect(owner.get_by_text("0 records changed.")).to_be_visible()
    expect(owner.get_by_role("link", name="Cancel", exact=True)).to_be_hidden()
