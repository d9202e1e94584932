"""``/webhooks``: who is told of changes, and how that is going."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from rest_framework import status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import MalformedDocument, Required, placed_at
from crm.json_types import JSONObject
from crm.jsonapi.documents import data_document
from crm.models import Scope
from interfaces.api.jobs.answers import job_answer
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.rotations import OVERLAP_PLACE, read_meta, seconds, without_secret
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import (
    AgentColumn,
    ChoiceColumn,
    MomentColumn,
    TextColumn,
)
from interfaces.api.rows.filters import ResourceFilters
from interfaces.api.webhooks.deliveries import compose_deliveries
from interfaces.api.webhooks.places import read_place
from interfaces.api.webhooks.serializers import NewWebhookSerializer, WebhookSerializer
from interfaces.api.workspaces.serializers import ResourceSerializer
from records.journal.heads import Head, find_head
from webhooks.deliveries import send_test
from webhooks.endpoints import (
    OVERLAP,
    NewSecret,
    create_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
    update_endpoint,
)
from webhooks.models import Endpoint
from webhooks.replaying import begin_replay


class WebhookFilters(ResourceFilters):
    """How webhooks are found and sorted."""

    columns = (
        TextColumn("label", "label"),
        TextColumn("url", "url"),
        ChoiceColumn("state", "state", Endpoint.State),
        AgentColumn("agent", "agent"),
        MomentColumn("failing_since", "failing_since"),
        MomentColumn("created_at", "created_at"),
    )


class WebhookViewSet(CollectionViewSet):
    """The webhooks of the workspace, for keys that may set it up."""

    scopes = dict.fromkeys([*SAFE_METHODS, "POST", "PATCH", "DELETE"], Scope.ADMIN)
    serializer_class = WebhookSerializer
    filters = WebhookFilters
    queryset = Endpoint.objects.select_related("workspace")
    secret: str | None = None
    """The secret that the answer shows."""

    @cached_property
    def journal(self) -> Head:
        """How far the journal goes."""
        return find_head(self.actor)

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 201 with a new webhook and, this once, its secret."""
        values = self.read_values()
        meta = self.read_start()
        cursor = self.place_in(meta, "from") if "from" in meta else None
        new = create_endpoint(workspace=self.workspace, values=values, cursor=cursor)
        return self.answer_new(new, is_new=True)

    def partial_update(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the webhook as it is now."""
        endpoint = self.get_object()
        values = self.read_values(endpoint)
        return self.answer_one(update_endpoint(endpoint=endpoint, values=values))

    def destroy(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 204 once the webhook and its deliveries are gone."""
        self.check_request()
        delete_endpoint(endpoint=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def rotate(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the webhook and, this once, its new secret."""
        endpoint, meta = self.asked_about("overlap_seconds")
        given = meta.get("overlap_seconds")
        overlap: timedelta = OVERLAP if given is None else seconds(given)
        with placed_at(OVERLAP_PLACE):
            new = rotate_secret(endpoint=endpoint, overlap=overlap)
        return self.answer_new(new)

    def test(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the delivery of a test, whether it arrived or not."""
        endpoint, _ = self.asked_about()
        delivery = send_test(endpoint=endpoint)
        place = (endpoint, self.addresses, self.journal)
        (resource,) = compose_deliveries([delivery], *place, {})
        return Response(data_document(resource, links=resource["links"]))

    def replay(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 202 with the job that sends a part of the journal again."""
        endpoint, meta = self.asked_about("from", "to")
        if "from" not in meta:
            raise Required({"/meta/from": "Say from where on."})
        after = self.place_in(meta, "from")
        until = self.place_in({"to": "now", **meta}, "to")
        job = begin_replay(self.actor, endpoint, after, until)
        return job_answer(job, self.workspace, self.addresses)

    def disable(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the webhook, which is sent nothing."""
        endpoint, _ = self.asked_about()
        return self.answer_one(disable_endpoint(endpoint=endpoint))

    def enable(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer 200 with the webhook, which goes on where it stopped, or now."""
        endpoint, meta = self.asked_about("from")
        start = meta.get("from", "cursor")
        if start not in ("cursor", "now"):
            raise MalformedDocument({"/meta/from": "Use cursor or now."})
        skips = start == "now"
        return self.answer_one(enable_endpoint(endpoint=endpoint, skips=skips))

    def asked_about(self, *known: str) -> tuple[Endpoint, JSONObject]:
        """Return the webhook of the address, and what a request says in its meta."""
        self.check_request(*ONE_PARAMETERS)
        return self.get_object(), read_meta(self.document_if_any, *known)

    def read_start(self) -> JSONObject:
        """Return what the document of a new webhook says in its meta."""
        return read_meta({"meta": self.document.get("meta", {})}, "from")

    def place_in(self, meta: JSONObject, name: str) -> int:
        """Return the number in the journal that a member of meta stands for."""
        return read_place(meta[name], f"/meta/{name}", self.workspace, self.journal)

    def answer_new(self, new: NewSecret, *, is_new: bool = False) -> Response:
        """Return the answer with a webhook and its secret, which no cache may keep."""
        self.secret = new.secret
        response = self.answer_one(new.endpoint, is_new=is_new)
        response["Cache-Control"] = "no-store"
        address = self.addresses.row(self.resource_type, new.endpoint.pk)
        response.data["links"] = {"self": address}
        return response

    def kept_body(self, response: HttpResponse) -> bytes:
        """Return what may be given again: the answer with null for its secret."""
        body = super().kept_body(response)
        return body if self.secret is None else without_secret(body)

    def get_serializer_class(self) -> type[ResourceSerializer]:
        shows_secret = self.action in {"create", "rotate"}
        return NewWebhookSerializer if shows_secret else WebhookSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        known = {"secret": self.secret, "head": self.journal}
        return {**super().get_serializer_context(), **known}
