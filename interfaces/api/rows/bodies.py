"""From request documents to values that a serializer has accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.fields import Field
from rest_framework.relations import RelatedField

from crm.errors import (
    InvalidValue,
    NotFound,
    ReadOnly,
    Refusal,
    Refused,
    Required,
    UnknownField,
)
from crm.json_types import JSONObject
from crm.jsonapi.documents import (
    ClientId,
    Identifier,
    IdMismatch,
    ResourceObject,
    TypeMismatch,
    escape,
    read_resource,
)
from crm.nearest import Advisor, quoted
from interfaces.api.workspaces.serializers import ResourceSerializer

KINDS: dict[str, type[Refusal]] = {
    "blank": Required,
    "does_not_exist": NotFound,
    "empty": Required,
    "incorrect_relation_type": TypeMismatch,
    "null": Required,
    "required": Required,
}
"""The refusals that DRF's codes stand for; all others are invalid values."""


def read_values(document: JSONObject, serializer: ResourceSerializer) -> dict[str, Any]:
    """Return what a document asks to set, for a new resource or the serializer's.

    ``serializer`` must have been made without data.

    Raises:
        MalformedDocument: if the document is not one resource.
        Refused: with all that is wrong with it.
    """
    resource = read_resource(document, is_change=serializer.instance is not None)
    members = members_of(resource, serializer)
    refusals = [
        *identity_refusals(resource, serializer),
        *(refusal for member in members for refusal in member.refusals()),
    ]
    serializer.initial_data = {n: v for m in members for n, v in m.known().items()}
    serializer.partial = serializer.instance is not None
    if not serializer.is_valid():
        refusals += value_refusals(resource, serializer)
    if refusals:
        raise Refused([("", refusal) for refusal in refusals])
    return dict(serializer.validated_data)


@dataclass(frozen=True)
class Section:
    """The attributes or the relationships of a resource, as they were sent."""

    name: str
    sent: Mapping[str, Any]
    fields: Mapping[str, Field[Any, Any, Any, Any]]
    """Those that there are."""
    shown: Mapping[str, Any]
    """What a read shows of those that cannot be set; nothing of a new resource."""

    def known(self) -> dict[str, Any]:
        """Return what was sent for fields that there are."""
        return {name: v for name, v in self.sent.items() if name in self.fields}

    def refusals(self) -> Iterable[Refusal]:
        """Return what is wrong with the names."""
        advisor = Advisor(self.fields)
        for name in self.sent:
            place = f"/data/{self.name}/{escape(name)}"
            if name not in self.fields:
                why = f"There is no {quoted(name)} here.{advisor.advice(name)}"
                yield UnknownField({place: why})
            elif self.fields[name].read_only and not self.is_repeated(name):
                yield ReadOnly({place: "This cannot be set."})

    def is_repeated(self, name: str) -> bool:
        """Whether a value was sent back as it is read."""
        return name in self.shown and self.sent[name] == self.shown[name]


def members_of(
    resource: ResourceObject, serializer: ResourceSerializer
) -> tuple[Section, Section]:
    """Return the attributes and the relationships of a resource."""
    fields = serializer.fields.items()
    related = {n: field for n, field in fields if isinstance(field, RelatedField)}
    others = {n: field for n, field in fields if n not in related}
    shown = shown_fixed(serializer)
    linked = {
        n: v and Identifier(v["type"], v["id"])
        for n, v in shown.items()
        if n in related
    }
    return (
        Section("attributes", resource.attributes or {}, others, shown),
        Section("relationships", resource.relationships, related, linked),
    )


def shown_fixed(serializer: ResourceSerializer) -> dict[str, Any]:
    """Return what a read shows of the serializer's row that cannot be set."""
    row = serializer.instance
    if row is None:
        return {}
    fixed = {n: field for n, field in serializer.fields.items() if field.read_only}
    values = {n: field.get_attribute(row) for n, field in fixed.items()}
    return {
        name: None if value is None else fixed[name].to_representation(value)
        for name, value in values.items()
    }


def identity_refusals(
    resource: ResourceObject, serializer: ResourceSerializer
) -> Iterable[Refusal]:
    """Return what is wrong with the type and the id."""
    expected = serializer.Meta.resource_name
    if resource.type != expected:
        yield TypeMismatch({"/data/type": f"The type must be {expected!r}."})
    if resource.id is None:
        return
    if serializer.instance is None:
        yield ClientId({"/data/id": "Ids are made by the server."})
    elif resource.id != str(serializer.instance.pk):
        yield IdMismatch({"/data/id": "The address has another id."})


def value_refusals(
    resource: ResourceObject, serializer: ResourceSerializer
) -> Iterable[Refusal]:
    """Return what is wrong with the values."""
    for name, details in serializer.errors.items():
        place = value_place(resource, name)
        if isinstance(details, Mapping):
            yield InvalidValue(
                {f"{place}/{item}": str(why[0]) for item, why in details.items()}
            )
        else:
            for detail in details:
                yield KINDS.get(detail.code, InvalidValue)({place: str(detail)})


def value_place(resource: ResourceObject, name: str) -> str:
    """Return where a value stood; of a missing one, its nearest parent."""
    if name in resource.relationships:
        return f"/data/relationships/{escape(name)}/data"
    if resource.attributes is None:
        return "/data"
    inside = f"/{escape(name)}" if name in resource.attributes else ""
    return f"/data/attributes{inside}"
