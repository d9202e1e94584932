"""Webhooks in the admin: how each is doing, and what was sent to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from interfaces.admin.filters import StateFilter
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb
from interfaces.admin.webhooks.endpoint_pages import (
    CreateWebhook,
    DisableWebhook,
    EnableWebhook,
    ReplayWebhook,
    RotateWebhook,
    TestWebhook,
)
from jobs.presence import look_at_queue
from records.models import JournalHead
from webhooks.models import Endpoint
from webhooks.queue.outages import FAILING

SHOWN = 50
"""How many deliveries the page of a webhook has, the last ones."""

REASONS = {
    "gone": "the receiver answered that it is gone (410)",
    "failing": "it failed for five days",
    "manual": "somebody did so",
}
NO_WORKER = (
    "No worker has been seen for a minute, so that nothing is sent. Whoever runs the "
    "server can start one: manage.py work."
)
GIVEN_UP = (
    "It failed for five days, so that nothing is sent any more. See to the receiver, "
    "then enable it: it goes on where it stopped."
)
COLOURS = {"active": "success", "struggling": "warning", "disabled": "danger"}


class WebhookStateFilter(StateFilter):
    """Webhooks that do well, struggle, or are disabled."""

    choices_offered = Endpoint.State.choices


@admin.register(Endpoint)
class EndpointAdmin(ThingAdmin):
    """The webhooks. Their secrets cannot be shown."""

    list_display = ["called", "workspace", "state_shown", "lag", "failing", "success"]
    list_display_links = ["called"]
    list_filter = [WorkspaceFilter, WebhookStateFilter]
    list_select_related = ["workspace", "agent"]
    search_fields = ["label", "url"]
    search_help_text = "Search by label or URL"
    add_page = CreateWebhook
    add_label = "Make a webhook"
    empty_title = "No webhooks found"
    empty_text = "A webhook tells another program of changes as they happen."
    page_template = "kith/webhook.html"
    pages = {
        "test": TestWebhook,
        "rotate": RotateWebhook,
        "disable": DisableWebhook,
        "enable": EnableWebhook,
        "replay": ReplayWebhook,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        head = JournalHead.objects.filter(workspace=OuterRef("workspace"))
        last = Subquery(head.values("last_seq")[:1])
        rows: QuerySet[Any] = super().get_queryset(request)
        behind: QuerySet[Any] = rows.annotate(behind=last - F("cursor"))
        return behind

    @admin.display(description="Webhook", ordering="label")
    def called(self, endpoint: Endpoint) -> str:
        return format_html(
            '<span class="kith-two"><b>{}</b><code>{}</code></span>',
            endpoint.label or "no label",
            endpoint.url,
        )

    @display(description="State", label=COLOURS)
    def state_shown(self, endpoint: Endpoint) -> tuple[str, str]:
        return endpoint.state, endpoint.get_state_display()

    @admin.display(description="Lag", ordering="behind")
    def lag(self, endpoint: Any) -> int:
        return endpoint.behind or 0

    @admin.display(description="Failing since", ordering="failing_since")
    def failing(self, endpoint: Endpoint) -> Any:
        return endpoint.failing_since or "not failing"

    @admin.display(description="Last success", ordering="last_success_at")
    def success(self, endpoint: Endpoint) -> Any:
        return endpoint.last_success_at or "never"

    def facts(self, request: HttpRequest, thing: Any) -> list[Fact]:
        why = REASONS.get(thing.disabled_reason)
        state = thing.get_state_display()
        return [
            Fact("State", f"{state}: {why}" if why else state),
            Fact("URL", thing.url),
            Fact("Workspace", thing.workspace),
            Fact("Sees what the agent sees", thing.agent or "none: it sees everything"),
            Fact("Told of", named(thing.kinds, "every kind")),
            Fact("Of the types", named(thing.object_slugs, "all")),
            Fact("Which touch the fields", named(thing.fields, "any")),
            Fact("But not what is done by", named(thing.skip_actors or None, "nobody")),
            Fact("Silent writes", "told, too" if thing.silent else "left out"),
            Fact("A message holds", thing.get_payload_display()),
            Fact("Lag", f"{thing.behind or 0} changes"),
            Fact("Failing since", thing.failing_since or "not failing"),
            Fact("Last success", thing.last_success_at or "never"),
            Fact("Made", thing.created_at),
        ]

    def panels(self, request: HttpRequest, thing: Endpoint) -> dict[str, Any]:
        return {
            "deliveries": thing.deliveries.all()[:SHOWN],
            "most": SHOWN,
            "warning": warning_about(thing),
        }

    def verbs(self, request: HttpRequest, thing: Endpoint) -> list[Verb]:
        if not self.may_change(request, thing):
            return []
        place = {name: self.address(name, thing.pk) for name in self.pages}
        test = Verb("Send test", place["test"], "send")
        rotate = Verb("Rotate", place["rotate"], "sync")
        enable = Verb("Enable", place["enable"], "play_arrow")
        if thing.state == Endpoint.State.DISABLED:
            return [enable, test, rotate]
        replay = Verb("Replay", place["replay"], "replay")
        end = Verb("Disable", place["disable"], "block", is_dangerous=True)
        struggles = thing.state == Endpoint.State.STRUGGLING
        return [*([enable] if struggles else []), test, rotate, replay, end]


def named(names: Sequence[str] | None, all_of_them: str) -> str:
    """Return the names of what an endpoint is told of, or what is said if it is all."""
    return all_of_them if names is None else ", ".join(names) or "none"


def warning_about(endpoint: Any) -> str:
    """Return what keeps messages from an endpoint that somebody can see to."""
    if endpoint.disabled_reason == FAILING:
        return GIVEN_UP
    is_told = endpoint.state != Endpoint.State.DISABLED
    if is_told and look_at_queue(endpoint.workspace_id).has_no_worker:
        return NO_WORKER
    return ""
