"""API keys in the admin: made, shown once, rotated, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from crm.models import ApiKey, Scope
from crm.refused_requests import KEPT
from interfaces.admin.filters import ChoiceFilter
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb
from interfaces.admin.workspaces.key_pages import (
    SCOPES,
    CreateKey,
    EditKey,
    RevokeKey,
    RotateKey,
)


def state_of(key: ApiKey) -> tuple[str, str]:
    """Return whether a key works, and what that is called."""
    if key.revoked_at:
        return "revoked", "Revoked"
    if key.expires_at and key.expires_at <= timezone.now():
        return "expired", "Expired"
    return "active", "Active"


class KeyStateFilter(ChoiceFilter):
    """Keys that work, or do not any more."""

    title = "state"
    parameter_name = "state"
    choices_offered = [
        ("active", "Active"),
        ("expired", "Expired"),
        ("revoked", "Revoked"),
    ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        is_expired = Q(revoked_at=None, expires_at__lte=now)
        conditions = {
            None: Q(),
            "revoked": Q(revoked_at__isnull=False),
            "expired": is_expired,
            "active": Q(revoked_at=None) & ~is_expired,
        }
        return queryset.filter(conditions[self.chosen])


class ScopeFilter(ChoiceFilter):
    """Keys with a scope."""

    title = "scope"
    parameter_name = "scope"
    choices_offered = Scope.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return (
            queryset.filter(scopes__contains=[self.chosen]) if self.chosen else queryset
        )


@admin.register(ApiKey)
class ApiKeyAdmin(ThingAdmin):
    """The keys. Their secrets cannot be shown."""

    list_display = ["called", "workspace", "may", "agent", "last_used", "state"]
    list_display_links = ["called"]
    list_filter = [WorkspaceFilter, KeyStateFilter, ScopeFilter]
    list_select_related = ["workspace", "agent"]
    search_fields = ["label", "prefix", "agent__handle"]
    search_help_text = "Search by label, beginning or agent"
    add_page = CreateKey
    add_label = "Make a key"
    empty_title = "No keys found"
    empty_text = "Programs need a key to read and write records. Make one for each."
    pages = {"edit": EditKey, "rotate": RotateKey, "revoke": RevokeKey}
    page_template = "kith/key.html"

    @admin.display(description="Key", ordering="label")
    def called(self, key: ApiKey) -> str:
        return format_html(
            '<span class="kith-two"><b>{}</b><code>{}…</code></span>',
            key.label or "no label",
            key.prefix,
        )

    @display(description="It may", label=True)
    def may(self, key: ApiKey) -> list[str]:
        return list(key.scopes)

    @admin.display(description="Last used", ordering="last_used_at")
    def last_used(self, key: ApiKey) -> Any:
        return key.last_used_at or "never"

    @display(
        description="State",
        label={"active": "success", "expired": "warning", "revoked": "danger"},
    )
    def state(self, key: ApiKey) -> tuple[str, str]:
        return state_of(key)

    def facts(self, request: HttpRequest, thing: ApiKey) -> list[Fact]:
        return [
            Fact("State", state_of(thing)[1]),
            Fact("Begins with", f"{thing.prefix}…"),
            Fact("Workspace", thing.workspace),
            Fact("It may", ", ".join(dict(SCOPES)[Scope(one)] for one in thing.scopes)),
            Fact("Acts for the agent", thing.agent or "none: it sees every record"),
            Fact("Last used", thing.last_used_at or "never"),
            Fact("Expires", thing.expires_at or "never"),
            *optional("Old secret works until", thing.previous_expires_at),
            *optional("Revoked", thing.revoked_at),
            Fact("Made", thing.created_at),
        ]

    def panels(self, request: HttpRequest, thing: ApiKey) -> dict[str, Any]:
        return {"refused": thing.refused_requests.all()[:KEPT], "most": KEPT}

    def verbs(self, request: HttpRequest, thing: ApiKey) -> list[Verb]:
        if thing.revoked_at or not self.may_change(request, thing):
            return []
        edit = Verb("Edit", self.address("edit", thing.pk), "edit")
        revoke = self.address("revoke", thing.pk)
        end = Verb("Revoke", revoke, "block", is_dangerous=True)
        if state_of(thing)[0] == "expired":
            return [edit, end]
        return [edit, Verb("Rotate", self.address("rotate", thing.pk), "sync"), end]


def optional(label: str, value: object) -> list[Fact]:
    """Return a fact if there is one."""
    return [Fact(label, value)] if value else []
