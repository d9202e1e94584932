"""``/webhooks/{id}/deliveries``: what was sent to a webhook, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import NotFound
from crm.json_types import JSON
from crm.jsonapi.documents import data_document
from crm.jsonapi.queries import Place
from crm.models import Scope
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.rotations import read_meta
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import (
    AgentColumn,
    ChoiceColumn,
    MomentColumn,
    TextColumn,
)
from interfaces.api.rows.filters import ResourceFilters, Rows
from interfaces.api.webhooks.serializers import DeliverySerializer
from interfaces.api.workspaces.resources import (
    Fieldsets,
    ModelResources,
    Resource,
    relate,
)
from records.ids import record_in
from records.journal.heads import Head, find_head
from records.reading.filters.operands import Days
from records.resources.addresses import Addresses
from webhooks.deliveries import resend
from webhooks.models import Delivery, Endpoint


class RecordColumn(AgentColumn):
    """The record that a delivery tells of, by its id."""

    def read(self, raw: JSON, place: Place) -> JSON | Days:
        record = record_in(raw)
        if record is None:
            raise place.refuse("Give the id of a record.")
        return str(record)


class DeliveryFilters(ResourceFilters):
    """How deliveries are found and sorted."""

    columns = (
        ChoiceColumn("state", "state", Delivery.State),
        TextColumn("kind", "kind"),
        RecordColumn("record", "line"),
        MomentColumn("created_at", "created_at"),
    )


class NoSuchWebhook(NotFound):
    """There is no such webhook."""

    source = None


class DeliveryViewSet(CollectionViewSet):
    """The deliveries of a webhook, the last first."""

    scopes = dict.fromkeys([*SAFE_METHODS, "POST"], Scope.ADMIN)
    serializer_class = DeliverySerializer
    filters = DeliveryFilters
    queryset = Delivery.objects.all()
    lookup_url_kwarg = "delivery"

    @cached_property
    def journal(self) -> Head:
        """How far the journal goes."""
        return find_head(self.actor)

    @cached_property
    def endpoint(self) -> Endpoint:
        """The webhook of the address.

        Raises:
            NoSuchWebhook: if there is none.
        """
        own = Endpoint.objects.filter(workspace=self.workspace)
        try:
            return own.get(id=self.kwargs["id"])
        except (Endpoint.DoesNotExist, ValidationError) as error:
            raise NoSuchWebhook("There is no such webhook.") from error

    def resend(self, request: Request, delivery: str, **kwargs: str) -> Response:
        """Answer 200 with the delivery, which is sent again."""
        self.check_request(*ONE_PARAMETERS)
        found = self.get_object()
        read_meta(self.document_if_any)
        return self.answer_one(resend(delivery=found))

    def get_queryset(self) -> Rows:
        return super().get_queryset().filter(endpoint=self.endpoint)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "head": self.journal}

    def compose(self, rows: Sequence[Any]) -> dict[str, object]:
        shown = self.selection.fieldsets
        place = (self.endpoint, self.addresses, self.journal)
        return data_document(compose_deliveries(rows, *place, shown))


def compose_deliveries(
    rows: Sequence[Delivery],
    endpoint: Endpoint,
    addresses: Addresses,
    head: Head,
    shown: Fieldsets,
) -> list[Resource]:
    """Return deliveries of a webhook as resources, which lead to their changes."""
    below = Addresses(addresses.row("webhook", endpoint.pk))
    made = ModelResources(below, shown)
    serializers = [DeliverySerializer(row, context={"head": head}) for row in rows]
    resources = [made.resource(serializer) for serializer in serializers]
    for resource in resources:
        relate(resource, ["change"])
    return resources
