"""From request documents to values that a serializer has accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    IdMismatch,
    ResourceObject,
    TypeMismatch,
    escape,
    read_resource,
)
from crm.serializers import ResourceSerializer

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
    resource = read_resource(document)
    refusals = [
        *identity_refusals(resource, serializer),
        *name_refusals(resource, serializer.fields),
    ]
    sent = {**(resource.attributes or {}), **resource.relationships}
    serializer.initial_data = sent
    serializer.partial = serializer.instance is not None
    if not serializer.is_valid():
        refusals += value_refusals(resource, serializer)
    if refusals:
        raise Refused([("", refusal) for refusal in refusals])
    return dict(serializer.validated_data)


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


def name_refusals(
    resource: ResourceObject, fields: Mapping[str, Field[Any, Any, Any, Any]]
) -> Iterable[Refusal]:
    """Return what is wrong with the names of attributes and relationships."""
    related = {n for n, field in fields.items() if isinstance(field, RelatedField)}
    for member, sent, valid in (
        ("attributes", resource.attributes or {}, fields.keys() - related),
        ("relationships", resource.relationships, related),
    ):
        for name in sent:
            place = f"/data/{member}/{escape(name)}"
            if name not in valid:
                there = ", ".join(n for n in fields if n in valid) or "none"
                yield UnknownField(
                    {place: f"There is no such one. There are: {there}."}
                )
            elif fields[name].read_only:
                yield ReadOnly({place: "This cannot be set."})


def value_refusals(
    resource: ResourceObject, serializer: ResourceSerializer
) -> Iterable[Refusal]:
    """Return what is wrong with the values."""
    for name, details in serializer.errors.items():
        for detail in flatten(details):
            kind = KINDS.get(detail.code, InvalidValue)
            yield kind({place_of(resource, name): str(detail)})


def place_of(resource: ResourceObject, name: str) -> str:
    """Return where a value stood; of a missing one, its nearest parent."""
    if name in resource.relationships:
        return f"/data/relationships/{escape(name)}/data"
    if resource.attributes is None:
        return "/data"
    inside = f"/{escape(name)}" if name in resource.attributes else ""
    return f"/data/attributes{inside}"


def flatten(details: Any) -> Iterable[Any]:  # DRF nests them in any way.
    """Return the sentences in errors, each with its code."""
    if isinstance(details, Mapping):
        details = [one for nested in details.values() for one in flatten(nested)]
    yield from details
