"""``/settings``: what the workspace may set, as plain ``{key: value}``."""

from __future__ import annotations

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import InvalidHeader
from crm.jsonapi.conditions import CONDITIONS
from crm.jsonapi.negotiation import PLAIN
from crm.models import Scope
from crm.settings import change_settings, read_settings
from interfaces.api.view import WorkspaceViewSet


class SettingsViewSet(WorkspaceViewSet):
    """The settings of the workspace. They count from the next request on."""

    scopes = {**dict.fromkeys(SAFE_METHODS, Scope.READ), "PATCH": Scope.ADMIN}

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """Answer all settings, also those that nobody has changed."""
        self.parameters.only()
        return Response(read_settings(self.workspace), content_type=PLAIN)

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        """Answer 200 with all settings after changing some; null is the default."""
        self.parameters.only()
        for header in CONDITIONS:
            if header in request.headers:
                raise InvalidHeader({header: "Settings have no version."})
        changed = change_settings(workspace=self.workspace, changes=self.document)
        return Response(read_settings(changed), content_type=PLAIN)
