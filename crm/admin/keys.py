"""API keys in the admin: made, shown once, rotated, revoked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
)

from crm.admin.filters import ChoiceFilter
from crm.admin.forms import WorkspaceForm, choice_field, date_field, text_field
from crm.admin.tenant import Fact, TenantAdmin, Verb, WorkspaceFilter
from crm.admin.verbs import Secret, VerbPage
from crm.keys import (
    NewKey,
    create_key,
    expire_key,
    relabel_key,
    revoke_key,
    rotate_key,
)
from crm.models import Agent, ApiKey, Scope

SCOPES = [
    (Scope.READ, "Read records and schemas"),
    (Scope.WRITE, "Write records"),
    (Scope.ADMIN, "Set up the workspace: object types, agents and keys"),
]
OVERLAPS = [
    ("3600", "for another hour"),
    ("86400", "for another day"),
    ("604800", "for another week"),
    ("0", "not any more, from this moment"),
]


class AgentChoice(forms.ModelChoiceField):
    """A choice among agents."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.handle} in {obj.workspace}"


class NewKeyForm(WorkspaceForm):
    """What a key is for, and what it may do."""

    label = text_field(
        "Label",
        max_length=200,
        help_text="What you will know it by: the program or the service that uses it.",
    )
    scopes = forms.MultipleChoiceField(
        choices=SCOPES,
        initial=[Scope.READ, Scope.WRITE],
        label="It may",
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    agent = AgentChoice(
        queryset=Agent.objects.none(),
        required=False,
        label="Acts for the agent",
        empty_label="None: it sees every record",
        widget=UnfoldAdminSelectWidget(),
        help_text="A key of an agent sees what the agent may see, and nothing else.",
    )
    expires_on = date_field(
        "Works until the end of",
        required=False,
        help_text="A day in UTC. Leave it empty for a key that does not expire.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agent, workspace = self.fields["agent"], self.fields["workspace"]
        assert isinstance(agent, forms.ModelChoiceField)
        assert isinstance(workspace, forms.ModelChoiceField)
        agent.queryset = Agent.objects.filter(
            workspace__in=workspace.queryset, is_active=True
        ).select_related("workspace")

    def clean(self) -> dict[str, Any]:
        """Refuse another workspace's agent."""
        values = super().clean() or self.cleaned_data
        agent = values.get("agent")
        if agent and agent.workspace != values.get("workspace"):
            self.add_error("agent", "This agent is of another workspace.")
        return values


class CreateKey(VerbPage):
    """Makes a key and shows its secret."""

    form_class = NewKeyForm
    title = "Make a key"
    text = "A program sends it with each request. You will see it once: have a safe "
    text += "place ready to keep it."
    button = "Make the key"
    done = "Made the key."

    def perform(self, values: dict[str, Any]) -> Any:
        self.new = create_key(
            workspace=self.workspace_of(values),
            scopes=[Scope(scope) for scope in values["scopes"]],
            label=values["label"],
            agent=values["agent"],
            expires_at=end_of(values["expires_on"]),
        )
        return self.new.key

    def answer(self, thing: Any) -> HttpResponse:
        return show_secret(self, self.new, "Your new key")


class RotateKey(VerbPage):
    """Gives a key a new secret."""

    title = "Rotate this key?"
    text = (
        "The key gets a new secret, which you will see once, and stays otherwise as it "
        "is. If the old secret has leaked, end it now; if not, leave yourself time to "
        "put the new one in its place."
    )
    button = "Rotate"
    is_dangerous = True
    done = "Rotated the key."

    class form_class(forms.Form):  # noqa: N801  # FormView's name for it.
        """How long both secrets work."""

        overlap = choice_field("The old secret works", OVERLAPS)

    def perform(self, values: dict[str, Any]) -> Any:
        overlap = timedelta(seconds=int(values["overlap"]))
        self.new = rotate_key(key=self.thing, overlap=overlap)
        return self.new.key

    def answer(self, thing: Any) -> HttpResponse:
        return show_secret(self, self.new, "The new secret")


class RevokeKey(VerbPage):
    """Ends a key."""

    title = "Revoke this key?"
    text = (
        "Programs that use it are refused from this moment on. It cannot be undone: "
        "you would make another key."
    )
    button = "Revoke"
    is_dangerous = True
    done = "Revoked the key."

    def perform(self, values: dict[str, Any]) -> Any:
        return revoke_key(key=self.thing)


class EditKey(VerbPage):
    """Gives a key another label, or another last day."""

    title = "Edit key"
    done = "The key is changed."

    class form_class(forms.Form):  # noqa: N801  # FormView's name for it.
        """What can be changed."""

        label = text_field("Label", max_length=200)
        expires_on = date_field(
            "Works until the end of",
            required=False,
            help_text="A day in UTC. Leave it empty for a key that does not expire.",
        )

    def get_initial(self) -> dict[str, Any]:
        expires = self.thing.expires_at
        return {"label": self.thing.label, "expires_on": expires and expires.date()}

    def perform(self, values: dict[str, Any]) -> Any:
        expire_key(key=self.thing, expires_at=end_of(values["expires_on"]))
        return relabel_key(key=self.thing, label=values["label"])


def end_of(day: Any) -> datetime | None:
    """Return the moment in which a day is over; None for no day."""
    if day is None:
        return None
    midnight = timezone.make_aware(datetime.combine(day, time()), timezone.utc)
    return midnight + timedelta(days=1)


def show_secret(page: VerbPage, new: NewKey, heading: str) -> HttpResponse:
    """Answer with a secret and a request that can be tried with it."""
    path = f"/v1/workspaces/{new.key.workspace.slug}/objects/person/resources"
    address = page.request.build_absolute_uri(path)
    curl = (
        f"curl -g '{address}?page[limit]=3' -H 'Authorization: api-key {new.secret}'"
    )
    return page.show_once(
        new.key,
        heading=heading,
        text="Copy it now. It is not stored and cannot be shown again.",
        secrets=[Secret("Key", new.secret), Secret("Try it in a terminal", curl)],
    )


def state_of(key: ApiKey) -> tuple[str, str]:
    """Return whether a key works, and what that is called."""
    if key.revoked_at:
        return "revoked", "Revoked"
    if key.expires_at and key.expires_at <= timezone.now():
        return "expired", "Expired"
    return "active", "Active"


class StateFilter(ChoiceFilter):
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
        return queryset.filter(scopes__contains=[self.chosen]) if self.chosen else queryset


@admin.register(ApiKey)
class ApiKeyAdmin(TenantAdmin):
    """The keys. Their secrets cannot be shown."""

    list_display = ["called", "workspace", "may", "agent", "last_used", "state"]
    list_display_links = ["called"]
    list_filter = [WorkspaceFilter, StateFilter, ScopeFilter]
    list_select_related = ["workspace", "agent"]
    search_fields = ["label", "prefix", "agent__handle"]
    search_help_text = "Search by label, beginning or agent"
    add_page = CreateKey
    add_label = "Make a key"
    empty_title = "No keys found"
    empty_text = "Programs need a key to read and write records. Make one for each."
    pages = {"edit": EditKey, "rotate": RotateKey, "revoke": RevokeKey}
    page_template = "crm/admin/key.html"

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
