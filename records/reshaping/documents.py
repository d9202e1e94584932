"""From request documents to declarations of object types, fields and relationships."""

from __future__ import annotations

from crm.errors import UnknownField
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import IdMismatch, TypeMismatch, escape
from objects.declarations import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    DeclarationReader,
    FieldDeclaration,
    ObjectDeclaration,
    OptionsDeclaration,
    items_of,
)
from objects.models import Kind

OBJECT_MEMBERS = ("name", "plural", "description", "match_fields")


def body_of(
    reader: DeclarationReader, document: JSONObject, type_: str, name: str = ""
) -> tuple[JSONObject, str]:
    """Return what a document declares, and where: as a resource's attributes, or flat.

    Raises:
        TypeMismatch: if the resource is of another type.
        IdMismatch: if it has another id than ``name``, if that is given.
    """
    if "data" not in document:
        return document, ""
    data = reader.object(document["data"], "/data")
    sent = reader.text(data, "type", "/data")
    if sent and sent != type_:
        raise TypeMismatch({"/data/type": f"The type here is {type_}."})
    if name and data.get("id", name) != name:
        raise IdMismatch({"/data/id": "The address has another id."})
    attributes = reader.member(data, "attributes", "/data")
    return reader.object(attributes, "/data/attributes"), "/data/attributes"


def read_object(
    document: JSONObject, *, is_new: bool = False, is_whole: bool = False
) -> ObjectDeclaration:
    """Return the object type that a document declares; a new one with its fields.

    Raises:
        Refusal: if it cannot be one.
    """
    reader = DeclarationReader()
    members, at = body_of(reader, document, "object")
    valid = (*OBJECT_MEMBERS, "properties") if is_new else OBJECT_MEMBERS
    check_members(members, valid, at)
    declared = ObjectDeclaration(at)
    if is_new or is_whole or "name" in members:
        named = reader.member(members, "name", at)
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
        slugs = reader.array(members.get("match_fields", []), place)
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
    return [
        reader.field(slug, value, f"{at}/{escape(slug)}")
        for slug, value in reader.object(properties, at).items()
    ]


def read_fields(document: JSONObject) -> list[FieldDeclaration]:
    """Return the fields that a document declares.

    Raises:
        Refusal: if one cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(reader, document, "schema-properties")
    if not at:
        check_members(members, ("properties",), at)
        members = reader.object(reader.member(members, "properties", ""), "/properties")
        at = "/properties"
    if not members:
        reader.problems.setdefault(at, "Declare at least one field.")
    fields = fields_in(reader, members, at)
    reader.finish()
    return fields


def read_field_change(document: JSONObject, name: str) -> FieldDeclaration:
    """Return what a document says is to change of a field.

    Raises:
        Refusal: if it cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(reader, document, "schema-properties", name)
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
    members, at = body_of(reader, document, "relationship")
    declared = {}
    for entity, properties in members.items():
        place = f"{at}/{escape(entity)}"
        declared[slug_in(entity)] = fields_in(reader, properties, place)
    fields = [field for sides in declared.values() for field in sides]
    if not fields:
        reader.problems.setdefault(at, "Declare at least one relationship.")
    for field in fields:
        if field.related is None:
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
    reader = DeclarationReader()
    declared = []
    rows = reader.array(reader.member(document, "data", ""), "/data")
    for index, row in enumerate(rows):
        declared += options_in(reader, reader.object(row, f"/data/{index}"), index)
    if not declared:
        reader.problems.setdefault("/data", "Name at least one field.")
    reader.finish()
    return declared


def options_in(
    reader: DeclarationReader, row: JSONObject, index: int
) -> list[OptionsDeclaration]:
    """Return what one resource of a document says of options."""
    at = f"/data/{index}"
    if reader.text(row, "type", at) not in {"schema-properties", ""}:
        raise TypeMismatch({f"{at}/type": "The type here is schema-properties."})
    entity = slug_in(reader.text(row, "id", at))
    attributes = reader.object(row.get("attributes", {}), f"{at}/attributes")
    meta = reader.object(row.get("meta", {}), f"{at}/meta")
    declared: list[OptionsDeclaration] = []
    for field, value in attributes.items():
        place = f"{at}/attributes/{escape(field)}"
        members = reader.object(value, place)
        source = items_of(members) or members
        options = reader.choices(reader.member(source, "enum", place), f"{place}/enum")
        said = reader.object(meta.get(field, {}), f"{at}/meta/{escape(field)}")
        match said.get("enum"):
            case "append":
                declared.append(
                    OptionsDeclaration(place, entity, field, "append", options)
                )
            case "remove":
                declared.append(
                    OptionsDeclaration(place, entity, field, "remove", options)
                )
            case _:
                why = "Say append or remove."
                reader.problems[f"{at}/meta/{escape(field)}/enum"] = why
    return declared


def read_order(document: JSONObject) -> tuple[list[str], str]:
    """Return the order of fields that a document asks for, and where it says so.

    Raises:
        Refusal: if it cannot be understood.
    """
    reader = DeclarationReader()
    members, at = body_of(reader, document, "schema-property-order")
    check_members(members, ("order",), at)
    order = reader.array(reader.member(members, "order", at), f"{at}/order")
    slugs = [reader.line(s, f"{at}/order/{i}", 63) for i, s in enumerate(order)]
    reader.finish()
    return slugs, f"{at}/order"


def read_visibility(document: JSONObject) -> tuple[dict[str, bool], str]:
    """Return which fields a document hides or shows, and where it says so.

    Raises:
        Refusal: if it cannot be understood.
    """
    reader = DeclarationReader()
    members, at = body_of(reader, document, "schema-property-visibility")
    check_members(members, ("hiddenInDetails",), at)
    named = reader.member(members, "hiddenInDetails", at)
    at = f"{at}/hiddenInDetails"
    hidden = {
        slug: reader.flag(value, f"{at}/{escape(slug)}")
        for slug, value in reader.object(named, at).items()
    }
    reader.finish()
    return hidden, at


def check_members(members: JSONObject, valid: tuple[str, ...], at: str) -> None:
    """Refuse members that are not known.

    Raises:
        UnknownField: if there are any.
    """
    unknown = members.keys() - set(valid) - {"meta", "jsonapi"}
    if unknown:
        why = f"Use {', '.join(valid)}."
        raise UnknownField({f"{at}/{escape(name)}": why for name in unknown})


def slug_in(name: str) -> str:
    """Return the slug in a name of a schema: person, core/person, or an address."""
    return name.rstrip("/").rpartition("/")[2]
