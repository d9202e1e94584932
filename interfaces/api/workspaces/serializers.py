"""Users, agents and API keys as JSON:API resources, read and written."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, CharField, DateTimeField, QuerySet
from rest_framework import serializers as drf
from rest_framework_json_api.relations import ResourceRelatedField
from rest_framework_json_api.serializers import ModelSerializer

from crm.jsonapi.documents import Identifier, LinkageData
from crm.models import Agent, ApiKey, Member, Scope
from crm.moments import read_moment, wire_time


class TextField(drf.CharField):
    """Text, and nothing that could be turned into some."""

    default_error_messages = {"invalid": "Enter text."}

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(drf.BooleanField):
    """True or false, and nothing that could stand for them."""

    default_error_messages = {"invalid": "Enter true or false."}

    def to_internal_value(self, data: object) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class MomentField(drf.DateTimeField):
    """A time: sent with its offset, shown in UTC to the millisecond."""

    default_error_messages = {
        "invalid": "Enter a date and time with an offset, such as 2026-03-01T12:00:00Z."
    }

    def to_internal_value(self, value: object) -> Any:  # As DRF declares it.
        moment = read_moment(value)
        if moment is None:
            self.fail("invalid")
        return moment

    def to_representation(self, value: Any) -> str:  # As DRF declares it.
        return wire_time(value)


class AgentField(ResourceRelatedField):
    """An agent of the workspace, or null."""

    default_error_messages = {
        "does_not_exist": "There is no such agent.",
        "incorrect_relation_type": "The type must be {relation_type!r}.",
        "many": "Name one agent, or null.",
        "missing_id": "Give the agent's id.",
    }

    def __init__(self, **options: Any) -> None:  # Those of DRF.
        super().__init__(**options)  # type: ignore[no-untyped-call]  # DJA's.

    def get_queryset(self) -> QuerySet[Agent]:
        return Agent.objects.filter(workspace=self.context["workspace"])

    def to_internal_value(self, data: LinkageData) -> Agent:
        if not isinstance(data, Identifier):
            self.fail("many")
        if data.id is None:
            self.fail("missing_id")
        own = {"type": data.type, "id": data.id}
        try:
            agent = super().to_internal_value(own)  # type: ignore[no-untyped-call]  # DJA's.
        except ValidationError:
            self.fail("does_not_exist")
        assert isinstance(agent, Agent)
        return agent

    def conflict(self, key: str, **words: str) -> None:
        """Refuse as any other mistake, so that all of them are answered at once."""
        self.fail(key, **words)


class ResourceSerializer(ModelSerializer[Any]):  # Of any model.
    """A resource of one model, whose values are taken strictly."""

    class Meta:
        resource_name: str
        fields: tuple[str, ...]

    serializer_field_mapping = ModelSerializer.serializer_field_mapping | {
        BooleanField: FlagField,
        CharField: TextField,
        DateTimeField: MomentField,
    }


class AgentSerializer(ResourceSerializer):
    """A software agent as a resource."""

    class Meta(ResourceSerializer.Meta):
        model = Agent
        resource_name = "agent"
        fields = ("handle", "name", "is_active")


class UserSerializer(ResourceSerializer):
    """A person with a login, as a member of the workspace."""

    name = drf.CharField(read_only=True)
    email = drf.CharField(read_only=True)
    last_active_at = MomentField(read_only=True)

    class Meta(ResourceSerializer.Meta):
        model = Member
        resource_name = "user"
        fields = ("name", "email", "role", "last_active_at")
        read_only_fields = ("role",)


MOST_SCOPES = 100
"""However often they are repeated."""


class ApiKeySerializer(ResourceSerializer):
    """A key, without its secret."""

    scopes = drf.ListField(child=drf.ChoiceField(choices=Scope.choices), read_only=True)
    agent = AgentField(read_only=True)

    included_serializers = {"agent": AgentSerializer}

    class Meta(ResourceSerializer.Meta):
        model = ApiKey
        resource_name = "api-key"
        fields: tuple[str, ...] = (
            *("label", "scopes", "expires_at", "prefix", "last_used_at", "revoked_at"),
            "agent",
        )
        read_only_fields = ("prefix", "last_used_at", "revoked_at")


class NewApiKeySerializer(ApiKeySerializer):
    """A key as it is made: its secret is shown this once."""

    scopes = drf.ListField(
        child=drf.ChoiceField(choices=Scope.choices),
        allow_empty=False,
        max_length=MOST_SCOPES,
    )
    agent = AgentField(required=False, allow_null=True, queryset=Agent.objects.none())
    secret = drf.SerializerMethodField()

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "secret")

    def get_secret(self, key: ApiKey) -> str:
        return str(self.context["secret"])
