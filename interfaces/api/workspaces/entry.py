"""``/v1/workspaces/{slug}``: where everything of the workspace is found."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from crm.jsonapi.documents import meta_document
from interfaces.api.view import WorkspaceViewSet

LED_TO = (
    "objects",
    "schemas",
    "operations",
    "changes",
    "jobs",
    "me",
    "settings",
    "users",
    "agents",
    "api-keys",
    "webhooks",
)


class EntryViewSet(WorkspaceViewSet):
    """The workspace itself, for every key that may read."""

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """Answer what the workspace is called, and links to what it has."""
        self.parameters.only()
        meta = {
            "name": self.workspace.name,
            "slug": self.workspace.slug,
            "version": settings.VERSION,
        }
        links = {name: self.addresses.below(name) for name in LED_TO}
        return Response(
            meta_document(meta, {"self": self.addresses.workspace, **links})
        )
