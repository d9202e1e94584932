"""Workspaces in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from phonenumbers import SUPPORTED_REGIONS

from crm.absolute import absolute
from crm.models import SLUG, DefaultAccess, Member, Workspace
from crm.regions import DEFAULT_ZONE, time_zones
from crm.roles import roles_of
from crm.settings import change_settings, read_settings
from interfaces.admin.forms import choice_field, number_field, switch, text_field
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb, VerbPage
from objects.workspaces import create_workspace


class CreateWorkspaceForm(forms.Form):
    """What it is called."""

    name = text_field("Name", max_length=200)
    slug = text_field(
        "Short name",
        max_length=63,
        validators=[SLUG],
        help_text="Part of every address of the API. It stays as it is.",
    )


class CreateWorkspace(VerbPage):
    """Creates a workspace whose owner is who created it."""

    title = "Create a workspace"
    text = (
        "It begins with the standard objects: people, companies, deals, meetings, "
        "tasks and conversations. Nothing in it is seen from other workspaces."
    )
    button = "Create workspace"
    done = "The workspace is ready."
    form_class = CreateWorkspaceForm

    def perform(self, values: dict[str, Any]) -> Any:
        with transaction.atomic():
            workspace = create_workspace(slug=values["slug"], name=values["name"])
            Member.objects.create(
                workspace=workspace,
                user=self.roles.person,
                role=Member.Role.OWNER,
            )
        return workspace


class RenameWorkspaceForm(forms.Form):
    """What it is called."""

    name = text_field("Name", max_length=200)


class RenameWorkspace(VerbPage):
    """Gives a workspace another name."""

    title = "Rename"
    done = "The workspace has a new name."
    form_class = RenameWorkspaceForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.thing.name}

    def perform(self, values: dict[str, Any]) -> Any:
        self.thing.name = values["name"]
        self.thing.save(update_fields=["name"])
        return self.thing


class ChangeSettingsForm(forms.Form):
    """The settings of a workspace, as people change them."""

    bulk_limit = number_field(
        "Rows in one request", help_text="How many records a batch may have."
    )
    default_page_size = number_field(
        "Records on a page", help_text="If the request does not say."
    )
    default_country = choice_field(
        "Country",
        [("", "None"), *((code, code) for code in sorted(SUPPORTED_REGIONS))],
        required=False,
        help_text="Whose phone numbers are meant if they have no country code.",
    )
    time_zone = choice_field(
        "Time zone",
        lambda: [
            ("", DEFAULT_ZONE),
            *((zone, zone) for zone in sorted(time_zones() - {DEFAULT_ZONE})),
        ],
        required=False,
        help_text="When a day begins and ends in filters.",
    )
    strict_upsert = switch(
        "Strict creation",
        help_text="Creating a record that exists is refused, not an update.",
    )
    default_access = choice_field(
        "Who sees new records",
        DefaultAccess.choices,
        required=False,
        help_text="If the request does not say it. Keys without an agent see all.",
    )
    history_days = number_field(
        "Days of history",
        help_text="Changes that are older are forgotten every night. Empty: never.",
    )
    deleted_days = number_field(
        "Days for what was deleted",
        help_text="Deleted records can be restored for so long. Empty: always.",
    )


class ChangeSettings(VerbPage):
    """Changes what a workspace may set for itself."""

    title = "Settings"
    text = "What is left empty is as the server has it."
    done = "The settings are changed."
    form_class = ChangeSettingsForm

    def get_initial(self) -> dict[str, Any]:
        return dict(self.thing.settings)

    def perform(self, values: dict[str, Any]) -> Any:
        changes = {name: None if v == "" else v for name, v in values.items()}
        return change_settings(workspace=self.thing, changes=changes)


def days(number: int | None) -> str:
    """Return for how many days something is kept, in words."""
    return "All" if number is None else f"{number:,}"


@admin.register(Workspace)
class WorkspaceAdmin(ThingAdmin):
    """The workspaces of a person, and what can be done about each."""

    workspace_path = "id"
    list_display = ["called", "members_count", "created_at"]
    list_display_links = ["called"]
    search_fields = ["slug", "name"]
    search_help_text = "Search by name"
    add_page = CreateWorkspace
    ordering = ["name"]
    add_label = "Create a workspace"
    empty_title = "No workspaces yet"
    empty_text = "A workspace holds records, and everything about who may use them."
    pages = {"rename": RenameWorkspace, "settings": ChangeSettings}
    page_template = "kith/workspace.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        everything: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = everything.annotate(members_count=Count("members"))
        return counted

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles_of(request).owns_any

    @admin.display(description="Workspace", ordering="name")
    def called(self, workspace: Workspace) -> str:
        return format_html(
            '<span class="kith-two"><b>{}</b><small>{}</small></span>',
            workspace.name,
            workspace.slug,
        )

    @admin.display(description="Members", ordering="members_count")
    def members_count(self, workspace: Any) -> int:
        return int(workspace.members_count)

    def called_on_its_page(self, thing: Workspace) -> str:
        return thing.name

    def facts(self, request: HttpRequest, thing: Workspace) -> list[Fact]:
        path = f"/v1/workspaces/{thing.slug}"
        settings = read_settings(thing)
        return [
            Fact("Name", thing.name),
            Fact("Short name", thing.slug),
            Fact("Address of the API", absolute(request, path)),
            Fact("Created", thing.created_at),
            Fact("Rows in one request", settings["bulk_limit"]),
            Fact("Records on a page", settings["default_page_size"]),
            Fact("Country of phone numbers", settings["default_country"] or "None"),
            Fact("Time zone", settings["time_zone"]),
            Fact("Strict creation", "Yes" if thing.is_upsert_strict else "No"),
            Fact("Who sees new records", thing.default_access.label),
            Fact("Days of history", days(thing.history_days)),
            Fact("Days for what was deleted", days(thing.deleted_days)),
        ]

    def verbs(self, request: HttpRequest, thing: Workspace) -> list[Verb]:
        records = Verb(
            "See records", reverse("browser:index", args=[thing.slug]), "list"
        )
        if not self.may_change(request, thing):
            return [records]
        return [
            records,
            Verb("Rename", self.address("rename", thing.pk), "edit"),
            Verb("Settings", self.address("settings", thing.pk), "tune"),
        ]
