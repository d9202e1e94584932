"""The pages that make, try, rotate, stop, start and replay webhooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from crm.models import Scope
from interfaces.admin.acting import person_in
from interfaces.admin.forms import WorkspaceForm, choice_field, text_field
from interfaces.admin.verbs import Secret, VerbPage
from records.journal.heads import find_head
from records.journal.instants import last_noted_by
from webhooks.deliveries import send_test
from webhooks.endpoints import (
    NewSecret,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from webhooks.models import Endpoint
from webhooks.replaying import begin_replay

OVERLAPS = [
    ("86400", "for another day"),
    ("3600", "for another hour"),
    ("604800", "for another week"),
    ("0", "not any more, from this moment"),
]
STARTS = [
    ("cursor", "where it stopped"),
    ("now", "with what happens from now on"),
]
PARTS = [
    ("3600", "the last hour"),
    ("86400", "the last day"),
    ("604800", "the last week"),
]


class NewWebhookForm(WorkspaceForm):
    """Where messages go, and how much they say."""

    url = text_field("URL", max_length=2048, help_text="It begins with https://.")
    label = text_field("Label", max_length=200, required=False)
    payload = choice_field("A message holds", Endpoint.Payload.choices)


class CreateWebhook(VerbPage):
    """Makes a webhook and shows its secret."""

    form_class = NewWebhookForm
    title = "Make a webhook"
    text = (
        "It is told of every change from now on; over the API it can be told of some "
        "alone. You will see its secret once."
    )
    button = "Make the webhook"
    done = "Made the webhook."

    def perform(self, values: dict[str, Any]) -> Any:
        named = {name: values[name] for name in ("url", "label", "payload")}
        workspace = self.workspace_of(values)
        self.new = create_endpoint(workspace=workspace, values=named)
        return self.new.endpoint

    def answer(self, thing: Any) -> HttpResponse:
        return show_secret(self, self.new)


class RotateForm(forms.Form):
    """How long former secrets sign beside the new one."""

    overlap = choice_field("The old secret signs, too,", OVERLAPS)


class RotateWebhook(VerbPage):
    """Gives a webhook a new secret."""

    form_class = RotateForm
    title = "Rotate the secret?"
    text = (
        "Messages carry a signature by each secret until the old one ends, so that "
        "the receiver can change over in between."
    )
    button = "Rotate"
    is_dangerous = True
    done = "Rotated the secret."

    def perform(self, values: dict[str, Any]) -> Any:
        overlap = timedelta(seconds=int(values["overlap"]))
        self.new = rotate_secret(endpoint=self.thing, overlap=overlap)
        return self.new.endpoint

    def answer(self, thing: Any) -> HttpResponse:
        return show_secret(self, self.new)


class TestWebhook(VerbPage):
    """Sends a message without content, and shows what came of it."""

    title = "Send a test?"
    text = "A message without content is sent now, and tried once."
    button = "Send test"
    done = "Sent a test."

    def perform(self, values: dict[str, Any]) -> Any:
        self.delivery = send_test(endpoint=self.thing)
        return self.thing

    def next_address(self, thing: Any) -> str:
        return reverse("admin:webhooks_delivery_change", args=[self.delivery.pk])


class DisableWebhook(VerbPage):
    """Sends a webhook nothing more."""

    title = "Disable this webhook?"
    text = "Nothing is sent until it is enabled again. It keeps its place."
    button = "Disable"
    is_dangerous = True
    done = "The webhook is disabled."

    def perform(self, values: dict[str, Any]) -> Any:
        return disable_endpoint(endpoint=self.thing)


class EnableForm(forms.Form):
    """Where a webhook goes on."""

    start = choice_field("It goes on", STARTS)


class EnableWebhook(VerbPage):
    """Sends a webhook messages again."""

    form_class = EnableForm
    title = "Enable this webhook?"
    text = "Messages that wait are sent, a few first."
    button = "Enable"
    done = "The webhook is enabled."

    def perform(self, values: dict[str, Any]) -> Any:
        return enable_endpoint(endpoint=self.thing, skips=values["start"] == "now")


class ReplayForm(forms.Form):
    """Which part of the journal is sent again."""

    part = choice_field("Send again", PARTS)


class ReplayWebhook(VerbPage):
    """Sends a webhook again what happened lately."""

    form_class = ReplayForm
    title = "Replay?"
    text = "A job sends it again, with the ids that the messages had."
    button = "Replay"
    done = "A job sends it again."

    def perform(self, values: dict[str, Any]) -> Any:
        actor = person_in(self.request, self.thing.workspace, Scope.ADMIN)
        head = find_head(actor)
        since = timezone.now() - timedelta(seconds=int(values["part"]))
        after = last_noted_by(actor.workspace.id, head, since)
        begin_replay(actor, self.thing, after, head.last_seq)
        return self.thing


def show_secret(page: VerbPage, new: NewSecret) -> HttpResponse:
    """Answer with a secret, which is shown this once."""
    return page.show_once(
        new.endpoint,
        heading="The secret of the webhook",
        text="Copy it now. It is stored encrypted and not shown again.",
        secrets=[Secret("Secret", new.secret)],
    )
