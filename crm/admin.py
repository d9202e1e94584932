"""Who is who, in the admin."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from crm.models import Agent, ApiKey, Member, Workspace


@admin.register(Workspace)
class WorkspaceAdmin(ModelAdmin):
    """The workspaces."""

    list_display = ["slug", "name", "created_at"]
    search_fields = ["slug", "name"]


@admin.register(Member)
class MemberAdmin(ModelAdmin):
    """Who belongs to which workspace."""

    list_display = ["user", "workspace", "role"]
    list_filter = ["workspace", "role"]


@admin.register(Agent)
class AgentAdmin(ModelAdmin):
    """The agents of the workspaces."""

    list_display = ["handle", "name", "workspace", "is_active"]
    list_filter = ["workspace", "is_active"]
    search_fields = ["handle", "name"]


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    """The keys. Their secrets cannot be shown."""

    list_display = ["label", "prefix", "workspace", "scopes", "last_used_at"]
    list_filter = ["workspace"]
    search_fields = ["label", "prefix"]
