"""What a document says of options: which fields get more, or lose some."""

from __future__ import annotations

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Reader, TypeMismatch, escape
from interfaces.api.schemas.bodies import MOST_TYPES, bounded
from objects.declarations.choices import read_choices
from objects.declarations.declarations import OptionsDeclaration, slug_in
from objects.declarations.reader import DeclarationReader
from objects.inference import items_of

MOST_EDITS = 100
"""Fields of one object type whose options one change is about."""


def read_option_edits(document: JSONObject) -> list[OptionsDeclaration]:
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
    attributes = reader.object(row["attributes"], f"{at}/attributes")
    meta = reader.object(row.get("meta", {}), f"{at}/meta")
    note_others(reader, attributes, meta, at)
    fields = bounded(reader, [*attributes], f"{at}/attributes", MOST_EDITS)
    read = [options_of(reader, row, field, at) for field in fields]
    return [declared for declared in read if declared is not None]


def options_of(
    reader: DeclarationReader, row: JSONObject, field: str, at: str
) -> OptionsDeclaration | None:
    """Return what a resource says of a field's options, unless it does not say how."""
    attributes = reader.object(row["attributes"], f"{at}/attributes")
    meta = reader.object(row.get("meta", {}), f"{at}/meta")
    place = f"{at}/attributes/{escape(field)}"
    members = reader.object(attributes[field], place)
    nested = items_of(members)
    if nested:
        members, place = nested, f"{place}/properties/items/items"
    enum = reader.member(members, "enum", place)
    options = read_choices(reader, enum, f"{place}/enum")
    said = reader.object(meta.get(field, {}), f"{at}/meta/{escape(field)}")
    how = said.get("enum")
    if how not in ("append", "remove"):
        wrong = nearest_place(row, "meta", field, "enum", at=at)
        reader.problems.setdefault(wrong, "Say append or remove.")
        return None
    slug = slug_in(str(row["id"]))
    return OptionsDeclaration(f"{place}/enum", slug, field, options, how == "remove")


def note_others(
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


def nearest_place(value: JSON, *names: str, at: str) -> str:
    """Return the place of a member, or of the nearest parent that is there."""
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return at
        value, at = value[name], f"{at}/{escape(name)}"
    return at
