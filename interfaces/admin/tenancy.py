"""What people may see and change of workspaces in the admin, decided in one place."""

from __future__ import annotations

from functools import reduce
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from unfold.admin import ModelAdmin

from crm.roles import roles_of


class WorkspaceFilter(admin.SimpleListFilter):
    """One of the workspaces that the person may see; nothing if there is but one."""

    title = "workspace"
    parameter_name = "workspace"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        assert isinstance(model_admin, TenantAdmin)
        self.path = f"{model_admin.workspace_path.removesuffix('_id')}__slug"
        return [(one.slug, one.name) for one in roles_of(request).seen]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1 or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        if self.value() not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.filter(**{self.path: self.value()})


class TenantAdmin(ModelAdmin):
    """A list of things of workspaces, for people who belong to them.

    People see what belongs to their workspaces, and nothing else is found: not in lists
    or searches, not by address, not by autocompletion. Django's own forms are for
    nobody: whoever runs a workspace changes its things by verbs.
    """

    workspace_path: ClassVar[str] = "workspace_id"
    """Leads from a thing to the id of its workspace."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        roles = roles_of(request)
        everything = super().get_queryset(request)
        if roles.owns_all:
            return everything
        return everything.filter(**{f"{self.workspace_path}__in": list(roles.roles)})

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Leave the workspace out where there is but one to see."""
        columns = list(super().get_list_display(request))
        if "workspace" in columns and roles_of(request).seen[:2].count() < 2:
            columns.remove("workspace")
        return columns

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        """Allow no filter but those that are offered."""
        offered = self.get_list_filter(request) if request else []
        return lookup in {getattr(one, "parameter_name", "") for one in offered}

    def workspace_id_of(self, thing: Model) -> UUID:
        """Return the id of the workspace that a thing belongs to."""
        found = reduce(getattr, self.workspace_path.split("__"), thing)
        assert isinstance(found, UUID)
        return found

    def thing(self, request: HttpRequest, object_id: str) -> Any:
        """Return the thing of an address, for somebody who may change it.

        Raises:
            Http404: if there is none that they may see.
            PermissionDenied: if they may only look at it.
        """
        found = self.get_object(request, str(object_id))
        if found is None:
            raise Http404
        if not self.may_change(request, found):
            raise PermissionDenied
        return found

    def may_change(self, request: HttpRequest, thing: Model) -> bool:
        """Whether somebody may change a thing."""
        return roles_of(request).runs(self.workspace_id_of(thing))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return roles_of(request).sees_any

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return roles_of(request).sees_any
        return roles_of(request).sees(self.workspace_id_of(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles_of(request).runs_any

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
