"""Making, changing, arranging and removing the fields of object types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from crm.authentication import Actor
from crm.errors import Required
from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from crm.sql import query
from objects.declarations import (
    FieldDeclaration,
    InvalidDeclaration,
    OptionsDeclaration,
)
from objects.json_schema import property_of
from objects.models import Field, ObjectType
from objects.schema import Schema
from records.reshaping.changes import (
    AlreadyExists,
    SchemaChange,
    StandardStays,
    change_schemas,
    check_free,
    count_of,
)
from records.reshaping.edits import FieldEdit, arrange, move
from records.reshaping.filling import (
    FIRST,
    Filling,
    finish_filling,
    next_drafts,
    purge,
)
from records.reshaping.relationships import make_relationship, remove_both_sides
from records.writing.store import record_columns

STRIP = """
UPDATE records_record record
SET attributes = fresh.attributes, folded = fresh.folded, search = fresh.search
FROM unnest(
    %(ids)s::uuid[], %(attributes)s::jsonb[], %(folded)s::jsonb[], %(searches)s::text[]
) AS fresh (id, attributes, folded, search)
WHERE record.workspace_id = %(workspace)s AND record.id = fresh.id
  AND record.attributes <> fresh.attributes
"""


def add_fields(
    actor: Actor,
    entity: str,
    declared: Sequence[FieldDeclaration],
    versions: frozenset[int] | None = None,
) -> Schema:
    """Give an object type more fields. What is there already is never overwritten.

    Raises:
        AlreadyExists: if a name is taken.
        Refusal: if a field cannot be so.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(entity, versions)
        fields = make_fields(change, object_type, declared)
    for field in fields:
        finish_filling(actor, field.id)
    return change.catalog.schema(object_type.slug)


def make_fields(
    change: SchemaChange, object_type: ObjectType, declared: Sequence[FieldDeclaration]
) -> list[Field]:
    """Make fields inside of a change. The caller finishes filling them."""
    made = []
    for declaration in declared:
        check_free(object_type, declaration.slug, declaration.at)
        if declaration.related is not None:
            make_relationship(change, object_type, declaration, None)
        else:
            made.append(make_field(change, object_type, declaration))
    return made


def make_field(
    change: SchemaChange, object_type: ObjectType, declared: FieldDeclaration
) -> Field:
    """Make one field that holds values."""
    many = count_of(change.workspace.id, object_type)
    if many and declared.flags.get("required"):
        why = f"There are {many} records without a value. Fill it first."
        raise Required({f"{declared.at}/required": why})
    field = Field(
        object_type=object_type,
        slug=declared.slug,
        storage_name=free_member(object_type, declared.slug),
        label=declared.label or declared.slug.replace("_", " ").capitalize(),
        type=declared.type or "text",
        position=object_type.fields.count(),
    )
    FieldEdit(change, field, declared).check()
    field.options = declared.type_options
    for flag, value in declared.flags.items():
        setattr(field, flag, value)
    field.description = declared.description or ""
    check_keywords(field, declared)
    if many and field.indexed:
        field.indexed = False
        field.filling = asdict(Filling(["indexed"], ["indexed"], {}, many))
    field.save()
    change.note_field(field, None, property_of(field))
    if declared.position is not None:
        move(object_type, field, declared.position)
    return field


def check_keywords(field: Field, declared: FieldDeclaration) -> None:
    """Refuse keywords of JSON Schema that the type does not have.

    Raises:
        InvalidDeclaration: if there is one that says more, or something else.
    """
    published = property_of(field)
    problems = {
        f"{declared.at}/{escape(name)}": f"A {field.type} field cannot be told this."
        for name, value in declared.rest.items()
        if published.get(name) != value
    }
    if problems:
        raise InvalidDeclaration(problems)


def free_member(object_type: ObjectType, slug: str) -> str:
    """Return the member of stored documents for a new field; empty for its slug."""
    taken = {field.member for field in object_type.fields.all()}
    taken |= set(object_type.removed_members)
    if slug not in taken:
        return ""
    names = (f"{slug}:{number}" for number in range(2, len(taken) + 3))
    return next(name for name in names if name not in taken)


def change_field(
    actor: Actor,
    entity: str,
    name: str,
    declared: FieldDeclaration,
    versions: frozenset[int] | None = None,
) -> tuple[Schema, int]:
    """Change a field. Return its schema, and how many records lost or got an option.

    What is asked for is done when this returns. Who is interrupted asks again.

    Raises:
        NoSuchField: if there is none.
        Refusal: if the field, or the records that are there, cannot be so.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(entity, versions)
        field = change.field(object_type, name)
        FieldEdit(change, field, declared).apply()
        if declared.position is not None:
            move(object_type, field, declared.position)
    replaced = finish_filling(actor, field.id)
    return change.catalog.schema(object_type.slug), replaced


def edit_options(actor: Actor, declared: Sequence[OptionsDeclaration]) -> int:
    """Add options to fields, or take some away. Return how many records lost one.

    Raises:
        AlreadyExists: if there is an option that is to be added.
        InvalidDeclaration: if there is none that is to be taken away.
    """
    fields = []
    with change_schemas(actor) as change:
        for one in declared:
            field = change.field(change.object_type(one.entity), one.field)
            options = options_after(field, one)
            edit = FieldDeclaration(one.at, field.slug, options=options)
            FieldEdit(change, field, edit).apply()
            fields.append(field.id)
    return sum(finish_filling(actor, field) for field in fields)


def options_after(field: Field, declared: OptionsDeclaration) -> list[JSONObject]:
    """Return a field's options with more of them, or fewer."""
    options: list[JSONObject] = list(field.options.get("options", []))
    labels = [option["label"] for option in options]
    given = [option["label"] for option in declared.options]
    if declared.how == "append":
        there = [label for label in given if label in labels]
        if there:
            raise AlreadyExists(
                {f"{declared.at}/enum": f"There is {there[0]} already."}
            )
        return options + declared.options
    missing = [label for label in given if label not in labels]
    if missing:
        raise InvalidDeclaration({f"{declared.at}/enum": f"There is no {missing[0]}."})
    return [option for option in options if option["label"] not in given]


def remove_field(
    actor: Actor, entity: str, name: str, versions: frozenset[int] | None = None
) -> None:
    """Remove a field with all of its values; a relationship on both sides.

    Raises:
        NoSuchField: if there is none.
        StandardStays: if it is a standard one.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(entity, versions)
        field = change.field(object_type, name)
        if not field.is_custom:
            raise StandardStays(f"{field.slug} is a standard field, which stays.")
        if field.type == "relationship":
            remove_both_sides(change, field)
            return
        purge(field, {"unique", "indexed"})
        object_type.match_fields = [
            slug for slug in object_type.match_fields if slug != field.slug
        ]
        object_type.removed_members.append(field.member)
        field.object_type = object_type
        change.note_field(field, property_of(field), None)
        field.delete()
    strip_removed(actor, object_type)


def strip_removed(actor: Actor, object_type: ObjectType) -> None:
    """Take out of all records what is stored of fields that are gone."""
    removed = list(object_type.removed_members)
    after = FIRST
    while after:
        with change_schemas(actor) as change:
            current = change.object_type(object_type.slug)
            after = strip_some(current, after)
            if not after:
                kept = [m for m in current.removed_members if m not in removed]
                current.removed_members = kept
                current.save(update_fields=["removed_members"])


def strip_some(object_type: ObjectType, after: str) -> str:
    """Take it out of some records, and return the last of them, or nothing."""
    drafts = next_drafts(object_type, after)
    if not drafts:
        return ""
    columns = record_columns(drafts)
    names = ("ids", "attributes", "folded", "searches")
    values = {name: columns[name] for name in names}
    query(STRIP, workspace=object_type.workspace_id, **values)
    return str(drafts[-1].id)


def order_fields(
    actor: Actor,
    entity: str,
    order: Sequence[str],
    at: str,
    versions: frozenset[int] | None = None,
) -> Schema:
    """Put fields first, in an order; those that are not named stay behind them.

    Raises:
        InvalidDeclaration: if one is not there, or named twice.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(entity, versions)
        fields = {field.slug: field for field in object_type.fields.all()}
        problems = {
            f"{at}/{index}": "There is no such field, or it was named before."
            for index, slug in enumerate(order)
            if slug not in fields or slug in order[:index]
        }
        if problems:
            raise InvalidDeclaration(problems)
        before = list(fields)
        after = [*order, *(slug for slug in before if slug not in order)]
        arrange(fields[slug] for slug in after)
        change.note(object_type, {"order": before}, {"order": after})  # type: ignore[dict-item]
    return change.catalog.schema(object_type.slug)


def show_fields(
    actor: Actor,
    entity: str,
    hidden: Mapping[str, bool],
    at: str,
    versions: frozenset[int] | None = None,
) -> Schema:
    """Hide fields from people, or show them again.

    Raises:
        InvalidDeclaration: if one is not there.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(entity, versions)
        fields = {field.slug: field for field in object_type.fields.all()}
        unknown = {
            f"{at}/{escape(slug)}": "There is no such field."
            for slug in hidden
            if slug not in fields
        }
        if unknown:
            raise InvalidDeclaration(unknown)
        before = {slug: fields[slug].hidden for slug in hidden}
        for slug, value in hidden.items():
            fields[slug].hidden = value
            fields[slug].save(update_fields=["hidden"])
        change.note(object_type, {"hidden": before}, {"hidden": dict(hidden)})  # type: ignore[dict-item]
    return change.catalog.schema(object_type.slug)
