"""Whether what is declared of a field goes with the type that it has, or will have."""

from __future__ import annotations

from collections.abc import Iterator

from crm.json_types import JSON
from crm.jsonapi.documents import escape
from objects.declarations.declarations import FieldDeclaration, InvalidDeclaration
from objects.field_types import FIELD_TYPES
from objects.json_schema import property_of
from objects.models import Field
from objects.options import CHOOSING, completed, traded_labels

SHAPED = "json_collection"


def check_fits(field: Field, declared: FieldDeclaration) -> None:
    """Refuse what no field of its type can be.

    Raises:
        InvalidDeclaration: with a sentence for each wrong place.
    """
    problems = dict(problems_of(field, declared))
    if problems:
        raise InvalidDeclaration(
            {declared.place(part): why for part, why in problems.items()}
        )


def problems_of(field: Field, declared: FieldDeclaration) -> Iterator[tuple[str, str]]:
    """Yield the parts of a declaration that do not fit the type, and why."""
    type_ = declared.type or field.type
    possible = possible_flags(type_)
    for flag, value in declared.flags.items():
        if value and flag not in possible:
            yield flag, f"A {type_} field cannot be {flag}."
    if declared.flags.get("unique") and "follows" in field.options:
        yield "unique", "This field follows others, which need not be unique."
    yield from problems_of_options(field, declared)


def possible_flags(type_: str) -> frozenset[str]:
    """Return what a field of a type can be besides."""
    if type_ == "relationship":
        return frozenset({"hidden"})
    return FIELD_TYPES[type_].can_be | {"required", "hidden"}


def problems_of_options(
    field: Field, declared: FieldDeclaration
) -> Iterator[tuple[str, str]]:
    """Yield the parts that say options which do not go with the type."""
    type_ = declared.type or field.type
    chooses = type_ in CHOOSING
    there = list(field.options.get("options", []))
    given = declared.options
    if given is not None and not chooses:
        yield "options", f"A {type_} field has no options."
    if chooses and not (there if given is None else given):
        yield "options", "Give at least one option."
    if declared.currency is not None and type_ != "currency":
        yield "currency", f"A {type_} field has no currency."
    yield from problems_of_shape(field, declared)
    if given and chooses:
        for label in traded_labels(there, completed(given, there)):
            why = "is the label of another option. Give that one another first."
            yield "options", f"{label} {why}"


def problems_of_shape(
    field: Field, declared: FieldDeclaration
) -> Iterator[tuple[str, str]]:
    """Yield why a field cannot have the shape that is declared, or must have one."""
    type_ = declared.type or field.type
    there = field.options.get("shape")
    if type_ != SHAPED:
        if declared.shape is not None:
            yield "shape", f"A {type_} field has no shape."
    elif there is None and declared.shape is None:
        yield "shape", "Give an x-shape: the members of the objects and their types."
    elif there is not None and declared.shape not in (None, there):
        yield "shape", "The shape stays as it is."


def check_keywords(field: Field, declared: FieldDeclaration) -> None:
    """Refuse keywords of JSON Schema that the type does not have.

    Raises:
        InvalidDeclaration: if there is one that says more, or something else.
    """
    published = property_of(field)
    problems = {
        f"{declared.at}/{escape(name)}": f"A {field.type} field cannot be told this."
        for name, value in declared.rest.items()
        if value not in (published.get(name), without_null(published.get(name)))
    }
    if problems:
        raise InvalidDeclaration(problems)


def without_null(types: JSON) -> JSON:
    """Return a type of JSON Schema as it is where null is not allowed."""
    if not isinstance(types, list) or "null" not in types:
        return types
    others = [name for name in types if name != "null"]
    return others if len(others) > 1 else others[0]
