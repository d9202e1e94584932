"""Making, changing, arranging and removing the fields of object types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from crm.authentication import Actor
from crm.errors import Refusal, Refused, Required
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from crm.sql import query
from objects.catalog import Catalog
from objects.declarations import (
    MOST_OPTIONS,
    FieldDeclaration,
    InvalidDeclaration,
    OptionsDeclaration,
)
from objects.json_schema import property_of
from objects.models import Field, ObjectType
from objects.schema import Schema
from records.journal.entries import count_alive
from records.schema_changes.backfill import (
    FIRST,
    Backfill,
    finish_backfill,
    next_drafts,
    purge,
)
from records.schema_changes.changes import (
    NoSuchField,
    SchemaChange,
    StandardStays,
    change_schemas,
)
from records.schema_changes.field_edits import FieldEdit, type_options
from records.schema_changes.field_order import move
from records.schema_changes.relationships import make_relationship, remove_both_sides
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
        Refused: with a refusal for each that cannot be so, or whose name is taken.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(entity, versions)
        fields = make_fields(change, object_type, declared)
    for field in fields:
        finish_backfill(actor, field.id)
    return change.catalog.schema(object_type.slug)


def make_fields(
    change: SchemaChange, object_type: ObjectType, declared: Sequence[FieldDeclaration]
) -> list[Field]:
    """Make fields inside of a change. The caller finishes their backfills.

    Raises:
        Refused: with a refusal for each that cannot be so.
    """
    many = count_alive(change.workspace.id, object_type.id)
    made: list[Field] = []
    refusals: list[tuple[str, Refusal]] = []
    for declaration in declared:
        try:
            if declaration.related is not None:
                make_relationship(change, object_type, declaration, None)
            else:
                made.append(make_field(change, object_type, declaration, many))
        except Refusal as refusal:
            refusals.append(("", refusal))
    if refusals:
        raise Refused(refusals)
    if made:
        after: JSONObject = {field.slug: property_of(field) for field in made}
        change.note(object_type, dict.fromkeys(after), after)
    return made


def make_field(
    change: SchemaChange,
    object_type: ObjectType,
    declared: FieldDeclaration,
    many: int,
) -> Field:
    """Make a field of a type that has so many records. The caller notes it."""
    names = change.names(object_type)
    names.check_room(declared.slug, declared.at)
    field = Field(
        object_type=object_type,
        slug=declared.slug,
        storage_name=names.free_member(declared.slug),
        label=declared.label or declared.slug.replace("_", " ").capitalize(),
        description=declared.description or "",
        type=declared.type or "text",
        position=names.next_position,
    )
    FieldEdit(change, field, declared).check()
    field.options = type_options(declared)
    set_flags(field, declared, many)
    check_keywords(field, declared)
    field.save()
    names.add(field)
    if declared.position is not None:
        move(object_type, field, declared.position)
    return field


def set_flags(field: Field, declared: FieldDeclaration, many: int) -> None:
    """Set the flags of a new field. If there are records, they must be filled.

    Raises:
        Required: if records should have a value from the start.
    """
    if many and declared.flags.get("required"):
        why = f"There are {many} records without a value. Fill it first."
        raise Required({declared.place("required"): why})
    for flag, value in declared.flags.items():
        setattr(field, flag, value)
    if many and field.indexed:
        field.indexed = False
        field.backfill = asdict(Backfill(["indexed"], ["indexed"], {}, many))


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
        edit = FieldEdit(change, field, declared)
        edit.apply()
    replaced = 0
    if edit.is_about_backfill:
        replaced = finish_backfill(actor, field.id, declared.place("unique"))
        edit.check_reached()
    return change.catalog.schema(object_type.slug), replaced


def edit_options(actor: Actor, declared: Sequence[OptionsDeclaration]) -> int:
    """Add options to fields, or take some away. Return how many records lost one.

    Raises:
        InvalidDeclaration: if there is no option that is to be taken away.
    """
    fields = []
    with change_schemas(actor) as change:
        for one in declared:
            field = change.field(change.object_type(one.entity), one.field)
            options = options_after(field, one)
            places = {"options": one.at}
            edit = FieldDeclaration(one.at, field.slug, options=options, places=places)
            edit.may_clear = one.is_removal
            FieldEdit(change, field, edit).apply()
            fields.append(field.id)
    return sum(finish_backfill(actor, field) for field in fields)


def options_after(field: Field, declared: OptionsDeclaration) -> list[JSONObject]:
    """Return a field's options with more of them, or fewer.

    Those that are there already stay as they are, and those that are on their way out
    may be taken away once more.

    Raises:
        InvalidDeclaration: if there is no option that is to be taken away, or an option
            cannot be added.
    """
    options: list[JSONObject] = list(field.options.get("options", []))
    labels = [option["label"] for option in options]
    if not declared.is_removal:
        return with_more(options, declared)
    given = [option["label"] for option in declared.options]
    known = {*labels, *field.backfill.get("replace", ())}
    missing = {
        f"{declared.at}/{index}": "There is no such option."
        for index, label in enumerate(given)
        if label not in known
    }
    if missing:
        raise InvalidDeclaration(missing)
    return [option for option in options if option["label"] not in given]


def with_more(
    options: list[JSONObject], declared: OptionsDeclaration
) -> list[JSONObject]:
    """Return options with those behind them that were not there.

    Raises:
        InvalidDeclaration: if they are too many, or one has the id of another.
    """
    labels, ids = ({one[name] for one in options} for name in ("label", "id"))
    taken = {
        f"{declared.at}/{index}": "Another option has this id."
        for index, one in enumerate(declared.options)
        if one["label"] not in labels and one.get("id") in ids
    }
    if taken:
        raise InvalidDeclaration(taken)
    more = options + [one for one in declared.options if one["label"] not in labels]
    if len(more) > MOST_OPTIONS:
        why = f"A field has at most {MOST_OPTIONS} options."
        raise InvalidDeclaration({declared.at: why})
    return more


def remove_field(
    actor: Actor, entity: str, name: str, versions: frozenset[int] | None = None
) -> None:
    """Remove a field with all of its values; a relationship on both sides.

    Values that an interrupted removal left behind go too, also if the field is gone.

    Raises:
        NoSuchField: if there is none.
        StandardStays: if it is a standard one.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(entity, versions)
        field = change.find_field(object_type, name)
        if field is not None:
            take_away(change, field)
    strip_removed(actor, object_type)
    if field is None:
        raise NoSuchField(f"{entity} has no field of this name.")


def take_away(change: SchemaChange, field: Field) -> None:
    """Remove a field inside of a change. The caller strips records of its values.

    Raises:
        StandardStays: if it is a standard one.
    """
    object_type = field.object_type
    if not field.is_custom:
        raise StandardStays(f"{field.slug} is a standard field, which stays.")
    if field.type == "relationship":
        remove_both_sides(change, field)
        return
    purge(field, {"unique", "indexed"})
    object_type.match_fields = [s for s in object_type.match_fields if s != field.slug]
    object_type.removed_members.append(field.member)
    change.note_field(field, property_of(field), None)
    field.delete()


def strip_removed(actor: Actor, object_type: ObjectType) -> None:
    """Take out of all records what is stored of fields that are gone."""
    removed = list(object_type.removed_members)
    after = FIRST if removed else ""
    while after:
        with change_schemas(actor) as change:
            current = change.object_type(object_type.slug)
            after = strip_some(change.catalog, current, after)
            if not after:
                kept = [m for m in current.removed_members if m not in removed]
                current.removed_members = kept
                current.save(update_fields=["removed_members"])


def strip_some(catalog: Catalog, object_type: ObjectType, after: str) -> str:
    """Take it out of some records, and return the last of them, or nothing."""
    drafts = next_drafts(catalog, object_type.id, after)
    if not drafts:
        return ""
    columns = record_columns(drafts)
    names = ("ids", "attributes", "folded", "searches")
    values = {name: columns[name] for name in names}
    query(STRIP, workspace=object_type.workspace_id, **values)
    return str(drafts[-1].id)
