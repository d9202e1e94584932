"""``/api-keys``: the keys of the workspace. Secrets are shown once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from rest_framework import status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import placed_at
from crm.keys import (
    OVERLAP,
    NewKey,
    create_key,
    expire_key,
    relabel_key,
    revoke_key,
    rotate_key,
)
from crm.models import ApiKey, Scope
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.rotations import OVERLAP_PLACE, read_meta, seconds, without_secret
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import (
    AgentColumn,
    ChoicesColumn,
    MomentColumn,
    TextColumn,
)
from interfaces.api.rows.filters import ResourceFilters
from interfaces.api.workspaces.serializers import (
    ApiKeySerializer,
    NewApiKeySerializer,
    ResourceSerializer,
)


class ApiKeyFilters(ResourceFilters):
    """How keys are found and sorted."""

    columns = (
        TextColumn("label", "label"),
        TextColumn("prefix", "prefix"),
        ChoicesColumn("scopes", "scopes", Scope),
        AgentColumn("agent", "agent"),
        MomentColumn("expires_at", "expires_at"),
        MomentColumn("last_used_at", "last_used_at"),
        MomentColumn("revoked_at", "revoked_at"),
        MomentColumn("created_at", "created_at"),
    )


class ApiKeyViewSet(CollectionViewSet):
    """The keys of the workspace, also those that have ended."""

    scopes = dict.fromkeys([*SAFE_METHODS, "POST", "PATCH", "DELETE"], Scope.ADMIN)
    serializer_class = ApiKeySerializer
    filters = ApiKeyFilters
    queryset = ApiKey.objects.all()
    secret: str | None = None
    """The secret that the answer shows."""

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 with a new key and, this once, its secret."""
        values = self.read_values()
        with placed_at("/data"):
            new = create_key(workspace=self.workspace, **values)
        return self.answer_new(new, is_new=True)

    def rotate(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the key and, this once, its new secret."""
        self.check_request(*ONE_PARAMETERS)
        key, overlap = self.get_object(), self.read_overlap()
        with placed_at(OVERLAP_PLACE):
            new = rotate_key(key=key, overlap=overlap)
        return self.answer_new(new)

    def partial_update(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the key, its label or its expiry changed."""
        key = self.get_object()
        values = self.read_values(key)
        with transaction.atomic():
            if "label" in values:
                key = relabel_key(key=key, label=values["label"])
            if "expires_at" in values:
                key = expire_key(key=key, expires_at=values["expires_at"])
        return self.answer_one(key)

    def destroy(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 204 once the key is revoked. It can still be read."""
        self.check_request()
        revoke_key(key=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def answer_new(self, new: NewKey, *, is_new: bool = False) -> Response:
        """Return the answer with a key and its secret, which no cache may keep."""
        self.secret = new.secret
        response = self.answer_one(new.key, is_new=is_new)
        response["Cache-Control"] = "no-store"
        address = self.addresses.row(self.resource_type, new.key.pk)
        response.data["links"] = {"self": address}
        return response

    def kept_body(self, response: HttpResponse) -> bytes:
        """Return what may be given again: the answer with null for its secret."""
        body = super().kept_body(response)
        return body if self.secret is None else without_secret(body)

    def read_overlap(self) -> timedelta:
        """Return how long both secrets are to work.

        Raises:
            MalformedDocument: if the body says something else.
        """
        meta = read_meta(self.document_if_any, "overlap_seconds")
        return seconds(meta["overlap_seconds"]) if meta else OVERLAP

    def get_serializer_class(self) -> type[ResourceSerializer]:
        shows_secret = self.action in {"create", "rotate"}
        return NewApiKeySerializer if shows_secret else ApiKeySerializer

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "secret": self.secret}
