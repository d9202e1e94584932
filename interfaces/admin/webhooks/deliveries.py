"""Deliveries in the admin: each with its attempts, and its body as it would be now."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from crm.jsonapi.rendering import indented
from crm.moments import read_moment
from interfaces.admin.filters import StateFilter
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb, VerbPage
from records.storage import load
from webhooks.deliveries import resend
from webhooks.messages import message_of
from webhooks.models import Delivery

COLOURS = {
    "waiting": "info",
    "delivered": "success",
    "skipped": "warning",
    "dead": "danger",
}


class DeliveryStateFilter(StateFilter):
    """Deliveries that wait, arrived, were skipped or given up."""

    choices_offered = Delivery.State.choices


class Resend(VerbPage):
    """Sends a delivery again."""

    title = "Send it again?"
    text = "It has the id that it had, and takes its turn in the line of its record."
    button = "Resend"
    done = "It is sent again."

    def perform(self, values: dict[str, Any]) -> Any:
        return resend(delivery=self.thing)


@admin.register(Delivery)
class DeliveryAdmin(ThingAdmin):
    """What was sent to webhooks."""

    list_display = ["kind", "workspace", "endpoint", "state_shown", "tries", "made"]
    list_filter = [WorkspaceFilter, DeliveryStateFilter]
    list_select_related = ["workspace", "endpoint__workspace"]
    show_full_result_count = False
    empty_title = "No deliveries found"
    empty_text = "What is sent to webhooks is kept for two weeks."
    page_template = "kith/delivery.html"
    pages = {"resend": Resend}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="State", label=COLOURS)
    def state_shown(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()

    @admin.display(description="Attempts")
    def tries(self, delivery: Delivery) -> int:
        return delivery.attempts

    @admin.display(description="Made", ordering="created_at")
    def made(self, delivery: Delivery) -> Any:
        return delivery.created_at

    def called_on_its_page(self, thing: Delivery) -> str:
        return thing.kind

    def facts(self, request: HttpRequest, thing: Delivery) -> list[Fact]:
        return [
            Fact("State", thing.get_state_display()),
            Fact("Webhook", thing.endpoint),
            Fact("Attempts", thing.attempts),
            Fact("Next attempt", thing.next_attempt_at or ""),
            Fact("Made", thing.created_at),
        ]

    def panels(self, request: HttpRequest, thing: Delivery) -> dict[str, Any]:
        attempts = [one | {"at": read_moment(one["at"])} for one in thing.log[::-1]]
        return {"attempts": attempts, "body": body_now(thing)}

    def verbs(self, request: HttpRequest, thing: Delivery) -> list[Verb]:
        is_over = thing.state != Delivery.State.WAITING
        if not (is_over and thing.seq and self.may_change(request, thing)):
            return []
        return [Verb("Resend", self.address("resend", thing.pk), "send")]


def body_now(delivery: Delivery) -> str:
    """Return the body that would be sent now; nothing if there is nothing to tell."""
    message = message_of(delivery.endpoint, delivery)
    if message is None:
        return ""
    return indented(load(message.body.decode()))
