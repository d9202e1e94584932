"""Object types in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from crm.admin.filters import ChoiceFilter
from crm.admin.tenant import Fact, TenantAdmin, WorkspaceFilter
from objects.models import ObjectType


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
class ObjectTypeAdmin(TenantAdmin):
    """What records of a workspace look like."""

    list_display = ["called", "workspace", "field_count", "origin"]
    list_display_links = ["called"]
    list_filter = [WorkspaceFilter, OriginFilter]
    list_select_related = ["workspace"]
    search_fields = ["slug", "label", "plural"]
    search_help_text = "Search by name"
    ordering = ["plural"]
    add_label = "Add an object type"
    empty_title = "No object types found"
    empty_text = "Describe what you keep records of: invoices, shipments, projects."
    page_template = "objects/admin/object_type.html"

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
        return ("custom", "Your own") if object_type.is_custom else ("", "Standard")

    def facts(self, request: HttpRequest, thing: ObjectType) -> list[Fact]:
        return [
            Fact("In the API", thing.slug),
            Fact("Workspace", thing.workspace),
            Fact("Ids begin with", thing.prefix),
            Fact("Description", thing.description),
        ]
