"""Workspaces and what their records look like, in the admin."""

from objects.admin import object_types, workspaces

__all__ = ["object_types", "workspaces"]
