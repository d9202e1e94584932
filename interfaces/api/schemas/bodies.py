"""From request documents to declarations of object types, fields and relationships."""

from __future__ import annotations

from typing import TypeVar

from crm.errors import UnknownField
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import ClientId, IdMismatch, Reader, TypeMismatch, escape
from objects.declarations import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    MOST_FIELDS,
    DeclarationReader,
    FieldDeclaration,
    ObjectDeclaration,
    OptionsDeclaration,
    slug_in,
)
from objects.inference import items_of
from objects.models import Kind

Item = TypeVar("Item")

MOST_TYPES = 100
"""Object types that one change is about."""
MOST_EDITS = 100
"""Fields of one object type whose options one change is about."""
OBJECT_MEMBERS = ("name", "plural", "description", "match_fields")


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


def read_object(
    document: JSONObject, name: str = "", *, is_whole: bool = False
) -> ObjectDeclaration:
    """Return what a document says of the object type of a name, or of a new one.

    A new one is declared with its fields.

    Raises:
        Refusal: if it cannot be so.
    """
    is_new = not name
    reader = DeclarationReader()
    members, at = body_of(document, "object")
    check_id(document, name)
    valid = (*OBJECT_MEMBERS, "properties") if is_new else OBJECT_MEMBERS
    check_members(members, valid, at)
    declared = ObjectDeclaration(at)
    if is_new or is_whole or "name" in members:
        named = reader.member(members, "name", at)
        declared.name = ""
        if "name" in members:
            declared.name = reader.line(named, f"{at}/name", LONGEST_NAME)
    if is_new or is_whole or "plural" in members:
        plural = members.get("plural", f"{declared.name}s"[:LONGEST_NAME])
        declared.plural = reader.line(plural, f"{at}/plural", LONGEST_NAME)
    if is_whole or "description" in members:
        described = members.get("description", "")
        place = f"{at}/description"
        declared.description = reader.line(described, place, LONGEST_DESCRIPTION, 0)
    if is_whole or "match_fields" in members:
        place = f"{at}/match_fields"
        slugs = bounded(
            reader, reader.array(members.get("match_fields", []), place), place
        )
        declared.match_fields = [
            reader.line(slug, f"{place}/{i}", 63) for i, slug in enumerate(slugs)
        ]
    declared.fields = fields_in(
        reader, members.get("properties", {}), f"{at}/properties"
    )
    reader.finish()
    return declared


def fields_in(
    reader: DeclarationReader, properties: JSON, at: str
) -> list[FieldDeclaration]:
    """Return the fields that properties declare."""
    declared = reader.object(properties, at)
    if len(declared) > MOST_FIELDS:
        reader.problems[at] = f"Declare at most {MOST_FIELDS} fields."
        return []
    return [
        reader.field(slug, value, f"{at}/{escape(slug)}")
        for slug, value in declared.items()
    ]


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


def read_fields(document: JSONObject) -> list[FieldDeclaration]:
    """Return the fields that a document declares.

    Raises:
        Refusal: if one cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-properties")
    if not at:
        check_members(members, ("properties",), at)
        members = reader.object(reader.member(members, "properties", ""), "/properties")
        at = "/properties"
    if not members and not reader.problems:
        reader.problems[at] = "Declare at least one field."
    fields = fields_in(reader, members, at)
    reader.finish()
    return fields


def read_field_change(document: JSONObject, name: str) -> FieldDeclaration:
    """Return what a document says is to change of a field.

    Raises:
        Refusal: if it cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-properties")
    check_id(document, name)
    declared = reader.change(name, members, at)
    reader.finish()
    return declared


def read_relationships(
    document: JSONObject,
) -> dict[str, list[FieldDeclaration]]:
    """Return the relationships that a document declares, by object type.

    Raises:
        Refusal: if one cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "relationship")
    declared: dict[str, list[FieldDeclaration]] = {}
    for entity, properties in bounded(reader, [*members.items()], at, MOST_TYPES):
        place = f"{at}/{escape(entity)}"
        sides = declared.setdefault(slug_in(entity), [])
        sides += fields_in(reader, properties, place)
    fields = [field for sides in declared.values() for field in sides]
    if not fields and not reader.problems:
        reader.problems[at] = "Declare at least one relationship."
    fields = bounded(reader, fields, at)
    for field in fields:
        if "related" not in field.places:
            valid = ", ".join(Kind.values)
            why = f"Give an x-relationship with entity, field and kind: {valid}."
            reader.problems.setdefault(field.at, why)
    reader.finish()
    return declared


def read_options(document: JSONObject) -> list[OptionsDeclaration]:
    """Return the options that a document adds to fields, or takes away.

    Raises:
        Refusal: if it cannot be understood.
    """
    rows = resources_in(document)
    reader = DeclarationReader()
    declared = [
        options
        for index, row in enumerate(rows)
        for options in options_in(reader, row, f"/data/{index}")
    ]
    if not declared and not reader.problems:
        reader.problems["/data"] = "Name at least one field."
    declared = bounded(reader, declared, "/data")
    reader.finish()
    return declared


def resources_in(document: JSONObject) -> list[JSONObject]:
    """Return the resources of a document that are about fields of schemas.

    Raises:
        MalformedDocument: if it is not made of such.
        TypeMismatch: if one is of another type.
    """
    reader = Reader()
    rows = reader.array(reader.member(document, "data", ""), "/data")
    rows = bounded(reader, rows, "/data", MOST_TYPES)
    resources = [reader.object(row, f"/data/{i}") for i, row in enumerate(rows)]
    for index, row in enumerate(resources):
        at = f"/data/{index}"
        if at not in reader.problems:
            reader.text(row, "type", at)
            reader.text(row, "id", at)
            reader.object(reader.member(row, "attributes", at), f"{at}/attributes")
            reader.object(row.get("meta", {}), f"{at}/meta")
    reader.finish()
    wrong = {
        f"/data/{index}/type": "The type here is schema-properties."
        for index, row in enumerate(resources)
        if row["type"] != "schema-properties"
    }
    if wrong:
        raise TypeMismatch(wrong)
    return resources


def options_in(
    reader: DeclarationReader, row: JSONObject, at: str
) -> list[OptionsDeclaration]:
    """Return what one resource of a document says of options."""
    entity = slug_in(str(row["id"]))
    attributes = reader.object(row["attributes"], f"{at}/attributes")
    meta = reader.object(row.get("meta", {}), f"{at}/meta")
    check_edits(reader, attributes, meta, at)
    declared: list[OptionsDeclaration] = []
    fields = bounded(reader, [*attributes.items()], f"{at}/attributes", MOST_EDITS)
    for field, value in fields:
        place = f"{at}/attributes/{escape(field)}"
        members = reader.object(value, place)
        nested = items_of(members)
        source, where = (
            (nested, f"{place}/properties/items/items") if nested else (members, place)
        )
        options = reader.choices(reader.member(source, "enum", where), f"{where}/enum")
        said = reader.object(meta.get(field, {}), f"{at}/meta/{escape(field)}")
        how = said.get("enum")
        if how not in ("append", "remove"):
            why = "Say append or remove."
            wrong = nearest(row, "meta", field, "enum", at=at)
            reader.problems.setdefault(wrong, why)
            continue
        is_removal = how == "remove"
        where = f"{where}/enum"
        declared.append(OptionsDeclaration(where, entity, field, options, is_removal))
    return declared


def check_edits(
    reader: DeclarationReader, attributes: JSONObject, meta: JSONObject, at: str
) -> None:
    """Note what a resource says of fields beside their options."""
    for field, value in attributes.items():
        members = value if isinstance(value, dict) else {}
        where = "enum" if items_of(members) is None else "properties"
        for name in members.keys() - {where, "type"}:
            place = f"{at}/attributes/{escape(field)}/{escape(name)}"
            reader.problems[place] = "Only options are edited here."
    for field in meta.keys() - attributes.keys() if attributes else ():
        reader.problems[f"{at}/meta/{escape(field)}"] = "Its options are not there."


def nearest(value: JSON, *names: str, at: str) -> str:
    """Return the place of a member, or of the nearest parent that is there."""
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return at
        value, at = value[name], f"{at}/{escape(name)}"
    return at


def read_order(document: JSONObject) -> tuple[list[str], str]:
    """Return the order of fields that a document asks for, and where it says so.

    Raises:
        Refusal: if it cannot be understood.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-property-order")
    check_members(members, ("order",), at)
    order = reader.array(reader.member(members, "order", at), f"{at}/order")
    order = bounded(reader, order, f"{at}/order")
    slugs = [reader.line(s, f"{at}/order/{i}", 63) for i, s in enumerate(order)]
    reader.finish()
    return slugs, f"{at}/order"


def read_visibility(document: JSONObject) -> tuple[dict[str, bool], str]:
    """Return which fields a document hides or shows, and where it says so.

    Raises:
        Refusal: if it cannot be understood.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-property-visibility")
    check_members(members, ("hiddenInDetails",), at)
    named = reader.member(members, "hiddenInDetails", at)
    at = f"{at}/hiddenInDetails"
    fields = bounded(reader, [*reader.object(named, at).items()], at)
    hidden = {
        slug: reader.flag(value, f"{at}/{escape(slug)}") for slug, value in fields
    }
    reader.finish()
    return hidden, at


def bounded(
    reader: Reader, items: list[Item], at: str, most: int = MOST_FIELDS
) -> list[Item]:
    """Return the items of a list, or none if they are too many."""
    if len(items) <= most:
        return items
    reader.problems[at] = f"Give at most {most}, not {len(items):,}."
    return []


def check_members(members: JSONObject, valid: tuple[str, ...], at: str) -> None:
    """Refuse members that are not known.

    Raises:
        UnknownField: if there are any.
    """
    unknown = members.keys() - set(valid) - (set() if at else {"meta", "jsonapi"})
    if unknown:
        why = f"Use {', '.join(valid)}."
        raise UnknownField({f"{at}/{escape(name)}": why for name in unknown})
