"""A declaration of a field is read part by part, and every wrong part is told."""

from __future__ import annotations

import pytest

from crm.errors import UnknownField
from crm.json_types import JSON, JSONObject
from objects.declarations.choices import MOST_OPTIONS
from objects.declarations.declarations import FieldDeclaration, RelationshipDeclaration
from objects.declarations.fields import (
    VALUE_TYPES,
    read_field,
    read_field_change,
)
from objects.declarations.reader import DeclarationReader
from objects.models import Kind

PARTS: list[tuple[JSONObject, FieldDeclaration]] = [
    (
        {"x-type": "text", "title": " Due  date "},
        FieldDeclaration(
            "/f", "f", "text", "Due date", places={"type": "x-type", "label": "title"}
        ),
    ),
    (
        {"type": "integer", "x-unique": True, "minimum": 1},
        FieldDeclaration(
            "/f",
            "f",
            "integer",
            flags={"unique": True},
            rest={"minimum": 1},
            places={"unique": "x-unique"},
        ),
    ),
    (
        {"x-type": "select", "enum": ["A", None, "B"]},
        FieldDeclaration(
            "/f",
            "f",
            "select",
            options=[{"label": "A"}, {"label": "B"}],
            places={"type": "x-type", "options": "enum"},
        ),
    ),
    (
        {"x-type": "text", "required": ["items"], "position": 3},
        FieldDeclaration(
            "/f",
            "f",
            "text",
            position=3,
            rest={"required": ["items"]},
            places={"type": "x-type", "position": "position"},
        ),
    ),
    (
        {
            "x-relationship": {
                "kind": "many-to-one",
                "entity": "core/company",
                "field": "invoices",
            }
        },
        FieldDeclaration(
            "/f",
            "f",
            related=RelationshipDeclaration(Kind.MANY_TO_ONE, "company", "invoices"),
            places={"related": "x-relationship"},
        ),
    ),
]

WRONG: list[tuple[JSON, dict[str, str]]] = [
    ([], {"/f": "This must be an object."}),
    ({}, {"/f": f"Give an x-type: {VALUE_TYPES}."}),
    ({"x-type": "colour"}, {"/f/x-type": f"Use {VALUE_TYPES}."}),
    ({"x-type": "text", "title": ""}, {"/f/title": "Give 1 to 100 characters."}),
    (
        {"x-type": "text", "title": "a\u200bb"},
        {"/f/title": "Give text without control characters."},
    ),
    ({"x-type": "text", "unique": 1}, {"/f/unique": "Give true or false."}),
    (
        {"x-type": "text", "position": True},
        {"/f/position": "Give a whole number from 0."},
    ),
    (
        {"x-type": "currency", "x-currency": "eur"},
        {"/f/x-currency": "Give three capital letters, such as EUR."},
    ),
    (
        {"x-type": "select", "enum": ["A", "A"]},
        {"/f/enum/1": "Another option has this label."},
    ),
    (
        {"x-type": "select", "options": [{"label": "A", "color": "#FFF", "size": 1}]},
        {
            "/f/options/0/color": "Give a colour's name, or #rrggbb.",
            "/f/options/0/size": "An option has id, label and color.",
        },
    ),
    (
        {"x-type": "select", "enum": [str(n) for n in range(MOST_OPTIONS + 1)]},
        {"/f/enum": f"Give at most {MOST_OPTIONS} options."},
    ),
    (
        {"x-type": "text", "x-relationship": {}},
        {
            "/f/x-relationship": "The member 'kind' is missing.",
            "/f/x-type": "A relationship has no type of values.",
        },
    ),
]


def read(value: JSON) -> tuple[FieldDeclaration, dict[str, str]]:
    """Return a field that is declared at ``/f``, and the problems."""
    reader = DeclarationReader()
    declared = read_field(reader, "f", value, "/f")
    return declared, reader.problems


@pytest.mark.parametrize(("value", "declared"), PARTS)
def test_reads_each_part(value: JSON, declared: FieldDeclaration) -> None:
    declared.places = {part: f"/f/{name}" for part, name in declared.places.items()}

    assert read(value) == (declared, {})


@pytest.mark.parametrize(("value", "problems"), WRONG)
def test_notes_each_part_that_cannot_be(value: JSON, problems: dict[str, str]) -> None:
    assert read(value)[1] == problems


@pytest.mark.parametrize("slug", ["", "1st", "A", "a_", "a" * 64, "naïve", "type"])
def test_notes_a_slug_that_no_field_can_have(slug: str) -> None:
    reader = DeclarationReader()

    read_field(reader, slug, {"x-type": "text"}, "/f")

    assert list(reader.problems) == ["/f"]


def test_refuses_what_cannot_change_of_a_field() -> None:
    said: JSONObject = {"label": "New", "kind": "x", "a/b": 1}

    with pytest.raises(UnknownField) as refusal:
        read_field_change(DeclarationReader(), "f", said, "")

    assert list(refusal.value.problems) == ["/kind", "/a~1b"]
