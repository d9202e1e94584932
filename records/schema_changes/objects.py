"""Making, changing and removing object types."""

from __future__ import annotations

import re
from unicodedata import normalize

from crm.authentication import Actor
from crm.errors import AlreadyExists, InUse
from crm.json_types import JSONObject
from crm.sql import query
from objects.declarations import (
    LONGEST_NAME,
    InvalidDeclaration,
    ObjectDeclaration,
)
from objects.models import Field, ObjectType
from objects.schema import Schema
from records.ids import encode_id
from records.journal.entries import count_alive
from records.schema_changes.changes import (
    SchemaChange,
    StandardStays,
    change_schemas,
)
from records.schema_changes.fields import make_fields
from records.writing.engine import write
from records.writing.operations import Delete

LONGEST_PREFIX = 6
DELETED_AT_ONCE = 500

SOME = """
SELECT id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s LIMIT %(many)s
"""

FORGET = """
UPDATE records_journalhead SET counts = counts - %(type)s
WHERE workspace_id = %(workspace)s
"""


class HasRecords(InUse):
    """There are records of it."""


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
        check_custom(object_type)
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


def delete_object(
    actor: Actor, slug: str, versions: frozenset[int] | None = None, *, force: bool
) -> None:
    """Remove an object type; with ``force`` its records too.

    Raises:
        NoSuchObject: if there is none of this slug.
        StandardStays: if it is a standard one.
        HasRecords: if it has records, and that is not forced.
    """
    while True:
        with change_schemas(actor) as change:
            object_type = change.object_type(slug, versions)
            check_custom(object_type)
            many = count_alive(change.workspace.id, object_type.id)
            if not many:
                remove_object(change, object_type)
                return
        if not force:
            raise HasRecords(
                f"There are {many} records. Send ?force=true to delete them."
            )
        delete_some(actor, object_type)


def delete_some(actor: Actor, object_type: ObjectType) -> None:
    """Delete some records of a type, as anybody would."""
    rows = query(
        SOME,
        workspace=actor.workspace.id,
        type=object_type.id,
        many=DELETED_AT_ONCE,
    )
    ids = [encode_id(object_type.prefix, record_id) for (record_id,) in rows]
    write(actor=actor, operations=[Delete(object_type.slug, id=name) for name in ids])


def remove_object(change: SchemaChange, object_type: ObjectType) -> None:
    """Remove an object type without records, and the relationships that lead to it."""
    for side in Field.objects.filter(target=object_type).select_related("object_type"):
        if side.object_type_id != object_type.id:
            change.note_field(side, {"type": side.type, "label": side.label}, None)
    change.note(object_type, {"slug": object_type.slug}, {})
    query(FORGET, workspace=change.workspace.id, type=str(object_type.id))
    object_type.delete()


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


def check_custom(object_type: ObjectType) -> None:
    """Refuse to change a standard object type.

    Raises:
        StandardStays: if it is one.
    """
    if not object_type.is_custom:
        raise StandardStays(f"{object_type.slug} is a standard object, which stays.")
