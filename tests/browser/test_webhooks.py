"""A webhook is made, tried, looked through, and told of what happens by a worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from standardwebhooks.webhooks import Webhook

from tests.api_client import resource
from tests.browser.steps import choose_workspace, go_to
from tests.live_server import Kith
from tests.webhooks.receiver import Receiver, always, start_receiver

PEOPLE = "/v1/workspaces/demo/objects/person/records"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with start_receiver() as started:
        yield started


def make_webhook(page: Page, url: str, label: str) -> str:
    """Make a webhook, look at it, and return its secret."""
    go_to(page, "Webhooks")
    page.get_by_role("link", name="Make a webhook").first.click()
    choose_workspace(page, "Demo (demo)")
    page.get_by_label("URL").fill(url)
    page.get_by_label("Label").fill(label)
    page.get_by_role("button", name="Make the webhook").click()
    secret = page.get_by_label("Secret", exact=True)
    expect(secret).to_contain_text("whsec_")
    shown = secret.inner_text()
    page.reload()
    expect(page.get_by_role("heading", name=label, level=2)).to_be_visible()
    return shown


def perform(page: Page, verb: str, button: str = "", **chosen: str) -> None:
    """Do something about what the page shows."""
    page.get_by_role("link", name=verb, exact=True).click()
    for label, value in chosen.items():
        page.get_by_label(label.replace("_", " ")).select_option(value)
    page.get_by_role("button", name=button or verb, exact=True).click()


def test_a_webhook_is_made_tried_and_told(
    owner: Page, kith: Kith, receiver: Receiver
) -> None:
    secret = make_webhook(owner, receiver.url, "Engines")
    of_the_webhook = owner.url
    receiver.answer = always(503)

    perform(owner, "Send test")
    expect(owner.get_by_text("503")).to_be_visible()
    receiver.answer = always(204)
    owner.goto(of_the_webhook)
    perform(owner, "Send test")
    expect(owner.get_by_text("204")).to_be_visible()

    with kith.client(kith.secret("API key")) as client:
        made = client.post(PEOPLE, json=resource("person", name="Ada of the engines"))
    assert made.status_code == 201
    told = wait_for(owner, of_the_webhook, receiver)
    assert Webhook(secret).verify(told.body, told.headers)
    expect(owner.get_by_text("Ada of the engines").first).to_be_visible()
    perform(owner, "Resend")
    expect(owner.get_by_text("It is sent again.")).to_be_visible()
    owner.goto(of_the_webhook)
    perform(owner, "Disable")
    expect(owner.get_by_text("Disabled: somebody did so")).to_be_visible()


def wait_for(page: Page, address: str, receiver: Receiver) -> Any:
    """Wait until a new record was told of, and look at the delivery."""
    delivery = page.get_by_role("row", name="record.created").filter(
        has_text="Delivered"
    )
    for _ in range(100):
        page.goto(address)
        if delivery.count():
            break
        page.wait_for_timeout(100)
    delivery.get_by_role("link").click()
    expect(page.get_by_role("heading", name="record.created", level=2)).to_be_visible()
    (told,) = [one for one in receiver.received if one.kind == "record.created"]
    return told


def test_a_webhook_is_rotated_stopped_started_and_replayed(
    owner: Page, receiver: Receiver
) -> None:
    old = make_webhook(owner, receiver.url, "Looms")
    of_the_webhook = owner.url

    perform(owner, "Rotate", The_old_secret="3600")
    expect(owner.get_by_label("Secret", exact=True)).to_contain_text("whsec_")
    new = owner.get_by_label("Secret", exact=True).inner_text()
    owner.goto(of_the_webhook)
    perform(owner, "Send test")
    (message,) = receiver.received
    for secret in (old, new):
        assert Webhook(secret).verify(message.body, message.headers)

    owner.goto(of_the_webhook)
    perform(owner, "Replay")
    expect(owner.get_by_text("A job sends it again.")).to_be_visible()
    perform(owner, "Disable")
    perform(owner, "Enable", It_goes_on="now")
    expect(owner.get_by_text("The webhook is enabled.")).to_be_visible()
    perform(owner, "Disable")
