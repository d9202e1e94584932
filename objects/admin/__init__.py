"""Workspaces in the admin."""

from objects.admin import workspaces

__all__ = ["workspaces"]
