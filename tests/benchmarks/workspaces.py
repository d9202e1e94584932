"""Workspaces to measure in, each with a key."""

from __future__ import annotations

import os
from typing import NamedTuple

from crm.keys import create_key
from crm.models import Scope, Workspace
from objects.workspaces import create_workspace

RECORDS = int(os.environ.get("BENCH_RECORDS", "100000"))
"""How many people there are in the large workspace."""


class Place(NamedTuple):
    """A workspace, and the secret of a key that may do everything in it."""

    workspace: Workspace
    secret: str

    @property
    def path(self) -> str:
        """The address of its people."""
        return f"/v1/workspaces/{self.workspace.slug}/objects/person/records"


def fresh_workspace(slug: str) -> Place:
    """Make a workspace whose requests may have many rows."""
    workspace = create_workspace(slug=slug)
    workspace.settings = {"bulk_limit": 1000}
    workspace.save(update_fields=["settings"])
    return Place(workspace, create_key(workspace=workspace, scopes=list(Scope)).secret)
