"""Each part of what is declared of a field goes with its type, or is told why not."""

from __future__ import annotations

import pytest

from crm.json_types import JSON, JSONObject
from objects.declarations.declarations import FieldDeclaration, InvalidDeclaration
from objects.declarations.fitting import (
    check_fits,
    check_keywords,
    possible_flags,
    problems_of,
)
from objects.field_types import FIELD_TYPES
from objects.models import Field

ALWAYS = {"required", "hidden"}
POSSIBLE: dict[str, set[str]] = {
    "agent": ALWAYS,
    "checkbox": ALWAYS | {"indexed"},
    "json": ALWAYS,
    "location": ALWAYS | {"indexed", "searchable"},
    "json_collection": ALWAYS | {"searchable"},
    "multiline_text": ALWAYS | {"searchable"},
    "number": ALWAYS | {"unique", "indexed"},
    "date": ALWAYS | {"unique", "indexed"},
    "text": ALWAYS | {"unique", "indexed", "searchable"},
    "relationship": {"hidden"},
}

OPEN: JSONObject = {"id": "open", "label": "Open", "color": "gray"}
DONE: JSONObject = {"id": "done", "label": "Done", "color": "gray"}
TWO = {"options": [OPEN, DONE]}
TRADED = "is the label of another option. Give that one another first."

TEXT = Field(type="text")
SELECT = Field(type="select", options=TWO)

PROBLEMS: dict[str, tuple[Field, FieldDeclaration, list[tuple[str, str]]]] = {
    "a flag that the type can have": (
        TEXT,
        FieldDeclaration("", "a", flags={"unique": True}),
        [],
    ),
    "flags that it cannot have": (
        Field(type="json"),
        FieldDeclaration("", "a", flags={"unique": True, "indexed": True}),
        [
            ("unique", "A json field cannot be unique."),
            ("indexed", "A json field cannot be indexed."),
        ],
    ),
    "not to have it is always possible": (
        Field(type="json"),
        FieldDeclaration("", "a", flags={"unique": False}),
        [],
    ),
    "the type that it will have counts": (
        TEXT,
        FieldDeclaration("", "a", type="checkbox", flags={"searchable": True}),
        [("searchable", "A checkbox field cannot be searchable.")],
    ),
    "a field that follows others": (
        Field(type="text", options={"follows": ["first_name"]}),
        FieldDeclaration("", "a", flags={"unique": True}),
        [("unique", "This field follows others, which need not be unique.")],
    ),
    "options of what has none": (
        TEXT,
        FieldDeclaration("", "a", options=[OPEN]),
        [("options", "A text field has no options.")],
    ),
    "no option at all": (
        SELECT,
        FieldDeclaration("", "a", options=[]),
        [("options", "Give at least one option.")],
    ),
    "a choice without options": (
        TEXT,
        FieldDeclaration("", "a", type="select"),
        [("options", "Give at least one option.")],
    ),
    "options that are there": (SELECT, FieldDeclaration("", "a", type="select"), []),
    "a currency of what has none": (
        TEXT,
        FieldDeclaration("", "a", currency="EUR"),
        [("currency", "A text field has no currency.")],
    ),
    "options that trade their labels": (
        SELECT,
        FieldDeclaration("", "a", options=[OPEN | {"label": "Done"}, DONE]),
        [("options", f"Done {TRADED}")],
    ),
}

COLLECTIONS = [
    name
    for name in FIELD_TYPES
    if name.endswith("_collection") and name != "json_collection"
]
"""The types of several values that a field may also have one of."""

KEYWORDS: list[tuple[str, JSON, bool]] = [
    ("type", "string", True),
    ("type", ["string", "null"], True),
    ("type", "integer", False),
    ("maxLength", 1, False),
    ("unheard", None, True),
    ("unheard", 1, False),
]


@pytest.mark.parametrize("type_", POSSIBLE)
def test_what_a_field_of_a_type_can_be(type_: str) -> None:
    assert possible_flags(type_) == POSSIBLE[type_]


@pytest.mark.parametrize("type_", COLLECTIONS)
def test_a_collection_can_be_what_its_items_can(type_: str) -> None:
    assert possible_flags(type_) == possible_flags(type_.removesuffix("_collection"))


@pytest.mark.parametrize(
    ("field", "declared", "problems"), PROBLEMS.values(), ids=PROBLEMS
)
def test_problems_of_a_declaration(
    field: Field, declared: FieldDeclaration, problems: list[tuple[str, str]]
) -> None:
    assert list(problems_of(field, declared)) == problems


def test_problems_point_where_the_parts_stood() -> None:
    declared = FieldDeclaration("/f", "f", options=[], places={"options": "/f/enum"})
    declared.flags = {"unique": True}

    with pytest.raises(InvalidDeclaration) as refusal:
        check_fits(Field(type="json"), declared)

    assert refusal.value.problems == {
        "/f": "A json field cannot be unique.",
        "/f/enum": "A json field has no options.",
    }


@pytest.mark.parametrize(("name", "value", "is_true"), KEYWORDS)
def test_keywords_must_say_what_is_published(
    name: str, value: JSON, is_true: bool
) -> None:
    declared = FieldDeclaration("/f", "f", rest={name: value})

    if is_true:
        check_keywords(TEXT, declared)
    else:
        with pytest.raises(InvalidDeclaration, match="cannot be told this"):
            check_keywords(TEXT, declared)
