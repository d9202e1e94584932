"""What the bodies of requests that change schemas have in common."""

from __future__ import annotations

from typing import TypeVar

from crm.errors import UnknownField
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import ClientId, IdMismatch, Reader, TypeMismatch, escape
from objects.declarations.declarations import MOST_FIELDS, FieldDeclaration
from objects.declarations.fields import read_field
from objects.declarations.reader import LONGEST_SLUG, DeclarationReader

Item = TypeVar("Item")

MOST_TYPES = 100
"""Object types that one change is about."""


def body_of(document: JSONObject, type_: str) -> tuple[JSONObject, str]:
    """Return what a document declares, and where: as a resource's attributes, or flat.

    Raises:
        MalformedDocument: if it has ``data`` that is no resource with attributes.
        TypeMismatch: if the resource is of another type.
    """
    if "data" not in document:
        return document, ""
    reader = Reader()
    data = reader.object(document["data"], "/data")
    sent = reader.text(data, "type", "/data")
    attributes = reader.member(data, "attributes", "/data")
    members = reader.object(attributes, "/data/attributes")
    reader.finish()
    if sent != type_:
        raise TypeMismatch({"/data/type": f"The type here is {type_}."})
    return members, "/data/attributes"


def check_id(document: JSONObject, name: str) -> None:
    """Refuse a resource with another id than that in the address.

    Raises:
        ClientId: if there is none, since what is new gets its id here.
        IdMismatch: if there is another.
    """
    data = document.get("data")
    if not isinstance(data, dict) or "id" not in data:
        return
    if not name:
        raise ClientId({"/data/id": "The id is made from the name."})
    if data["id"] != name:
        raise IdMismatch({"/data/id": f"The address has the id {name}."})


def refuse_unknown(members: JSONObject, valid: tuple[str, ...], at: str) -> None:
    """Refuse members that are not known.

    Raises:
        UnknownField: if there are any.
    """
    unknown = members.keys() - set(valid) - (set() if at else {"meta", "jsonapi"})
    if unknown:
        why = f"Use {', '.join(valid)}."
        raise UnknownField({f"{at}/{escape(name)}": why for name in unknown})


def fields_in(
    reader: DeclarationReader, properties: JSON, at: str
) -> list[FieldDeclaration]:
    """Return the fields that properties declare."""
    declared = reader.object(properties, at)
    if len(declared) > MOST_FIELDS:
        reader.problems[at] = f"Declare at most {MOST_FIELDS} fields."
        return []
    return [
        read_field(reader, slug, value, f"{at}/{escape(slug)}")
        for slug, value in declared.items()
    ]


def slugs_in(reader: DeclarationReader, slugs: JSON, at: str) -> list[str]:
    """Return the slugs of fields that are listed, whether they are there or not."""
    return [
        reader.line(slug, f"{at}/{index}", LONGEST_SLUG)
        for index, slug in enumerate(bounded(reader, reader.array(slugs, at), at))
    ]


def bounded(
    reader: Reader, items: list[Item], at: str, most: int = MOST_FIELDS
) -> list[Item]:
    """Return the items of a list, or none if they are too many."""
    if len(items) <= most:
        return items
    reader.problems[at] = f"Give at most {most}, not {len(items):,}."
    return []
