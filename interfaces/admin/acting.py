"""The person at a page of the admin, as the store and its journal know them."""

from __future__ import annotations

from django.http import HttpRequest

from crm.authentication import Actor
from crm.models import Scope, Workspace
from crm.request_ids import request_id


def person_in(request: HttpRequest, workspace: Workspace, scope: Scope) -> Actor:
    """Return who asks for a page, with what the page may do in a workspace."""
    name, asked = f"user:{request.user.pk}", request_id(request)
    scopes = frozenset({scope.value})
    return Actor(workspace, name, scopes, request_id=asked, source="admin")
