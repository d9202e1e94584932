"""From rows of models to JSON:API resources, by their serializers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from rest_framework_json_api.renderers import JSONRenderer
from rest_framework_json_api.utils import (
    get_resource_type_from_serializer,
    get_serializer_fields,
)

from crm.models import Agent, Member
from interfaces.api.workspaces.serializers import (
    AgentSerializer,
    ResourceSerializer,
    UserSerializer,
)
from records.resources.addresses import Addresses

Resource: TypeAlias = dict[str, object]
Fieldsets: TypeAlias = "Mapping[str, Collection[str]]"
"""The fields that are shown, by type; all of the types that are not among them."""


class ModelResources:
    """Makes resources of rows, and of those that they include."""

    def __init__(self, addresses: Addresses, fieldsets: Fieldsets) -> None:
        self.addresses = addresses
        self.fieldsets = fieldsets

    def resource(self, serializer: ResourceSerializer) -> Resource:
        """Return the resource of a serializer's row."""
        return self.finish(
            JSONRenderer.build_json_resource_obj(
                get_serializer_fields(serializer),
                serializer.data,
                serializer.instance,
                get_resource_type_from_serializer(serializer),
                serializer,
            )
        )

    def included(
        self, serializers: Iterable[ResourceSerializer], paths: Collection[str]
    ) -> list[Resource]:
        """Return what the rows of serializers lead to, each resource once."""
        found: dict[str, dict[str, Resource]] = defaultdict(dict)
        for serializer in serializers:
            JSONRenderer.extract_included(
                get_serializer_fields(serializer),
                serializer.data,
                serializer.instance,
                list(paths),
                found,
            )
        return [self.finish(one) for kind in found.values() for one in kind.values()]

    def finish(self, resource: Resource) -> Resource:
        """Return a resource with its address, and without fields that are not shown."""
        type_ = str(resource["type"])
        shown = self.fieldsets.get(type_)
        for member in ("attributes", "relationships"):
            fields = resource.get(member)
            if shown is not None and isinstance(fields, dict):
                resource[member] = {n: v for n, v in fields.items() if n in shown}
        address = self.addresses.row(type_, resource["id"])
        return {**resource, "links": {"self": address}}


def referred_resource(
    row: Agent | Member, addresses: Addresses, fieldsets: Fieldsets
) -> Resource:
    """Return the resource of an agent or a user that a record refers to."""
    is_agent = isinstance(row, Agent)
    serializer = AgentSerializer(row) if is_agent else UserSerializer(row)
    return ModelResources(addresses, fieldsets).resource(serializer)


def relate(resource: Resource, names: Collection[str]) -> None:
    """Let attributes of a resource, which are linkage, be relationships of it."""
    attributes = resource["attributes"]
    assert isinstance(attributes, dict)
    related = {n: {"data": attributes.pop(n)} for n in names if n in attributes}
    if related:
        resource["relationships"] = related
