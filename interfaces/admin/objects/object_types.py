"""Object types in the admin: what records of a workspace look like."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from interfaces.admin.filters import ChoiceFilter
from interfaces.admin.jobs.progress import warning_about, work_on
from interfaces.admin.objects.field_forms import TYPE_LABELS
from interfaces.admin.objects.field_pages import (
    AddField,
    EditField,
    OrderFields,
    RemoveField,
)
from interfaces.admin.objects.object_pages import (
    CreateObjectType,
    DeleteObjectType,
    EditObjectType,
)
from interfaces.admin.objects.relationship_pages import AddRelationship
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb
from objects.models import Field, Kind, ObjectType

FLAGS = {
    "required": "Required",
    "unique": "Unique",
    "indexed": "Sorted",
    "searchable": "Searched",
    "hidden": "Hidden",
}
"""What a field can be, as the page says it."""


class FieldLine(NamedTuple):
    """A field as the page of its type shows it."""

    field: Field
    type: str
    flags: list[str]
    link: str


class OriginFilter(ChoiceFilter):
    """Types that every workspace has, or those of one's own."""

    title = "origin"
    parameter_name = "origin"
    choices_offered = [("custom", "Your own"), ("standard", "Standard")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.chosen is None:
            return queryset
        return queryset.filter(is_custom=self.chosen == "custom")


@admin.register(ObjectType)
class ObjectTypeAdmin(ThingAdmin):
    """The object types of the workspaces."""

    list_display = ["called", "workspace", "field_count", "origin"]
    list_display_links = ["called"]
    list_filter = [WorkspaceFilter, OriginFilter]
    list_select_related = ["workspace"]
    search_fields = ["slug", "label", "plural"]
    search_help_text = "Search by name"
    ordering = ["plural"]
    add_page = CreateObjectType
    add_label = "Add an object type"
    empty_title = "No object types found"
    empty_text = "Describe what you keep records of: invoices, shipments, projects."
    page_template = "kith/object_type.html"
    pages = {
        "edit": EditObjectType,
        "erase": DeleteObjectType,
        "add-field": AddField,
        "add-relationship": AddRelationship,
        "order": OrderFields,
        "field": EditField,
        "remove-field": RemoveField,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        is_value = ~Q(fields__type="relationship")
        many = Count("fields", filter=is_value)
        everything: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = everything.annotate(field_count=many)
        return counted

    @admin.display(description="Object type", ordering="plural")
    def called(self, object_type: ObjectType) -> str:
        return format_html(
            '<span class="kith-two"><b>{}</b><code>{}</code></span>',
            object_type.plural,
            object_type.slug,
        )

    @admin.display(description="Fields", ordering="field_count")
    def field_count(self, object_type: Any) -> int:
        return int(object_type.field_count)

    @display(description="Origin", ordering="is_custom", label={"custom": "primary"})
    def origin(self, object_type: ObjectType) -> tuple[str, str]:
        return (
            ("custom", "Your own")
            if object_type.is_custom
            else ("standard", "Standard")
        )

    def facts(self, request: HttpRequest, thing: ObjectType) -> list[Fact]:
        return [
            Fact("Name", f"{thing.label}, {thing.plural}"),
            Fact("In the API", thing.slug),
            Fact("Workspace", thing.workspace),
            Fact("Ids begin with", f"{thing.prefix}_"),
            Fact("Known by", ", ".join(thing.match_fields) or "nothing: always new"),
            Fact("Description", thing.description),
        ]

    def panels(self, request: HttpRequest, thing: ObjectType) -> dict[str, Any]:
        work = work_on(thing.pk)
        lines = [
            FieldLine(
                field,
                TYPE_LABELS.get(field.type, ""),
                [label for flag, label in FLAGS.items() if getattr(field, flag)],
                self.address("field", thing.pk, field.slug),
            )
            for field in thing.fields.select_related("target", "inverse_of", "inverse")
        ]
        return {
            "lines": [one for one in lines if one.field.type != "relationship"],
            "relationships": [
                (
                    one,
                    Kind(one.field.kind).label,
                    other_side(one.field),
                )
                for one in lines
                if one.field.type == "relationship"
            ],
            "may_change": self.may_change(request, thing),
            "add_field": self.address("add-field", thing.pk),
            "add_relationship": self.address("add-relationship", thing.pk),
            "order": self.address("order", thing.pk),
            "work": work,
            "warning": warning_about(thing.workspace_id) if work else "",
        }

    def verbs(self, request: HttpRequest, thing: ObjectType) -> list[Verb]:
        records = reverse("browser:list", args=[thing.workspace.slug, thing.slug])
        browse = Verb("See records", records, "list")
        if not self.may_change(request, thing) or not thing.is_custom:
            return [browse]
        return [
            browse,
            Verb("Edit", self.address("edit", thing.pk), "edit"),
            Verb(
                "Delete", self.address("erase", thing.pk), "delete", is_dangerous=True
            ),
        ]


def other_side(field: Field) -> Field:
    """Return the field of a relationship's other side."""
    return field.inverse_of or field.inverse
