"""Making and changing object types."""

from __future__ import annotations

import re
from unicodedata import normalize

from crm.authentication import Actor
from crm.errors import AlreadyExists
from crm.json_types import JSONObject
from objects.declarations.declarations import InvalidDeclaration, ObjectDeclaration
from objects.declarations.reader import LONGEST_NAME
from objects.models import ObjectType
from objects.schema import Schema
from records.schema_changes.adding_fields import make_fields
from records.schema_changes.changes import (
    SchemaChange,
    change_schemas,
)
from records.schema_changes.standard_stays import check_custom_object

LONGEST_PREFIX = 6
"""Without the number that makes it one of its own."""


def create_object(actor: Actor, declared: ObjectDeclaration) -> Schema:
    """Make an object type with its fields.

    Raises:
        AlreadyExists: if there is one of this slug.
        Refusal: if a field cannot be made.
    """
    slug = slug_of(declared)
    with change_schemas(actor) as change:
        if ObjectType.objects.filter(workspace=change.workspace, slug=slug).exists():
            raise AlreadyExists({f"{declared.at}/name": f"There is a {slug} already."})
        object_type = ObjectType(
            workspace=change.workspace,
            slug=slug,
            prefix=free_prefix(change, slug),
            version=0,
            **declared.labels(),
        )
        object_type.save()
        change.note(object_type, {}, {"slug": slug, **declared.labels()})
        make_fields(change, object_type, declared.fields)
        set_match_fields(object_type, declared)
        object_type.save()
    return change.catalog.schema(slug)


def change_object(
    actor: Actor,
    slug: str,
    declared: ObjectDeclaration,
    versions: frozenset[int] | None = None,
) -> Schema:
    """Change what an object type is called, and by which fields its records match.

    Raises:
        NoSuchObject: if there is none of this slug.
        StandardStays: if it is a standard one.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(slug, versions)
        check_custom_object(object_type)
        names = ("label", "plural", "description", "match_fields")
        before: JSONObject = {name: getattr(object_type, name) for name in names}
        for name, value in declared.labels().items():
            setattr(object_type, name, value)
        if declared.match_fields is not None:
            set_match_fields(object_type, declared)
        after: JSONObject = {
            name: getattr(object_type, name)
            for name in names
            if getattr(object_type, name) != before[name]
        }
        if after:
            change.note(object_type, {name: before[name] for name in after}, after)
    return change.catalog.schema(slug)


def slug_of(declared: ObjectDeclaration) -> str:
    """Return the slug of a custom object: Sales Order gives c_sales_order.

    Letters lose their accents.

    Raises:
        InvalidDeclaration: if the name has neither letters nor digits of ASCII, or too
            many of them, since one character may stand for several.
    """
    name = normalize("NFKD", declared.name or "").encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", name.lower().removeprefix("c_")).strip("_")
    if not 1 <= len(words) <= LONGEST_NAME:
        why = f"Give 1 to {LONGEST_NAME} letters or digits (ASCII)."
        raise InvalidDeclaration({f"{declared.at}/name": why})
    return f"c_{words}"


def free_prefix(change: SchemaChange, slug: str) -> str:
    """Return a prefix for ids that no other type of the workspace has."""
    types = ObjectType.objects.filter(workspace=change.workspace)
    taken = set(types.values_list("prefix", flat=True))
    base = slug.removeprefix("c_").replace("_", "")[:LONGEST_PREFIX]
    candidates = (f"{base}{number or ''}" for number in range(len(taken) + 1))
    return next(prefix for prefix in candidates if prefix not in taken)


def set_match_fields(object_type: ObjectType, declared: ObjectDeclaration) -> None:
    """Set by which fields records that are sent again are known.

    Raises:
        InvalidDeclaration: if one is not a unique field, or was named before.
    """
    named = declared.match_fields or []
    unique = {f.slug for f in object_type.fields.all() if f.unique}
    problems = {
        f"{declared.at}/match_fields/{index}": (
            "This is not a unique field, or it was named before."
        )
        for index, slug in enumerate(named)
        if slug not in unique or slug in named[:index]
    }
    if problems:
        raise InvalidDeclaration(problems)
    object_type.match_fields = named
