"""Agents in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.decorators import display

from crm.agents import create_agent, update_agent
from crm.models import SLUG, Agent
from interfaces.admin.filters import ChoiceFilter
from interfaces.admin.forms import WorkspaceForm, switch, text_field
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb, VerbPage
from records.agents import delete_agent


class NewAgentForm(WorkspaceForm):
    """What a new agent is called."""

    handle = text_field(
        "Handle",
        max_length=63,
        validators=[SLUG],
        help_text="How keys and records name it, such as support-bot. It stays.",
    )
    name = text_field("Name", max_length=200, required=False)


class CreateAgent(VerbPage):
    """Adds an agent to a workspace."""

    form_class = NewAgentForm
    title = "Add an agent"
    text = (
        "An agent is software that acts in this workspace. It can own records and be "
        "kept from seeing some. Give it a key next."
    )
    button = "Add agent"
    done = "The agent is added. It needs a key to do anything."

    def perform(self, values: dict[str, Any]) -> Any:
        named = {"handle": values["handle"], "name": values["name"]}
        return create_agent(workspace=self.workspace_of(values), values=named)


class EditAgentForm(forms.Form):
    """What can be changed."""

    name = text_field("Name", max_length=200, required=False)
    is_active = switch("Active", help_text="Keys of an inactive agent are refused.")


class EditAgent(VerbPage):
    """Renames an agent, or lets it rest."""

    title = "Edit agent"
    done = "The agent is changed."
    form_class = EditAgentForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.thing.name, "is_active": self.thing.is_active}

    def perform(self, values: dict[str, Any]) -> Any:
        return update_agent(agent=self.thing, values=values)


class DeleteAgent(VerbPage):
    """Deletes an agent that nothing needs."""

    title = "Delete this agent?"
    text = (
        "Only an agent without keys that work, to which no record refers, can be "
        "deleted. If you only want to keep it out, make it inactive."
    )
    button = "Delete"
    is_dangerous = True

    def perform(self, values: dict[str, Any]) -> Any:
        delete_agent(agent=self.thing)
        return self.thing

    def answer(self, thing: Any) -> HttpResponse:
        return self.leave(f"The agent {thing.handle} is deleted.")


class AgentStateFilter(ChoiceFilter):
    """Agents that are active, or not."""

    title = "state"
    parameter_name = "state"
    choices_offered = [("active", "Active"), ("inactive", "Inactive")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.chosen is None:
            return queryset
        return queryset.filter(is_active=self.chosen == "active")


@admin.register(Agent)
class AgentAdmin(ThingAdmin):
    """The agents of the workspaces."""

    list_display = ["called", "workspace", "state", "created_at"]
    list_display_links = ["called"]
    list_filter = [WorkspaceFilter, AgentStateFilter]
    list_select_related = ["workspace"]
    search_fields = ["handle", "name"]
    search_help_text = "Search by handle or name"
    add_page = CreateAgent
    add_label = "Add an agent"
    empty_title = "No agents found"
    empty_text = (
        "Agents are software that owns records or must not see all of them. Other "
        "integrations need no agent, only a key."
    )
    pages = {"edit": EditAgent, "erase": DeleteAgent}

    @admin.display(description="Agent", ordering="handle")
    def called(self, agent: Agent) -> str:
        return format_html(
            '<span class="kith-two"><b>{}</b><small>{}</small></span>',
            agent.handle,
            agent.name,
        )

    @display(
        description="State",
        ordering="is_active",
        label={"active": "success", "inactive": "danger"},
    )
    def state(self, agent: Agent) -> tuple[str, str]:
        return ("active", "Active") if agent.is_active else ("inactive", "Inactive")

    def facts(self, request: HttpRequest, thing: Agent) -> list[Fact]:
        return [
            Fact("Handle", thing.handle),
            Fact("Name", thing.name),
            Fact("Workspace", thing.workspace),
            Fact("State", self.state(thing)[1]),
            Fact("Id", thing.id),
            Fact("Created", thing.created_at),
        ]

    def verbs(self, request: HttpRequest, thing: Agent) -> list[Verb]:
        if not self.may_change(request, thing):
            return []
        erase = self.address("erase", thing.pk)
        return [
            Verb("Edit", self.address("edit", thing.pk), "edit"),
            Verb("Delete", erase, "delete", is_dangerous=True),
        ]
