"""The pages that make, change, rotate and revoke API keys."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db import transaction
from django.http import HttpResponse
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
)

from crm.absolute import absolute
from crm.keys import (
    NewKey,
    create_key,
    expire_key,
    relabel_key,
    revoke_key,
    rotate_key,
)
from crm.models import Agent, Scope
from interfaces.admin.forms import (
    WorkspaceChoice,
    WorkspaceForm,
    choice_field,
    date_field,
    text_field,
)
from interfaces.admin.verbs import Secret, VerbPage

HAS_AN_END = MaxValueValidator(date.max - timedelta(days=1), "Enter an earlier day.")
"""Refuses the last day that there is: no moment comes after it."""

SCOPES = [
    (Scope.READ, "Read records and schemas"),
    (Scope.WRITE, "Write records"),
    (Scope.ADMIN, "Set up object types, agents, keys"),
]
OVERLAPS = [
    ("3600", "for another hour"),
    ("86400", "for another day"),
    ("604800", "for another week"),
    ("0", "not any more, from this moment"),
]


class AgentChoice(forms.ModelChoiceField[Agent]):
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
    expires_at = date_field(
        "Works until the end of",
        required=False,
        validators=[HAS_AN_END],
        help_text="A day in UTC. Leave it empty for a key that does not expire.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agent, workspace = self.fields["agent"], self.fields["workspace"]
        assert isinstance(agent, AgentChoice)
        assert isinstance(workspace, WorkspaceChoice)
        agents = Agent.objects.filter(is_active=True).select_related("workspace")
        agent.queryset = agents.filter(workspace__in=workspace.queryset or [])

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
    text = (
        "A program sends it with each request. You will see it once: have a safe "
        "place ready to keep it."
    )
    button = "Make the key"
    done = "Made the key."

    def perform(self, values: dict[str, Any]) -> Any:
        self.new = create_key(
            workspace=self.workspace_of(values),
            scopes=[Scope(scope) for scope in values["scopes"]],
            label=values["label"],
            agent=values["agent"],
            expires_at=end_of(values["expires_at"]),
        )
        return self.new.key

    def answer(self, thing: Any) -> HttpResponse:
        return show_secret(self, self.new, "Your new key")


class RotateKeyForm(forms.Form):
    """How long both secrets work."""

    overlap = choice_field("The old secret works", OVERLAPS)


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
    form_class = RotateKeyForm

    def perform(self, values: dict[str, Any]) -> Any:
        overlap = timedelta(seconds=int(values["overlap"]))
        self.new = rotate_key(key=self.thing, overlap=overlap)
        return self.new.key

    def answer(self, thing: Any) -> HttpResponse:
        return show_secret(self, self.new, "The new secret")


class RevokeKey(VerbPage):
    """Ends a key for good."""

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


class EditKeyForm(forms.Form):
    """What can be changed."""

    label = text_field("Label", max_length=200)
    expires_at = date_field(
        "Works until the end of",
        required=False,
        validators=[HAS_AN_END],
        help_text="A day in UTC. Leave it empty for a key that does not expire.",
    )


class EditKey(VerbPage):
    """Gives a key another label, or another last day."""

    title = "Edit key"
    done = "The key is changed."
    form_class = EditKeyForm

    def get_initial(self) -> dict[str, Any]:
        day = last_day(self.thing.expires_at)
        return {"label": self.thing.label, "expires_at": day}

    def perform(self, values: dict[str, Any]) -> Any:
        with transaction.atomic():
            expire_key(key=self.thing, expires_at=end_of(values["expires_at"]))
            return relabel_key(key=self.thing, label=values["label"])


def end_of(day: date | None) -> datetime | None:
    """Return the moment in which a day is over in UTC; None for no day."""
    if day is None:
        return None
    return datetime.combine(day, time(tzinfo=UTC)) + timedelta(days=1)


def last_day(expires_at: datetime | None) -> date | None:
    """Return the last day in UTC on which a key works; None if there is none."""
    if expires_at is None:
        return None
    return (expires_at.astimezone(UTC) - timedelta(microseconds=1)).date()


def show_secret(page: VerbPage, new: NewKey, heading: str) -> HttpResponse:
    """Answer with a secret and a request that can be tried with it."""
    path = f"/v1/workspaces/{new.key.workspace.slug}/objects/person/resources"
    address = absolute(page.request, path)
    curl = f"curl -g '{address}?page[limit]=3' -H 'Authorization: api-key {new.secret}'"
    return page.show_once(
        new.key,
        heading=heading,
        text="Copy it now. It is not stored and cannot be shown again.",
        secrets=[Secret("Key", new.secret), Secret("Try it in a terminal", curl)],
    )
