"""Webhooks and their deliveries as JSON:API resources, read and written."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as drf

from crm.json_types import JSON
from crm.models import Agent
from crm.moments import wire_time
from interfaces.api.workspaces.serializers import (
    AgentField,
    AgentSerializer,
    MomentField,
    ResourceSerializer,
    TextField,
)
from records.journal.heads import Head
from webhooks.models import MOST_TEXT, Delivery, Endpoint

MOST_NAMES = 100


class NamesField(drf.ListField):
    """Names of things; null for all of them, or for none to be left out."""

    def __init__(self, **options: Any) -> None:  # Those of DRF.
        super().__init__(
            child=TextField(max_length=MOST_TEXT),
            max_length=MOST_NAMES,
            allow_null=True,
            required=False,
            **options,
        )


class WebhookSerializer(ResourceSerializer):
    """A webhook, without its secret."""

    kinds = NamesField()
    objects = NamesField(source="object_slugs")
    fields = NamesField()  # type: ignore[assignment]  # DRF takes it out of the class.
    skip_actors = NamesField()
    payload = drf.ChoiceField(choices=Endpoint.Payload.choices, required=False)
    disabled_reason = drf.SerializerMethodField()
    cursor = drf.SerializerMethodField()
    lag = drf.SerializerMethodField()
    agent = AgentField(required=False, allow_null=True, queryset=Agent.objects.none())

    included_serializers = {"agent": AgentSerializer}

    class Meta(ResourceSerializer.Meta):
        model = Endpoint
        resource_name = "webhook"
        fields: tuple[str, ...] = (
            *("url", "label", "kinds", "objects", "fields", "skip_actors", "silent"),
            *("payload", "state", "disabled_reason", "failing_since", "cursor", "lag"),
            *("last_success_at", "created_at", "agent"),
        )
        read_only_fields = ("state", "failing_since", "last_success_at", "created_at")

    def get_disabled_reason(self, endpoint: Endpoint) -> str | None:
        return endpoint.disabled_reason or None

    def get_cursor(self, endpoint: Endpoint) -> str:
        """Return the cursor up to which messages were made."""
        head: Head = self.context["head"]
        return head.ids.of(endpoint.cursor)

    def get_lag(self, endpoint: Endpoint) -> int:
        """Return how many changes are behind the cursor, for it or not."""
        head: Head = self.context["head"]
        return max(head.last_seq - endpoint.cursor, 0)


class NewWebhookSerializer(WebhookSerializer):
    """A webhook whose secret is new: it is shown this once."""

    secret = drf.SerializerMethodField()

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")

    def get_secret(self, endpoint: Endpoint) -> str:
        return str(self.context["secret"])


class DeliverySerializer(ResourceSerializer):
    """A message to a webhook, and what came of each attempt."""

    attempts = drf.JSONField(source="log")
    next_attempt_at = drf.SerializerMethodField()
    created_at = MomentField()
    change = drf.SerializerMethodField()

    class Meta(ResourceSerializer.Meta):
        model = Delivery
        resource_name = "delivery"
        fields = (
            "state",
            "kind",
            "attempts",
            "next_attempt_at",
            "created_at",
            "change",
        )

    def get_next_attempt_at(self, delivery: Delivery) -> str | None:
        at = delivery.next_attempt_at
        return None if at is None else wire_time(at)

    def get_change(self, delivery: Delivery) -> JSON:
        """Return the linkage of the change that it tells of."""
        head: Head = self.context["head"]
        if delivery.seq is None:
            return None
        return {"type": "change", "id": head.ids.of(delivery.seq)}
